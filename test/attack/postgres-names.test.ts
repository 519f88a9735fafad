import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dump } from '../../src/main/engine/postgres/dump.ts';
import { countLive } from '../../src/main/engine/postgres/live-count.ts';
import { qualifiedName, quoteName } from '../../src/main/engine/postgres/name.ts';
import { findToolSets } from '../../src/main/engine/postgres/tool.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { fileSink, pgRestore, sourceOf, surroundings, testWatch } from '../helpers/postgres-source.ts';

const tools = (await findToolSets(surroundings())).filter(
  (set) => set.programs.includes('pg_dump') && set.distrust === null,
);
const major = availableMajors().findLast((one) => tools.some((set) => set.major >= one));
const here = needs(
  'PostgreSQL server with its client programs',
  major === undefined ? 'no server here has a pg_dump at least as new' : undefined,
);

/** Names that mean something to a shell, to SQL, to a pattern, to a connection string, or to a terminal. */
const hostile = [
  'two words',
  'UPPER',
  'select',
  'say "hi"',
  "it's",
  'dot.dot',
  '-t',
  '--file=/tmp/owned',
  '*',
  'a|b(c)[d]{2}?+^$',
  '$(touch owned)',
  '`touch owned`',
  'back\\slash',
  '\\! touch owned',
  'new\nline; DROP TABLE victim; --',
  'tab\tand\rreturn',
  '\u001b[31mred',
  'Größe ⚓ 表',
  'ｕｎｉｃｏｄｅ‮backwards',
  'dbname=postgres host=evil',
  "host='x' port=1",
  'postgres://evil/x',
  "'; DROP TABLE victim; --",
  '"; DROP TABLE victim; --',
  '%s%n',
  '{{x}}',
  'x'.repeat(63),
  '表'.repeat(21),
];

describe.runIf(here)('names that are hostile are only names', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ major: major as number });
  });
  afterAll(() => cluster?.stop());

  test('the server reads every quoted name as the name it was', async () => {
    for (const name of hostile) {
      const [row] = await cluster.sql('postgres', `SELECT 1 AS ${quoteName(name)}`);
      expect(Object.keys(row ?? {})).toEqual([name]);
    }
    const words = await cluster.sql('postgres', `SELECT word, quote_ident(word) AS quoted FROM pg_get_keywords()`);
    // Ours may quote what this server would not (a word of a later version), never the other way round.
    const must = words.filter(({ word, quoted }) => quoted !== word);
    expect(must.map(({ word }) => quoteName(String(word)))).toEqual(must.map(({ quoted }) => quoted));
  });

  test('databases, schemas, tables, columns, sequences and functions of such names are dumped, counted and restored', async () => {
    for (const [index, database] of hostile.entries()) {
      await cluster.createDatabase(database, 'TEMPLATE template0');
      // Each database has schemas, tables and columns of the other names too, a few of them at a time.
      const names = [database, ...hostile.slice(index % 5).filter((_, at) => at % 5 === 0)].filter(
        (name, at, all) => all.indexOf(name) === at,
      );
      const quote = pg.escapeIdentifier;
      for (const name of names) {
        await cluster.sql(
          database,
          `CREATE SCHEMA ${quote(name)}; CREATE TABLE ${quote(name)}.${quote(name)} (${quote(name)} serial, v text);
          INSERT INTO ${quote(name)}.${quote(name)} (v) SELECT g FROM generate_series(1, 3) g;
          CREATE INDEX ON ${quote(name)}.${quote(name)} (v); CREATE FUNCTION ${quote(name)}.${quote(name)}(int) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
        );
      }
      await cluster.sql(database, 'CREATE TABLE public.victim AS SELECT 1 AS a');
      const { sink, files } = fileSink();
      const watch = testWatch();
      const facts = await dump(
        sourceOf(cluster, database),
        { scope: wholeScope, digests: true },
        sink,
        watch,
        surroundings(),
      );
      const inventory = facts.inventory.databases[0];
      expect(inventory?.name).toBe(database);
      expect(Object.fromEntries(inventory?.tables.map((table) => [table.name, table.rows]) ?? [])).toEqual({
        ...Object.fromEntries(names.map((name) => [qualifiedName(name, name), 3])),
        'public.victim': 1,
      });
      const target = `restored ${index}`;
      await cluster.createDatabase(target, 'TEMPLATE template0');
      expect(
        pgRestore(cluster, files.get(inventory?.artifact ?? '') ?? '', target, tools[0]?.folder ?? ''),
      ).toMatchObject({ ok: true });
      const found = await countLive(
        sourceOf(cluster, target),
        { scope: wholeScope, digests: true },
        testWatch(),
        surroundings(),
      );
      expect(found.tables).toEqual(inventory?.tables);
      expect(found.objects).toEqual(inventory?.objects);
    }
  });

  test('a scope of such a name takes that table and no other', async () => {
    await cluster.createDatabase('scoped', 'TEMPLATE template0');
    const quote = pg.escapeIdentifier;
    for (const name of hostile)
      await cluster.sql(
        'scoped',
        `CREATE SCHEMA ${quote(name)}; CREATE TABLE ${quote(name)}.${quote(name)} AS SELECT 1 AS a; CREATE TABLE public.${quote(name)} AS SELECT 2 AS a`,
      );
    const take = async (scope: Partial<typeof wholeScope>) => {
      const { sink, files } = fileSink();
      const facts = await dump(
        sourceOf(cluster, 'scoped'),
        { scope: { ...wholeScope, ...scope }, digests: true },
        sink,
        testWatch(),
        surroundings(),
      );
      const inventory = facts.inventory.databases[0];
      return {
        names: inventory?.tables.map((table) => table.name),
        missing: facts.missing,
        file: files.get(inventory?.artifact ?? '') ?? '',
      };
    };
    for (const [index, name] of hostile.entries()) {
      const table = await take({ tables: [`public.${name}`] });
      expect(table.names).toEqual([qualifiedName('public', name)]);
      expect(table.missing).not.toEqual([]);
      if (index % 7 > 0) continue;
      const schema = await take({ schemas: [name] });
      expect(schema.names).toEqual([qualifiedName(name, name)]);
      const without = await take({ excludeTables: [`public.${name}`] });
      expect(without.names).toHaveLength(2 * hostile.length - 1);
      expect(without.names).not.toContain(qualifiedName('public', name));
      // And the archive holds what the inventory says.
      const target = `scoped ${index}`;
      await cluster.createDatabase(target, 'TEMPLATE template0');
      expect(pgRestore(cluster, without.file, target, tools[0]?.folder ?? '')).toMatchObject({ ok: true });
      const found = await countLive(
        sourceOf(cluster, target),
        { scope: wholeScope, digests: false },
        testWatch(),
        surroundings(),
      );
      expect(found.tables.map((one) => one.name)).toEqual(without.names);
    }
  });
});
