/** The recovery kit: the page itself, what proves it, what is entered; and its commands, as they are printed, on a machine without Holdfast. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gpgHome, hasGpg } from '../helpers/gpg.ts';
import { holdfast, holdfastJson, type Ran } from '../helpers/holdfast.ts';
import { needs } from '../helpers/needs.ts';
import { startCluster, type Cluster } from '../helpers/postgres.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

const clientFolder = '/usr/lib/postgresql/15/bin';
const hasClient = needs(
  'PostgreSQL 15 with its client tools',
  existsSync(path.join(clientFolder, 'pg_restore')) ? undefined : `not in ${clientFolder}`,
);
const folder = tempFolder('kit');
const home = path.join(folder, 'home');
const place = path.join(folder, "the team's place");
const passphraseFile = path.join(folder, 'passphrase');
const env = { HOLDFAST_PASSPHRASE_FILE: passphraseFile };
const name = path.basename(place);

const run = (args: string[], input?: string, at = home): Promise<Ran> =>
  holdfast(at, [...args, '--json'], { env, ...(input === undefined ? {} : { input }) });
const json = <T = Record<string, unknown>>(args: string[], at = home): Promise<T> => holdfastJson<T>(at, args, { env });
const codeOf = (ran: Ran): [number | null, string] => [ran.code, ran.json<{ code: string }>().code];

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

/** What a person reads on the page. */
function readPage(file: string) {
  const html = readFileSync(file, 'utf8');
  const rows = [...html.matchAll(/<td class="digits">([0-9a-f ]+)<\/td><td class="word">([a-z]+)</g)];
  const steps = [...html.matchAll(/<pre data-step="([a-z]+)">([^<]*)<\/pre>/g)];
  return {
    html,
    digits: rows.map(([, digits = '']) => digits),
    words: rows.map(([, , word = '']) => word),
    steps: new Map(steps.map(([, step = '', command = '']) => [step, unescaped(command)])),
  };
}

/** Exit code, state of the one source, and the first thing that it asks for. */
async function standing(): Promise<unknown[]> {
  const ran = await run(['status']);
  const { sources } = ran.json<{ sources: { state: string; needs: { grade: string }[] }[] }>();
  return [ran.code, sources[0]?.state, sources[0]?.needs[0]];
}

describe('JO-13 SV-20 A recovery kit', () => {
  const file = path.join(folder, 'kit.html');
  let sqliteId: string;

  beforeAll(async () => {
    writeFileSync(passphraseFile, 'only for tests\n', { mode: 0o600 });
    const source = makeDatabase(path.join(folder, 'app.db'), (db) => {
      db.exec(`CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO note (text) SELECT 'note ' || i FROM n;`);
    });
    await json(['source', 'add', 'app', '--file', source, '--folder', place]);
  }, 60_000);

  test('there is none before the place is sealed', async () => {
    expect(codeOf(await run(['kit', 'show', name]))).toEqual([3, 'seal.no-secret']);
    expect(codeOf(await run(['kit', 'show', 'nowhere']))).toEqual([3, 'destination.unknown']);
  });

  test('is one page with everything on it, for its owner alone', async () => {
    await json(['destination', 'seal', name, 'on']);
    ({ backupId: sqliteId } = await json<{ backupId: string }>(['backup', 'app']));
    await json(['kit', 'print', name, '--to', file, '--contact', 'Ada <+43 1 234>']);
    const { html, digits, words, steps } = readPage(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(digits).toHaveLength(8);
    expect(digits.join('').replaceAll(' ', '')).toMatch(/^[0-9a-f]{64}$/);
    expect(words).toHaveLength(8);
    for (const said of ['Ada &lt;+43 1 234&gt;', place, '<svg']) expect(html).toContain(said);
    for (const never of ['<script', 'http://', 'https://', 'url('])
      expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toContain(never);
    expect([...steps.keys()]).toEqual([
      'found',
      'secret',
      'go',
      'list',
      'choose',
      'file',
      'parts',
      'number',
      'postgres',
      'sqlite',
      'tidy',
    ]);
    expect(codeOf(await run(['kit', 'print', name, '--to', file]))).toEqual([3, 'path.wrong-kind']);
  });

  test('protects nothing before somebody has shown it', async () => {
    expect(await json(['kit', 'show', name])).toMatchObject({ provenAt: null });
    const places = await json<{ id: string; destination: string }[]>(['destination', 'list']);
    const id = places.find(({ destination }) => destination === name)?.id;
    expect(id).toMatch(/^dst-/);
    expect(await standing()).toMatchObject([1, 'needs-you', { code: 'kit-unproven', place: id }]);
  });

  test('is proven by a restore that used its file, and by no other kit', async () => {
    // Without what the vault has: the kit alone opens it.
    const moved = ['vault.json', 'vault-index.json'].map((one) => path.join(home, one));
    for (const one of moved) renameSync(one, `${one}.aside`);
    const typed = path.join(folder, 'typed.txt');
    writeFileSync(typed, '0123-4567 '.repeat(8));
    expect(codeOf(await run(['verify', sqliteId, '--kit-file', typed]))).toEqual([3, 'kit.other-place']);
    expect(codeOf(await run(['verify', sqliteId, '--kit-stdin'], 'apple river owl\n'))).toEqual([3, 'kit.unreadable']);
    const restored = path.join(folder, 'by-kit.db');
    expect(await json(['restore', sqliteId, '--to-file', restored, '--kit-file', file])).toMatchObject({
      verdict: 'equal',
    });
    expect(existsSync(moved[0] as string)).toBe(false);
    for (const one of moved) renameSync(`${one}.aside`, one);
    expect((await standing()).slice(0, 2)).toEqual([0, 'protected']);
    expect(await json(['audit'])).toContainEqual(expect.objectContaining({ action: 'kit.proven' }));
  });

  test('is proven by three of its words, and not by others', async () => {
    const { words } = readPage(file);
    const typed = (rows: number[]): string => rows.map((row) => `${row}:${words[row - 1]}`).join(',');
    const prove = (given: string) => run(['kit', 'prove', name, '--words', given]);
    expect(codeOf(await prove(typed([1, 5])))).toEqual([3, 'kit.wrong-words']);
    expect(codeOf(await prove(typed([1, 1, 1])))).toEqual([3, 'kit.wrong-words']);
    expect(codeOf(await prove(`1:${words[0]},2:${words[1]},3:nonsense`))).toEqual([3, 'kit.wrong-words']);
    expect((await prove(typed([2, 5, 8]).toUpperCase())).code).toBe(0);
    expect(await json(['kit', 'show', name])).toMatchObject({ provenAt: expect.any(String) });
  });

  test('opens the place on a second computer, and only its own', async () => {
    const second = path.join(folder, 'second');
    await json(['source', 'add', 'any', '--file', path.join(folder, 'app.db'), '--folder', place], second);
    const secret = readPage(file).digits.join(' ');
    const enter = (text: string): Promise<Ran> => run(['kit', 'enter', name, '--secret-stdin'], `${text}\n`, second);
    expect(codeOf(await enter('12 34'))).toEqual([3, 'kit.unreadable']);
    const other = await enter('0'.repeat(64));
    expect(codeOf(other)).toEqual([3, 'kit.other-place']);
    expect(other.stdout + other.stderr).not.toContain('00000000000000000000');
    const rebuilt = await run(['doctor', '--rebuild'], undefined, second);
    expect(rebuilt.stdout).toContain('kit enter');
    expect((await enter(secret.toUpperCase())).code).toBe(0);
    await run(['doctor', '--rebuild'], undefined, second);
    const restored = path.join(folder, 'second.db');
    await json(['restore', sqliteId, '--to-file', restored], second);
    const database = new Database(restored, { readonly: true });
    expect(database.prepare('SELECT count(*) AS n FROM note').get()).toEqual({ n: 3000 });
    database.close();
  });

  test('brings back a secret that the keychain lost', async () => {
    for (const kept of ['vault.json', 'vault-index.json']) rmSync(path.join(home, kept));
    expect(codeOf(await run(['verify', sqliteId, '--level', 'read']))).toEqual([3, 'vault.missing-secret']);
    const secret = readPage(file).digits.join('');
    expect((await run(['kit', 'enter', name, '--secret-stdin'], `${secret}\n`)).code).toBe(0);
    expect((await run(['verify', sqliteId, '--level', 'read', '--accept-partly'])).code).toBe(0);
  });

  describe.runIf(hasGpg && hasClient)('with what it says and Debian alone', () => {
    const gpg = gpgHome();
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await startCluster({ major: 15, auth: 'scram', password: 'kit-superuser' });
    });
    afterAll(() => cluster?.stop());

    /** The steps one after the other in one shell, as somebody types them; what has to be chosen is put in. */
    function typeAll(steps: string[], chosen: Record<string, string>): { status: number | null; stderr: string } {
      const { steps: printed, digits } = readPage(file);
      writeFileSync(path.join(gpg.folder, 'typed.txt'), digits.join('\n').toUpperCase(), { mode: 0o600 });
      const script = steps.map((step) => chosen[step] ?? printed.get(step) ?? '').join('\n');
      const { status, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script], {
        env: {
          PATH: `${clientFolder}:${process.env['PATH']}`,
          HOME: gpg.folder,
          LC_ALL: 'C',
          PGHOST: cluster.socketFolder,
          PGPORT: String(cluster.port),
          PGUSER: cluster.superuser,
          PGPASSWORD: 'kit-superuser',
        },
        encoding: 'utf8',
      });
      return { status, stderr };
    }
    const before = ['secret', 'go', 'list', 'choose', 'file', 'number'];

    test('a SQLite backup', () => {
      const [artifact] = readdirSync(path.join(place, 'data', sqliteId));
      const typed = typeAll([...before, 'sqlite', 'tidy'], { choose: `ID=${sqliteId}`, file: `FILE=${artifact}` });
      expect(typed.status, typed.stderr).toBe(0);
      const database = new Database(path.join(gpg.folder, 'app.db'), { readonly: true });
      expect(database.prepare('SELECT count(*) AS n, min(text) AS first FROM note').get()).toEqual({
        n: 3000,
        first: 'note 1',
      });
      database.close();
      expect(existsSync(path.join(gpg.folder, 'secret.txt'))).toBe(false);
    });

    test('BS-14 one that lies there in parts', () => {
      const folderOf = path.join(place, 'data', sqliteId);
      const [artifact = ''] = readdirSync(folderOf);
      const cut = spawnSync('split', ['-b', '1500', '-a', '4', '--numeric-suffixes=1', artifact, `${artifact}.part-`], {
        cwd: folderOf,
      });
      expect(cut.status).toBe(0);
      rmSync(path.join(folderOf, artifact));
      expect(readdirSync(folderOf).length).toBeGreaterThan(1);
      const typed = typeAll(['secret', 'go', 'list', 'choose', 'file', 'parts', 'number', 'sqlite'], {
        choose: `ID=${sqliteId}`,
        file: `FILE=${artifact}`,
      });
      expect(typed.status, typed.stderr).toBe(0);
      const database = new Database(path.join(gpg.folder, 'app.db'), { readonly: true });
      expect(database.prepare('SELECT count(*) AS n FROM note').get()).toEqual({ n: 3000 });
      database.close();
    });

    test('a PostgreSQL backup', async () => {
      await cluster.sql('postgres', "CREATE ROLE app LOGIN CREATEDB PASSWORD 'kit-app'");
      await cluster.createDatabase('shop', 'OWNER app');
      await cluster.sql(
        'shop',
        'SET ROLE app; CREATE TABLE item (id serial PRIMARY KEY, name text); INSERT INTO item (name) SELECT $$item $$ || n FROM generate_series(1, 4000) n',
      );
      const envFile = path.join(folder, '.env');
      writeFileSync(envFile, `DATABASE_URL=postgres://app:kit-app@127.0.0.1:${cluster.port}/shop\n`, { mode: 0o600 });
      await json(['source', 'add', 'shop', '--env-file', envFile, '--tls', 'disable', '--folder', place]);
      const { backupId } = await json<{ backupId: string }>(['backup', 'shop']);
      const artifact = readdirSync(path.join(place, 'data', backupId)).find((one) => one.includes('.pgdump.')) ?? '';
      const typed = typeAll([...before, 'postgres', 'tidy'], { choose: `ID=${backupId}`, file: `FILE=${artifact}` });
      expect(typed.status, typed.stderr).toBe(0);
      expect(await cluster.sql('target', 'SELECT count(*)::int AS n, min(name) AS first FROM item')).toEqual([
        { n: 4000, first: 'item 1' },
      ]);
    });
  });
});
