/** Closing, quitting and coming back: what a person expects of an app that keeps a schedule. */
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { wholeScope } from '../../src/shared/source.ts';
import { needs } from '../helpers/needs.ts';
import {
  answerWith,
  call,
  clickTray,
  closeWindow,
  countOf,
  enter,
  isVisible,
  makeDesktop,
  noted,
  standInMissing,
  start,
  trayWith,
} from './stage.ts';

const here = needs('a browser for the stand-in', standInMissing());
const silent: Server[] = [];
afterEach(() => silent.splice(0).forEach((server) => server.close()));

/** A server that takes connections and never says a word: a job that asks it runs until it is stopped. */
async function silentServer(): Promise<number> {
  const server = createServer(() => {});
  silent.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}

const shopAt = (port: number) => ({
  name: 'Shop',
  settings: {
    kind: 'postgres',
    host: '127.0.0.1',
    port,
    user: 'ada',
    databases: ['shop'],
    tls: { mode: 'disable' },
    password: 'none',
  },
  scope: wholeScope,
  digests: true,
  compressionLevel: 3,
  folders: [],
  secrets: {},
  replace: false,
});

describe.runIf(here)('closing the window, on the stand-in', () => {
  it('goes on in the tray, says so once, and comes back by a click', async () => {
    const { app, page } = await enter();
    await answerWith(app, 'Keep running');
    await closeWindow(app);
    const { index } = await noted(app, 'window.hide');
    expect(await countOf(app, 'dialog.showMessageBox')).toBe(1);
    expect(await call(page, 'settings.show')).toMatchObject({ closeExplained: true });
    await clickTray(app, 'open');
    await noted(app, 'window.show', '', index);
    expect(await isVisible(app)).toBe(true);
    await closeWindow(app);
    await noted(app, 'window.hide', '', index + 1);
    expect(await countOf(app, 'dialog.showMessageBox')).toBe(1);
  });

  it('asks where the desktop shows no tray, and does what is answered', async () => {
    const { app, page } = await enter({ tray: false });
    expect(await call(page, 'door.about')).toMatchObject({ tray: 'absent' });
    expect(await app.evaluate(({ Tray }) => Tray.shown.length)).toBe(0);
    await answerWith(app, 'Cancel');
    await closeWindow(app);
    const first = await noted<{ message: string }>(app, 'dialog.showMessageBox', 'shows no tray');
    expect(first.details.message).toBe('Close the window, or quit?');
    expect(await isVisible(app)).toBe(true);
    await answerWith(app, 'Keep running');
    await closeWindow(app);
    await noted(app, 'window.hide');
    await app.evaluate((electron) => electron.app.emit('second-instance', {}, [], ''));
    expect(await isVisible(app)).toBe(true);
    await answerWith(app, 'Quit');
    await closeWindow(app);
    expect(await app.exited).toBe(0);
  });
});

describe.runIf(here)('quitting, on the stand-in', () => {
  it('ends at once where nothing runs, and the data folder is free again', async () => {
    const { app, desktop } = await enter();
    await clickTray(app, 'quit');
    expect(await app.exited).toBe(0);
    const again = await start(desktop);
    expect(await again.close()).toBe(0);
  });

  it('names the job that runs, and stays when it is called off', async () => {
    const { app, page } = await enter();
    await call(page, 'source.add', shopAt(await silentServer()));
    await trayWith(app, 'Shop');
    await call(page, 'backup.start', { name: 'Shop' });
    await trayWith(app, 'backing up');
    await answerWith(app, 'Cancel');
    await clickTray(app, 'quit');
    const { details } = await noted<{ message: string; buttons: string[] }>(app, 'dialog.showMessageBox');
    expect(details.message).toBe('Shop is being backed up.');
    expect(details.buttons).toEqual(['Finish, then quit', 'Stop and quit', 'Cancel']);
    expect(await call(page, 'job.list', { state: 'running', limit: 10 })).toHaveLength(1);
  });

  it('stops what runs when told so, and the next start knows that it was cancelled', async () => {
    const { app, page, desktop } = await enter();
    await call(page, 'source.add', shopAt(await silentServer()));
    await trayWith(app, 'Shop');
    await call(page, 'backup.start', { name: 'Shop' });
    await trayWith(app, 'backing up');
    await answerWith(app, 'Stop and quit');
    await clickTray(app, 'quit');
    expect(await app.exited).toBe(0);
    const again = await start(desktop);
    const window = await again.firstWindow();
    expect(await call(window, 'job.list', { limit: 10 })).toMatchObject([{ kind: 'backup', state: 'cancelled' }]);
  });
});

describe.runIf(here)('a second start, on the stand-in', () => {
  it('shows the window of the first and ends', async () => {
    const { app, desktop } = await enter();
    await answerWith(app, 'Keep running');
    await closeWindow(app);
    const { index } = await noted(app, 'window.hide');
    const second = await start(desktop);
    expect(await second.exited).toBe(0);
    await noted(app, 'window.show', '', index);
    expect(await isVisible(app)).toBe(true);
  });

  it('stands beside an app of another data folder', async () => {
    await enter();
    const other = await start(await makeDesktop());
    expect((await other.firstWindow()).url()).toContain('app.holdfast');
  });
});
