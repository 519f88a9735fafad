/** What a page of another site, another program or another account of this machine can do to the browser door: nothing. */
import { symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserMissing, launchBrowser } from '../helpers/browser.ts';
import {
  ask,
  callAsPage,
  callHeaders,
  comeIn,
  openDoorUnderTest,
  pageText,
  type DoorUnderTest,
} from '../helpers/browser-door.ts';
import { needs } from '../helpers/needs.ts';

let world: DoorUnderTest;
let port: number;
let cookie: string;

beforeAll(async () => {
  world = await openDoorUnderTest({ headMs: 1_000 });
  ({ port } = world.tab);
  cookie = await comeIn(world.tab);
});
afterAll(() => world.close());

const start = { name: 'backup.start', input: { name: 'shop' } };

/** No call of the attack reached the house, and our own page still gets its answers. */
async function expectUnharmed(): Promise<void> {
  expect(world.house.calls.filter((call) => call.startsWith('backup.start'))).toEqual([]);
  const answer = await callAsPage(port, cookie, 'backup.list', {});
  expect({ status: answer.status, body: JSON.parse(answer.body) as unknown }).toEqual({
    status: 200,
    body: { ok: true, value: [] },
  });
}

function post(headers: Record<string, string>, body = JSON.stringify(start)): ReturnType<typeof ask> {
  return ask(port, { method: 'POST', path: '/call', headers, body });
}

describe('a page of another site', () => {
  it.each([
    ['a name of its own that leads here (DNS rebinding)', { host: 'evil.example' }],
    ['its name with our port', { host: 'evil.example:PORT' }],
    ['our address without the port', { host: '127.0.0.1' }],
    ['an address that looks like ours', { host: '127.0.0.1.evil.example:PORT' }],
    ['another way to write our address', { host: '2130706433:PORT' }],
    ['two names', { host: '127.0.0.1:PORT,evil.example' }],
  ])('with %s is refused, cookie and all', async (_how, change) => {
    const host = change.host.replace('PORT', String(port));
    const answer = await post({ ...callHeaders(port, cookie), host });
    expect(answer.status).toBe(403);
    expect((await ask(port, { path: '/', headers: { cookie, host } })).body).not.toContain(pageText);
    await expectUnharmed();
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; application/json',
  ])('that posts a form as %s is refused', async (type) => {
    const { 'x-holdfast': _header, ...form } = callHeaders(port, cookie);
    expect((await post({ ...form, 'content-type': type })).status).toBe(403);
    expect((await post({ ...callHeaders(port, cookie), 'content-type': type })).status).toBe(403);
    await expectUnharmed();
  });

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['no site that can be named', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['our address by TLS', { origin: 'https://127.0.0.1:PORT' }],
    ['our other name', { origin: 'http://localhost:PORT' }],
    ['nowhere', { origin: undefined }],
    ['where the browser says it is', { 'sec-fetch-site': 'cross-site' }],
    ['a port that the browser calls the same site', { 'sec-fetch-site': 'same-site' }],
    ['the address line', { 'sec-fetch-site': 'none' }],
    ['a page without our header', { 'x-holdfast': undefined }],
  ])('that fetches from %s is refused', async (_where, change) => {
    const headers = Object.entries({ ...callHeaders(port, cookie), ...change })
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .map(([name, value]) => [name, value.replace('PORT', String(port))]);
    expect((await post(Object.fromEntries(headers) as Record<string, string>)).status).toBe(403);
    await expectUnharmed();
  });

  it('that asks beforehand (CORS) is told nothing that allows it', async () => {
    const answer = await ask(port, {
      method: 'OPTIONS',
      path: '/call',
      headers: {
        origin: 'https://evil.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-holdfast,content-type',
      },
    });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('that opens a WebSocket gets no connection, with cookie and right origin too', async () => {
    const socket = await dial();
    socket.write(
      `GET /events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\nOrigin: http://127.0.0.1:${port}\r\n` +
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZQ==\r\n\r\n',
    );
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 403 /);
    await expectUnharmed();
  });

  it('that puts us into a frame is refused by the browser twice over', async () => {
    const framed = await ask(port, {
      path: '/',
      headers: { cookie, 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' },
    });
    expect(framed.status).toBe(403);
    const { headers } = await ask(port, { path: '/', headers: { cookie } });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });
});

describe('a program or an account without the link', () => {
  it('sees nothing: not the page, not its parts, no event, no answer', async () => {
    for (const wanted of ['/', '/index.html', '/assets/app.js', '/events']) {
      const answer = await ask(port, { path: wanted });
      expect([wanted, answer.status]).toEqual([wanted, 401]);
      expect(answer.body).not.toContain(pageText);
    }
    const { cookie: _cookie, ...without } = callHeaders(port, '');
    expect((await post(without)).status).toBe(401);
    await expectUnharmed();
  });

  it('cannot use a link twice, nor one that a newer one has replaced, nor guess one', async () => {
    const older = new URL(world.tab.newLink());
    const link = new URL(world.tab.newLink());
    expect((await ask(port, { path: older.pathname + older.search })).headers['set-cookie']).toBeUndefined();
    const [first, second] = await Promise.all([1, 2].map(() => ask(port, { path: link.pathname + link.search })));
    expect(new Set([first?.status, second?.status])).toEqual(new Set([200, 401]));
    for (const guess of ['', '?ticket=', '?ticket=undefined', `?ticket=${'A'.repeat(43)}`, '?ticket[]=x'])
      expect((await ask(port, { path: `/enter${guess}` })).headers['set-cookie']).toBeUndefined();
  });

  it('cannot burn a link by looking at it in another way than by opening it', async () => {
    const link = new URL(world.tab.newLink());
    const wanted = link.pathname + link.search;
    await ask(port, { method: 'HEAD', path: wanted });
    await ask(port, { method: 'POST', path: wanted, body: '' });
    await ask(port, { path: wanted, headers: { 'sec-fetch-dest': 'image' } });
    await ask(port, { path: wanted, headers: { host: 'evil.example' } });
    expect((await ask(port, { path: wanted })).status).toBe(200);
  });

  it('cannot come in with the cookie of another port, a planted one, or a part of one', async () => {
    const other = await openDoorUnderTest();
    const foreign = await comeIn(other.tab);
    await other.close();
    const value = cookie.split('=')[1] ?? '';
    const name = cookie.split('=')[0] ?? '';
    for (const forged of [
      foreign,
      `${name}=${foreign.split('=')[1]}`,
      `${name}=`,
      `${name}=${value.slice(0, -1)}`,
      `${name}=${value}x`,
      `holdfast-1=${value}`,
      // Somebody on another port of this machine set one of our name: which of the two is ours cannot be told.
      `${name}=planted; ${name}=${value}`,
    ])
      expect([forged, (await post(callHeaders(port, forged))).status]).toEqual([forged, 401]);
    await expectUnharmed();
  });

  it('gets a cookie that no script can read and no other site can send', async () => {
    const { pathname, search } = new URL(world.tab.newLink());
    const { headers } = await ask(port, { path: pathname + search });
    expect(headers['set-cookie']?.[0]).toMatch(
      new RegExp(`^holdfast-${port}=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    expect(headers['cache-control']).toBe('no-store');
  });
});

describe('files', () => {
  it.each([
    '/../home/owner.json',
    '/..%2fhome%2fowner.json',
    '/%2e%2e/home/owner.json',
    '/%252e%252e%252fhome%252fowner.json',
    '/..\\home\\owner.json',
    '/..%5chome%5cowner.json',
    '/assets/../../home/owner.json',
    '/assets/..;/..;/home/owner.json',
    '//etc/passwd',
    '/etc/passwd',
    '/assets/%00/../app.js',
    '/.',
    '/assets/',
    '/assets',
    '/ASSETS/APP.JS',
    '/outside.js',
    '/assets/linked.js',
    '/__proto__',
    '/constructor',
  ])('that were not built are not served: %s', async (wanted) => {
    const outside = path.join(path.dirname(world.files), 'outside.js');
    writeFileSync(outside, 'secret');
    const link = path.join(world.files, 'assets/linked.js');
    try {
      symlinkSync(outside, link);
    } catch {
      // Made by the case before.
    }
    // Built again: the folder is read anew.
    writeFileSync(path.join(world.files, 'index.html'), `<!doctype html><title>Holdfast</title><h1>${pageText}</h1>`);
    expect((await ask(port, { path: '/', headers: { cookie } })).body).toContain(pageText);
    const answer = await ask(port, { path: wanted, headers: { cookie } });
    expect(answer.status).toBe(404);
    expect(answer.body).not.toMatch(/secret|token|root:/);
  });

  it('are served where they were built', async () => {
    const answer = await ask(port, { path: '/assets/app.js?v=1', headers: { cookie } });
    expect(answer).toMatchObject({ status: 200, body: 'document.title = "scripted";' });
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
  });
});

describe('too much', () => {
  it('a body of more than 8 MiB is not taken, said beforehand or not', async () => {
    const headers = callHeaders(port, cookie);
    const socket = await dial();
    socket.write(`${headOf(headers)}Content-Length: 900000000\r\n\r\n`);
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 413 /);

    const chunked = await dial();
    chunked.write(`${headOf(headers)}Transfer-Encoding: chunked\r\n\r\n`);
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    for (let sent = 0; sent < 12; sent += 1) chunked.write(chunk);
    expect(await untilClosed(chunked)).toMatch(/^HTTP\/1\.1 413 /);
    await expectUnharmed();
  });

  it('a head of more than 16 KiB is not taken', async () => {
    const answer = await ask(port, { path: '/', headers: { cookie, 'x-long': 'x'.repeat(20_000) } });
    expect(answer.status).toBe(431);
    await expectUnharmed();
  });

  it('a head or a body that never comes to its end is given up', async () => {
    const slowHead = await dial();
    slowHead.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`);
    const slowBody = await dial();
    slowBody.write(`${headOf(callHeaders(port, cookie))}Content-Length: 100\r\n\r\n{"name"`);
    const silent = await dial();
    await Promise.all([slowHead, slowBody, silent].map(untilClosed));
    await expectUnharmed();
  });

  it('many connections end when they are too many, and the door works on', async () => {
    const sockets = await Promise.all(Array.from({ length: 400 }, () => dial().catch(() => undefined)));
    for (const socket of sockets) socket?.destroy();
    await expectUnharmed();
  });

  it('many streams end when they are too many, and the door works on', async () => {
    const streams = await Promise.all(Array.from({ length: 80 }, () => stream()));
    expect(streams.filter(({ status }) => status === 200)).toHaveLength(64);
    for (const { socket } of streams) socket.destroy();
    await expectUnharmed();
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '"backup.start"',
    '{"name":"backup.start"}',
    '{"name":1,"input":{},"more":1}',
    '{"name":"x","input":{}}\u0000',
  ])('what is no call is refused: %j', async (body) => {
    const answer = await post(callHeaders(port, cookie), body);
    expect([400, 200]).toContain(answer.status);
    expect(JSON.parse(answer.body)).toMatchObject({ ok: false });
    await expectUnharmed();
  });
});

describe('a tab', () => {
  it('that goes away stops waiting, and the job goes on', async () => {
    const begun = JSON.parse((await callAsPage(port, cookie, 'backup.start', { name: 'shop' })).body) as {
      value: { jobId: string };
    };
    const socket = await dial();
    const body = JSON.stringify({ name: 'job.wait', input: begun.value });
    socket.write(`${headOf(callHeaders(port, cookie))}Content-Length: ${body.length}\r\n\r\n${body}`);
    await expect.poll(() => world.house.calls.filter((call) => call.startsWith('job.wait')).length).toBe(1);
    socket.destroy();
    const listed = await callAsPage(port, cookie, 'job.list', { limit: 10 });
    expect(JSON.parse(listed.body)).toMatchObject({ ok: true, value: [{ state: 'running' }] });
    expect(world.house.calls.some((call) => call.startsWith('job.cancel'))).toBe(false);
    world.house.endJob(begun.value.jobId as never);
  });

  it('hears announcements with their numbers, and when it comes back that it may have missed some', async () => {
    const first = await stream();
    world.house.announce('source.removed', { sourceId: 'src-abcdefghijkl' });
    await first.expectEvent('"event":"source.removed"');
    first.socket.destroy();
    const again = await stream({ 'last-event-id': '1' });
    await again.expectEvent('"event":"app.restarted"');
    expect(world.door.role()).toBe('owner');
    again.socket.destroy();
  });
});

const chromium = needs('Chromium', browserMissing());
describe.runIf(chromium)('a page of another site in a real browser that is in here', () => {
  let browser: Browser;
  let evil: Server;
  let evilOrigin: string;

  beforeAll(async () => {
    browser = await launchBrowser();
    evil = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>Another site</title><body>');
    });
    await new Promise<void>((resolve) => {
      evil.listen(0, '127.0.0.1', resolve);
    });
    evilOrigin = `http://localhost:${(evil.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await browser.close();
    await new Promise((resolve) => {
      evil.close(resolve);
      evil.closeAllConnections();
    });
  });

  it('reads nothing, starts nothing, frames nothing and hears nothing', async () => {
    const context = await browser.newContext();
    const own = await context.newPage();
    await own.goto(world.tab.newLink());
    await own.getByRole('heading', { name: pageText }).waitFor();
    expect(await own.evaluate('document.cookie')).toBe('');
    const before = world.house.calls.length;

    const page = await context.newPage();
    // `localhost` is another site than 127.0.0.1; a page on 127.0.0.1 itself is the same site, and a stranger all the same.
    for (const from of [evilOrigin, evilOrigin.replace('localhost', '127.0.0.1')]) {
      await page.goto(from);
      expect(await page.evaluate(attackFromPage(world.origin))).toEqual({
        plain: 'refused',
        json: 'refused',
        read: 'refused',
        events: 'refused',
        socket: 'refused',
        frame: '',
      });
    }
    // A form leads the whole page away: what it shows then is a refusal.
    await page.goto(evilOrigin);
    const landed = page.waitForURL(`${world.origin}/call`);
    await page.evaluate(`(() => {
      const form = Object.assign(document.createElement('form'), { method: 'post', enctype: 'text/plain', action: '${world.origin}/call' });
      form.append(Object.assign(document.createElement('input'), { name: '{"name":"backup.start","input":{"name":"shop"},"x":"', value: '"}' }));
      document.body.append(form);
      form.submit();
    })()`);
    await landed;
    expect(await page.textContent('body')).toContain('call.refused');
    expect(world.house.calls.slice(before)).toEqual([]);
    await context.close();
  });
});

/** What a hostile page tries, each attempt told as what came of it. */
const attackFromPage = (origin: string): string => `(async () => {
  const told = (work) => work.then((answer) => answer.type === 'opaque' || answer.ok === false ? 'refused' : 'answered', () => 'refused');
  const body = JSON.stringify(${JSON.stringify(start)});
  const frame = Object.assign(document.createElement('iframe'), { src: '${origin}/' });
  const loaded = new Promise((done) => { frame.onload = done; });
  document.body.append(frame);
  await loaded;
  let inside = '';
  try { inside = frame.contentDocument?.body?.textContent ?? ''; } catch {}
  return {
    plain: await told(fetch('${origin}/call', { method: 'POST', mode: 'no-cors', credentials: 'include', body })),
    json: await told(fetch('${origin}/call', { method: 'POST', credentials: 'include', body, headers: { 'content-type': 'application/json', 'x-holdfast': '1' } })),
    read: await told(fetch('${origin}/', { credentials: 'include' })),
    events: await new Promise((done) => { const source = new EventSource('${origin}/events', { withCredentials: true }); source.onerror = () => done('refused'); source.onopen = () => done('answered'); }),
    socket: await new Promise((done) => { const socket = new WebSocket('${origin.replace('http', 'ws')}/events'); socket.onerror = () => done('refused'); socket.onopen = () => done('answered'); }),
    frame: inside,
  };
})()`;

function dial(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      // What is written after the door hung up is not ours to worry about.
      socket.on('error', () => {});
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

function untilClosed(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (more: string) => (text += more));
  return new Promise((resolve) => socket.once('close', () => resolve(text)));
}

const headOf = (headers: Record<string, string>): string =>
  `POST /call HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}`;

/** Listens to events, and says what came. */
async function stream(headers: Record<string, string> = {}): Promise<{
  socket: Socket;
  status: number;
  expectEvent(text: string): Promise<void>;
}> {
  const socket = await dial();
  let text = '';
  socket.setEncoding('utf8').on('data', (more: string) => (text += more));
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET /events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\n${more.join('')}\r\n`);
  await expect.poll(() => text).toContain('\r\n\r\n');
  return {
    socket,
    status: Number(text.split(' ')[1]),
    expectEvent: async (wanted) => {
      await expect.poll(() => text).toContain(wanted);
    },
  };
}
