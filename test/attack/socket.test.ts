/** What somebody can do who reaches the owner's socket: end their own connection, and nothing else. */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/main/base/clock.ts';
import { readEnvironment } from '../../src/main/base/environment.ts';
import { run } from '../../src/main/base/run.ts';
import { openDoor, type Door } from '../../src/main/serve/door.ts';
import { tempFolder } from '../helpers/temp.ts';
import { needs } from '../helpers/needs.ts';
import { testHouse, type TestHouse } from '../real/owner-house.ts';

const home = path.join(tempFolder('socket'), 'home');
let door: Door;
let house: TestHouse;
let address: string;
let token: string;

beforeAll(async () => {
  house = testHouse(new Map(), home);
  door = await openDoor({ ...readEnvironment(), home, account: 'ada' }, systemClock, async () => house);
  ({ address, token } = JSON.parse(readFileSync(path.join(home, 'owner.json'), 'utf8')) as {
    address: string;
    token: string;
  });
});
afterAll(() => door.close());

interface Talk {
  socket: Socket;
  /** Everything that came back, once the owner has closed the connection. */
  closed: Promise<string>;
  /** The next line that comes back. */
  line(): Promise<string>;
}

async function dial(): Promise<Talk> {
  const socket = connect(address);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  let text = '';
  let taken = 0;
  const looks = new Set<() => void>();
  socket.setEncoding('utf8').on('data', (more: string) => {
    text += more;
    for (const look of looks) look();
  });
  // What is written after the owner hung up is not ours to worry about.
  socket.on('error', () => {});
  return {
    socket,
    closed: new Promise((resolve) => socket.once('close', () => resolve(text))),
    line: () =>
      new Promise((resolve) => {
        const look = (): void => {
          const end = text.indexOf('\n', taken);
          if (end === -1) return;
          looks.delete(look);
          const line = text.slice(taken, end);
          taken = end + 1;
          resolve(line);
        };
        looks.add(look);
        look();
      }),
  };
}

const hello = (): string => `${JSON.stringify({ hello: 1, token, door: 'terminal' })}\n`;
const list = '{"id":1,"call":"backup.list","input":{}}\n';

async function enter(): Promise<Talk> {
  const talk = await dial();
  talk.socket.write(hello());
  expect(JSON.parse(await talk.line())).toEqual({ welcome: 1, pid: process.pid });
  return talk;
}

/** The owner still does its work, for itself and for the next that comes. */
async function expectAlive(): Promise<void> {
  const talk = await enter();
  talk.socket.write(list);
  expect(JSON.parse(await talk.line())).toEqual({ id: 1, answer: { ok: true, value: [] } });
  talk.socket.destroy();
  expect(await door.api.backup.list({})).toEqual([]);
}

describe('somebody without the token', () => {
  it.each([
    ['a call without a hello', list],
    ['a wrong token', '{"hello":1,"token":"AAAA","door":"terminal"}\n'],
    ['an empty token', '{"hello":1,"token":"","door":"terminal"}\n'],
    ['a token that is a list', '{"hello":1,"token":["a"],"door":"terminal"}\n'],
    ['no token', '{"hello":1,"door":"terminal"}\n'],
    ['HTTP, from a web page', 'POST / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('%s gets nothing and is hung up on', async (_what, text) => {
    const before = house.calls.length;
    const talk = await dial();
    talk.socket.write(text);
    expect(await talk.closed).toBe('');
    expect(house.calls).toHaveLength(before);
    await expectAlive();
  });

  it('hears no announcement', async () => {
    const talk = await dial();
    const progress = { phase: 'Dumping', bytes: 1, totalBytes: null, rows: 0, rate: 0, leftMs: null, table: null };
    house.announce('job.progressed', { jobId: 'job-20261120-120000-abcdefgh', progress });
    talk.socket.write('no hello\n');
    expect(await talk.closed).toBe('');
  });

  const asRoot = process.getuid?.() === 0;
  const another = needs('a second account', asRoot ? undefined : 'only root can become somebody else');
  it.runIf(another)('does not even reach the socket from another account', async () => {
    const program = `require('node:net').connect(${JSON.stringify(address)}).on('error', (e) => console.log(e.code)).on('connect', () => console.log('in'))`;
    const { stdout } = await run('/usr/bin/env', ['node', '-e', program], { uid: 65_534, gid: 65_534 });
    expect(stdout.trim()).toBe('EACCES');
  });
});

describe('somebody with the token who sends rubbish', () => {
  it.each([
    ['half a JSON', '{"id":1,\n'],
    ['bytes', '\u0000\u0001\u0002\n'],
    ['a list', '[]\n'],
    ['null', 'null\n'],
    ['a call without a number', '{"call":"backup.list","input":{}}\n'],
    ['a number that is none', '{"id":"1","call":"backup.list","input":{}}\n'],
    ['a field too many', '{"id":1,"call":"backup.list","input":{},"actor":"root"}\n'],
    ['a tower of brackets', `${'['.repeat(200_000)}\n`],
  ])('%s ends the connection, and only that', async (_what, text) => {
    const before = house.calls.length;
    const talk = await enter();
    talk.socket.write(text);
    await talk.closed;
    expect(house.calls).toHaveLength(before);
    await expectAlive();
  });

  it('a line of nine megabytes is not taken to its end', async () => {
    const talk = await enter();
    talk.socket.write(`{"id":1,"call":"${'x'.repeat(9 * 1024 * 1024)}`);
    await talk.closed;
    await expectAlive();
  });

  it.each([
    '__proto__.toString',
    'constructor.name',
    'backup.__proto__',
    'app.hello.call',
    '',
    'backup',
    'toString.call',
  ])('there is no call named %j', async (call) => {
    const talk = await enter();
    talk.socket.write(`${JSON.stringify({ id: 1, call, input: {} })}\n`);
    expect(JSON.parse(await talk.line())).toMatchObject({ answer: { ok: false, failure: { code: 'call.unknown' } } });
    talk.socket.destroy();
  });

  it('an input that tries to be somebody else is refused', async () => {
    const talk = await enter();
    talk.socket.write('{"id":1,"call":"backup.list","input":{"__proto__":{"name":"x"},"actor":"root"}}\n');
    expect(JSON.parse(await talk.line())).toMatchObject({ answer: { ok: false, failure: { code: 'call.malformed' } } });
    talk.socket.destroy();
  });

  it('one number for two calls ends the connection', async () => {
    const talk = await enter();
    const slow = '{"id":7,"call":"source.remove","input":{"name":"shop"}}\n';
    talk.socket.write(slow + slow);
    await talk.closed;
    await expectAlive();
  });

  it('calls without end end the connection', async () => {
    const talk = await enter();
    const slow = (id: number): string => `{"id":${id},"call":"source.remove","input":{"name":"shop"}}\n`;
    talk.socket.write(Array.from({ length: 1_000 }, (_, id) => slow(id)).join(''));
    await talk.closed;
    await expectAlive();
  });

  it('a door that never reads is given up, and costs the owner no more than its share', async () => {
    const talk = await enter();
    talk.socket.pause();
    const progress = {
      phase: 'x'.repeat(1024 * 1024),
      bytes: 1,
      totalBytes: null,
      rows: 0,
      rate: 0,
      leftMs: null,
      table: null,
    };
    for (let event = 0; event < 100; event += 1) {
      house.announce('job.progressed', { jobId: 'job-20261120-120000-abcdefgh', progress });
    }
    talk.socket.resume();
    expect((await talk.closed).length).toBeLessThan(80 * 1024 * 1024);
    await expectAlive();
  });

  it('a hundred connections do not keep the owner from its own work', async () => {
    const talks = await Promise.all(Array.from({ length: 100 }, dial));
    expect(await door.api.backup.list({})).toEqual([]);
    for (const { socket } of talks) socket.destroy();
    await Promise.all(talks.map(({ closed }) => closed));
    await expectAlive();
  });
});
