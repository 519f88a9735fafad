import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Opened } from '../../src/main/engine/engine.ts';
import { observeChildren } from '../../src/main/base/run.ts';
import { checkPostgres } from '../../src/main/engine/postgres/check.ts';
import { restorePostgres } from '../../src/main/engine/postgres/restore.ts';
import { sweepDatabase } from '../../src/main/engine/postgres/target.ts';
import { openScratch } from '../../src/main/engine/postgres/scratch.ts';
import type { RestoreTarget } from '../../src/shared/restore.ts';
import { compare } from '../../src/main/verify/compare.ts';
import {
  archiveOf,
  copyOf,
  countOf,
  newWatch,
  placeOf,
  surroundingsIn,
  targetOf,
} from '../helpers/postgres-archive.ts';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';

const majors = availableMajors();
const here = needs(
  'PostgreSQL server with client programs',
  majors.some((major) => major < 18) ? undefined : 'only the packaged 18 is here',
);

/** A shop with everything that a restore can get wrong. */
const shop = `
  CREATE ROLE clerk; CREATE ROLE owner_of_shop;
  CREATE EXTENSION hstore; CREATE SCHEMA tools; CREATE EXTENSION citext WITH SCHEMA tools;
  CREATE SCHEMA "we ird";
  CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN price AS numeric(10, 2) CHECK (VALUE >= 0);
  CREATE TABLE customer (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name tools.citext UNIQUE, facts hstore, mood mood);
  CREATE TABLE "we ird"."sale; -- ""x""" (id bigserial PRIMARY KEY, customer int REFERENCES customer, cost price,
    doubled numeric GENERATED ALWAYS AS (cost * 2) STORED);
  CREATE INDEX ON "we ird"."sale; -- ""x""" (customer);
  CREATE TABLE part (day date, note text) PARTITION BY RANGE (day);
  CREATE TABLE part_2026 PARTITION OF part FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE TABLE part_rest PARTITION OF part DEFAULT;
  CREATE INDEX ON part (day);
  CREATE TABLE parent (a int, b text); CREATE TABLE child (c int) INHERITS (parent);
  CREATE FUNCTION shout(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1)';
  CREATE INDEX customer_shout ON customer (shout(name::text));
  CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.note := coalesce(NEW.note, 'none'); RETURN NEW; END$$;
  CREATE TRIGGER noted BEFORE INSERT ON part_2026 FOR EACH ROW EXECUTE FUNCTION noted();
  CREATE VIEW everything AS SELECT c.name, s.cost FROM customer c JOIN "we ird"."sale; -- ""x""" s ON s.customer = c.id;
  CREATE MATERIALIZED VIEW total AS SELECT sum(cost) FROM everything;
  ALTER TABLE customer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
  CREATE POLICY mine ON customer TO clerk USING (name = current_user::text);
  GRANT SELECT ON customer TO clerk; COMMENT ON TABLE customer IS 'who buys';
  INSERT INTO customer (name, facts, mood) SELECT 'n' || i, hstore('k', i::text), 'ok' FROM generate_series(1, 500) i;
  INSERT INTO "we ird"."sale; -- ""x""" (customer, cost) SELECT 1 + i % 500, i FROM generate_series(1, 2000) i;
  INSERT INTO part SELECT date '2025-12-01' + i, NULLIF(i % 3, 0)::text FROM generate_series(1, 300) i;
  INSERT INTO parent VALUES (1, 'p'); INSERT INTO child VALUES (2, 'c', 3);
  REFRESH MATERIALIZED VIEW total;
  SELECT lo_from_bytea(4711, decode(repeat('00ff', 3000), 'hex'));
  ALTER TABLE customer OWNER TO owner_of_shop;`;

describe.runIf(here)('SV-14 BD-10 JO-10 a restore', () => {
  let cluster: Cluster;
  let opened: Opened;
  const surroundings = surroundingsIn(tempFolder('restore'));

  beforeAll(async () => {
    cluster = await startCluster({ major: 15 });
    await cluster.createDatabase('shop');
    await cluster.sql('shop', shop);
    await cluster.sql('shop', `ALTER DATABASE shop SET search_path = '$user', "we ird", public`);
    opened = await archiveOf(cluster, 'shop', surroundings);
  });
  afterAll(async () => {
    await cluster?.stop();
  });

  test('into a new database of the same server is equal, with owners, grants and settings', async () => {
    const watch = newWatch();
    const facts = await restorePostgres(targetOf(cluster, 'shop again'), {}, copyOf(opened), watch, surroundings);
    expect(facts.problems).toEqual([]);
    expect(compare(opened.inventory, await countOf(facts.place, surroundings)).problems).toEqual([]);
    const checked = await checkPostgres(facts.place, opened.inventory, watch, surroundings);
    expect(checked.problems).toEqual([]);
    expect(checked.checks.map((check) => check.outcome)).toEqual(['ok', 'ok', 'ok', 'ok']);
    const [row] = await cluster.sql(
      'shop again',
      `SELECT relowner::regrole::text AS owner, has_table_privilege('clerk', 'customer', 'SELECT') AS granted, obj_description(oid) AS comment,
        (SELECT setconfig[1] FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())) AS setting
       FROM pg_class WHERE relname = 'customer'`,
    );
    expect(row).toEqual({
      owner: 'owner_of_shop',
      granted: true,
      comment: 'who buys',
      setting: 'search_path="$user", "we ird", public',
    });
    expect(watch.steps.some((step) => step.table === 'customer')).toBe(true);
    expect(readdirSync(watch.work)).toEqual([]);
    await facts.undo();
    expect(await cluster.sql('postgres', `SELECT 1 FROM pg_database WHERE datname = 'shop again'`)).toEqual([]);
  });

  test.each(majors)('in a throw-away PostgreSQL %i is equal and sound, loaded by a plain role', async (major) => {
    const from = {
      ...opened.inventory,
      engine: { ...opened.inventory.engine, serverMajor: major },
    } as typeof opened.inventory;
    const watch = newWatch();
    const { scratch, problems } = await openScratch(from, watch, surroundings);
    if (scratch === null) throw new Error(JSON.stringify(problems));
    try {
      expect(scratch.where).toContain(`PostgreSQL ${major}.`);
      // pg_restore of the dumped version loads newer servers too; the inventory of the dump says which it needs.
      const facts = await restorePostgres(scratch.target, scratch.secrets, copyOf(opened), watch, surroundings);
      const graded = [...problems, ...facts.problems].filter((problem) => problem.grade !== 'cosmetic');
      expect(graded).toEqual([]);
      expect(compare(opened.inventory, await countOf(facts.place, surroundings)).problems).toEqual([]);
      expect((await checkPostgres(facts.place, opened.inventory, watch, surroundings)).problems).toEqual([]);
      const deep = await scratch.deepChecks(opened.inventory, watch);
      expect(deep.problems).toEqual([]);
      expect(deep.checks.map((check) => check.outcome)).toEqual(['ok', 'ok']);
    } finally {
      await scratch.dispose();
      await scratch.dispose();
    }
    expect(readdirSync(surroundings.scratchFolder)).toEqual([]);
  });

  test.each([
    ['a type', `CREATE TYPE thing AS ENUM ('x')`],
    ['a function', `CREATE FUNCTION thing() RETURNS int LANGUAGE sql AS 'SELECT 1'`],
    ['a partitioned table', 'CREATE TABLE thing (a int) PARTITION BY LIST (a)'],
    ['a schema', 'CREATE SCHEMA thing'],
    ['a large object', 'SELECT lo_create(99)'],
  ])('into a database that holds %s is refused', async (_what, sql) => {
    await cluster.createDatabase('busy', 'TEMPLATE template0');
    await cluster.sql('busy', sql);
    await expect(
      restorePostgres(targetOf(cluster, 'busy'), {}, copyOf(opened), newWatch(), surroundings),
    ).rejects.toMatchObject({
      code: 'restore.target-not-empty',
      message: expect.stringMatching(/thing|99/) as string,
    });
    await cluster.sql('postgres', 'DROP DATABASE busy');
  });

  test('by a role without CREATEDB goes into its own empty database, which undo empties and does not drop', async () => {
    await cluster.sql('postgres', 'CREATE ROLE tenant LOGIN BYPASSRLS');
    await expect(
      restorePostgres(targetOf(cluster, 'not mine', 'tenant'), {}, copyOf(opened), newWatch(), surroundings),
    ).rejects.toMatchObject({
      code: 'restore.no-rights',
    });
    await cluster.createDatabase('tenant home', 'TEMPLATE template0 OWNER tenant');
    await cluster.sql(
      'tenant home',
      'CREATE EXTENSION hstore; CREATE SCHEMA tools AUTHORIZATION tenant; CREATE EXTENSION citext WITH SCHEMA tools',
    );
    const facts = await restorePostgres(
      targetOf(cluster, 'tenant home', 'tenant'),
      {},
      copyOf(opened),
      newWatch(),
      surroundings,
    );
    expect(facts.problems.filter((problem) => problem.grade !== 'cosmetic')).toEqual([]);
    const found = await countOf(placeOf(cluster, 'tenant home'), surroundings);
    expect(compare(opened.inventory, found).problems).toEqual([]);
    await facts.undo();
    expect(
      await cluster.sql(
        'tenant home',
        `SELECT relname FROM pg_class WHERE oid >= 16384 AND relnamespace = 'public'::regnamespace`,
      ),
    ).toEqual([]);
    expect(await cluster.sql('tenant home', 'SELECT extname::text FROM pg_extension ORDER BY 1')).toEqual([
      { extname: 'citext' },
      { extname: 'hstore' },
      { extname: 'plpgsql' },
    ]);
    expect(await cluster.sql('tenant home', `SELECT nspname FROM pg_namespace WHERE nspname = 'we ird'`)).toEqual([]);
  });

  test('that is cancelled leaves no database behind, and throws the reason', async () => {
    const stop = new AbortController();
    const watch = newWatch(stop.signal);
    const reason = new Error('enough');
    const cancelling = {
      ...watch,
      progress: (step: { table?: string | null }) => (step.table === undefined ? undefined : stop.abort(reason)),
    };
    await expect(
      restorePostgres(targetOf(cluster, 'cancelled'), {}, copyOf(opened), cancelling, surroundings),
    ).rejects.toBe(reason);
    expect(await cluster.sql('postgres', `SELECT 1 FROM pg_database WHERE datname = 'cancelled'`)).toEqual([]);
    expect(readdirSync(watch.work)).toEqual([]);
  });

  test('CV-3 of anything that is no archive is refused before a database is created', async () => {
    const folder = tempFolder('no-archive');
    const cases: [string, Buffer, string][] = [
      ['plain.sql', Buffer.from('-- PostgreSQL database dump\n\\! touch /tmp/never\n'), 'artifact.plain-sql'],
      ['empty', Buffer.alloc(0), 'artifact.unreadable'],
      ['noise', Buffer.from([1, 2, 3, 4, 0, 0, 0]), 'artifact.unreadable'],
      ['head-only', readFileSync(opened.file).subarray(0, 40), 'artifact.unreadable'],
    ];
    for (const [name, bytes, code] of cases) {
      const file = `${folder}/${name}`;
      writeFileSync(file, bytes);
      await expect(
        restorePostgres(targetOf(cluster, 'never'), {}, { ...opened, file }, newWatch(), surroundings),
      ).rejects.toMatchObject({ code });
    }
    expect(existsSync('/tmp/never')).toBe(false);
    expect(await cluster.sql('postgres', `SELECT 1 FROM pg_database WHERE datname = 'never'`)).toEqual([]);
  });

  test('trap: "errors ignored on restore" with a lost COPY is fatal', async () => {
    await cluster.createDatabase('lossy', 'TEMPLATE template0');
    await cluster.sql(
      'lossy',
      `
      CREATE TABLE limits (most int); INSERT INTO limits VALUES (1000);
      CREATE FUNCTION fits(int) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT coalesce($1 < (SELECT most FROM public.limits), false)';
      CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 10);
      CREATE TABLE measured (n int CHECK (public.fits(n))); INSERT INTO measured SELECT generate_series(1, 12);
      UPDATE limits SET most = 3;`,
    );
    const lossy = await archiveOf(cluster, 'lossy', surroundings);
    const facts = await restorePostgres(targetOf(cluster, 'lost'), {}, lossy, newWatch(), surroundings);
    expect(facts.problems).toContainEqual(
      expect.objectContaining({ grade: 'fatal', subject: 'TABLE DATA public.measured' }),
    );
    const found = compare(lossy.inventory, await countOf(facts.place, surroundings));
    expect(found.tables.find((table) => table.name === 'public.measured')).toMatchObject({ expectedRows: 12, rows: 0 });
    await facts.undo();
  });

  test('a pg_restore that is killed from outside is told as that, and the new database is gone', async () => {
    const watch = newWatch();
    const pids: number[] = [];
    observeChildren(({ kind, pid, program }) => {
      if (kind === 'started' && program.endsWith('pg_restore')) pids.push(pid);
    });
    try {
      const failing = {
        ...watch,
        progress: (step: { table?: string | null }) => {
          const pid = step.table === undefined ? undefined : pids.pop();
          if (pid !== undefined) process.kill(pid, 'SIGKILL');
          pids.length = 0;
        },
      };
      await expect(
        restorePostgres(targetOf(cluster, 'killed'), {}, copyOf(opened), failing, surroundings),
      ).rejects.toMatchObject({ code: 'tool.killed' });
    } finally {
      observeChildren(() => {});
    }
    expect(await cluster.sql('postgres', `SELECT 1 FROM pg_database WHERE datname = 'killed'`)).toEqual([]);
  });

  /** A process of its own that restores and is killed once rows arrive. */
  async function killedWhileRestoring(target: RestoreTarget, archive: Opened): Promise<void> {
    const url = (file: string): string => JSON.stringify(new URL(`../../src/main/${file}`, import.meta.url).href);
    const script = `
      const { restorePostgres } = await import(${url('engine/postgres/restore.ts')});
      const { systemClock } = await import(${url('base/clock.ts')});
      const { silentLog } = await import(${url('base/log.ts')});
      const surroundings = { ...${JSON.stringify(surroundings)}, clock: systemClock };
      const progress = (step) => { if (step.table !== undefined) process.kill(process.pid, 'SIGKILL'); };
      const watch = { signal: new AbortController().signal, progress, log: silentLog, work: ${JSON.stringify(tempFolder('killed'))} };
      await restorePostgres(${JSON.stringify(target)}, {}, ${JSON.stringify(archive)}, watch, surroundings);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    const signal = await new Promise((resolve) => child.once('exit', (_code, by) => resolve(by)));
    expect(signal).toBe('SIGKILL');
  }

  test('that is killed is swept by its token: the database that was being filled goes, others stay', async () => {
    const archive = copyOf(opened);
    const target = targetOf(cluster, 'half');
    await killedWhileRestoring(target, archive);
    const there = (): Promise<object[]> =>
      cluster.sql('postgres', `SELECT datname FROM pg_database WHERE datname ~ '^(half|holdfast_)'`);
    expect(await there()).toEqual([{ datname: `holdfast_restoring_${archive.token}` }]);
    expect(await sweepDatabase(target, {}, 'another-token', newWatch(), surroundings)).toEqual([]);
    expect(await sweepDatabase(target, {}, archive.token, newWatch(), surroundings)).toHaveLength(1);
    expect(await there()).toEqual([]);
    expect(await sweepDatabase(target, {}, archive.token, newWatch(), surroundings)).toEqual([]);
    const again = copyOf(opened);
    const whole = await restorePostgres(target, {}, again, newWatch(), surroundings);
    expect(await sweepDatabase(target, {}, again.token, newWatch(), surroundings)).toEqual([]);
    expect(await there()).toEqual([{ datname: 'half' }]);
    await whole.undo();
  });

  test('that is killed in a database that was there leaves it marked, and the sweep empties it and keeps its extensions', async () => {
    await cluster.createDatabase('waiting', 'TEMPLATE template0');
    await cluster.sql('waiting', 'CREATE EXTENSION hstore');
    const archive = copyOf(opened);
    await killedWhileRestoring(targetOf(cluster, 'waiting'), archive);
    await expect(
      restorePostgres(targetOf(cluster, 'waiting'), {}, copyOf(opened), newWatch(), surroundings),
    ).rejects.toMatchObject({
      code: 'restore.target-not-empty',
    });
    expect(await sweepDatabase(targetOf(cluster, 'waiting'), {}, archive.token, newWatch(), surroundings)).toHaveLength(
      1,
    );
    expect(await cluster.sql('waiting', `SELECT extname::text FROM pg_extension WHERE extname <> 'plpgsql'`)).toEqual([
      { extname: 'hstore' },
    ]);
    const again = copyOf(opened);
    const whole = await restorePostgres(targetOf(cluster, 'waiting'), {}, again, newWatch(), surroundings);
    expect(await sweepDatabase(targetOf(cluster, 'waiting'), {}, again.token, newWatch(), surroundings)).toEqual([]);
    expect(compare(opened.inventory, await countOf(whole.place, surroundings)).problems).toEqual([]);
  });
});
