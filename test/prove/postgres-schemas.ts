/** Round trips of random PostgreSQL schemas, compared by a check that shares no code with the digest. */
import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { postgresEngine } from '../../src/main/engine/postgres/index.ts';
import { compare } from '../../src/main/verify/compare.ts';
import { wholeScope } from '../../src/shared/source.ts';
import type { Cluster } from '../helpers/postgres.ts';
import { newWatch, placeOf, surroundingsIn, targetOf } from '../helpers/postgres-archive.ts';
import { tempFolder } from '../helpers/temp.ts';
import { randomShape, type Note } from './postgres-shapes.ts';
import { randomFrom, type ProofOptions } from './seed.ts';

export interface SchemaProof {
  seed: number;
  /** What was done, in one line. */
  saw: string;
  /** One line for every schema that did not come back as it was, with the seed that makes it again. */
  faults: string[];
  /** How often each feature took part. */
  details: string[];
}

/** So many schemas share a database: starting programs takes longer than their work. */
const schemasPerDatabase = 10;

/**
 * Makes `count` random schemas, backs them up with the engine, restores them into a new database with it, and compares:
 * every row of every table both ways with its number of copies, sequences, large objects, filled views, and what
 * pg_dump says of the schema. Then changes one value of what was restored and wants the digests to see it.
 */
export async function roundTripPostgres(options: ProofOptions & { cluster: Cluster }): Promise<SchemaProof> {
  const features = new Map<string, number>();
  const note: Note = (feature) => void features.set(feature, (features.get(feature) ?? 0) + 1);
  const faults: string[] = [];
  const totals = { tables: 0, rows: 0 };
  await options.cluster.sql(
    'postgres',
    `DO $$BEGIN CREATE ROLE prove_reader; EXCEPTION WHEN duplicate_object THEN NULL; END$$`,
  );
  for (let done = 0; done < options.count; done += schemasPerDatabase) {
    const seeds = Array.from(
      { length: Math.min(schemasPerDatabase, options.count - done) },
      (_, n) => (options.seed + (done + n) * 7919) >>> 0,
    );
    const found = await roundTrip(options.cluster, seeds, note, totals);
    faults.push(...found);
    if ((done / schemasPerDatabase) % 5 === 4)
      options.report(`${done + seeds.length}/${options.count} schemas, ${totals.rows} rows, ${faults.length} faults`);
  }
  return {
    seed: options.seed,
    saw: `${options.count} schemas, ${totals.tables} tables, ${totals.rows} rows; ${faults.length} differences.`,
    faults,
    details: [...features]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([feature, times]) => `${feature}: ${times}`),
  };
}

async function roundTrip(
  cluster: Cluster,
  seeds: readonly number[],
  note: Note,
  totals: { tables: number; rows: number },
): Promise<string[]> {
  const source = `prove_${seeds[0]}`;
  const target = `${source} again`;
  const folder = tempFolder('schemas');
  const surroundings = surroundingsIn(folder);
  const engine = postgresEngine(surroundings);
  const schemas = new Map<string, number>();
  const faults: string[] = [];
  await cluster.createDatabase(source, 'TEMPLATE template0');
  try {
    for (const [number, seed] of seeds.entries()) {
      const shape = randomShape(randomFrom(seed), number, note);
      schemas.set(shape.schema, seed);
      await run(cluster, source, shape.sql, seed);
    }
    const file = join(folder, 'archive');
    const { inventory } = await engine.dump(
      placeOf(cluster, source),
      { scope: wholeScope, digests: true },
      async ({ name }, body) => {
        const out = createWriteStream(name.includes('globals') ? join(folder, 'globals') : file);
        await pipeline(body, out);
        return { artifact: name, rawSizeBytes: out.bytesWritten };
      },
      newWatch(),
    );
    const [database] = inventory.databases;
    if (database === undefined) throw new Error('The engine described no database.');
    const restored = await engine.restore(
      targetOf(cluster, target),
      {},
      { file, inventory: database, globals: null, token: `prove-${seeds[0]}` },
      newWatch(),
    );
    const of = (what: string): string => {
      const named = [...schemas].filter(([schema]) => what.includes(schema)).map(([, seed]) => seed);
      return `seed ${named.length === 1 ? named[0] : seeds.join(', ')}`;
    };
    faults.push(
      ...restored.problems.map(
        (problem) => `${of(problem.subject)}: ${problem.grade} ${problem.subject}: ${problem.message}`,
      ),
    );
    const counted = await engine.count(restored.place, { digests: true, scope: wholeScope }, newWatch());
    faults.push(...compare(database, counted).problems.map((problem) => `${of(problem.subject)}: ${problem.message}`));
    const checked = await engine.check(restored.place, database, newWatch());
    faults.push(...checked.problems.map((problem) => `${of(problem.subject)}: ${problem.message}`));
    const [before, after] = [await contentOf(cluster, source), await contentOf(cluster, target)];
    faults.push(...differences(before.parts, after.parts).map((what) => `${of(what)}: ${what}`));
    faults.push(
      ...lineDifferences(schemaText(cluster, source), schemaText(cluster, target)).map(
        (line) => `${of(line)}: ${line}`,
      ),
    );
    const look = async (): Promise<{ code: string; subject: string }[]> =>
      compare(database, await engine.count(restored.place, { digests: true, scope: wholeScope }, newWatch())).problems;
    faults.push(
      ...(await blindness(cluster, target, look, async () =>
        differences(before.parts, (await contentOf(cluster, target)).parts),
      )),
    );
    totals.tables += before.tables;
    totals.rows += before.rows;
    await restored.undo();
  } finally {
    await cluster.sql('postgres', `DROP DATABASE IF EXISTS "${source}" WITH (FORCE)`);
    await cluster.sql('postgres', `DROP DATABASE IF EXISTS "${target}" WITH (FORCE)`);
  }
  return faults;
}

async function run(cluster: Cluster, database: string, statements: readonly string[], seed: number): Promise<void> {
  const client = new pg.Client(cluster.socketUrl(database));
  await client.connect();
  try {
    for (const sql of statements) {
      await client.query(sql).catch((error: unknown) => {
        throw new Error(`seed ${seed} does not make a schema: ${(error as Error).message} in ${sql.slice(0, 300)}`, {
          cause: error,
        });
      });
    }
  } finally {
    await client.end();
  }
}

interface Content {
  /** Every row as text, by where it lies; the number says how many equal ones there are. */
  parts: Map<string, Map<string, number>>;
  tables: number;
  rows: number;
}

/** Everything a client can read: column by column, as the server writes it as text. */
async function contentOf(cluster: Cluster, database: string): Promise<Content> {
  const client = new pg.Client(cluster.socketUrl(database));
  await client.connect();
  const parts: Content['parts'] = new Map();
  const keep = (part: string, rows: readonly object[]): void => {
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(JSON.stringify(row), (counts.get(JSON.stringify(row)) ?? 0) + 1);
    parts.set(part, counts);
  };
  try {
    const { rows: relations } = await client.query<{
      name: string;
      kind: string;
      filled: boolean;
      columns: string[] | null;
    }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relkind::text AS kind, c.relispopulated AS filled,
         (SELECT array_agg(format('%1$I::text AS %1$I', a.attname) ORDER BY a.attname COLLATE "C") FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm', 'v', 'S') AND n.nspname ~ '^s[0-9]'`,
    );
    let tables = 0;
    let total = 0;
    for (const { name, kind, filled, columns } of relations) {
      const only = kind === 'r' ? 'ONLY ' : '';
      if (!filled) {
        parts.set(name, new Map([['never filled', 1]]));
        continue;
      }
      const list = kind === 'S' ? 'last_value::text, is_called' : (columns ?? ['1']).join(', ');
      const { rows } = await client.query<object>(`SELECT ${list} FROM ${only}${name}`);
      keep(name, rows);
      tables += kind === 'r' ? 1 : 0;
      total += kind === 'r' ? rows.length : 0;
    }
    keep(
      'large objects',
      (
        await client.query<object>(
          `SELECT oid::text, encode(lo_get(oid), 'base64') AS data FROM pg_largeobject_metadata`,
        )
      ).rows,
    );
    return { parts, tables, rows: total };
  } finally {
    await client.end();
  }
}

function differences(before: Content['parts'], after: Content['parts']): string[] {
  const places = new Set([...before.keys(), ...after.keys()]);
  return [...places].flatMap((place) => {
    const [one, other] = [before.get(place), after.get(place)];
    if (one === undefined || other === undefined) return [`${place} is ${one === undefined ? 'new' : 'gone'}`];
    const rows = new Set([...one.keys(), ...other.keys()]);
    const unequal = [...rows].filter((row) => one.get(row) !== other.get(row));
    return unequal.length === 0
      ? []
      : [`${place}: ${unequal.length} rows differ, such as ${unequal[0]?.slice(0, 300)}`];
  });
}

/** What the stock program says of the definitions. Its restrict key is another every time. */
function schemaText(cluster: Cluster, database: string): string[] {
  const dumped = spawnSync(
    join(cluster.binFolder, 'pg_dump'),
    [
      '--schema-only',
      '-h',
      cluster.socketFolder,
      '-p',
      String(cluster.port),
      '-U',
      cluster.superuser,
      '-d',
      `dbname='${database}'`,
    ],
    { env: { PATH: process.env['PATH'], LC_ALL: 'C' }, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (dumped.status !== 0) throw new Error(dumped.stderr);
  return dumped.stdout.split('\n').filter((line) => !/^\\(un)?restrict /.test(line));
}

/** As sets of lines: objects that do not depend on each other may change places, and inherited columns their order. */
function lineDifferences(before: readonly string[], after: readonly string[]): string[] {
  const plain = (lines: readonly string[]): Set<string> => new Set(lines.map((line) => line.replace(/,$/, '')));
  const [one, other] = [plain(before), plain(after)];
  const lost = before.filter((line) => !other.has(line.replace(/,$/, '')));
  const grown = after.filter((line) => !one.has(line.replace(/,$/, '')));
  return [
    ...lost.map((line) => `the schema lost the line ${line}`),
    ...grown.map((line) => `the schema has a new line ${line}`),
  ].slice(0, 20);
}

/** A proof that cannot fail proves nothing: one value is changed, and both the digests and this check have to see it. */
async function blindness(
  cluster: Cluster,
  database: string,
  look: () => Promise<{ code: string; subject: string }[]>,
  lookAgain: () => Promise<string[]>,
): Promise<string[]> {
  const [victim] = await cluster.sql(
    database,
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'n' WHERE c.relkind = 'r' AND n.nspname ~ '^s[0-9]' AND pg_relation_size(c.oid) > 0 ORDER BY 1 LIMIT 1`,
  );
  if (victim === undefined) return [];
  const name = String(victim['name']);
  await cluster.sql(
    database,
    `SET session_replication_role = replica; UPDATE ${name} SET n = coalesce(n, 0) + 1 WHERE ctid = (SELECT min(ctid) FROM ${name})`,
  );
  const seen = await look();
  if (!(await lookAgain()).some((what) => what.startsWith(`${name}:`)))
    return [`a changed value in ${name} was not seen by reading it`];
  return seen.some((problem) => problem.code === 'table.content-differs')
    ? []
    : [`a changed value in ${name} was not seen by its digest`];
}
