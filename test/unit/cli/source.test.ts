import { describe, expect, it } from 'vitest';
import { fileURLToPath } from 'node:url';
import { commandLine, type Given } from './command-line.ts';

const sourceId = 'src-aaaaaaaaaaaa';
const jobId = 'job-20261120-120000-abcdefgh';
const hostKey = `SHA256:${'A'.repeat(43)}`;

/** A house that saves whatever it is given. */
const saves: NonNullable<Given['answers']> = {
  'source.add': ({ name, settings, scope, digests, compressionLevel }: Record<string, unknown>) => ({
    id: sourceId,
    name,
    settings,
    scope,
    digests,
    compressionLevel,
    destinations: ['dst-aaaaaaaaaaaa'],
    createdAt: 1_795_000_000_000,
  }),
};

async function added(argv: string[], given: Given = {}): Promise<{ input: Record<string, unknown>; stderr: string }> {
  const ended = await commandLine(['source', 'add', 'shop', ...argv, '--json'], { answers: saves, ...given });
  expect(ended.stderr + ended.stdout).not.toContain('hunter22');
  expect([ended.code, ended.stdout]).toMatchObject([0, expect.stringContaining('"shop"')]);
  return { input: ended.asked.at(-1)?.input as Record<string, unknown>, stderr: ended.stderr };
}

async function refused(argv: string[], given: Given = {}) {
  const ended = await commandLine(['source', 'add', 'shop', ...argv, '--json'], given);
  expect(ended.asked).toEqual([]);
  expect(ended.stderr + ended.stdout).not.toContain('hunter22');
  return { code: ended.code, failure: ended.json() as { code: string; message: string; hint: string } };
}

describe('BS-1 a SQLite source', () => {
  it('is an absolute path and everything in it', async () => {
    expect((await added(['--file', 'db.sqlite3'])).input).toEqual({
      name: 'shop',
      settings: { kind: 'sqlite', file: '/work/shop/db.sqlite3' },
      scope: { part: 'all', schemas: [], tables: [], excludeTables: [] },
      digests: true,
      compressionLevel: 1,
      folders: [],
      secrets: {},
      replace: false,
    });
  });

  it('is marked as production, unmarked, or left as it is', async () => {
    const file = ['--file', '/d.db', '--replace'];
    expect((await added([...file, '--production'])).input).toMatchObject({ production: true });
    expect((await added([...file, '--no-production'])).input).toMatchObject({ production: false });
    expect((await added(file)).input).not.toHaveProperty('production');
    expect(await refused([...file, '--production', '--no-production'])).toMatchObject({ code: 2 });
  });

  it('SV-4 SV-22 takes a scope, folders and a level', async () => {
    const { input } = await added(
      [
        '--file',
        '/d.db',
        '--schema-only',
        '--table',
        'a',
        '--table',
        '-b',
        '--exclude-table=--c',
        '--folder',
        'x',
        '--folder',
        '/y',
      ]
        .map((word) => (word === '-b' ? 'b' : word))
        .concat(['--no-digests', '--compression', '9', '--replace']),
    );
    expect(input).toMatchObject({
      scope: { part: 'schema', schemas: [], tables: ['a', 'b'], excludeTables: ['--c'] },
      folders: ['/work/shop/x', '/y'],
      digests: false,
      compressionLevel: 9,
      replace: true,
    });
  });

  it('has no server options', async () => {
    expect(await refused(['--file', 'x', '--tls', 'require'])).toMatchObject({
      code: 2,
      failure: { code: 'usage.wrong', message: expect.stringContaining('--tls') },
    });
    expect(await refused(['--file', 'x', '--password-stdin'])).toMatchObject({ code: 2 });
  });
});

describe('SV-21 a PostgreSQL source', () => {
  it('is verified fully unless it is here', async () => {
    expect((await added(['--url', 'postgres://ada@db.example.com/shop'])).input).toMatchObject({
      settings: {
        kind: 'postgres',
        host: 'db.example.com',
        port: 5432,
        user: 'ada',
        databases: ['shop'],
        tls: { mode: 'verify-full' },
        password: 'none',
      },
      secrets: {},
    });
    expect((await added(['--url', 'postgres://localhost/shop'])).input).toMatchObject({
      settings: { user: 'ada', tls: { mode: 'disable' } },
    });
    expect((await added(['--url', 'postgres:///shop?host=/run/pg'])).input).toMatchObject({
      settings: { host: '/run/pg', tls: { mode: 'disable' } },
    });
  });

  it('takes a weaker TLS only by name, and checks an authority that it is given', async () => {
    const tls = async (...argv: string[]) => ((await added(argv)).input['settings'] as { tls: unknown }).tls;
    expect(await tls('--url', 'postgres://db/shop?sslmode=require')).toEqual({ mode: 'require' });
    expect(await tls('--url', 'postgres://db/shop?sslmode=disable', '--tls', 'verify-full')).toEqual({
      mode: 'verify-full',
    });
    expect(await tls('--url', 'postgres://db/shop?sslmode=require', '--ca-file', 'ca.pem')).toEqual({
      mode: 'verify-ca',
      caFile: '/work/shop/ca.pem',
    });
    expect(await tls('--url', 'postgres://localhost/shop', '--tls', 'verify-ca')).toEqual({ mode: 'verify-ca' });
    expect(await refused(['--url', 'postgres://db/shop', '--tls', 'prefer'])).toMatchObject({ code: 2 });
  });

  it('has the databases that are named, or all of the server', async () => {
    expect((await added(['--url', 'postgres://db/shop', '--database', 'a', '--database', 'b'])).input).toMatchObject({
      settings: { databases: ['a', 'b'] },
    });
    expect(await refused(['--url', 'postgres://db'])).toMatchObject({
      code: 2,
      failure: { message: expect.stringContaining('--all-databases') },
    });
    const job = {
      id: jobId,
      kind: 'probe',
      state: 'succeeded',
      sourceId: null,
      backupId: null,
      queuedAt: 1,
      startedAt: 1,
      endedAt: 2,
      progress: null,
      failure: null,
    };
    const probe = {
      ok: true,
      steps: [],
      databases: [
        { name: 'one', sizeBytes: 1 },
        { name: 'two', sizeBytes: null },
      ],
    };
    const result = { job, backup: null, verify: null, rehearse: null, restore: null, diff: null, probe };
    const { input, stderr } = await added(['--url', 'postgres://db', '--all-databases', '--password-stdin'], {
      input: ['hunter22'],
      answers: { ...saves, 'source.test': () => ({ jobId }), 'job.show': () => result, 'job.wait': () => result },
    });
    expect(input).toMatchObject({
      settings: { databases: ['one', 'two'], password: 'vault' },
      secrets: { database: 'hunter22' },
    });
    expect(stderr).toContain('one, two');
  });

  it('goes through SSH with pinned keys only', async () => {
    const ssh = ['--ssh', 'ada@gate.example.com:2222', '--ssh-host-key', hostKey];
    const { input } = await added([
      '--url',
      'postgres://db/shop',
      ...ssh,
      '--ssh-key',
      'id',
      '--ssh-jump',
      'bob@outer',
      '--ssh-jump-host-key',
      hostKey,
    ]);
    expect(input).toMatchObject({
      settings: {
        tunnel: {
          server: { host: 'gate.example.com', port: 2222, user: 'ada', auth: 'key', keyFile: '/work/shop/id', hostKey },
          jump: { host: 'outer', port: 22, user: 'bob', auth: 'key', keyFile: '/work/shop/id', hostKey },
        },
      },
    });
    const url = ['--url', 'postgres://db/shop'];
    expect(await refused([...url, '--ssh', 'ada@gate'])).toMatchObject({
      code: 2,
      failure: { message: expect.stringContaining('--ssh-host-key') },
    });
    expect(await refused([...url, '--ssh', 'ada@gate', '--ssh-host-key', 'MD5:aa'])).toMatchObject({ code: 2 });
    expect(await refused([...url, '--ssh', 'gate', '--ssh-host-key', hostKey])).toMatchObject({ code: 2 });
    expect(await refused([...url, ...ssh])).toMatchObject({
      code: 2,
      failure: { message: expect.stringContaining('SSH agent') },
    });
    expect(await refused([...url, '--ssh-key', 'id'])).toMatchObject({
      code: 2,
      failure: { message: expect.stringContaining('belongs to --ssh') },
    });
    expect((await added([...url, ...ssh], { sshAgentSocket: '/run/agent' })).input).toMatchObject({
      settings: { tunnel: { server: { auth: 'agent' } } },
    });
  });
});

describe('passwords', () => {
  it('never come from the command line, and are not repeated', async () => {
    for (const url of [
      'postgres://ada:hunter22@db/shop',
      'postgres://db/shop?password=hunter22',
      'mysql://ada:hunter22@db',
    ]) {
      const { code, failure } = await refused(['--url', url]);
      expect([code, failure.code]).toEqual([3, 'source.password-in-argument']);
      expect(failure.hint).toContain('--password-stdin');
    }
    expect(await refused(['postgres://ada:hunter22@db/shop'])).toMatchObject({ code: 2 });
    expect(await refused(['--urll=postgres://ada:hunter22@db/shop'])).toMatchObject({
      code: 2,
      failure: { message: expect.stringContaining('--urll') },
    });
    expect(await refused(['--ssh', 'ada:hunter22@gate', '--url', 'postgres://db/shop'])).toMatchObject({ code: 2 });
  });

  it('come line by line from standard input: database, SSH, jump', async () => {
    const argv = [
      '--url',
      'postgres://db/shop',
      '--password-stdin',
      '--ssh',
      'a@b',
      '--ssh-host-key',
      hostKey,
      '--ssh-password-stdin',
    ];
    const jump = ['--ssh-jump', 'c@d', '--ssh-jump-host-key', hostKey, '--ssh-jump-password-stdin'];
    const { input } = await added([...argv, ...jump], { input: ['hunter22', 'second', 'third'] });
    expect(input).toMatchObject({
      secrets: { database: 'hunter22', tunnel: 'second', jump: 'third' },
      settings: { password: 'vault', tunnel: { server: { auth: 'password' } } },
    });
    expect(await refused(argv, { input: ['hunter22'] })).toMatchObject({
      code: 2,
      failure: { message: expect.stringContaining('--ssh-password-stdin') },
    });
  });

  it('are left to ~/.pgpass where there is one', async () => {
    const here = fileURLToPath(import.meta.url);
    expect((await added(['--url', 'postgres://db/shop'], { pgpassFile: here })).input).toMatchObject({
      settings: { password: 'pgpass' },
      secrets: {},
    });
  });

  it('are asked for only where somebody sits, and an empty answer means none', async () => {
    const url = ['--url', 'postgres://db/shop'];
    expect(await added(url, { typed: ['hunter22'] })).toMatchObject({
      input: { secrets: { database: 'hunter22' } },
      stderr: expect.stringContaining('Password of ada on db'),
    });
    expect(await added(url, { typed: [''] })).toMatchObject({ input: { secrets: {}, settings: { password: 'none' } } });
    expect((await added(url)).stderr).toBe('');
  });
});
