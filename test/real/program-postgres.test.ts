/** The whole program on a real PostgreSQL server, through the terminal door. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdfast, holdfastJson } from '../helpers/holdfast.ts';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';

const server = needs(
  'PostgreSQL 15',
  availableMajors().includes(15) ? undefined : 'no server with its client tools is installed',
);
const password = 'it\'s 100% sécret: \\ "quoted" & $HOME';

describe.runIf(server)('SV-1 SV-14 BD-15 BS-9 JO-1 a PostgreSQL application, to a proven backup and back', () => {
  const folder = tempFolder('program-pg');
  const home = path.join(folder, 'home');
  const passphrase = path.join(folder, 'passphrase');
  const env = { HOLDFAST_PASSPHRASE_FILE: passphrase };
  let cluster: Cluster;

  beforeAll(async () => {
    writeFileSync(passphrase, 'a long master passphrase of the test\n', { mode: 0o600 });
    cluster = await startCluster({ major: 15, auth: 'scram', password: 'superuser-password' });
    await cluster.sql('postgres', `CREATE ROLE app LOGIN CREATEDB PASSWORD '${password.replaceAll("'", "''")}'`);
    await cluster.createDatabase('shop', 'OWNER app');
    await cluster.sql(
      'shop',
      `SET ROLE app;
       CREATE SCHEMA "Sales";
       CREATE TABLE customer (id serial PRIMARY KEY, name text NOT NULL, born date);
       CREATE TABLE "Sales"."Order Line" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id int REFERENCES customer, total numeric, made timestamptz DEFAULT now());
       INSERT INTO customer (name, born) SELECT 'Customer ' || g, date '1990-01-01' + g FROM generate_series(1, 1000) g;
       INSERT INTO "Sales"."Order Line" (customer_id, total) SELECT g % 1000 + 1, g / 3.0 FROM generate_series(1, 5000) g;
       CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) AS total FROM "Sales"."Order Line" GROUP BY 1;
       SELECT lo_from_bytea(0, 'a large object');`,
    );
    await writeEnv();
  });
  afterAll(() => cluster?.stop());

  const envFile = path.join(folder, '.env');
  async function writeEnv(): Promise<void> {
    const url = `postgres://app:${encodeURIComponent(password)}@127.0.0.1:${cluster.port}/shop`;
    writeFileSync(envFile, `# production\nexport OTHER=1\nDATABASE_URL="${url}"\n`, { mode: 0o600 });
  }

  it('JO-1 is added from a .env file, backed up, proven, compared and restored to a new database', async () => {
    await holdfastJson(home, ['source', 'add', 'shop', '--env-file', envFile, '--tls', 'disable'], { env });
    const test = await holdfastJson<{ ok: boolean }>(home, ['source', 'test', 'shop'], { env });
    expect(test.ok).toBe(true);
    const backup = await holdfastJson<{
      backupId: string;
      complete: boolean;
      tables: { name: string; rows: number }[];
    }>(home, ['backup', 'shop'], { env });
    expect(backup).toMatchObject({ complete: true });
    expect(Object.fromEntries(backup.tables.map((table) => [table.name, table.rows]))).toEqual({
      'public.customer': 1000,
      '"Sales"."Order Line"': 5000,
    });
    const proof = await holdfastJson<{ verdict: string; problems: unknown[]; where: string }>(
      home,
      ['verify', 'shop@latest', '--level', 'restore'],
      { env },
    );
    expect(proof).toMatchObject({ verdict: 'proven' });
    expect(proof.where).toContain('15');
    await cluster.sql(
      'shop',
      'DELETE FROM customer WHERE id IN (SELECT c.id FROM customer c LEFT JOIN "Sales"."Order Line" o ON o.customer_id = c.id WHERE o.id IS NULL); INSERT INTO customer (name) VALUES (\'late\')',
    );
    const diff = await holdfastJson<{ tables: { name: string; change: string }[] }>(home, ['diff', 'shop@latest'], {
      env,
    });
    expect(diff.tables).toContainEqual(expect.objectContaining({ name: 'public.customer', change: 'more' }));
    const restored = await holdfastJson<{ verdict: string }>(
      home,
      ['restore', 'shop@latest', '--to-database', 'shop_restored'],
      { env },
    );
    expect(restored.verdict).toBe('equal');
    const rows = await cluster.sql('shop_restored', 'SELECT count(*)::int AS rows FROM customer');
    expect(rows).toEqual([{ rows: 1000 }]);
  });

  it('SV-22 goes straight to its place where that is asked for, and says before what it holds for how long', async () => {
    const ran = await holdfast(home, ['backup', 'shop', '--direct', '--json'], { env });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain(
      'It streams straight to This computer. That holds a transaction of the database open for',
    );
    expect(ran.stderr).toContain('as its last backups took, and what breaks off cannot be resumed');
    const { backupId } = ran.json<{ backupId: string }>();
    expect(readdirSync(path.join(home, 'spool'))).toEqual([]);
    expect(await holdfastJson(home, ['verify', backupId], { env })).toMatchObject({ verdict: 'proven' });
  });

  it('never restores into a database that holds something', async () => {
    const ran = await holdfast(home, ['restore', 'shop@latest', '--to-database', 'shop', '--json'], { env });
    expect(ran.code).toBe(3);
    expect(JSON.stringify(ran.json())).toMatch(/target-not-empty|restore\.blocked/);
    expect(await cluster.sql('shop', 'SELECT count(*)::int AS rows FROM customer')).toEqual([{ rows: 1001 }]);
  });

  it('SV-4 SV-22 a chosen part is never called complete, and says what is missing', async () => {
    await holdfastJson(
      home,
      ['source', 'add', 'part', '--env-file', envFile, '--tls', 'disable', '--exclude-table', 'Sales.Order Line'],
      { env },
    );
    const backup = await holdfastJson<{ complete: boolean; missing: string[]; tables: { name: string }[] }>(
      home,
      ['backup', 'part'],
      { env },
    );
    expect(backup.complete).toBe(false);
    expect(backup.missing.join(' ')).toContain('Order Line');
    expect(backup.tables.map((table) => table.name)).toEqual(['public.customer']);
    const schema = await holdfastJson(
      home,
      ['source', 'add', 'schema', '--env-file', envFile, '--tls', 'disable', '--schema-only'],
      { env },
    );
    expect(schema).toBeTruthy();
    expect(await holdfastJson(home, ['backup', 'schema'], { env })).toMatchObject({ complete: false });
    expect(
      (
        await holdfastJson<{ tables: { expectedRows: number; rows: number }[] }>(
          home,
          ['verify', 'schema@latest', '--level', 'restore'],
          { env },
        )
      ).tables.every((table) => table.rows === 0),
    ).toBe(true);
  });

  it('several databases of one server make one set, each proven', async () => {
    await cluster.createDatabase('second', 'OWNER app');
    await cluster.sql(
      'second',
      'SET ROLE app; CREATE TABLE thing (id int PRIMARY KEY); INSERT INTO thing SELECT generate_series(1, 7)',
    );
    await holdfastJson(
      home,
      [
        'source',
        'add',
        'both',
        '--env-file',
        envFile,
        '--tls',
        'disable',
        '--database',
        'shop',
        '--database',
        'second',
      ],
      { env },
    );
    const backup = await holdfastJson<{ tables: { name: string; rows: number }[] }>(home, ['backup', 'both'], { env });
    expect(backup.tables).toContainEqual(expect.objectContaining({ name: 'second:public.thing', rows: 7 }));
    const proof = await holdfastJson<{ verdict: string; tables: { name: string }[] }>(
      home,
      ['verify', 'both@latest', '--level', 'restore'],
      { env },
    );
    expect(proof.verdict).toBe('proven');
    expect(proof.tables.map((table) => table.name)).toContain('second:public.thing');
    const restored = await holdfastJson<{ verdict: string }>(
      home,
      ['restore', 'both@latest', '--database', 'second', '--to-database', 'second_again'],
      { env },
    );
    expect(restored.verdict).toBe('equal');
  });

  it('digests off: rows are counted, and the proof is at most partly', async () => {
    await holdfastJson(home, ['source', 'add', 'fast', '--env-file', envFile, '--tls', 'disable', '--no-digests'], {
      env,
    });
    await holdfastJson(home, ['backup', 'fast'], { env });
    const ran = await holdfast(home, ['verify', 'fast@latest', '--level', 'restore', '--json'], { env });
    expect(ran.code).toBe(1);
    const proof = ran.json<{ verdict: string; tables: { digestEqual: null; rows: number; expectedRows: number }[] }>();
    expect(proof.verdict).toBe('partly');
    expect(proof.tables.every((table) => table.digestEqual === null && table.rows === table.expectedRows)).toBe(true);
  });

  it.each([
    ['a wrong password', () => `postgres://app:wr0ng-Passw0rd@127.0.0.1:${cluster.port}/shop`, 'source.auth-failed'],
    [
      'a database that is not there',
      () => `postgres://app:${encodeURIComponent(password)}@127.0.0.1:${cluster.port}/nowhere`,
      'source.no-database',
    ],
    [
      'a port where nobody listens',
      () => `postgres://app:${encodeURIComponent(password)}@127.0.0.1:1/shop`,
      'source.unreachable',
    ],
    [
      'a host that does not exist',
      () => `postgres://app:${encodeURIComponent(password)}@no-such-host.invalid/shop`,
      'source.unreachable',
    ],
  ])('%s gets its own code, and nothing is listed', async (what, url, code) => {
    const file = path.join(folder, 'bad.env');
    writeFileSync(file, `DATABASE_URL=${url()}\n`, { mode: 0o600 });
    const name = what.replaceAll(/\W+/g, '-');
    await holdfastJson(home, ['source', 'add', name, '--env-file', file, '--tls', 'disable'], { env });
    const ran = await holdfast(home, ['backup', name, '--json'], { env });
    expect(ran.code).toBe(3);
    expect(ran.json()).toMatchObject({ code });
    expect(await holdfastJson(home, ['list', name], { env })).toEqual([]);
  });

  it('BS-16 a password in an argument is refused and not repeated', async () => {
    const ran = await holdfast(
      home,
      ['source', 'add', 'bad', '--url', 'postgres://app:topsecret99@127.0.0.1/shop', '--json'],
      { env },
    );
    expect(ran.code).toBe(3);
    expect(ran.json()).toMatchObject({ code: 'source.password-in-argument' });
    expect(ran.stdout + ran.stderr).not.toContain('topsecret99');
  });

  it('BS-16 no secret of all this is anywhere in the data folder in the clear', () => {
    const secrets = [
      password,
      encodeURIComponent(password),
      JSON.stringify(password).slice(1, -1),
      'wr0ng-Passw0rd',
      'a long master passphrase of the test',
    ];
    const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.filter((entry) => entry.parentPath.endsWith('logs')).length).toBeGreaterThan(10);
    for (const entry of files) {
      const bytes = readFileSync(path.join(entry.parentPath, entry.name));
      for (const secret of secrets) expect(bytes.includes(secret), `${entry.name} holds a secret`).toBe(false);
    }
  });
});

describe.runIf(server)('a source without a keeper of passwords', () => {
  const folder = tempFolder('program-nokeeper');
  const home = path.join(folder, 'home');

  it('says what to do, and keeps nothing in plain text', async () => {
    mkdirSync(home, { mode: 0o700 });
    const file = path.join(folder, '.env');
    writeFileSync(
      file,
      'POSTGRES_HOST=127.0.0.1\nPOSTGRES_USER=app\nPOSTGRES_PASSWORD=verysecret42\nPOSTGRES_DB=shop\n',
      { mode: 0o600 },
    );
    const ran = await holdfast(home, ['source', 'add', 'shop', '--env-file', file, '--json'], {
      env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' },
    });
    expect(ran.code).toBe(3);
    expect(ran.json()).toMatchObject({ code: 'vault.unavailable' });
    for (const entry of readdirSync(home, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())) {
      expect(readFileSync(path.join(entry.parentPath, entry.name)).includes('verysecret42')).toBe(false);
    }
  });
});
