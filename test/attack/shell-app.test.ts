/** What holds the Electron app shut before any page is in it: as data, and as the code that uses it. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { fuses } from '../../electron-builder.config.ts';
import { isolation } from '../../src/main/shell/guards.ts';
import { serveWindow } from '../../src/main/shell/page.ts';
import { BuiltFiles } from '../../src/main/window/built-files.ts';
import { contentSecurityPolicy } from '../../src/main/window/csp.ts';
import { links } from '../../src/main/window/links.ts';
import { needs } from '../helpers/needs.ts';
import { tempFolder } from '../helpers/temp.ts';
import { enter, standInMissing } from '../standin/stage.ts';

vi.mock('electron', () => ({ app: {}, protocol: {} }));

const root = path.resolve(import.meta.dirname, '..', '..');
const here = needs('a browser for the stand-in', standInMissing());

describe('app://holdfast', () => {
  type Answerer = (request: Request) => Response;

  function served(): Answerer {
    const folder = path.join(tempFolder('page'), 'renderer');
    mkdirSync(path.join(folder, 'assets'), { recursive: true });
    writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>Holdfast</title>');
    writeFileSync(path.join(folder, 'assets', 'app.js'), 'hello');
    writeFileSync(path.join(folder, '..', 'secret.json'), 'secret');
    symlinkSync('../../secret.json', path.join(folder, 'assets', 'linked.json'));
    let answer: Answerer | undefined;
    const session = { protocol: { handle: (_scheme: string, handler: Answerer) => (answer = handler) } };
    serveWindow(session as never, new BuiltFiles(folder));
    if (answer === undefined) throw new Error('Nobody answers.');
    return answer;
  }

  it('serves what was built, with the policy and its kind', async () => {
    const response = served()(new Request('app://holdfast/assets/app.js'));
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'hello',
    ]);
    expect(response.headers.get('content-security-policy')).toBe(contentSecurityPolicy("'none'"));
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    'app://holdfast/../secret.json',
    'app://holdfast/..%2fsecret.json',
    'app://holdfast/%2e%2e/secret.json',
    'app://holdfast/assets/..%5c..%5csecret.json',
    'app://holdfast/assets/../../secret.json',
    'app://holdfast//etc/passwd',
    'app://holdfast/etc/passwd',
    'app://holdfast/assets/linked.json',
    'app://holdfast/assets',
    'app://holdfast/assets/app.js%00.png',
    'app://holdfast/__proto__',
    'app://other/index.html',
    'app://holdfast.evil.test/index.html',
  ])('has nothing at %s', async (url) => {
    const response = served()(new Request(url));
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('secret');
    expect(response.headers.get('content-security-policy')).toBe(contentSecurityPolicy("'none'"));
  });

  it.each(['POST', 'PUT', 'DELETE'])('answers no %s', (method) => {
    expect(served()(new Request('app://holdfast/index.html', { method })).status).toBe(405);
  });
});

describe('the isolation of the window', () => {
  it('is written out, every switch of it', () => {
    expect(isolation).toEqual({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    });
  });

  it.runIf(here)(
    'is what the window is made with, after the sandbox and the scheme were declared (stand-in)',
    async () => {
      const { app } = await enter();
      const made = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.options.webPreferences);
      expect(made).toMatchObject(isolation);
      expect(made?.preload).toMatch(/out[\\/]preload[\\/]index\.cjs$/);
      const [first, second] = await app.evaluate(({ record }) => record);
      expect(first?.what).toBe('app.enableSandbox');
      expect(second).toEqual({
        what: 'protocol.registerSchemesAsPrivileged',
        details: [{ scheme: 'app', privileges: { standard: true, secure: true } }],
      });
    },
  );
});

describe('the fuses', () => {
  it('are all set, and set so', () => {
    expect(fuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });
});

describe('the code of the shell', () => {
  const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') || name.endsWith('.tsx'))
    .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(path.join(root, 'src', name), 'utf8') }));
  const namesWith = (pattern: RegExp): string[] =>
    files
      .filter(({ text }) => pattern.test(text))
      .map(({ name }) => name)
      .toSorted();

  it('takes calls in one file, which checks who calls', () => {
    expect(namesWith(/\bipcMain\b/)).toEqual(['main/shell/calls.ts']);
  });

  it('exposes one bridge, and hands no part of Electron to the page', () => {
    expect(namesWith(/exposeInMainWorld/)).toEqual(['preload/index.ts']);
    expect(namesWith(/\bsendSync\b|ipcRenderer\.send\b|executeJavaScript/)).toEqual([]);
  });

  it('opens links of the list and folders of the data folder, and nothing else', () => {
    expect(namesWith(/openExternal\((?!links\[)/)).toEqual([]);
    expect(namesWith(/openPath\((?!what === 'logs')/)).toEqual([]);
    const own = pathToFileURL(`${root}${path.sep}`).href;
    expect(Object.values(links).filter((link) => !link.startsWith('https://') && !link.startsWith(own))).toEqual([]);
  });

  it('starts no crash reporter, so that a crash leaves no memory on a disk', () => {
    expect(namesWith(/crashReporter/)).toEqual([]);
  });

  it('keeps secrets by the one vault: Electron’s own store is not used beside it', () => {
    expect(namesWith(/\bsafeStorage\b/)).toEqual([]);
  });
});
