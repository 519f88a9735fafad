/** The browser door over a house that remembers what it was asked, for tests of the door itself. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import path from 'node:path';
import { systemClock, type Clock } from '../../src/main/base/clock.ts';
import { readEnvironment, type Environment } from '../../src/main/base/environment.ts';
import { openBrowserDoor, type BrowserDoor } from '../../src/main/serve/browser.ts';
import { browserHandlers } from '../../src/main/serve/browser-handlers.ts';
import { openDoor, type Door } from '../../src/main/serve/door.ts';
import type { OpenHouse } from '../../src/main/serve/owner.ts';
import { gate } from '../../src/main/window/gate.ts';
import { PathGuard } from '../../src/main/window/paths.ts';
import { testHouse, type TestHouse } from '../real/owner-house.ts';
import { tempFolder } from './temp.ts';

export interface DoorUnderTest {
  house: TestHouse;
  door: Door;
  tab: BrowserDoor;
  env: Environment;
  /** Where the built files lie. */
  files: string;
  /** `http://127.0.0.1:PORT` */
  origin: string;
  close(): Promise<void>;
}

export const pageText = 'The page of the test';

export async function openDoorUnderTest(
  options: { headMs?: number; openHouse?: OpenHouse } = {},
): Promise<DoorUnderTest> {
  const folder = tempFolder('tab');
  const home = path.join(folder, 'home');
  const files = path.join(folder, 'renderer');
  mkdirSync(path.join(files, 'assets'), { recursive: true });
  writeFileSync(path.join(files, 'index.html'), `<!doctype html><title>Holdfast</title><h1>${pageText}</h1>`);
  writeFileSync(path.join(files, 'assets/app.js'), 'document.title = "scripted";');
  const passphraseFile = path.join(folder, 'passphrase');
  writeFileSync(passphraseFile, 'a passphrase for tests\n', { mode: 0o600 });
  const env = { ...readEnvironment(), home, passphraseFile, userHome: folder, account: 'ada' };
  const house = testHouse(new Map(), home);
  const door = await openDoor(env, systemClock, options.openHouse ?? (async () => house), { door: 'browser' });
  const tab = await openTab({ door, env, files, ...(options.headMs === undefined ? {} : { headMs: options.headMs }) });
  return {
    house,
    door,
    tab,
    env,
    files,
    origin: `http://127.0.0.1:${tab.port}`,
    async close() {
      await tab.close();
      await door.close();
    },
  };
}

const { version: ownVersion } = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8'),
) as { version: string };

/** The browser door of this process, over a door of any house. */
export function openTab(over: {
  door: Door;
  env: Environment;
  files: string;
  clock?: Clock;
  headMs?: number;
}): Promise<BrowserDoor> {
  const { door, env, files, clock = systemClock, headMs } = over;
  const paths = new PathGuard(() => door.api.app.snapshot({}));
  const handlers = browserHandlers({ env, version: ownVersion, paths, openPage: () => 'There is no display here.' });
  return openBrowserDoor({
    door,
    gate: gate({ door: handlers, house: (name, input, signal) => door.invoke(name, input, signal), paths }),
    clock,
    actor: `${env.account} (browser)`,
    port: 0,
    files,
    ...(headMs === undefined ? {} : { headMs }),
  });
}

export interface Asked {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A request of exactly these headers: nothing is added that a browser would. */
export function ask(
  port: number,
  options: { method?: string; path: string; headers?: Record<string, string>; body?: string | Buffer },
): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path: options.path,
        agent: false,
        headers: { host: `127.0.0.1:${port}`, ...headers },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (more: string) => (text += more));
        response.once('error', reject);
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Comes in by a new link; what a `Cookie` header of this session holds. */
export async function comeIn(tab: BrowserDoor): Promise<string> {
  const { pathname, search } = new URL(tab.newLink());
  const entered = await ask(tab.port, { path: pathname + search });
  const [cookie = ''] = entered.headers['set-cookie'] ?? [];
  return cookie.split(';')[0] ?? '';
}

/** What our own page sends with a call. */
export const callHeaders = (port: number, cookie: string): Record<string, string> => ({
  cookie,
  origin: `http://127.0.0.1:${port}`,
  'content-type': 'application/json',
  'x-holdfast': '1',
  'sec-fetch-site': 'same-origin',
});

/** Makes a call as our own page does. */
export function callAsPage(port: number, cookie: string, name: string, input: unknown): Promise<Asked> {
  const body = JSON.stringify({ name, input });
  return ask(port, { method: 'POST', path: '/call', headers: callHeaders(port, cookie), body });
}
