/** What a page could try that got into the window, on the stand-in: each attack, and that its damage did not happen. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy } from '../../src/main/window/csp.ts';
import { needs } from '../helpers/needs.ts';
import { call, countOf, enter, noted, standInMissing, tryCall, type Stage } from '../standin/stage.ts';

const here = needs('a browser for the stand-in', standInMissing());

/** What the app wrote down of a refusal. */
const logOf = ({ desktop }: Stage): string => readFileSync(path.join(desktop.home, 'logs', 'window.ndjson'), 'utf8');

/** Runs in the page, as a script of the attacker's would. */
const inPage = <T>({ page }: Stage, script: string): Promise<T> => page.evaluate(script);

describe.runIf(here)('a page in the window, on the stand-in', () => {
  it('finds no Node, no Electron, and a bridge of two functions that it cannot change', async () => {
    const stage = await enter();
    expect(
      await inPage(
        stage,
        `[typeof require, typeof process, typeof module, typeof ipcRenderer, typeof __toMain, typeof __fromMain,
          Object.keys(holdfast).sort().join(), Object.isFrozen(holdfast),
          (() => { try { window.holdfast = {}; } catch {} return typeof window.holdfast.invoke; })(),
          Object.getOwnPropertyDescriptor(window, 'holdfast').configurable]`,
      ),
    ).toEqual([...Array<string>(6).fill('undefined'), 'invoke,onAnnouncement', true, 'function', false]);
  });

  it('comes with the policy as a header, and the policy holds', async () => {
    const stage = await enter();
    const response = await stage.page.reload();
    expect(response?.headers()['content-security-policy']).toBe(contentSecurityPolicy("'none'"));
    const blocked = await inPage<string[]>(
      stage,
      `new Promise((resolve) => {
        const seen = [];
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
          seen.push(effectiveDirective);
          if (new Set(seen).size === 5) resolve([...new Set(seen)].sort());
        });
        const script = document.createElement('script');
        script.textContent = 'window.harmed = true';
        document.body.append(script);
        const frame = document.createElement('iframe');
        frame.src = 'https://evil.test/';
        document.body.append(frame);
        const image = new Image();
        image.src = 'https://evil.test/beacon.png';
        const style = document.createElement('style');
        style.textContent = 'body { color: red }';
        document.head.append(style);
        fetch('https://evil.test/').catch(() => {});
      })`,
    );
    expect(blocked).toEqual(['connect-src', 'frame-src', 'img-src', 'script-src-elem', 'style-src-elem']);
    expect(await inPage(stage, 'window.harmed')).toBeUndefined();
  });

  it.each([
    ['an address', `location.href = 'https://evil.test/'`],
    [
      'a link',
      `(() => { const a = document.createElement('a'); a.href = 'https://evil.test/'; document.body.append(a); a.click(); })()`,
    ],
    ['another page of its own', `location.href = location.origin + '/other.html'`],
  ])('cannot leave by %s', async (_by, script) => {
    const stage = await enter();
    const before = stage.page.url();
    await inPage(stage, script);
    const { details } = await noted<{ stopped: boolean }>(stage.app, 'navigation');
    expect(details.stopped).toBe(true);
    expect(stage.page.url()).toBe(before);
    expect(await call(stage.page, 'door.about')).toMatchObject({ kind: 'window' });
    expect(logOf(stage)).toContain('was kept from');
  });

  it('opens no second window', async () => {
    const stage = await enter();
    await inPage(stage, `void window.open('https://evil.test/')`);
    const { details } = await noted<{ action: string }>(stage.app, 'window.open');
    expect(details.action).toBe('deny');
    expect(await stage.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    expect(await countOf(stage.app, 'shell.openExternal')).toBe(0);
  });

  it('has no permission, asked or checked', async () => {
    const stage = await enter();
    const states = await inPage<string[]>(
      stage,
      `Promise.all(['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi'].map(
        (name) => navigator.permissions.query({ name }).then(({ state }) => state)))`,
    );
    expect(states).toEqual(['denied', 'denied', 'denied', 'denied', 'denied', 'denied']);
    const place = 'new Promise((found) => navigator.geolocation.getCurrentPosition(found, ({ code }) => found(code)))';
    // PERMISSION_DENIED
    expect(await inPage(stage, place)).toBe(1);
    // Electron asks a second handler when a page requests what no check has refused.
    const granted = await stage.app.evaluate(
      ({ session }) =>
        new Promise((resolve) => session.defaultSession.requestPermission('openExternal', (answer) => resolve(answer))),
    );
    expect(granted).toBe(false);
  });

  it('gets no link but those of the list, and no folder but those of the data folder', async () => {
    const { app, page, desktop } = await enter();
    for (const link of ['https://evil.test/', 'file:///etc/passwd', '__proto__', 'toString', ''])
      expect(await tryCall(page, 'door.openLink', { link })).toMatchObject({ ok: false });
    expect(await countOf(app, 'shell.openExternal')).toBe(0);
    for (const what of ['/etc', '..', 'vault', '__proto__'])
      expect(await tryCall(page, 'door.reveal', { what })).toMatchObject({ ok: false });
    expect(await countOf(app, 'shell.openPath')).toBe(0);
    await call(page, 'door.openLink', { link: 'postgres-downloads' });
    expect((await noted(app, 'shell.openExternal')).details).toBe('https://www.postgresql.org/download/');
    await call(page, 'door.reveal', { what: 'logs' });
    expect((await noted(app, 'shell.openPath')).details).toBe(path.join(desktop.home, 'logs'));
  });

  it('names no path that no dialog gave it, and none of another purpose', async () => {
    const { app, page, desktop } = await enter();
    const file = path.join(desktop.env['HOME'] ?? '', 'shop.sqlite');
    const test = { settings: { kind: 'sqlite', file }, secrets: {} };
    expect(await tryCall(page, 'source.test', test)).toMatchObject({ ok: false, failure: { code: 'call.refused' } });
    await app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
    }, file);
    expect(await call(page, 'door.choose', { purpose: 'ca-file' })).toEqual({ path: file });
    expect(await tryCall(page, 'source.test', test)).toMatchObject({ ok: false, failure: { code: 'call.refused' } });
    expect(await call(page, 'door.choose', { purpose: 'sqlite-file' })).toEqual({ path: file });
    expect(await tryCall(page, 'source.test', test)).toMatchObject({ ok: true });
  });

  it('begins a dialog for what is there in a folder at most, never with a file in hand', async () => {
    const { app, page } = await enter();
    const begin = async (folder: string): Promise<string | undefined> => {
      await tryCall(page, 'door.choose', { purpose: 'ca-file', folder });
      return app.evaluate(({ record }) => {
        const opened = record.findLast(({ what }) => what === 'dialog.showOpenDialog');
        return (opened?.details as { defaultPath?: string } | undefined)?.defaultPath;
      });
    };
    expect(await begin('/etc')).toBe('/etc');
    for (const folder of ['/etc/shadow', '/nowhere/at/all', 'etc', '../..'])
      expect(await begin(folder)).toBeUndefined();
  });

  it('words no dialog and begins one for a new file in no folder of its choice', async () => {
    const { app, page } = await enter();
    const wish = { purpose: 'restore-file', suggestedName: '../../../etc/cron.d/evil' };
    expect(await call(page, 'door.choose', wish)).toBeNull();
    const { details } = await noted<{ title: string; defaultPath: string }>(app, 'dialog.showSaveDialog');
    expect(details).toMatchObject({ title: 'Restore into a new file', defaultPath: 'evil' });
    expect(await tryCall(page, 'door.choose', { purpose: 'folder', title: 'Your bank' })).toMatchObject({
      failure: { code: 'call.malformed' },
    });
  });

  it('is refused what reaches for prototypes, what is huge and what nobody knows', async () => {
    const { page } = await enter();
    const proto = await page.evaluate<unknown>(
      `holdfast.invoke('settings.change', JSON.parse('{"__proto__":{"theme":"dark"},"constructor":{"a":1}}'))`,
    );
    expect(proto).toMatchObject({ ok: false, failure: { code: 'call.refused' } });
    expect(await call(page, 'settings.show')).toMatchObject({ theme: 'system' });
    const deep = await page.evaluate<unknown>(
      `holdfast.invoke('settings.change', Array.from({ length: 60 }).reduce((inner) => ({ inner }), {}))`,
    );
    expect(deep).toMatchObject({ ok: false, failure: { code: 'call.refused' } });
    for (const name of [
      'constructor.constructor',
      'app.__proto__',
      'toString',
      '',
      'vault.reveal',
      'x'.repeat(100_000),
    ])
      expect(await tryCall(page, name)).toMatchObject({ ok: false, failure: { code: 'call.unknown' } });
    expect(await tryCall(page, 'door.browse', { folder: null, hidden: true })).toMatchObject({
      failure: { code: 'call.refused' },
    });
  });
});

interface Forged {
  frame: { origin: string; parent: object | null } | null;
  sender?: number;
}

describe.runIf(here)('a call of somebody else, on the stand-in', () => {
  it.each<[string, Forged]>([
    ['a frame in the page', { frame: { origin: 'app://holdfast', parent: {} } }],
    ['another origin', { frame: { origin: 'https://evil.test', parent: null } }],
    ['an origin that begins like ours', { frame: { origin: 'app://holdfast.evil.test', parent: null } }],
    ['a file', { frame: { origin: 'null', parent: null } }],
    ['a frame that is gone', { frame: null }],
    ['another window', { frame: { origin: 'app://holdfast', parent: null }, sender: 4711 }],
  ])('from %s is refused loudly and reaches nothing', async (_from, forged) => {
    const stage = await enter();
    const told = await stage.app.evaluate(async ({ ipcMain, BrowserWindow }, { frame, sender }) => {
      const own = BrowserWindow.getAllWindows()[0]?.webContents;
      const event = { sender: sender === undefined ? own : { id: sender }, senderFrame: frame };
      return ipcMain.receive('holdfast:call', event, ['settings.change', { theme: 'dark' }]).then(
        () => 'answered',
        (error: Error) => error.message,
      );
    }, forged);
    expect(told).toBe("Error invoking remote method 'holdfast:call': Error: Refused.");
    expect(await call(stage.page, 'settings.show')).toMatchObject({ theme: 'system' });
    expect(logOf(stage)).toContain('A call came from somewhere else than the window.');
  });
});
