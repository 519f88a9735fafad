/** What the desktop tells the app, and what the app tells the desktop. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { needs } from '../helpers/needs.ts';
import {
  answerWith,
  call,
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

describe.runIf(here)('starting with the computer, on the stand-in', () => {
  it('is off until it is asked for; then a file starts the app hidden', async () => {
    const { page, desktop } = await enter();
    const file = path.join(desktop.env['HOME'] ?? '', '.config', 'autostart', 'holdfast.desktop');
    expect(await call(page, 'door.about')).toMatchObject({ loginItem: 'off' });
    expect(existsSync(file)).toBe(false);
    expect(await call(page, 'door.setLoginItem', { on: true })).toMatchObject({ loginItem: 'on' });
    expect(readFileSync(file, 'utf8')).toMatch(/^Exec=".+" ".+" "--hidden"$/m);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await call(page, 'door.setLoginItem', { on: false })).toMatchObject({ loginItem: 'off' });
    expect(existsSync(file)).toBe(false);
  });

  it('shows no window when it was started hidden, and the tray opens it', async () => {
    const app = await start(await makeDesktop(), ['--hidden']);
    await trayWith(app, 'Nothing is protected yet');
    await app.firstWindow();
    expect(await isVisible(app)).toBe(false);
    await app.evaluate(({ Tray }) => Tray.shown[0]?.emit('click'));
    await noted(app, 'window.show');
    expect(await isVisible(app)).toBe(true);
  });

  it('shows its window all the same where there is no tray to open it', async () => {
    const app = await start(await makeDesktop({ tray: false }), ['--hidden']);
    await app.firstWindow();
    await noted(app, 'window.show');
    expect(await isVisible(app)).toBe(true);
  });
});

describe.runIf(here)('notifications, on the stand-in', () => {
  it('tell the end of a job while nobody looks, and lead to it', async () => {
    const { app, page } = await enter();
    const { name } = await call<{ name: string }>(page, 'sample.make');
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.blur());
    const { jobId } = await call<{ jobId: string }>(page, 'backup.start', { name });
    const { details } = await noted<{ title: string; body: string }>(app, 'notification');
    expect(details.title).toBe(`${name} is backed up`);
    expect(details.body).toContain('Stored, not yet proven.');
    await app.evaluate(({ Notification }) => Notification.shown[0]?.emit('click'));
    await page.waitForURL((url) => url.hash === `#/activity/${jobId}`);
  });

  it('keep quiet where a person looks at the window, and where they were switched off', async () => {
    const { app, page } = await enter();
    const { name } = await call<{ name: string }>(page, 'sample.make');
    const wait = async (): Promise<void> => {
      const { jobId } = await call<{ jobId: string }>(page, 'backup.start', { name });
      await call(page, 'job.wait', { jobId });
      await trayWith(app, 'bookshop is backed up');
    };
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.focus());
    await wait();
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.blur());
    await call(page, 'settings.change', { notify: 'problems' });
    await wait();
    expect(await countOf(app, 'notification')).toBe(0);
  });
});

describe.runIf(here)('SV-8 power, on the stand-in', () => {
  it('sleep is held off while a job runs, and at no other time', async () => {
    const { app, page } = await enter();
    const { name } = await call<{ name: string }>(page, 'sample.make');
    expect(await countOf(app, 'powerSaveBlocker.start')).toBe(0);
    await call(page, 'backup.start', { name });
    const { details, index } = await noted(app, 'powerSaveBlocker.start');
    expect(details).toBe('prevent-app-suspension');
    await noted(app, 'powerSaveBlocker.stop', '', index);
  });

  it('a plan that may not run on battery waits for the mains, and a wake-up is noticed', async () => {
    const { app, page } = await enter();
    const { id } = await call<{ id: string }>(page, 'sample.make');
    await app.evaluate(({ powerMonitor }) => {
      powerMonitor.onBattery = true;
      powerMonitor.emit('suspend');
    });
    const { plan } = await call<{ plan: { id: string } }>(page, 'plan.save', {
      settings: {
        name: 'Every minute',
        sources: [id],
        destinations: [],
        backup: { cron: '* * * * *', timeZone: 'Europe/Berlin' },
        makeUpWithinMs: 3_600_000,
        jitterMs: 0,
        verifyEach: 'none',
        proof: null,
        onBattery: 'wait',
        onMetered: 'run',
      },
    });
    const heard = page.evaluate(
      (planId) =>
        new Promise<string>((resolve) => {
          type Heard = {
            event: string;
            payload: { card?: { plan: { id: string }; waiting: { reason: string } | null } };
          };
          const { holdfast } = globalThis as unknown as {
            holdfast: { onAnnouncement(listen: (heard: Heard) => void): void };
          };
          holdfast.onAnnouncement(({ event, payload }) => {
            if (event === 'plan.changed' && payload.card?.plan.id === planId && payload.card.waiting !== null)
              resolve(payload.card.waiting.reason);
          });
        }),
      plan.id,
    );
    expect(await heard).toBe('battery');
    expect(await call(page, 'job.list', { limit: 10, kinds: ['backup'] })).toEqual([]);
    await app.evaluate(({ powerMonitor }) => {
      powerMonitor.onBattery = false;
      powerMonitor.emit('resume');
    });
    await trayWith(app, 'bookshop is backed up');
  });
});

describe.runIf(here)('a window that breaks, on the stand-in', () => {
  it('is explained and opened again, and the job goes on', async () => {
    const { app, page } = await enter();
    const { name } = await call<{ name: string }>(page, 'sample.make');
    await trayWith(app, name);
    await answerWith(app, 'Open the window again');
    const broken = new Promise((resolve) => void page.once('close', resolve));
    await call(page, 'backup.start', { name });
    // News comes at every moment, also while the next page is being made.
    await app.evaluate(({ BrowserWindow }) => {
      setInterval(() => BrowserWindow.getAllWindows()[0]?.webContents.send('holdfast:nothing', null), 10).unref();
    });
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
    const { details } = await noted<{ message: string; detail: string }>(app, 'dialog.showMessageBox');
    expect(details).toMatchObject({ message: 'The window stopped working.' });
    expect(details.detail).toContain('Jobs are not touched by that and go on.');
    await trayWith(app, 'bookshop is backed up');
    await broken;
    const again = await app.firstWindow();
    await again.getByRole('main').waitFor();
    expect(await call(again, 'backup.list', {})).toHaveLength(1);
  });
});

describe.runIf(here)('a window that does not answer, on the stand-in', () => {
  it('is told, and waited for or opened again', async () => {
    const { app, page } = await enter();
    await answerWith(app, 'Wait');
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.emit('unresponsive'));
    const { details, index } = await noted<{ message: string }>(app, 'dialog.showMessageBox');
    expect(details.message).toBe('The window does not answer.');
    await page.evaluate('window.marked = true');
    await answerWith(app, 'Open the window again');
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.emit('unresponsive'));
    await noted(app, 'dialog.showMessageBox', '', index + 1);
    await page.waitForFunction('window.marked === undefined');
    expect(await isVisible(app)).toBe(true);
  });
});

describe.runIf(here)('a start that fails, on the stand-in', () => {
  it('says why in a box and ends with 1, where the data folder cannot be used', async () => {
    const desktop = await makeDesktop();
    writeFileSync(desktop.home, 'a file');
    const app = await start(desktop);
    expect(await app.exited).toBe(1);
    expect(app.output()).toContain('Holdfast could not start: The data folder');
    expect(app.output()).toContain('is not a folder');
  });
});

describe.runIf(here)('the place of the window, on the stand-in', () => {
  it('is where it was, and on a display that is there', async () => {
    const { app, desktop } = await enter();
    await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 300, y: 200, width: 1100, height: 700 }),
    );
    expect(await app.close()).toBe(0);
    const boundsOf = (again: typeof app) =>
      again.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
    const second = await start(desktop);
    await second.firstWindow();
    expect(await boundsOf(second)).toEqual({ x: 300, y: 200, width: 1100, height: 700 });
    await second.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setBounds({ x: 9_000, y: -4_000 }));
    expect(await second.close()).toBe(0);
    const third = await start(desktop);
    await third.firstWindow();
    expect(await boundsOf(third)).toEqual({ x: 410, y: 190, width: 1100, height: 700 });
  });
});

describe.runIf(here)('the theme, on the stand-in', () => {
  it('follows the preference, in the page and behind it', async () => {
    const { app, page } = await enter();
    await call(page, 'settings.change', { theme: 'dark' });
    await noted(app, 'window.setBackgroundColor', '#101518');
    expect(await app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark');
    await page.waitForFunction('matchMedia("(prefers-color-scheme: dark)").matches');
  });
});

describe.runIf(here)('--self-check, on the stand-in', () => {
  it('prints what a packed app has to show, and ends with 0', async () => {
    const desktop = await makeDesktop();
    const app = await start(desktop, ['--self-check']);
    expect(await app.exited).toBe(0);
    const told = JSON.parse(app.output()) as Record<string, Record<string, unknown>>;
    expect(told).toMatchObject({
      ok: true,
      zstd: { ok: true },
      sqliteBlob: { ok: true, bytes: 1_048_576 },
      catalog: { ok: true, owner: true },
      keychain: { ok: true },
      jobProcess: { ok: true, state: 'succeeded' },
    });
    expect(told['jobProcess']?.['firstWordMs']).toBeGreaterThan(0);
    expect(told['ciphers']?.['list']).toContain('chacha20-poly1305');
    expect(existsSync(desktop.home)).toBe(false);
  });
});
