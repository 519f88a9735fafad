import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dump } from '../../src/main/engine/postgres/dump.ts';
import { findToolSets } from '../../src/main/engine/postgres/tool.ts';
import type { DatabaseInventory } from '../../src/shared/inventory.ts';
import { wholeScope, type Scope } from '../../src/shared/source.ts';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { fileSink, sourceOf, surroundings, testWatch } from '../helpers/postgres-source.ts';

const tools = (await findToolSets(surroundings())).filter(
  (set) => set.programs.includes('pg_dump') && set.distrust === null,
);
const major = availableMajors().findLast((one) => tools.some((set) => set.major >= one));
const here = needs(
  'PostgreSQL server with its client programs',
  major === undefined ? 'no server here has a pg_dump at least as new' : undefined,
);

describe.runIf(here)('SV-4, SV-22, JO-4, BD-4 a scope', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ major: major as number });
    await cluster.createDatabase('shop');
    await cluster.sql(
      'shop',
      `
      CREATE SCHEMA stock; CREATE EXTENSION pg_stat_statements;
      CREATE TABLE customer (id serial PRIMARY KEY, name text);
      CREATE TABLE sale (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, customer_id int REFERENCES customer, at date NOT NULL);
      CREATE TABLE stock.item (id int PRIMARY KEY, sale_id int REFERENCES sale);
      CREATE TABLE event (at date, what text) PARTITION BY RANGE (at);
      CREATE TABLE event_old PARTITION OF event FOR VALUES FROM ('2000-01-01') TO ('2026-01-01') PARTITION BY LIST (what);
      CREATE TABLE event_old_a PARTITION OF event_old FOR VALUES IN ('a');
      CREATE TABLE event_new PARTITION OF event DEFAULT;
      CREATE VIEW sales AS SELECT s.id, c.name FROM sale s JOIN customer c ON c.id = s.customer_id;
      CREATE VIEW sale_names AS SELECT name FROM sales;
      CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM sale; CREATE MATERIALIZED VIEW unfilled AS SELECT 1 AS a WITH NO DATA;
      CREATE FUNCTION stock.total() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM stock.item';
      CREATE POLICY own ON sale USING (true); CREATE RULE quiet AS ON UPDATE TO stock.item DO INSTEAD NOTHING;
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
      CREATE TRIGGER touched BEFORE UPDATE ON sale FOR EACH ROW EXECUTE FUNCTION touch();
      CREATE PUBLICATION everything FOR TABLE sale; CREATE STATISTICS customer_stats ON id, name FROM customer;
      INSERT INTO customer (name) SELECT 'c' || g FROM generate_series(1, 5) g;
      INSERT INTO sale (customer_id, at) SELECT g % 5 + 1, '2026-01-01' FROM generate_series(1, 12) g;
      INSERT INTO stock.item SELECT g, g FROM generate_series(1, 7) g;
      INSERT INTO event VALUES ('2020-01-01', 'a'), ('2026-06-01', 'b'), ('2026-07-01', 'c');
      SELECT lo_from_bytea(0, 'large');`,
    );
  });
  afterAll(() => cluster?.stop());

  interface Taken {
    inventory: DatabaseInventory;
    missing: string[];
    /** Kind and name of every entry of the archive, as pg_restore lists it. */
    entries: string[];
  }

  async function take(scope: Partial<Scope>): Promise<Taken> {
    const { sink, files } = fileSink();
    const facts = await dump(
      sourceOf(cluster, 'shop'),
      { scope: { ...wholeScope, ...scope }, digests: true },
      sink,
      testWatch(),
      surroundings(),
    );
    const inventory = facts.inventory.databases[0] as DatabaseInventory;
    const listed = spawnSync(
      join(tools[0]?.folder ?? '', 'pg_restore'),
      ['--list', files.get(inventory.artifact) ?? ''],
      { encoding: 'utf8' },
    );
    const entries = listed.stdout
      .split('\n')
      .filter((line) => /^\d/.test(line))
      .map((line) => line.replace(/^\d+; \d+ \d+ /, '').replace(/ \S+$/, ''));
    return { inventory, missing: facts.missing, entries };
  }

  /** The tables whose rows the archive holds, as `schema name`. */
  const dataOf = (taken: Taken): string[] =>
    taken.entries
      .filter((entry) => entry.startsWith('TABLE DATA '))
      .map((entry) => entry.slice('TABLE DATA '.length))
      .toSorted();
  const countsOf = (taken: Taken): Record<string, number> =>
    Object.fromEntries(taken.inventory.tables.map((table) => [table.name, table.rows]));
  const sequencesOf = (taken: Taken): string[] =>
    taken.entries
      .filter((entry) => entry.startsWith('SEQUENCE SET '))
      .map((entry) => entry.slice('SEQUENCE SET '.length))
      .toSorted();

  /** What the inventory promises is what the archive has: tables with rows, sequences. */
  function expectHonest(taken: Taken): void {
    expect(dataOf(taken)).toEqual(taken.inventory.tables.map((table) => table.name.replace('.', ' ')).toSorted());
    expect(sequencesOf(taken)).toEqual(
      taken.inventory.sequences.map((sequence) => sequence.name.replace('.', ' ')).toSorted(),
    );
    expect(taken.inventory.largeObjects === null).toBe(!taken.entries.some((entry) => entry.startsWith('BLOBS')));
  }

  test('everything: complete, with every kind of object, and what a dump never carries is said', async () => {
    const taken = await take({});
    expectHonest(taken);
    expect(taken.missing).toEqual([]);
    expect(countsOf(taken)).toEqual({
      'public.customer': 5,
      'public.event_new': 2,
      'public.event_old_a': 1,
      'public.sale': 12,
      'stock.item': 7,
    });
    expect(taken.inventory.largeObjects).toMatchObject({ count: 1 });
    expect([...new Set(taken.inventory.objects.map((object) => object.kind))]).toEqual([
      'extension',
      'foreign-key',
      'function',
      'materialised-view',
      'partitioned-table',
      'policy',
      'primary-key',
      'publication',
      'rule',
      'schema',
      'sequence',
      'statistics',
      'table',
      'trigger',
      'view',
    ]);
    expect(taken.inventory.objects).toContainEqual({ kind: 'function', name: 'stock.total()' });
    expect(taken.inventory.objects).toContainEqual({
      kind: 'foreign-key',
      name: 'sale_customer_id_fkey on public.sale',
    });
    expect(taken.inventory.omissions.map((omission) => `${omission.what} ${omission.name}`)).toEqual([
      'materialised-view-rows public.totals',
      'materialised-view-rows public.unfilled',
    ]);
    expect(taken.inventory.engine).toMatchObject({
      extensions: [{ name: 'pg_stat_statements', schema: 'public' }],
      roles: ['postgres'],
      encoding: 'UTF8',
    });
  });

  test('schema only', async () => {
    const taken = await take({ part: 'schema' });
    expect([dataOf(taken), sequencesOf(taken)]).toEqual([[], []]);
    expect(taken.inventory.sequences).toEqual([]);
    expect(taken.inventory.tables).toHaveLength(5);
    expect(taken.inventory.tables.every((table) => table.rows === 0 && table.digest === null)).toBe(true);
    expect(taken.inventory.objects.length).toBeGreaterThan(20);
    expect(taken.missing).toHaveLength(1);
  });

  test('data only', async () => {
    const taken = await take({ part: 'data' });
    expectHonest(taken);
    expect(countsOf(taken)).toMatchObject({ 'public.sale': 12 });
    expect(taken.inventory.objects).toEqual([]);
    expect(taken.missing).toHaveLength(1);
  });

  test('chosen tables: a partitioned one with its partitions, at any depth', async () => {
    const taken = await take({ tables: ['public.event', 'item'] });
    expectHonest(taken);
    expect(countsOf(taken)).toEqual({ 'public.event_new': 2, 'public.event_old_a': 1, 'stock.item': 7 });
    expect(taken.inventory.largeObjects).toBeNull();
    // The key to a table that stays behind cannot be made again, and is not promised.
    expect(taken.inventory.objects.some((object) => object.kind === 'foreign-key')).toBe(false);
    expect(taken.inventory.omissions).toContainEqual({
      what: 'foreign-key',
      name: 'item_sale_id_fkey on stock.item',
      why: expect.any(String) as string,
    });
    expect(taken.missing).toHaveLength(1);
  });

  test('chosen tables bring the sequences that they draw from', async () => {
    const taken = await take({ tables: ['customer', 'sale'] });
    expectHonest(taken);
    expect(taken.inventory.sequences.map((sequence) => sequence.name)).toEqual([
      'public.customer_id_seq',
      'public.sale_id_seq',
    ]);
  });

  test('chosen schemas', async () => {
    const taken = await take({ schemas: ['stock'] });
    expectHonest(taken);
    expect(countsOf(taken)).toEqual({ 'stock.item': 7 });
    expect(taken.inventory.objects.map((object) => object.kind)).toEqual([
      'function',
      'primary-key',
      'rule',
      'schema',
      'table',
    ]);
  });

  test('excluded tables, and what leans on them', async () => {
    const taken = await take({ excludeTables: ['sale', 'event_old'] });
    expectHonest(taken);
    expect(countsOf(taken)).toEqual({ 'public.customer': 5, 'public.event_new': 2, 'stock.item': 7 });
    expect(taken.missing).toHaveLength(1);
    const omitted = taken.inventory.omissions.map((omission) => `${omission.what} ${omission.name}`);
    expect(omitted).toEqual(
      expect.arrayContaining([
        'table public.sale',
        'view public.sales',
        'view public.sale_names',
        'materialised-view public.totals',
        'foreign-key item_sale_id_fkey on stock.item',
      ]),
    );
    expect(taken.inventory.objects.some((object) => object.name === 'public.sales')).toBe(false);
  });

  test('tables and schemas at once are refused: it would be neither the one nor the other', async () => {
    await expect(take({ tables: ['sale'], schemas: ['stock'] })).rejects.toMatchObject({ code: 'usage.wrong' });
  });
});
