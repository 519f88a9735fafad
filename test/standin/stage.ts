/** A person's desktop for the specs of the shell: the built app on the stand-in, with or without a tray. */
import type { Page } from '@playwright/test';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach } from 'vitest';
import type { Answer } from '../../src/shared/channel.ts';
import { browserMissing } from '../helpers/browser.ts';
import { tellWhatWasShown } from '../helpers/on-the-screen.ts';
import { tempFolder } from '../helpers/temp.ts';
import { launch, type LaunchedApp } from './launch.ts';
import { startTrayBus, type TrayBus } from './tray-bus.ts';

export const standInMissing = browserMissing;

export interface Desktop {
  /** The data folder. */
  home: string;
  env: Record<string, string>;
  close(): void;
}

export interface Stage {
  app: LaunchedApp;
  page: Page;
  desktop: Desktop;
}

const opened: { app: LaunchedApp; desktop: Desktop }[] = [];
afterEach(async ({ task }) => {
  for (const { app, desktop } of opened.splice(0)) {
    if (task.result?.state === 'fail') for (const page of app.windows()) await tellWhatWasShown(task.fullName, page);
    app.process().kill('SIGKILL');
    await app.exited;
    desktop.close();
  }
});

export async function makeDesktop(options: { tray?: boolean } = {}): Promise<Desktop> {
  const folder = tempFolder('desktop');
  const own = path.join(folder, 'ada');
  mkdirSync(own);
  const passphrase = path.join(folder, 'passphrase');
  writeFileSync(passphrase, 'a passphrase for tests\n', { mode: 0o600 });
  const bus: TrayBus | undefined = options.tray === false ? undefined : await startTrayBus(true);
  return {
    home: path.join(folder, 'holdfast'),
    env: {
      HOME: own,
      TZ: 'Europe/Berlin',
      HOLDFAST_HOME: path.join(folder, 'holdfast'),
      HOLDFAST_PASSPHRASE_FILE: passphrase,
      ...(bus === undefined ? {} : { DBUS_SESSION_BUS_ADDRESS: bus.address }),
    },
    close: () => bus?.close(),
  };
}

/** Starts the app without waiting for a window. */
export async function start(desktop: Desktop, args: readonly string[] = [], folder?: string): Promise<LaunchedApp> {
  const app = await launch({ env: desktop.env, args, ...(folder === undefined ? {} : { folder }) });
  opened.push({ app, desktop });
  return app;
}

/** Starts the app and waits for its window. */
export async function enter(options: { tray?: boolean; args?: readonly string[] } = {}): Promise<Stage> {
  const desktop = await makeDesktop(options);
  const app = await start(desktop, options.args);
  const page = await app.firstWindow();
  await page.getByRole('main').waitFor();
  return { app, page, desktop };
}

/** A call as the page makes it. @throws what the house answered, where it was a failure. */
export async function call<T = unknown>(page: Page, name: string, input: unknown = {}): Promise<T> {
  const answer = await tryCall(page, name, input);
  if (!answer.ok) throw new Error(`${name}: ${answer.failure.code} ${answer.failure.message}`);
  return answer.value as T;
}

export function tryCall(page: Page, name: string, input: unknown = {}): Promise<Answer> {
  return page.evaluate(
    ([called, given]) => {
      const { holdfast } = globalThis as unknown as { holdfast: { invoke(name: string, input: unknown): unknown } };
      return holdfast.invoke(called as string, given) as Promise<Answer>;
    },
    [name, input],
  );
}

/** Waits until the app has asked the desktop for something; the details of the first time after `after` that holds these words. */
export function noted<T>(
  app: LaunchedApp,
  what: string,
  words = '',
  after = 0,
): Promise<{ details: T; index: number }> {
  return app.evaluate(
    (electron, wanted) =>
      electron.noted(wanted.what, wanted.words, wanted.after) as Promise<{ details: T; index: number }>,
    { what, words, after },
  );
}

/** How often something was asked for so far. */
export async function countOf(app: LaunchedApp, what: string): Promise<number> {
  return app.evaluate(({ record }, wanted) => record.filter((entry) => entry.what === wanted).length, what);
}

/** From now on every question of the app is answered with the button of these words; a question without it is an error. */
export async function answerWith(app: LaunchedApp, button: string): Promise<void> {
  await app.evaluate(({ dialog, note }, wanted) => {
    dialog.showMessageBox = async (...args: unknown[]) => {
      const box = args.at(-1) as { buttons?: string[] };
      note('dialog.showMessageBox', box);
      const response = (box.buttons ?? []).indexOf(wanted);
      if (response === -1) throw new Error(`No button ${wanted} in ${JSON.stringify(box)}`);
      return { response, checkboxChecked: false };
    };
  }, button);
}

/** Clicks an entry of the tray's menu. */
export async function clickTray(app: LaunchedApp, id: string): Promise<void> {
  await app.evaluate(({ Tray }, wanted) => {
    const item = Tray.shown[0]?.menu?.getMenuItemById(wanted);
    if (item === null || item === undefined)
      throw new Error(`The tray has no ${wanted}: ${Tray.shown[0]?.menu?.labels().join(', ')}`);
    item.click();
  }, id);
}

export interface TrayMenu {
  lead: string;
  image: string;
  labels: string[];
}

/** Waits until the tray's menu holds these words. */
export async function trayWith(app: LaunchedApp, words: string, after = 0): Promise<TrayMenu & { index: number }> {
  const { details, index } = await noted<TrayMenu>(app, 'tray.menu', words, after);
  return { ...details, index };
}

export async function isVisible(app: LaunchedApp): Promise<boolean> {
  return app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false);
}

/** Clicks the window's close button. */
export async function closeWindow(app: LaunchedApp): Promise<void> {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
}
