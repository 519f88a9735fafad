import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Opened, Scratch } from '../../src/main/engine/engine.ts';
import { connect } from '../../src/main/engine/postgres/connect.ts';
import { restorePostgres } from '../../src/main/engine/postgres/restore.ts';
import { openScratch } from '../../src/main/engine/postgres/scratch.ts';
import { compare } from '../../src/main/verify/compare.ts';
import type { DatabaseInventory, PostgresFacts } from '../../src/shared/inventory.ts';
import type { PostgresSettings } from '../../src/shared/source.ts';
import type { Problem } from '../../src/shared/verify.ts';
import { archiveOf, countOf, newWatch, surroundingsIn } from '../helpers/postgres-archive.ts';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';

const here = needs(
  'PostgreSQL server with client programs',
  availableMajors().some((major) => major < 18) ? undefined : 'only the packaged 18 is here',
);

/** Root may not run a server: `postgres` does, else `nobody`. */
function accountOfServers(): number {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  return Number((accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody'))?.[2]);
}

const withFacts = (from: DatabaseInventory, facts: Partial<PostgresFacts>): DatabaseInventory => ({
  ...from,
  engine: { ...(from.engine as PostgresFacts), ...facts },
});

describe.runIf(here)('SV-14 a throw-away server', () => {
  let cluster: Cluster;
  const surroundings = surroundingsIn(tempFolder('scratch'));
  const open: Scratch[] = [];
  let made = 0;

  beforeAll(async () => {
    cluster = await startCluster({ major: 15, settings: { wal_level: 'logical' } });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((scratch) => scratch.dispose()));
    const left = readdirSync(surroundings.scratchFolder);
    if (left.length > 0) throw new Error(`Left behind: ${left.join(', ')}`);
  });
  afterAll(async () => {
    await cluster?.stop();
  });

  async function dumped(sql: string, options = 'TEMPLATE template0'): Promise<Opened> {
    const name = `source_${++made}`;
    await cluster.createDatabase(name, options);
    await cluster.sql(name, sql);
    return archiveOf(cluster, name, surroundings);
  }

  async function opened(
    from: DatabaseInventory,
  ): Promise<{ scratch: Scratch; settings: PostgresSettings; problems: Problem[] }> {
    const { scratch, problems } = await openScratch(from, newWatch(), surroundings);
    if (scratch === null || scratch.target.kind !== 'database') throw new Error(JSON.stringify(problems));
    open.push(scratch);
    return { scratch, settings: scratch.target.server, problems };
  }

  async function proven(
    archive: Opened,
  ): Promise<{ problems: Problem[]; differences: Problem[]; settings: PostgresSettings }> {
    const { scratch, settings, problems } = await opened(archive.inventory);
    const facts = await restorePostgres(scratch.target, scratch.secrets, archive, newWatch(), surroundings);
    const found = await countOf(facts.place, surroundings, archive.inventory.scope);
    return {
      problems: [...problems, ...facts.problems],
      differences: compare(archive.inventory, found).problems,
      settings,
    };
  }

  test('is private: its own account, a 0700 folder, no network, no way in for a superuser without a password', async () => {
    const { inventory } = await dumped('CREATE TABLE t (a int)');
    const { scratch, settings } = await opened(inventory);
    const folder = statSync(settings.host);
    expect(folder.mode & 0o777).toBe(0o700);
    expect(folder.uid).toBe(process.getuid?.() === 0 ? accountOfServers() : process.getuid?.());
    const [record] = readdirSync(surroundings.scratchFolder);
    expect(statSync(join(surroundings.scratchFolder, record ?? '')).mode & 0o777).toBe(0o600);
    const session = await connect({ settings, secrets: {} }, settings.databases[0] ?? '', newWatch(), surroundings);
    expect(await session.query('SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
    const [role] = await session.query(
      'SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = current_user',
    );
    expect(role).toEqual({ rolsuper: false, rolcreatedb: false, rolcreaterole: false, rolreplication: false });
    const supers = await session.query<{ rolname: string }>('SELECT rolname FROM pg_roles WHERE rolsuper');
    await session.close();
    expect(supers).toHaveLength(1);
    const asSuperuser = { settings: { ...settings, user: supers[0]?.rolname ?? '' }, secrets: {} };
    await expect(connect(asSuperuser, settings.databases[0] ?? '', newWatch(), surroundings)).rejects.toMatchObject({
      code: 'source.auth-failed',
    });
    expect(scratch.where).toMatch(/^throw-away PostgreSQL 15\./);
  });

  test('has the roles that policies name, and none of them can log in', async () => {
    await cluster.sql('postgres', 'CREATE ROLE "holdfast_loader"; CREATE ROLE "po""licy maker"');
    const archive =
      await dumped(`CREATE TABLE t (a int); ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; INSERT INTO t VALUES (1), (2);
      CREATE POLICY mine ON t TO "holdfast_loader", "po""licy maker" USING (false);`);
    const { problems, differences, settings } = await proven(archive);
    expect([...problems, ...differences]).toEqual([]);
    expect(settings.user).not.toBe('holdfast_loader');
    const asOther = { settings: { ...settings, user: 'holdfast_loader' }, secrets: {} };
    await expect(connect(asOther, settings.databases[0] ?? '', newWatch(), surroundings)).rejects.toMatchObject({
      code: 'source.auth-failed',
    });
  });

  test('keeps the encoding of the source', async () => {
    const archive = await dumped(
      `CREATE TABLE "straße" (a text); INSERT INTO "straße" VALUES ('grün')`,
      `TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'`,
    );
    const { problems, differences, settings } = await proven(archive);
    expect([...problems, ...differences]).toEqual([]);
    const session = await connect({ settings, secrets: {} }, settings.databases[0] ?? '', newWatch(), surroundings);
    expect(await session.query('SHOW server_encoding')).toEqual([{ server_encoding: 'LATIN1' }]);
    await session.close();
  });

  test('says when it does not have the locale, and sorts by bytes', async () => {
    const archive = await dumped('CREATE TABLE t (a text PRIMARY KEY)');
    const from = withFacts(archive.inventory, { collate: 'tlh_QO.UTF-8', ctype: 'tlh_QO.UTF-8' });
    const { problems, differences } = await proven({ ...archive, inventory: from });
    expect(differences).toEqual([]);
    expect(problems).toMatchObject([
      { grade: 'cosmetic', code: 'scratch.other-locale', message: expect.stringContaining('tlh_QO') as string },
    ]);
  });

  test("fills an extension's own tables, and loads rows that lean on an extension in a schema of its own", async () => {
    const archive =
      await dumped(`CREATE SCHEMA ext; CREATE EXTENSION hstore WITH SCHEMA ext; CREATE EXTENSION amcheck; COMMENT ON EXTENSION hstore IS 'ours';
      CREATE TABLE t (a ext.hstore); INSERT INTO t VALUES ('a=>1'); CREATE INDEX ON t USING gist (a ext.gist_hstore_ops)`);
    const { problems, differences } = await proven(archive);
    expect([...problems, ...differences]).toEqual([]);
  });

  test('without an extension grades all that leans on it as unchecked, and proves the rest', async () => {
    const archive =
      await dumped(`CREATE EXTENSION hstore; CREATE TABLE plain (a int PRIMARY KEY); INSERT INTO plain VALUES (1);
      CREATE TABLE leaning (id int PRIMARY KEY, b hstore CHECK (b ? 'a'), p int REFERENCES plain); INSERT INTO leaning VALUES (1, 'a=>1', 1);
      CREATE INDEX on_it ON leaning USING gin (b); CREATE VIEW of_it AS SELECT id FROM leaning`);
    // An extension that no computer has: the same archive with another name of the same length.
    writeFileSync(archive.file, readFileSync(archive.file, 'latin1').replaceAll('hstore', 'hst0re'), 'latin1');
    const from = JSON.parse(JSON.stringify(archive.inventory).replaceAll('hstore', 'hst0re')) as DatabaseInventory;
    const { problems, differences } = await proven({ ...archive, inventory: from });
    expect(problems.filter((problem) => problem.grade === 'fatal')).toEqual([]);
    expect(problems).toContainEqual(
      expect.objectContaining({ grade: 'unchecked', code: 'extension.unavailable', subject: 'extension hst0re' }),
    );
    const excused = new Set(
      problems.filter((problem) => problem.grade === 'unchecked').map((problem) => problem.subject),
    );
    expect([...excused]).toEqual(
      expect.arrayContaining([
        'public.leaning',
        'public.of_it',
        'public.on_it',
        'leaning_pkey on public.leaning',
        'leaning_p_fkey on public.leaning',
      ]),
    );
    // Whoever compares can tell what is excused by its name: nothing else is missing.
    expect(differences.map((problem) => problem.subject).filter((subject) => !excused.has(subject))).toEqual([]);
    expect(excused.has('public.plain')).toBe(false);
  });

  test('grades what only a superuser may make as unchecked', async () => {
    const archive =
      await dumped(`CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE PUBLICATION every FOR ALL TABLES; CREATE PUBLICATION one FOR TABLE t;
      CREATE FUNCTION watch_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER watching ON ddl_command_end EXECUTE FUNCTION watch_ddl();
      CREATE FUNCTION fast(int) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'int4abs'; CREATE VIEW fasted AS SELECT fast(a) FROM t;
      CREATE CAST (int AS point) WITH INOUT; CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw;
      CREATE FOREIGN TABLE away (a int) SERVER far; CREATE USER MAPPING FOR postgres SERVER far`);
    const { problems, differences } = await proven(archive);
    expect(problems.filter((problem) => problem.grade === 'fatal')).toEqual([]);
    const excused = new Set(
      problems.filter((problem) => problem.grade === 'unchecked').map((problem) => problem.subject),
    );
    expect([...excused]).toEqual(
      expect.arrayContaining(['every', 'watching', 'public.fast(integer)', 'public.fasted', 'far', 'public.away']),
    );
    expect(excused.has('one')).toBe(false);
    expect(differences.map((problem) => problem.subject).filter((subject) => !excused.has(subject))).toEqual([]);
  });

  test('of a version that nobody has is unavailable, said as such', async () => {
    const { inventory } = await dumped('CREATE TABLE t (a int)');
    const { scratch, problems } = await openScratch(
      withFacts(inventory, { serverMajor: 99 }),
      newWatch(),
      surroundings,
    );
    expect(scratch).toBeNull();
    expect(problems).toMatchObject([{ grade: 'unchecked', code: 'scratch.unavailable' }]);
  });

  test('stands beside another one', async () => {
    const { inventory } = await dumped('CREATE TABLE t (a int)');
    const [one, two] = await Promise.all([opened(inventory), opened(inventory)]);
    expect(one.settings.host).not.toBe(two.settings.host);
  });
});
