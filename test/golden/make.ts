/**
 * Makes the golden backups of a format version: node test/golden/make.ts [folder]
 *
 * Run once, when a format version is frozen, with the program as it is released; the result is committed and never made
 * again. It refuses to overwrite. The backups are made and proven by the program itself, through the terminal door; what
 * `v1.json` says beside them is counted here by plain SQL and by stock tools, and shares no code with the program.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { holdfastJson } from '../helpers/holdfast.ts';
import { startCluster } from '../helpers/postgres.ts';

const target = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, 'v1'));
if (existsSync(target)) throw new Error(`${target} is there already. Golden files are never made again.`);

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-golden-'));
chmodSync(folder, 0o700);
const home = path.join(folder, 'home');
const place = path.join(folder, 'place');
const env = { HOLDFAST_PASSPHRASE_FILE: path.join(folder, 'passphrase') };
writeFileSync(env.HOLDFAST_PASSPHRASE_FILE, 'only for making golden files\n', { mode: 0o600 });

interface Expected {
  backupId: string;
  kind: 'sqlite' | 'postgres';
  /** SHA-256 of the manifest's first line. */
  manifestSha256: string;
  /** SHA-256 of what `zstd -dc` gives, by artifact. */
  contents: Record<string, string>;
  /** Answers of plain SQL on the source, before the backup. A restored copy has to give the same. */
  answers: { sql: string; answer: unknown }[];
}

const sqliteQuestions = [
  'SELECT count(*) AS n, sum(length(name)) AS letters FROM person',
  'SELECT count(*) AS n, sum(amount) AS total FROM payment',
  'SELECT group_concat(code) AS codes FROM (SELECT code FROM country ORDER BY code)',
  'SELECT hex(picture) AS hex FROM person WHERE id = 3',
  "SELECT count(*) AS n FROM note WHERE note MATCH 'holdfast'",
  'SELECT seq FROM sqlite_sequence WHERE name = \'payment\'',
  'PRAGMA user_version',
  'PRAGMA application_id',
];

const postgresQuestions = [
  'SELECT count(*)::int AS n, sum(length(name))::int AS letters FROM customer',
  'SELECT count(*)::int AS n, sum(total)::text AS total FROM "Sales"."Order Line"',
  "SELECT string_agg(mood::text, ',' ORDER BY id) AS moods FROM customer WHERE id <= 5",
  "SELECT count(*)::int AS n FROM event WHERE at >= '2026-01-01'",
  'SELECT last_value::int AS n FROM customer_id_seq',
  "SELECT encode(lo_get(oid), 'escape') AS text FROM pg_largeobject_metadata",
  'SELECT facts->>\'langue\' AS langue FROM customer WHERE id = 7',
  'SELECT count(*)::int AS n FROM dear',
];

async function makeSqlite(): Promise<Expected> {
  const file = path.join(folder, 'app.db');
  const database = new Database(file);
  database.exec(`
    PRAGMA journal_mode = wal; PRAGMA user_version = 42; PRAGMA application_id = 1212564550;
    CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, picture BLOB, born TEXT);
    CREATE TABLE payment (id INTEGER PRIMARY KEY AUTOINCREMENT, person_id INTEGER REFERENCES person(id), amount NUMERIC);
    CREATE TABLE country (code TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
    CREATE TABLE strict_one (a INTEGER, b ANY) STRICT;
    CREATE INDEX payment_by_person ON payment(person_id);
    CREATE VIEW rich AS SELECT person_id, sum(amount) AS total FROM payment GROUP BY 1;
    CREATE TRIGGER no_negative BEFORE INSERT ON payment WHEN new.amount < 0 BEGIN SELECT raise(abort, 'negative'); END;
    CREATE VIRTUAL TABLE note USING fts5(text);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<300)
      INSERT INTO person SELECT i, 'Person ' || i || ' Ærø 日本', CASE WHEN i % 3 = 0 THEN x'00ff10' || CAST(i AS BLOB) END, NULL FROM n;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<2000) INSERT INTO payment (person_id, amount) SELECT i % 300 + 1, i * 0.5 FROM n;
    DELETE FROM payment WHERE id > 1900;
    INSERT INTO country VALUES ('DE', 'Deutschland'), ('FR', 'France'), ('日', '日本');
    INSERT INTO strict_one VALUES (1, NULL), (2, 3.5), (NULL, 'text');
    INSERT INTO note VALUES ('a holdfast holds'), ('nothing here');
  `);
  const answers = sqliteQuestions.map((sql) => ({ sql, answer: database.prepare(sql).all() }));
  database.close();
  await holdfastJson(home, ['source', 'add', 'app', '--file', file, '--folder', place], { env });
  return describe('app', 'sqlite', answers);
}

async function makePostgres(): Promise<Expected> {
  const cluster = await startCluster({ major: 15, auth: 'scram', password: 'golden-superuser' });
  try {
    await cluster.sql('postgres', "CREATE ROLE app LOGIN CREATEDB PASSWORD 'golden-app'");
    await cluster.createDatabase('shop', 'OWNER app');
    await cluster.sql(
      'shop',
      `SET ROLE app;
       CREATE SCHEMA "Sales";
       CREATE TYPE mood AS ENUM ('low', 'fine', 'grand');
       CREATE TABLE customer (id serial PRIMARY KEY, name text NOT NULL, mood mood, facts jsonb, born date);
       CREATE TABLE "Sales"."Order Line" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id int REFERENCES customer, total numeric(12,2));
       CREATE TABLE event (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
       CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
       CREATE TABLE event_2026 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
       CREATE VIEW dear AS SELECT customer_id FROM "Sales"."Order Line" WHERE total > 900;
       CREATE INDEX ON "Sales"."Order Line" (customer_id);
       INSERT INTO customer (name, mood, facts, born) SELECT 'Kunde ' || g || ' Ærø', (ARRAY['low','fine','grand'])[g % 3 + 1]::mood, jsonb_build_object('langue', 'fr' || g), date '1990-01-01' + g FROM generate_series(1, 400) g;
       INSERT INTO "Sales"."Order Line" (customer_id, total) SELECT g % 400 + 1, g / 3.0 FROM generate_series(1, 3000) g;
       INSERT INTO event SELECT timestamptz '2025-06-01 00:00Z' + g * interval '1 day', 'event ' || g FROM generate_series(1, 400) g;
       SELECT lo_from_bytea(0, 'a large object');`,
    );
    const answers = [];
    for (const sql of postgresQuestions) answers.push({ sql, answer: await cluster.sql('shop', sql) });
    const envFile = path.join(folder, '.env');
    writeFileSync(envFile, `DATABASE_URL=postgres://app:golden-app@127.0.0.1:${cluster.port}/shop\n`, { mode: 0o600 });
    await holdfastJson(home, ['source', 'add', 'shop', '--env-file', envFile, '--tls', 'disable', '--folder', place], { env });
    return await describe('shop', 'postgres', answers);
  } finally {
    await cluster.stop();
  }
}

/** Backs up and proves, then looks at the stored files with stock tools. */
async function describe(name: string, kind: Expected['kind'], answers: Expected['answers']): Promise<Expected> {
  const { backupId } = await holdfastJson<{ backupId: string }>(home, ['backup', name], { env });
  const proof = await holdfastJson<{ verdict: string }>(home, ['verify', backupId, '--level', 'restore'], { env });
  if (proof.verdict !== 'proven') throw new Error(`The backup of ${name} is ${proof.verdict}.`);
  const manifest = readFileSync(path.join(place, 'manifests', `${backupId}.jsonl`));
  const contents: Record<string, string> = {};
  for (const artifact of readdirSync(path.join(place, 'data', backupId)).toSorted()) {
    const { stdout, status } = spawnSync('zstd', ['-dc', path.join(place, 'data', backupId, artifact)], { maxBuffer: 2 ** 30 });
    if (status !== 0) throw new Error(`zstd does not open ${artifact}.`);
    contents[artifact] = createHash('sha256').update(stdout).digest('hex');
  }
  const manifestSha256 = createHash('sha256').update(manifest.subarray(0, manifest.indexOf(10))).digest('hex');
  return { backupId, kind, manifestSha256, contents, answers };
}

try {
  const sets = [await makeSqlite(), await makePostgres()];
  cpSync(place, target, { recursive: true, errorOnExist: true, force: false });
  writeFileSync(`${target}.json`, `${JSON.stringify({ format: 1, sets }, null, 2)}\n`);
  console.log(`Made ${sets.map((set) => set.backupId).join(' and ')} in ${target}.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
