import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Opened } from '../../src/main/engine/engine.ts';
import { checkPostgres } from '../../src/main/engine/postgres/check.ts';
import { connect } from '../../src/main/engine/postgres/connect.ts';
import { restorePostgres } from '../../src/main/engine/postgres/restore.ts';
import { openScratch } from '../../src/main/engine/postgres/scratch.ts';
import { compare } from '../../src/main/verify/compare.ts';
import type { Problem } from '../../src/shared/verify.ts';
import { archiveOf, countOf, newWatch, surroundingsIn } from '../helpers/postgres-archive.ts';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';

const here = needs(
  'PostgreSQL server with client programs',
  availableMajors().some((major) => major < 18) ? undefined : 'only the packaged 18 is here',
);

/**
 * A dump is code: whoever may create a function in the source decides what runs where it is restored. Every fixture is
 * first restored by a superuser with plain pg_restore, and has to bite; then in the scratch, where it must not.
 */
describe.runIf(here)('SV-14 a dump that carries code', () => {
  let cluster: Cluster;
  let made = 0;
  const surroundings = surroundingsIn(tempFolder('attack'));
  // The server's account has to be able to write here, or the fixture would prove nothing.
  const marks = tempFolder('attack-marks');
  const mark = join(marks, 'was-here');

  beforeAll(async () => {
    chmodSync(marks, 0o777);
    cluster = await startCluster({ major: 15 });
    await cluster.sql('postgres', 'CREATE ROLE mallory LOGIN');
  });
  afterAll(async () => {
    await cluster?.stop();
  });

  async function dumped(sql: string): Promise<Opened> {
    const name = `source_${++made}`;
    await cluster.createDatabase(name, 'TEMPLATE template0 OWNER mallory');
    await cluster.sql(name, `SET ROLE mallory; ${sql}`);
    return archiveOf(cluster, name, surroundings);
  }

  function restoredBySuperuser(archive: Opened): void {
    const target = `bitten_${made}`;
    const program = (name: string, args: string[]): void => {
      spawnSync(join(cluster.binFolder, name), [
        '-h',
        cluster.socketFolder,
        '-p',
        String(cluster.port),
        '-U',
        cluster.superuser,
        ...args,
      ]);
    };
    program('createdb', ['-T', 'template0', target]);
    program('pg_restore', ['-d', target, archive.file]);
  }

  interface Proof {
    problems: Problem[];
    differences: Problem[];
    /** Asked as the loader after everything, deep checks included. */
    ask: (sql: string) => Promise<object[]>;
  }

  async function proven<T>(archive: Opened, look: (proof: Proof) => Promise<T>): Promise<T> {
    const { scratch, problems } = await openScratch(archive.inventory, newWatch(), surroundings);
    if (scratch === null || scratch.target.kind !== 'database') throw new Error(JSON.stringify(problems));
    try {
      const facts = await restorePostgres(scratch.target, scratch.secrets, archive, newWatch(), surroundings);
      const differences = compare(archive.inventory, await countOf(facts.place, surroundings)).problems;
      const checked = await checkPostgres(facts.place, archive.inventory, newWatch(), surroundings);
      const deep = await scratch.deepChecks(archive.inventory, newWatch());
      const session = await connect(facts.place, scratch.target.database, newWatch(), surroundings);
      try {
        return await look({
          problems: [...problems, ...facts.problems, ...checked.problems, ...deep.problems],
          differences,
          ask: (sql) => session.query(sql),
        });
      } finally {
        await session.close();
      }
    } finally {
      await scratch.dispose();
    }
  }

  const toProgram = `EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch ${mark}'''`;

  test('COPY … TO PROGRAM from a CHECK function bites a superuser, and leaves no file here; the rows are intact', async () => {
    // At the source the role may not: the function swallows that, as an attacker's would.
    const archive = await dumped(`
      CREATE FUNCTION good(int) RETURNS boolean LANGUAGE plpgsql AS $f$ BEGIN
        BEGIN ${toProgram}; EXCEPTION WHEN OTHERS THEN NULL; END; RETURN true; END $f$;
      CREATE TABLE bait (a int CHECK (public.good(a))); INSERT INTO bait SELECT generate_series(1, 20);`);
    expect(existsSync(mark)).toBe(false);
    restoredBySuperuser(archive);
    expect(existsSync(mark)).toBe(true);
    rmSync(mark);
    await proven(archive, async ({ problems, differences }) => {
      expect([...problems, ...differences]).toEqual([]);
    });
    expect(readdirSync(marks)).toEqual([]);
  });

  test('the same that does not swallow the refusal costs its rows, and that is told as fatal', async () => {
    const archive = await dumped(`
      CREATE FUNCTION is_tried() RETURNS boolean LANGUAGE sql AS $f$ SELECT current_setting('is_superuser') = 'on' OR current_database() NOT LIKE 'source%' $f$;
      CREATE FUNCTION good(int) RETURNS boolean LANGUAGE plpgsql AS $f$ BEGIN
        IF public.is_tried() THEN ${toProgram}; END IF; RETURN true; END $f$;
      CREATE TABLE bait (a int CHECK (public.good(a))); CREATE TABLE calm (a int);
      RESET ROLE; SET ROLE mallory; INSERT INTO calm VALUES (1); INSERT INTO bait VALUES (1)`);
    restoredBySuperuser(archive);
    expect(existsSync(mark)).toBe(true);
    rmSync(mark);
    await proven(archive, async ({ problems, differences }) => {
      expect(problems).toContainEqual(expect.objectContaining({ grade: 'fatal', subject: 'TABLE DATA public.bait' }));
      expect(differences).toContainEqual(
        expect.objectContaining({ code: 'table.rows-differ', subject: 'public.bait' }),
      );
      expect(differences.map((problem) => problem.subject)).not.toContain('public.calm');
    });
    expect(readdirSync(marks)).toEqual([]);
  });

  test('no function of the dump ever runs as superuser, wherever it hides', async () => {
    const archive = await dumped(`
      CREATE FUNCTION seen_loud(text) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN
        IF current_database() LIKE 'source%' THEN RETURN $1; END IF;
        -- Not a table of the dump: pg_restore empties those before it fills them.
        BEGIN EXECUTE 'CREATE TABLE IF NOT EXISTS public.witness (who text)'; EXCEPTION WHEN OTHERS THEN NULL; END;
        BEGIN EXECUTE format('INSERT INTO public.witness VALUES (%L)', $1 || ' ' || current_setting('is_superuser') || ' ' || session_user || ' ' || current_user);
          EXCEPTION WHEN OTHERS THEN NULL; END;
        BEGIN EXECUTE 'CREATE EXTENSION file_fdw'; EXCEPTION WHEN OTHERS THEN NULL; END;
        BEGIN EXECUTE 'ALTER ROLE ' || quote_ident(session_user) || ' SUPERUSER'; EXCEPTION WHEN OTHERS THEN NULL; END;
        BEGIN ${toProgram}; EXCEPTION WHEN OTHERS THEN NULL; END;
        RETURN $1; END $f$;
      -- What is immutable may not write, but may call what does.
      CREATE FUNCTION seen(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN RETURN public.seen_loud($1); END $f$;
      CREATE FUNCTION seen_definer(text) RETURNS text LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $f$ BEGIN RETURN public.seen($1); END $f$;
      CREATE DOMAIN odd AS text CHECK (public.seen(VALUE) IS NOT NULL);
      CREATE TABLE bait (a text, o odd, g text GENERATED ALWAYS AS (public.seen_definer('generated')) STORED, CHECK (public.seen('check') <> ''));
      INSERT INTO bait VALUES ('x', 'domain');
      CREATE INDEX by_function ON bait (public.seen(a)); CREATE INDEX partly ON bait (a) WHERE public.seen('predicate') <> '';
      CREATE MATERIALIZED VIEW mat AS SELECT public.seen('matview') FROM bait;
      CREATE VIEW pg_class AS SELECT public.seen('shadow') AS relname;
      CREATE FUNCTION public.count(bigint) RETURNS bigint LANGUAGE sql AS $f$ SELECT length(public.seen('count'))::bigint $f$;
      CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE plpgsql AS $f$ BEGIN PERFORM public.seen('operator'); RETURN $1 = $2; END $f$;
      CREATE OPERATOR public.= (LEFTARG = int, RIGHTARG = bigint, FUNCTION = int48eq); CREATE OPERATOR public.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = same);
      CREATE TABLE up (id int PRIMARY KEY); CREATE TABLE down (id int REFERENCES up); INSERT INTO up VALUES (1); INSERT INTO down VALUES (1)`);
    restoredBySuperuser(archive);
    expect(existsSync(mark)).toBe(true);
    rmSync(mark);
    await proven(archive, async ({ ask }) => {
      const seen = (await ask('SELECT DISTINCT who FROM public.witness')) as { who: string }[];
      expect(new Set(seen.map(({ who }) => who.split(' ')[0]))).toEqual(
        new Set(['x', 'domain', 'generated', 'check', 'predicate', 'matview']),
      );
      expect(seen.filter(({ who }) => !who.endsWith(' off holdfast_loader holdfast_loader'))).toEqual([]);
      expect(await ask(`SELECT extname FROM pg_extension WHERE extname = 'file_fdw'`)).toEqual([]);
      expect(await ask('SELECT rolsuper FROM pg_roles WHERE rolname = current_user')).toEqual([{ rolsuper: false }]);
    });
    expect(readdirSync(marks)).toEqual([]);
  });

  test('event triggers, C functions and untrusted languages are not made, and are told as unchecked', async () => {
    const archive = await dumped(`
      CREATE TABLE t (a int); INSERT INTO t VALUES (1); RESET ROLE;
      CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $f$ BEGIN ${toProgram}; END $f$;
      CREATE FUNCTION in_c(internal) RETURNS internal LANGUAGE c AS '$libdir/dict_int', 'dintdict_init';
      CREATE FUNCTION in_internal() RETURNS int LANGUAGE internal AS 'pg_backend_pid';
      CREATE EVENT TRIGGER armed ON ddl_command_end WHEN TAG IN ('CREATE INDEX', 'CREATE TABLE') EXECUTE FUNCTION on_ddl();`);
    await proven(archive, async ({ problems, ask }) => {
      expect(problems.filter((problem) => problem.grade === 'fatal')).toEqual([]);
      const excused = problems.filter((problem) => problem.grade === 'unchecked').map((problem) => problem.subject);
      expect(excused.toSorted()).toEqual(['armed', 'public.in_c(internal)', 'public.in_internal()']);
      expect(await ask('SELECT 1 FROM pg_event_trigger')).toEqual([]);
    });
    expect(readdirSync(marks)).toEqual([]);
  });

  test('code that reaches out with dblink does not come back in as superuser', async () => {
    const archive = await dumped(`RESET ROLE; CREATE EXTENSION dblink; SET ROLE mallory;
      CREATE FUNCTION reach() RETURNS boolean LANGUAGE plpgsql AS $f$ DECLARE folder text; said text; BEGIN
        IF current_database() LIKE 'source%' THEN RETURN true; END IF;
        CREATE TABLE IF NOT EXISTS public.witness (who text);
        -- Where the socket is, a plain role is not told; the usual places are tried instead.
        BEGIN folder := current_setting('unix_socket_directories'); EXCEPTION WHEN OTHERS THEN folder := SQLERRM; END;
        INSERT INTO public.witness VALUES (folder);
        FOREACH folder IN ARRAY ARRAY[folder, '/tmp', '/var/run/postgresql'] LOOP
          BEGIN PERFORM * FROM public.dblink(format('host=%L user=holdfast_setup dbname=holdfast', folder), 'SELECT 1') AS t(a int); said := 'in';
            EXCEPTION WHEN OTHERS THEN said := SQLERRM; END;
          INSERT INTO public.witness VALUES (said);
        END LOOP; RETURN true; END $f$;
      CREATE TABLE bait (a int CHECK (public.reach())); INSERT INTO bait VALUES (1)`);
    await proven(archive, async ({ ask }) => {
      const tried = (await ask('SELECT who FROM public.witness')) as { who: string }[];
      expect(tried).toHaveLength(4);
      expect(tried.map(({ who }) => who)).not.toContain('in');
    });
  });
});
