import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dump } from '../../src/main/engine/postgres/dump.ts';
import { countLive } from '../../src/main/engine/postgres/live-count.ts';
import type { ProofStep } from '../../src/main/engine/postgres/snapshot.ts';
import { findToolSets } from '../../src/main/engine/postgres/tool.ts';
import type { Fail } from '../../src/shared/failure.ts';
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

/** What another session may do in the middle of a backup, each in one transaction. */
const deeds = {
  'TRUNCATE and reload': 'TRUNCATE sale; INSERT INTO sale SELECT g, 1, 1000 + g FROM generate_series(1, 7) g',
  TRUNCATE: 'TRUNCATE customer, sale',
  'ALTER that rewrites the table': "ALTER TABLE sale ALTER COLUMN amount TYPE text USING amount::text || ' EUR'",
  'ALTER that adds a column': "ALTER TABLE customer ADD COLUMN note text DEFAULT 'new'",
  'ALTER that renames': 'ALTER TABLE sale RENAME TO sold',
  DROP: 'DROP TABLE sale',
  'DROP and CREATE again':
    'DROP TABLE sale; CREATE TABLE sale AS SELECT g AS id, 2 AS customer_id, g * 2 AS amount FROM generate_series(1, 3) g',
  CREATE: 'CREATE TABLE fresh AS SELECT g AS id FROM generate_series(1, 11) g',
};

const steps: ProofStep[] = [
  'listed',
  'begun',
  'locked',
  'exported',
  'listed-again',
  'dump-started',
  'dump-locked',
  'counted',
  'dump-ended',
];

const shop = `
  CREATE TABLE customer (id int PRIMARY KEY, name text);
  CREATE TABLE sale (id int, customer_id int, amount int);
  INSERT INTO customer SELECT g, 'customer ' || g FROM generate_series(1, 500) g;
  INSERT INTO sale SELECT g, g % 500 + 1, g FROM generate_series(1, 20000) g;`;

/** Another session that is idle in a transaction, until the server ends it for that: whoever is idle for longer was due before. */
async function idleUntilEnded(url: string): Promise<void> {
  const idle = new pg.Client(url);
  const ended = new Promise<void>((resolve) => void idle.once('end', resolve));
  idle.on('error', () => {});
  await idle.connect();
  await idle.query('BEGIN');
  await ended;
}

describe.runIf(here)('the exact proof: TRUNCATE and ALTER at every step', () => {
  let cluster: Cluster;
  let programs = '';
  let number = 0;

  beforeAll(async () => {
    cluster = await startCluster({ major: major as number });
    programs = tools[0]?.folder ?? '';
  });
  afterAll(() => cluster?.stop());

  async function newShop(): Promise<string> {
    const database = `shop_${++number}`;
    await cluster.createDatabase(database);
    await cluster.sql(database, shop);
    return database;
  }

  /** What a table holds, asked in a way that has nothing in common with the digest. */
  async function contents(database: string): Promise<Record<string, unknown>> {
    const tables = await cluster.sql(
      database,
      `SELECT relname::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
    );
    const found: Record<string, unknown> = {};
    for (const { name } of tables) {
      const [row] = await cluster.sql(
        database,
        `SELECT count(*)::int AS rows, md5(string_agg(t::text, '|' ORDER BY t::text)) AS text FROM ${pg.escapeIdentifier(String(name))} t`,
      );
      found[String(name)] = row;
    }
    return found;
  }

  async function restored(file: string): Promise<string> {
    const database = `restored_${++number}`;
    await cluster.createDatabase(database, 'TEMPLATE template0');
    expect(pgRestore(cluster, file, database, programs)).toMatchObject({ ok: true });
    return database;
  }

  const cases = steps.flatMap((step) => Object.keys(deeds).map((deed) => [step, deed as keyof typeof deeds] as const));

  test.each(cases)('after "%s": %s', async (step, deed) => {
    const database = await newShop();
    const before = await contents(database);
    const other = new pg.Client(cluster.socketUrl(database));
    await other.connect();
    let deedDone: Promise<unknown> | undefined;
    const onStep = (reached: ProofStep): void => {
      // Not waited for: it may have to wait for us, and must get what it waits for.
      if (reached === step) deedDone ??= other.query(`BEGIN; ${deeds[deed]}; COMMIT`);
    };
    const { sink, files } = fileSink();
    const facts = await dump(
      sourceOf(cluster, database),
      { scope: wholeScope, digests: true, yieldAfterMs: 200, attempts: 10 },
      sink,
      testWatch(),
      surroundings(),
      onStep,
    );
    // Whoever came in between was never made to fail: no deadlock was resolved at their cost.
    await expect(deedDone).resolves.toBeDefined();
    await other.end();
    const inventory = facts.inventory.databases[0];
    const copy = await restored(files.get(inventory?.artifact ?? '') ?? '');
    const found = await countLive(
      sourceOf(cluster, copy),
      { scope: wholeScope, digests: true },
      testWatch(),
      surroundings(),
    );
    expect(found.tables).toEqual(inventory?.tables);
    expect(found.objects).toEqual(inventory?.objects);
    // And the backup is one moment of the source: all of it from before, or all of it from after.
    const dumped = await contents(copy);
    const after = await contents(database);
    expect([before, after]).toContainEqual(dumped);
  });

  test('a backup that keeps a migration waiting lets go, and is made when the migration is through', async () => {
    const database = await newShop();
    const other = new pg.Client(cluster.socketUrl(database));
    await other.connect();
    const seen: ProofStep[] = [];
    let migration: Promise<unknown> | undefined;
    let release = (): void => {};
    const stuck = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { sink, files } = fileSink();
    const facts = await dump(
      sourceOf(cluster, database),
      { scope: wholeScope, digests: true, yieldAfterMs: 300, attempts: 3 },
      // The first try's bytes go nowhere until the migration is through: a backup at a very slow place.
      async (head, body, discard) => {
        if (migration !== undefined && !seen.includes('let-go')) {
          await Promise.race([stuck, new Promise((resolve) => discard?.addEventListener('abort', resolve))]);
        }
        return sink(head, body, discard);
      },
      testWatch(),
      surroundings(),
      (step) => {
        seen.push(step);
        if (step === 'dump-started' && migration === undefined) {
          migration = other.query('ALTER TABLE sale ADD COLUMN tax int DEFAULT 7').finally(release);
        }
      },
    );
    await migration;
    await other.end();
    expect(seen).toContain('let-go');
    const inventory = facts.inventory.databases[0];
    const copy = await restored(files.get(inventory?.artifact ?? '') ?? '');
    expect(await contents(copy)).toEqual(await contents(database));
  });

  test('a table that stays locked ends in "yielded", and nobody of ours is left on the server', async () => {
    const database = await newShop();
    const other = new pg.Client(cluster.socketUrl(database));
    await other.connect();
    await other.query('BEGIN; LOCK TABLE sale IN ACCESS EXCLUSIVE MODE');
    const { sink, begun } = fileSink();
    const failed = dump(
      sourceOf(cluster, database),
      { scope: wholeScope, digests: true, yieldAfterMs: 100, attempts: 2 },
      sink,
      testWatch(),
      surroundings(),
    );
    await expect(failed).rejects.toMatchObject({ code: 'source.yielded' } satisfies Partial<Fail>);
    expect(begun).toEqual([]);
    expect(
      await cluster.sql(
        database,
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name LIKE 'holdfast%' AND state <> 'idle'`,
      ),
    ).toEqual([{ n: 0 }]);
    await other.query('ROLLBACK');
    await other.end();
  });

  test('tables that keep being made end in "changing"', async () => {
    const database = await newShop();
    const { sink } = fileSink();
    let made = 0;
    const failed = dump(
      sourceOf(cluster, database),
      { scope: wholeScope, digests: true, yieldAfterMs: 50, attempts: 3 },
      sink,
      testWatch(),
      surroundings(),
      async (step) => {
        if (step === 'locked') await cluster.sql(database, `CREATE TABLE made_${++made} (id int)`);
      },
    );
    await expect(failed).rejects.toMatchObject({ code: 'source.changing' } satisfies Partial<Fail>);
    expect(made).toBe(3);
  });

  test('a database setting that ends idle transactions does not end the exporter', async () => {
    const database = await newShop();
    await cluster.sql(database, `ALTER DATABASE ${database} SET idle_in_transaction_session_timeout = '50ms'`);
    const { sink, files } = fileSink();
    const facts = await dump(
      sourceOf(cluster, database),
      { scope: wholeScope, digests: true },
      sink,
      testWatch(),
      surroundings(),
      async (step) => {
        if (step === 'dump-locked') await idleUntilEnded(cluster.socketUrl(database));
      },
    );
    expect(facts.inventory.databases[0]?.engine).toMatchObject({
      databaseSettings: ['idle_in_transaction_session_timeout=50ms'],
    });
    expect(files.size).toBe(2);
  });

  test('sequences that run on are told with the value before and after', async () => {
    const database = await newShop();
    await cluster.sql(database, 'CREATE SEQUENCE ticket; CREATE SEQUENCE unused START 50 INCREMENT -5 MAXVALUE 100');
    const { sink, files } = fileSink();
    const facts = await dump(
      sourceOf(cluster, database),
      { scope: wholeScope, digests: false },
      sink,
      testWatch(),
      surroundings(),
      async (step) => {
        await cluster.sql(database, `SELECT nextval('ticket') -- ${step}`);
      },
    );
    const inventory = facts.inventory.databases[0];
    const ticket = inventory?.sequences.find((sequence) => sequence.name === 'public.ticket');
    expect(Number(ticket?.before)).toBeLessThan(Number(ticket?.after));
    expect(inventory?.sequences.find((sequence) => sequence.name === 'public.unused')).toEqual({
      name: 'public.unused',
      before: '55',
      after: '55',
    });
    const copy = await restored(files.get(inventory?.artifact ?? '') ?? '');
    const found = await countLive(
      sourceOf(cluster, copy),
      { scope: wholeScope, digests: false },
      testWatch(),
      surroundings(),
    );
    const again = Number(found.sequences.find((sequence) => sequence.name === 'public.ticket')?.value);
    expect(again).toBeGreaterThanOrEqual(Number(ticket?.before));
    expect(again).toBeLessThanOrEqual(Number(ticket?.after));
    expect(found.sequences).toContainEqual({ name: 'public.unused', value: '55' });
  });
});
