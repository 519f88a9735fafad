/** Backups of the whole program while writers write: every manifest has to equal what a restore gives. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import type { Cluster } from '../helpers/postgres.ts';
import { holdfast, holdfastJson } from '../helpers/holdfast.ts';
import { randomFrom, type ProofOptions } from './seed.ts';

export interface WritersResult {
  backups: number;
  /** Backups during which the writers committed at least one change: the others prove less. */
  underWriting: number;
  faults: string[];
}

interface BackupAnswer {
  backupId: string;
  tables: { name: string; rows: number }[];
}

interface VerifyAnswer {
  verdict: string;
  tables: { name: string; expectedRows: number; rows: number | null; digestEqual: boolean | null }[];
  problems: unknown[];
}

/** One backup and its proof; says what is wrong, or nothing. */
async function backUpAndProve(home: string, source: string): Promise<string | null> {
  const backup = await holdfastJson<BackupAnswer>(home, ['backup', source]);
  const ran = await holdfast(home, ['verify', backup.backupId, '--level', 'restore', '--json']);
  const proof = ran.json<VerifyAnswer>();
  const promised = new Map(backup.tables.map((table) => [table.name, table.rows]));
  const unequal = proof.tables.filter((table) => table.rows !== promised.get(table.name) || table.digestEqual !== true);
  if (proof.verdict === 'proven' && unequal.length === 0 && ran.code === 0) return null;
  return `${backup.backupId}: ${proof.verdict}, ${JSON.stringify(unequal)} ${JSON.stringify(proof.problems).slice(0, 800)}`;
}

/** SQLite, a writer process of its own, in WAL or rollback-journal mode. */
export async function sqliteUnderWriters(
  folder: string,
  mode: 'wal' | 'delete',
  options: ProofOptions,
): Promise<WritersResult> {
  const file = path.join(folder, `app-${mode}.db`);
  const home = path.join(folder, `home-${mode}`);
  mkdirSync(home, { mode: 0o700 });
  const database = new Database(file);
  database.pragma(`journal_mode = ${mode}`);
  database.exec(`
    CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL);
    CREATE TABLE entry (id INTEGER PRIMARY KEY AUTOINCREMENT, account_id INTEGER NOT NULL REFERENCES account(id), amount INTEGER NOT NULL, note TEXT);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO account SELECT i, 100 FROM n;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) INSERT INTO entry (account_id, amount, note) SELECT i % 1000 + 1, i, printf('entry %d %s', i, hex(randomblob(40))) FROM n;
  `);
  const changes = (): number => database.prepare('SELECT coalesce(max(id), 0) FROM entry').pluck().get() as number;
  await holdfastJson(home, ['source', 'add', 'app', '--file', file]);
  const writer = startSqliteWriter(file);
  const result: WritersResult = { backups: 0, underWriting: 0, faults: [] };
  try {
    for (let round = 0; round < options.count; round += 1) {
      const before = changes();
      const fault = await backUpAndProve(home, 'app');
      result.backups += 1;
      if (changes() > before) result.underWriting += 1;
      if (fault !== null) result.faults.push(fault);
      options.report(`sqlite ${mode} ${round + 1}/${options.count}${fault === null ? '' : ` FAULT ${fault}`}`);
    }
  } finally {
    writer.kill('SIGKILL');
    database.close();
  }
  return result;
}

/** About 200 transactions a second: a new entry and a changed balance belong together. */
function startSqliteWriter(file: string): ChildProcess {
  const program = `
    const Database = require('better-sqlite3');
    const db = new Database(process.argv[1], { timeout: 30000 });
    const add = db.prepare("INSERT INTO entry (account_id, amount, note) VALUES (?, ?, 'written meanwhile')");
    const pay = db.prepare('UPDATE account SET balance = balance + ? WHERE id = ?');
    let i = 0;
    const one = db.transaction(() => { i += 1; add.run(i % 1000 + 1, i); pay.run(i, i % 1000 + 1); });
    setInterval(one, 5);
  `;
  return spawn(process.execPath, ['-e', program, file], { stdio: 'ignore' });
}

/** PostgreSQL: inserts, updates, deletes and a table that is truncated and filled again, from several sessions. */
export async function postgresUnderWriters(
  folder: string,
  cluster: Cluster,
  options: ProofOptions,
): Promise<WritersResult> {
  const home = path.join(folder, 'home-pg');
  mkdirSync(home, { mode: 0o700 });
  const name = `writers_${options.seed}`;
  await cluster.createDatabase(name);
  await cluster.sql(
    name,
    `CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL);
     CREATE TABLE entry (id bigserial PRIMARY KEY, account_id int NOT NULL REFERENCES account, amount int NOT NULL, note text, at timestamptz DEFAULT clock_timestamp());
     CREATE TABLE cache (k int PRIMARY KEY, v text);
     INSERT INTO account SELECT g, 100 FROM generate_series(1, 1000) g;
     INSERT INTO entry (account_id, amount, note) SELECT g % 1000 + 1, g, md5(g::text) FROM generate_series(1, 60000) g;
     INSERT INTO cache SELECT g, md5(g::text) FROM generate_series(1, 1000) g;`,
  );
  await holdfastJson(home, ['source', 'add', 'app', '--url', cluster.url(name), '--tls', 'disable']);
  const writers = await startPostgresWriters(cluster.url(name), randomFrom(options.seed));
  const result: WritersResult = { backups: 0, underWriting: 0, faults: [] };
  try {
    for (let round = 0; round < options.count; round += 1) {
      const before = writers.committed();
      const fault = await backUpAndProve(home, 'app');
      result.backups += 1;
      if (writers.committed() > before) result.underWriting += 1;
      if (fault !== null) result.faults.push(fault);
      options.report(`postgres ${round + 1}/${options.count}${fault === null ? '' : ` FAULT ${fault}`}`);
    }
  } finally {
    await writers.stop();
  }
  return result;
}

async function startPostgresWriters(
  url: string,
  random: ReturnType<typeof randomFrom>,
): Promise<{ committed(): number; stop(): Promise<void> }> {
  const clients = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      return client;
    }),
  );
  const state = { running: true };
  let committed = 0;
  const acts = [
    (id: number): string =>
      `BEGIN; INSERT INTO entry (account_id, amount, note) VALUES (${id}, ${id}, 'meanwhile'); UPDATE account SET balance = balance + ${id} WHERE id = ${id}; COMMIT`,
    (id: number): string => `DELETE FROM entry WHERE id % 5000 = ${id}`,
    (id: number): string => `UPDATE entry SET note = md5(random()::text) WHERE id % 2000 = ${id}`,
    (id: number): string =>
      `SET lock_timeout = '300ms'; BEGIN; TRUNCATE cache; INSERT INTO cache SELECT g, md5((g * ${id})::text) FROM generate_series(1, 1000) g; COMMIT`,
  ];
  const loops = clients.map(async (client) => {
    while (state.running) {
      try {
        await client.query(random.pick(acts)(random.int(1000) + 1));
        committed += 1;
      } catch (error) {
        // A lock timeout is what a careful application does behind a dump; anything else is a fault of this test.
        if ((error as { code?: string }).code !== '55P03' && state.running) throw error;
        await client.query('ROLLBACK');
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
  return {
    committed: () => committed,
    stop: async () => {
      state.running = false;
      await Promise.all(loops);
      await Promise.all(clients.map((client) => client.end()));
    },
  };
}
