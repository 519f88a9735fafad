import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dump } from '../../src/main/engine/postgres/dump.ts';
import { countLive } from '../../src/main/engine/postgres/live-count.ts';
import { connect } from '../../src/main/engine/postgres/connect.ts';
import { countDatabase, countSelection } from '../../src/main/engine/postgres/count.ts';
import { fixText } from '../../src/main/engine/postgres/digest.ts';
import { listRelations, listSchemas } from '../../src/main/engine/postgres/inspect.ts';
import { selectScope } from '../../src/main/engine/postgres/scope.ts';
import { findToolSets } from '../../src/main/engine/postgres/tool.ts';
import type { Counted } from '../../src/main/engine/engine.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { fileSink, pgRestore, sourceOf, surroundings, testWatch } from '../helpers/postgres-source.ts';

const tools = (await findToolSets(surroundings())).filter(
  (set) => set.programs.includes('pg_restore') && set.distrust === null,
);
const majors = availableMajors();
const here = needs('PostgreSQL servers', majors.length === 0 ? 'none found' : undefined);
const several = needs('PostgreSQL servers of two major versions', majors.length < 2 ? 'there is one' : undefined);
const newestMajor = majors.at(-1) ?? 0;
const dumpable = majors.findLast((one) => tools.some((set) => set.major >= one));

/** Every family of built-in types, and the shapes that are easily forgotten. */
const everything = `
  CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
  CREATE TYPE pair AS (a int, b text);
  CREATE DOMAIN positive AS int CHECK (VALUE > 0);
  CREATE TABLE kinds (
    small int2, whole int4, big int8, exact numeric, real4 float4, real8 float8, cash money, yes bool, one "char", fixed char(5), var varchar(9), txt text,
    bin bytea, day date, clock time, clockz timetz, moment timestamp, momentz timestamptz, span interval, ident uuid, js json, jsb jsonb, doc xml,
    addr inet, net cidr, mac macaddr, mac8 macaddr8, bits bit(3), vbits varbit, pt point, ln line, seg lseg, bx box, pth path, pol polygon, circ circle,
    vec tsvector, qry tsquery, r4 int4range, rts tstzrange, cls regclass, typ regtype, prc regprocedure, cfg regconfig, oid_ oid, lsn pg_lsn,
    m mood, ms mood[], p pair, ps pair[], d positive, grid int[][], "select" text, "Größe" text, "with ""quote" text);
  INSERT INTO kinds (small, exact, real4, real8, cash, yes, one, fixed, txt, bin, momentz, span, js, jsb, doc, addr, mac, bits, pt, pol, vec, qry, r4, rts, cls, typ, prc, cfg, oid_, lsn, m, ms, p, ps, d, grid, "select", "Größe", "with ""quote")
    SELECT g, g / 7.0, g / 3.0, g / 3.0, g, g % 2 = 0, chr(65 + g % 20)::"char", 'ab', E'line\\nbreak \\\\ "quoted" ⚓ ' || g, decode(lpad(to_hex(g), 8, '0'), 'hex'),
      '2026-11-20 12:00+02'::timestamptz + g * interval '1 hour', g * interval '1 day 1.5 seconds', '{"a" : 1}', jsonb_build_object('b', g, 'a', null), '<a b="c"/>', '10.0.0.1/8', '08:00:2b:01:02:03', B'101',
      point(g, 0.1), '((0,0),(1,1),(2,0))', to_tsvector('english', 'the quick foxes'), 'a & b', int4range(g, g + 5), tstzrange('2026-01-01', NULL), 'pg_class', 'text', 'abs(int)', 'english', 12345, '16/B374D848',
      'ok', '{sad,happy}', ROW(g, 'x,"y')::pair, ARRAY[ROW(1, NULL)::pair, ROW(2, '')::pair], g, ARRAY[[1, 2], [3, g]], 'a', 'b', 'c' FROM generate_series(1, 50) g;
  INSERT INTO kinds (one) VALUES (E'\\\\351'::bytea::text::"char"), (NULL);
  INSERT INTO kinds (real4, real8, exact, day, moment, momentz, span) VALUES ('NaN', 'Infinity', 'NaN', 'infinity', '-infinity', '0044-03-15 BC', '-1 mons +2 days -03:04:05.678'), ('-0', '-0', 1e-30, '4713-01-01 BC', NULL, 'infinity', NULL);
  CREATE TABLE nothing ();
  INSERT INTO nothing DEFAULT VALUES; INSERT INTO nothing DEFAULT VALUES;
  CREATE TABLE empty_one (id int);
  CREATE TABLE twins AS SELECT 'same'::text AS v FROM generate_series(1, 4);
  CREATE TABLE parent (id int, name text); CREATE TABLE child (extra text) INHERITS (parent);
  INSERT INTO parent VALUES (1, 'p'); INSERT INTO child VALUES (2, 'c', 'x');
  CREATE TABLE gone (a int, b int, c int); INSERT INTO gone VALUES (1, 2, 3); ALTER TABLE gone DROP COLUMN b;
  CREATE TABLE made (a int, twice int GENERATED ALWAYS AS (a * 2) STORED, id int GENERATED ALWAYS AS IDENTITY); INSERT INTO made (a) SELECT g FROM generate_series(1, 9) g;
  CREATE TABLE event (at date, what text) PARTITION BY RANGE (at);
  CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE event_rest PARTITION OF event DEFAULT;
  INSERT INTO event SELECT '2025-06-01'::date + g * 30, 'e' || g FROM generate_series(1, 20) g;
  SELECT lo_from_bytea(4711, decode(repeat('00ff10', 300000), 'hex')), lo_from_bytea(4712, ''), lo_from_bytea(4713, decode(repeat('ab', 262144), 'hex'));`;

const whole = { scope: wholeScope, digests: true };

describe.runIf(here)('the digest of a table', () => {
  const clusters = new Map<number, Cluster>();
  beforeAll(async () => {
    for (const major of majors) {
      const cluster = await startCluster({ major });
      clusters.set(major, cluster);
      await cluster.createDatabase('shop', `TEMPLATE template0 ENCODING 'UTF8'`);
      await cluster.sql('shop', everything);
    }
  });
  afterAll(async () => {
    for (const cluster of clusters.values()) await cluster.stop();
  });

  const count = (cluster: Cluster, database = 'shop'): Promise<Counted> =>
    countLive(sourceOf(cluster, database), whole, testWatch(), surroundings());
  const newest = (): Cluster => clusters.get(majors.at(-1) as number) as Cluster;

  test.runIf(several)('is the same on every major version that is here, for every type', async () => {
    const results = await Promise.all([...clusters.values()].map((cluster) => count(cluster)));
    const [first, ...others] = results.map(({ tables, largeObjects, digestProbe }) => ({
      tables,
      largeObjects,
      digestProbe,
    }));
    expect(first?.tables.map((table) => [table.name, table.rows])).toEqual([
      ['public.child', 1],
      ['public.empty_one', 0],
      ['public.event_2025', 7],
      ['public.event_rest', 13],
      ['public.gone', 1],
      ['public.kinds', 54],
      ['public.made', 9],
      ['public.nothing', 2],
      ['public.parent', 1],
      ['public.twins', 4],
    ]);
    expect(first?.largeObjects?.count).toBe(3);
    for (const other of others) expect(other).toEqual(first);
  });

  test.runIf(needs('a dump tool', dumpable === undefined ? 'no pg_dump fits any server here' : undefined))(
    'survives a restore into every version that is here',
    async () => {
      const from = clusters.get(dumpable as number) as Cluster;
      const { sink, files } = fileSink();
      const facts = await dump(sourceOf(from, 'shop'), whole, sink, testWatch(), surroundings());
      const inventory = facts.inventory.databases[0];
      for (const [major, cluster] of clusters) {
        if (major < from.major) continue;
        await cluster.createDatabase('again', `TEMPLATE template0 ENCODING 'UTF8'`);
        pgRestore(cluster, files.get(inventory?.artifact ?? '') ?? '', 'again', tools[0]?.folder ?? '');
        const found = await count(cluster, 'again');
        expect(found.tables).toEqual(inventory?.tables);
        expect(found.largeObjects).toEqual(inventory?.largeObjects);
        expect(found.digestProbe).toEqual(inventory?.digest?.probe);
        expect(found.objects).toEqual(inventory?.objects);
        expect(found.sequences).toEqual(inventory?.sequences.map(({ name, after }) => ({ name, value: after })));
      }
    },
  );

  test('does not depend on what session, role or database have set', async () => {
    const cluster = newest();
    const before = await count(cluster);
    await cluster.sql(
      'shop',
      `ALTER DATABASE shop SET TimeZone = 'Asia/Tokyo'; ALTER DATABASE shop SET DateStyle = 'German'; ALTER DATABASE shop SET IntervalStyle = 'iso_8601';
      ALTER DATABASE shop SET extra_float_digits = -5; ALTER DATABASE shop SET bytea_output = 'escape'; ALTER DATABASE shop SET search_path = public; ALTER DATABASE shop SET jit = on`,
    );
    expect(await count(cluster)).toEqual(before);
  });

  test.runIf(newestMajor >= 17)('is not hindered by a database that ends long transactions', async () => {
    const cluster = newest();
    await cluster.createDatabase('hasty');
    await cluster.sql('hasty', `CREATE TABLE t AS SELECT 1 AS a; ALTER DATABASE hasty SET transaction_timeout = '1ms'`);
    expect((await count(cluster, 'hasty')).tables).toMatchObject([{ name: 'public.t', rows: 1 }]);
  });

  test('sees one changed bit, one row twice, and two rows that swapped a value', async () => {
    const cluster = newest();
    const digestOf = async (): Promise<string> => {
      const session = await connect(sourceOf(cluster, 'shop'), 'shop', testWatch(), surroundings());
      const { tables } = await countDatabase(
        session,
        { ...whole, scope: { ...wholeScope, tables: ['probe'] } },
        testWatch(),
      );
      await session.close();
      return tables[0]?.digest ?? '';
    };
    await cluster.sql('shop', 'CREATE TABLE probe AS SELECT g AS id, g * 10 AS v FROM generate_series(1, 100) g');
    const seen = new Set([await digestOf()]);
    const changes = [
      'UPDATE probe SET v = v + 1 WHERE id = 50',
      'INSERT INTO probe SELECT * FROM probe WHERE id IN (1)',
      'INSERT INTO probe SELECT * FROM probe WHERE id IN (1)',
      'UPDATE probe SET v = CASE id WHEN 2 THEN 30 ELSE 20 END WHERE id IN (2, 3)',
      'UPDATE probe SET v = NULL WHERE id = 9',
      "ALTER TABLE probe ALTER v TYPE text; UPDATE probe SET v = coalesce(v, '')",
    ];
    for (const change of changes) {
      await cluster.sql('shop', change);
      seen.add(await digestOf());
    }
    expect(seen.size).toBe(changes.length + 1);
    // The order of rows on disk means nothing.
    const before = await digestOf();
    await cluster.sql(
      'shop',
      'CREATE TABLE copy AS SELECT * FROM probe ORDER BY random(); TRUNCATE probe; INSERT INTO probe SELECT * FROM copy; DROP TABLE copy',
    );
    expect(await digestOf()).toBe(before);
    await cluster.sql('shop', 'DROP TABLE probe');
  });

  test('columns are taken by name: an inheritance child that was made otherwise is equal', async () => {
    const cluster = newest();
    await cluster.createDatabase('order_a');
    await cluster.createDatabase('order_b');
    await cluster.sql('order_a', `CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x')`);
    await cluster.sql('order_b', `CREATE TABLE t (b text, a int); INSERT INTO t VALUES ('x', 1)`);
    expect((await count(cluster, 'order_a')).tables).toEqual((await count(cluster, 'order_b')).tables);
  });

  test('many tables are counted in few queries, in one snapshot, whatever the session was doing', async () => {
    const cluster = newest();
    await cluster.createDatabase('many');
    await cluster.sql(
      'many',
      `DO $$ BEGIN FOR i IN 1..300 LOOP EXECUTE format('CREATE TABLE t%s AS SELECT g AS id FROM generate_series(1, %s) g', i, i); END LOOP; END $$`,
    );
    const session = await connect(sourceOf(cluster, 'many'), 'many', testWatch(), surroundings());
    await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await session.query('SELECT 1');
    await cluster.sql('many', 'INSERT INTO t1 SELECT g FROM generate_series(1, 100) g');
    const { tables } = await countDatabase(session, whole, testWatch());
    await session.close();
    expect(tables).toHaveLength(300);
    expect(tables.every((table) => table.rows === Number(/\d+/.exec(table.name)?.[0]))).toBe(true);
  });

  test('a row too large to be one text is counted, not digested, and is said', async () => {
    const cluster = newest();
    await cluster.createDatabase('large');
    // A quotation mark is written twice inside a row: more than 1 GB of text from 540 MB that compress to nothing.
    await cluster.sql(
      'large',
      `CREATE TABLE fat AS SELECT repeat('"', 540000000) AS a; CREATE TABLE thin AS SELECT 1 AS a`,
    );
    const session = await connect(sourceOf(cluster, 'large'), 'large', testWatch(), surroundings());
    await fixText(session);
    await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const selection = selectScope(wholeScope, await listRelations(session), await listSchemas(session), 'large', {
      standby: false,
      strict: true,
    });
    const { counted, omissions } = await countSelection(session, selection, true, testWatch());
    await session.close();
    expect(counted.tables).toEqual([
      { name: 'public.fat', rows: 1, digest: null },
      { name: 'public.thin', rows: 1, digest: expect.stringMatching(/^-?\d+:-?\d+$/) as string },
    ]);
    expect(omissions).toMatchObject([{ what: 'digest', name: 'public.fat' }]);
  });

  test.runIf(needs('PostgreSQL 18 for virtual generated columns', majors.includes(18) ? undefined : 'no such server'))(
    'virtual generated columns belong to the row',
    async () => {
      const cluster = clusters.get(18) as Cluster;
      await cluster.createDatabase('virtual');
      await cluster.sql(
        'virtual',
        'CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1)); INSERT INTO t VALUES (1)',
      );
      const before = (await count(cluster, 'virtual')).tables[0];
      await cluster.sql('virtual', 'ALTER TABLE t ALTER b SET EXPRESSION AS (a + 2)');
      expect((await count(cluster, 'virtual')).tables[0]?.digest).not.toBe(before?.digest);
    },
  );
});
