/** `holdfast serve`: the window in a tab of the browser. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { writePrivateFile } from '../base/private-file.ts';
import { openBrowserDoor, type BrowserDoor } from '../serve/browser.ts';
import { browserHandlers } from '../serve/browser-handlers.ts';
import type { Door } from '../serve/door.ts';
import { openInBrowser } from '../serve/opener.ts';
import { gate } from '../window/gate.ts';
import { PathGuard } from '../window/paths.ts';
import { wholeNumber, wrongUsage, type Arguments } from './arguments.ts';
import type { Command, Context, Outcome } from './command.ts';
import { words } from './words.ts';

const serve: Command = {
  name: 'serve',
  usage: '[--port N] [--no-open] [--schedule [--no-window]]',
  summary: 'opens the window in the browser; runs until Ctrl-C',
  details: [
    '  --port N    the port on 127.0.0.1; otherwise a free one',
    '  --no-open   only print the link',
    '  --schedule  keep plans while this runs',
    '  --no-window with --schedule: keep plans and open no window',
    '',
    'The printed link works once and lets one browser in. That browser comes back by the address alone, for as long as',
    'this runs. Enter prints a link for another one. With --json every link is a line of JSON.',
  ].join('\n'),
  options: {
    port: { type: 'string' },
    'no-open': { type: 'boolean' },
    schedule: { type: 'boolean' },
    'no-window': { type: 'boolean' },
  },
  places: { least: 0, most: 0 },
  async run(args, context) {
    const port = wholeNumber(args, 'port', 0, 1, 65_535);
    if (args.has('no-window')) return keepPlans(args, context);
    const door = await context.window(args.has('schedule'));
    return context.interrupts.hold(async (onInterrupt) => {
      const over = new Promise<void>((resolve) => onInterrupt(resolve));
      const links = new Links(context, args.has('json'));
      const tab = await openTab(context, door, port, () => links.used());
      try {
        links.first(tab, door.role(), !args.has('no-open'));
        void links.onEnter();
        await over;
      } finally {
        links.forget();
        await tab.close();
      }
      return ended;
    }, words.closingWindow);
  },
};

/** For a machine without a desktop: no port is opened, only the private socket of the data folder. */
async function keepPlans(args: Arguments, context: Context): Promise<Outcome> {
  if (!args.has('schedule')) throw wrongUsage('--no-window belongs to --schedule.');
  if (args.given('port') || args.has('no-open'))
    throw wrongUsage('--no-window opens nothing that has a port or a link.');
  const door = await context.window(true);
  context.terminal.note(door.role() === 'owner' ? words.keepsPlans(context.env.home) : words.waitsForOwner);
  await context.interrupts.hold((onInterrupt) => new Promise<void>((resolve) => onInterrupt(resolve)), words.stopping);
  return { json: { closed: true }, text: '' };
}

const ended: Outcome = { json: { closed: true }, text: words.windowClosed };

function openTab(context: Context, door: Door, port: number, onEntered: () => void): Promise<BrowserDoor> {
  const { env, clock, version } = context;
  const paths = new PathGuard(() => door.api.app.snapshot({}));
  const handlers = browserHandlers({ env, version, paths, openPage: (url) => openInBrowser(env, url) });
  return openBrowserDoor({
    door,
    gate: gate({ door: handlers, house: (name, input, signal) => door.invoke(name, input, signal), paths }),
    clock,
    actor: `${env.account} (browser)`,
    port,
    files: context.windowFiles,
    onEntered,
  });
}

/** What the person at the terminal is told. */
class Links {
  readonly #context: Context;
  readonly #json: boolean;
  readonly #launchFile: string;
  #tab: BrowserDoor | undefined;
  #somebodyThere = true;

  constructor(context: Context, json: boolean) {
    this.#context = context;
    this.#json = json;
    this.#launchFile = path.join(context.env.home, 'open-window.html');
  }

  first(tab: BrowserDoor, role: 'owner' | 'guest', open: boolean): void {
    this.#tab = tab;
    const link = tab.newLink();
    const why = open ? this.#launch(link) : 'The browser is not opened.';
    this.#say(words.windowAt(role, this.#context.env.home));
    this.#say(why === undefined ? words.linkOpened : words.linkHow(why));
    this.#print(link);
  }

  used(): void {
    this.forget();
    // Where nobody can press Enter, the next link is there before it is asked for.
    if (!this.#somebodyThere) this.#next(words.linkUsed);
  }

  /** Every line of standard input asks for a link. */
  async onEnter(): Promise<void> {
    if (this.#context.terminal.interactive) this.#say(words.linkMore);
    while ((await this.#context.terminal.readLine()) !== undefined) this.#next();
    this.#somebodyThere = false;
  }

  forget(): void {
    rmSync(this.#launchFile, { force: true });
  }

  #next(why?: string): void {
    if (why !== undefined) this.#say(why);
    if (this.#tab !== undefined) this.#print(this.#tab.newLink());
  }

  #say(text: string): void {
    if (!this.#json) this.#context.terminal.note(text);
  }

  #print(url: string): void {
    this.#context.terminal.print(this.#json ? JSON.stringify({ url }) : words.link(url));
  }

  /** By a private file that leads to the link: arguments of programs can be read by every account of this machine. */
  #launch(link: string): string | undefined {
    const { env } = this.#context;
    writePrivateFile(
      this.#launchFile,
      `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${link}"><title>Holdfast</title>\n`,
    );
    return openInBrowser(env, this.#launchFile);
  }
}

export const serveCommands: Command[] = [serve];
