/** What a window that lies can make the house do: no more than one that does not. The house is the real one. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../src/shared/channel.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { openHouse } from '../../src/main/wire.ts';
import { callAsPage, comeIn, openDoorUnderTest, type DoorUnderTest } from '../helpers/browser-door.ts';
import { makeDatabase } from '../helpers/sqlite.ts';

let world: DoorUnderTest;
let cookie: string;
/** A folder of the person's, with a database and a file that is none of a backup tool's business. */
let desk: string;

beforeAll(async () => {
  world = await openDoorUnderTest({ openHouse });
  cookie = await comeIn(world.tab);
  desk = path.join(world.env.userHome, 'desk');
  mkdirSync(desk);
  makeDatabase(path.join(desk, 'shop.sqlite'), (db) =>
    db.exec('CREATE TABLE customer (name TEXT); INSERT INTO customer VALUES (1)'),
  );
  writeFileSync(path.join(desk, 'diary.txt'), 'private');
  writeFileSync(path.join(desk, '.env'), `DATABASE_URL=sqlite:///${desk}/shop.sqlite\n`);
});
afterAll(() => world.close());

async function ask(name: string, input: unknown): Promise<Answer> {
  return JSON.parse((await callAsPage(world.tab.port, cookie, name, input)).body) as Answer;
}

async function codeOf(name: string, input: unknown): Promise<string> {
  const answer = await ask(name, input);
  return answer.ok ? 'ok' : answer.failure.code;
}

const sqliteSource = (name: string, file: string, folders: string[] = []): object => ({
  name,
  settings: { kind: 'sqlite', file },
  scope: wholeScope,
  digests: true,
  compressionLevel: 1,
  folders,
  secrets: {},
  replace: false,
});

const server = (more: object = {}): object => ({
  kind: 'postgres',
  host: '127.0.0.1',
  port: 1,
  user: 'ada',
  databases: ['shop'],
  tls: { mode: 'disable' },
  password: 'none',
  ...more,
});

describe('paths that were not handed out', () => {
  it('are refused in every call that has one, and nothing is saved, read or written', async () => {
    const file = path.join(desk, 'shop.sqlite');
    const hop = {
      host: 'h',
      port: 22,
      user: 'u',
      auth: 'key',
      keyFile: '/root/.ssh/id_ed25519',
      hostKey: `SHA256:${'a'.repeat(43)}`,
    };
    const calls: [string, unknown][] = [
      ['source.add', sqliteSource('stolen', file)],
      ['source.add', sqliteSource('stolen', `${desk}/../desk/shop.sqlite`)],
      ['source.add', { ...sqliteSource('stolen', file), settings: server(), folders: [path.join(desk, 'place')] }],
      [
        'source.add',
        { ...sqliteSource('stolen', file), settings: server({ tls: { mode: 'verify-ca', caFile: '/etc/shadow' } }) },
      ],
      ['source.test', { settings: { kind: 'sqlite', file }, secrets: {} }],
      ['source.test', { settings: server({ tunnel: { server: hop } }), secrets: {} }],
      [
        'source.test',
        {
          settings: server({ tunnel: { jump: hop, server: { ...hop, keyFile: undefined, auth: 'agent' } } }),
          secrets: {},
        },
      ],
      ['source.read', { envFile: path.join(desk, '.env') }],
      [
        'restore.rehearse',
        { backup: 'shop@latest', target: { kind: 'file', file: path.join(desk, 'new.sqlite') }, secrets: {} },
      ],
      [
        'restore.rehearse',
        {
          backup: 'shop@latest',
          target: {
            kind: 'database',
            database: 'x',
            server: server({ tls: { mode: 'verify-ca', caFile: '/etc/shadow' } }),
          },
          secrets: {},
        },
      ],
    ];
    for (const [name, input] of calls) expect([name, await codeOf(name, input)]).toEqual([name, 'call.refused']);
    expect(await ask('source.list', {})).toEqual({ ok: true, value: [] });
    expect(await ask('job.list', { limit: 10 })).toEqual({ ok: true, value: [] });
    expect(existsSync(path.join(desk, 'place'))).toBe(false);
    expect(existsSync(path.join(desk, 'new.sqlite'))).toBe(false);
  });

  it('stay refused where the same path was handed out for another purpose', async () => {
    expect(await codeOf('door.pick', { purpose: 'ca-file', folder: desk, name: 'shop.sqlite' })).toBe('ok');
    expect(await codeOf('source.add', sqliteSource('stolen', path.join(desk, 'shop.sqlite')))).toBe('call.refused');
  });

  it('are accepted once they were picked, and for a restore beside a saved database under a database name only', async () => {
    expect(await codeOf('door.pick', { purpose: 'sqlite-file', folder: desk, name: 'shop.sqlite' })).toBe('ok');
    expect(await codeOf('source.add', sqliteSource('shop', path.join(desk, 'shop.sqlite')))).toBe('ok');
    const restore = (file: string): Promise<string> =>
      codeOf('restore.rehearse', { backup: 'shop@latest', target: { kind: 'file', file }, secrets: {} });
    // There is no backup yet: that is what the house says, so the path came through.
    expect(await restore(path.join(desk, 'shop-restored.sqlite'))).toBe('backup.none');
    for (const name of [
      '.bashrc',
      '.hidden.sqlite',
      'run.sh',
      'sub/x.sqlite',
      '../x.sqlite',
      'x.sqlite/../../y.sqlite',
      'a\nb.sqlite',
      '',
    ])
      expect([name, await restore(`${desk}/${name}`)]).toEqual([name, 'call.refused']);
  });

  it('cannot be picked where there is nothing of that kind, through names that are none, or over what exists', async () => {
    symlinkSync('/etc/shadow', path.join(desk, 'innocent.pem'));
    const pick = (purpose: string, name: string, folder = desk): Promise<string> =>
      codeOf('door.pick', { purpose, folder, name });
    for (const name of ['..', '.', '', '../shop.sqlite', 'sub/shop.sqlite', 'shop.sqlite\0.txt', '/etc/passwd'])
      expect([name, await pick('sqlite-file', name)]).toEqual([name, 'path.wrong-kind']);
    expect(await pick('restore-file', 'diary.txt')).toBe('path.wrong-kind');
    expect(await pick('folder', 'diary.txt')).toBe('path.wrong-kind');
    expect(await pick('sqlite-file', 'gone.sqlite')).toBe('path.missing');
    expect(await pick('sqlite-file', 'shop.sqlite', 'desk')).toBe('path.wrong-kind');
    // A link is handed out as what it leads to, for everybody to see.
    expect(await ask('door.pick', { purpose: 'ca-file', folder: desk, name: 'innocent.pem' })).toEqual({
      ok: true,
      value: { path: '/etc/shadow' },
    });
    expect(readFileSync(path.join(desk, 'diary.txt'), 'utf8')).toBe('private');
  });
});

describe('input that no window sends', () => {
  it.each([
    ['__proto__', '{"limit":10,"__proto__":{"polluted":true}}'],
    ['constructor', '{"limit":10,"constructor":{"prototype":{"polluted":true}}}'],
    ['a key deep inside', '{"limit":10,"kinds":[{"a":[{"__proto__":{"polluted":true}}]}]}'],
    ['depth', `{"limit":10,"kinds":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
    ['very great depth', `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`],
    ['very many values', `{"limit":10,"kinds":[${'0,'.repeat(300_000)}0]}`],
  ])('is refused before anything reads it: %s', async (_what, text) => {
    const { port } = world.tab;
    const { ask: request, callHeaders } = await import('../helpers/browser-door.ts');
    const body = `{"name":"job.list","input":${text}}`;
    const answer = await request(port, { method: 'POST', path: '/call', headers: callHeaders(port, cookie), body });
    expect(JSON.parse(answer.body)).toMatchObject({ ok: false, failure: { code: 'call.refused' } });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(await codeOf('job.list', { limit: 10 })).toBe('ok');
  });

  it.each([
    '__proto__',
    'toString',
    'door.constructor',
    'constructor.name',
    'door.__proto__',
    'app.snapshot.call',
    'shell.run',
    '',
    ' app.snapshot',
  ])('a call named %j is unknown', async (name) => {
    expect(await codeOf(name, {})).toBe('call.unknown');
  });

  it.each([null, undefined, 0, 'x', [], { extra: 1 }])('an input that is %j is malformed', async (input) => {
    expect(['call.malformed', 'call.refused']).toContain(await codeOf('source.list', input ?? null));
  });
});

describe('ids and names', () => {
  const hostile = [
    "x'; DROP TABLE source; --",
    '"; DROP TABLE backup; --',
    '../../../etc/passwd',
    'bk-20261120-120000-00000000/../../owner.json',
    'job-20261120-120000-00000000\n',
    '%00',
    'shop@latest@latest',
    'a'.repeat(5_000),
  ];

  it.each(hostile)('that were forged find nothing and change nothing: %s', async (text) => {
    const before = await ask('app.snapshot', {});
    const forged: [string, unknown][] = [
      ['source.show', { name: text }],
      ['source.remove', { name: text }],
      ['source.test', { name: text }],
      ['backup.start', { name: text }],
      ['backup.show', { backup: text }],
      ['backup.verify', { backup: text, level: 'read' }],
      ['backup.diff', { backup: text, against: text }],
      ['backup.list', { name: text }],
      ['job.show', { jobId: text }],
      ['job.log', { jobId: text }],
      ['job.cancel', { jobId: text }],
      ['restore.run', { planId: text, secrets: {} }],
    ];
    for (const [name, input] of forged) expect([name, await codeOf(name, input)]).not.toEqual([name, 'ok']);
    expect(await ask('app.snapshot', {})).toEqual(before);
    const catalog = new Database(path.join(world.env.home, 'catalog.sqlite'), { readonly: true });
    expect(catalog.pragma('integrity_check', { simple: true })).toBe('ok');
    catalog.close();
  });

  it('that have the right form and belong to nobody are unknown', async () => {
    expect(await codeOf('job.show', { jobId: 'job-20261120-120000-00000000' })).toBe('job.unknown');
    expect(await codeOf('backup.show', { backup: 'bk-20261120-120000-00000000' })).toBe('backup.unknown');
    expect(await codeOf('restore.run', { planId: 'plan-20261120-120000-00000000', secrets: {} })).toBe('plan.unknown');
    expect(await codeOf('source.remove', { name: 'nobody' })).toBe('source.unknown');
  });

  it('cannot bring another draft, another owner or another settings file', async () => {
    expect(await codeOf('settings.change', { theme: 'dark', home: '/tmp' })).toBe('call.malformed');
    expect(await codeOf('door.setLoginItem', { on: true })).toBe('call.refused');
    expect(await codeOf('door.reveal', { what: '/etc' })).toBe('call.malformed');
    expect(await codeOf('door.openLink', { link: 'https://evil.example' })).toBe('call.malformed');
    expect(await codeOf('door.choose', { purpose: 'sqlite-file' })).toBe('call.refused');
  });
});
