/** Starts the built app on the stand-in. The surface is that of Playwright's `_electron.launch()`, as far as specs use it. */
import { chromium, type Browser, type Page } from '@playwright/test';
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { codeCache } from '../helpers/code-cache.ts';
import { tempFolder } from '../helpers/temp.ts';
import { makeCodec } from './codec.ts';
import type { StandInElectron } from './electron.ts';

export interface LaunchOptions {
  args?: readonly string[];
  /** Where the app lies; default this checkout. */
  folder?: string;
  /** The whole environment of the app, beside what the stand-in needs. */
  env: Record<string, string>;
}

export interface LaunchedApp {
  /** The page of the window, once it is there and loaded. */
  firstWindow(): Promise<Page>;
  windows(): Page[];
  /** Runs a function in the main process. It is sent as its text, so it sees its argument and nothing of the test. */
  evaluate<R, A = undefined>(act: (electron: StandInElectron, argument: A) => R | Promise<R>, argument?: A): Promise<R>;
  process(): ChildProcess;
  /** The exit code, when the app has ended. */
  readonly exited: Promise<number | null>;
  /** What the app wrote on standard output and standard error. */
  output(): string;
  /** Ends the app as a person would who answers every question with the first button; kills it if it does not go. */
  close(): Promise<number | null>;
}

const root = path.resolve(import.meta.dirname, '..', '..');
const register = new URL('register.ts', import.meta.url).href;
const codec = makeCodec();
const closeWithinMs = 20_000;

type FromApp = { endpoint: string } | { id: number; value?: unknown; error?: string };

export async function launch({ args = [], env, folder = root }: LaunchOptions): Promise<LaunchedApp> {
  const child = fork(path.join(folder, 'out', 'main', 'index.js'), [...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', STANDIN_FOLDER: tempFolder('stand-in'), ...codeCache(), ...env },
    execArgv: ['--import', register],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const app = new App(child);
  await app.attach();
  return app;
}

class App implements LaunchedApp {
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  readonly #endpoint: Promise<string>;
  #browser: Browser | undefined;
  #lastId = 0;
  #output = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    this.exited = new Promise((resolve) => child.once('close', (code) => resolve(code)));
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: Buffer) => {
        this.#output += text.toString();
      });
    let found = (_endpoint: string): void => {};
    this.#endpoint = new Promise((resolve) => {
      found = resolve;
    });
    child.on('message', (message: FromApp) => {
      if ('endpoint' in message) return found(message.endpoint);
      const answer = this.#answers.get(message.id);
      this.#answers.delete(message.id);
      if (message.error === undefined) answer?.resolve(codec.decode(message.value));
      else answer?.reject(new Error(message.error));
    });
  }

  process = (): ChildProcess => this.#child;
  output = (): string => this.#output;

  /** An app that ends at once (a second instance, a self-check) has no browser to attach to. */
  async attach(): Promise<void> {
    const endpoint = await Promise.race([this.#endpoint, this.exited]);
    if (typeof endpoint !== 'string') return;
    this.#browser = await Promise.race([chromium.connectOverCDP(endpoint), this.exited.then(() => undefined)]);
  }

  windows(): Page[] {
    return (this.#browser?.contexts() ?? []).flatMap((context) => context.pages()).filter(isLoaded);
  }

  async firstWindow(): Promise<Page> {
    const context = this.#browser?.contexts()[0];
    const ended = this.exited.then((code) => {
      throw new Error(`The app ended with ${code} before it had a window.\n${this.#output}`);
    });
    ended.catch(() => {});
    for (;;) {
      const [page] = this.windows();
      if (page !== undefined) {
        await page.waitForLoadState();
        return page;
      }
      await Promise.race([nextPage(context), ended]);
    }
  }

  async evaluate<R, A>(act: (electron: StandInElectron, argument: A) => R | Promise<R>, argument?: A): Promise<R> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve: (value) => resolve(value as R), reject });
      this.#child.send({ id, source: String(act), argument: codec.encode(argument) }, (error) => {
        if (error !== null) reject(error);
      });
      void this.exited.then((code) => reject(new Error(`The app ended with ${code}.\n${this.#output}`)));
    });
  }

  async close(): Promise<number | null> {
    const late = setTimeout(() => this.#child.kill('SIGKILL'), closeWithinMs);
    await this.evaluate(({ app, dialog }) => {
      dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false });
      app.quit();
    }).catch(() => {});
    const code = await this.exited;
    clearTimeout(late);
    await this.#browser?.close().catch(() => {});
    return code;
  }
}

const isLoaded = (page: Page): boolean => !page.isClosed() && page.url().startsWith('https://app.holdfast/');

/** Something may have become a window: a new page, or one that has navigated. */
function nextPage(context: ReturnType<Browser['contexts']>[number] | undefined): Promise<unknown> {
  if (context === undefined) return new Promise(() => {});
  const pages = context.pages().map((page) => page.waitForEvent('framenavigated', { timeout: 0 }).catch(() => {}));
  return Promise.race([context.waitForEvent('page', { timeout: 0 }).catch(() => {}), ...pages]);
}
