/** One person's computer: a home with their files, a data folder with a vault, servers where a spec needs them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { holdfastJson } from '../helpers/holdfast.ts';
import { startCluster, type Cluster } from '../helpers/postgres.ts';
import { startSshd, type SshServer } from '../helpers/sshd.ts';
import { tempFolder } from '../helpers/temp.ts';

export interface World {
  /** The data folder. */
  home: string;
  /** The person's own folder: what the folder browser shows first. */
  desk: string;
  /** What a process of Holdfast is started with. */
  env: Record<string, string>;
  /** A shop as a SQLite file, made on the first call: `customer` has three rows, `orders` two hundred. */
  shopFile(): string;
  /** Something that happens in the shop. */
  change(sql: string): void;
  /** The one value that a query of a SQLite file gives. */
  valueIn(file: string, sql: string): unknown;
  /** A PostgreSQL server with the database `ledger` and its role `ada`, whose password is `sesame open`. */
  server(): Promise<Cluster>;
  ssh(): Promise<SshServer>;
  close(): Promise<void>;
}

export const password = 'sesame open';

/** Adds the shop from the terminal, backs it up and proves it. */
export async function protectShop(world: World): Promise<void> {
  for (const args of [
    ['source', 'add', 'shop', '--file', world.shopFile()],
    ['backup', 'shop'],
    ['verify', 'shop@latest'],
  ])
    await holdfastJson(world.home, args, { env: world.env });
}

/** Adds the ledger from the terminal and backs it up. */
export async function protectLedger(world: World): Promise<void> {
  const { port } = await world.server();
  const url = `postgres://ada@127.0.0.1:${port}/ledger`;
  const { env } = world;
  const add = ['source', 'add', 'ledger', '--url', url, '--tls', 'disable', '--password-stdin'];
  await holdfastJson(world.home, add, { env, input: password });
  await holdfastJson(world.home, ['backup', 'ledger'], { env });
}

export function makeWorld(name: string): World {
  const folder = tempFolder(`e2e-${name}`);
  const desk = path.join(folder, 'ada');
  const passphrase = path.join(folder, 'passphrase');
  const shop = path.join(desk, 'shop.sqlite');
  mkdirSync(desk);
  writeFileSync(passphrase, 'a passphrase for tests\n', { mode: 0o600 });
  let made = false;
  let cluster: Promise<Cluster> | undefined;
  let sshd: Promise<SshServer> | undefined;
  const shopFile = (): string => {
    if (!made) withDatabase(shop, (db) => db.exec(shopSchema));
    made = true;
    return shop;
  };
  return {
    home: path.join(folder, 'holdfast'),
    desk,
    env: { HOME: desk, HOLDFAST_PASSPHRASE_FILE: passphrase, TZ: 'Europe/Berlin' },
    shopFile,
    change: (sql) => withDatabase(shopFile(), (db) => db.exec(sql)),
    valueIn: (file, sql) => withDatabase(file, (db) => db.prepare(sql).pluck().get()),
    server: () => (cluster ??= ledgerServer()),
    ssh: () => (sshd ??= startSshd(['Subsystem sftp internal-sftp'])),
    async close() {
      await (await cluster)?.stop();
      await (await sshd)?.stop();
    },
  };
}

function withDatabase<T>(file: string, work: (db: Database.Database) => T): T {
  const db = new Database(file);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

async function ledgerServer(): Promise<Cluster> {
  const cluster = await startCluster({ auth: 'scram' });
  await cluster.sql('postgres', `CREATE ROLE ada LOGIN CREATEDB PASSWORD '${password}'`);
  await cluster.createDatabase('ledger', 'OWNER ada');
  await cluster.sql('ledger', `SET ROLE ada; ${ledgerSchema}`);
  return cluster;
}

const shopSchema = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer, cents INTEGER NOT NULL);
  INSERT INTO customer VALUES (1, 'Ada'), (2, 'Grace'), (3, 'Edsger');
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO orders SELECT i, 1 + i % 3, i * 7 FROM n;`;

const ledgerSchema = `
  CREATE TABLE account (id int PRIMARY KEY, name text NOT NULL);
  CREATE TABLE entry (id int PRIMARY KEY, account_id int NOT NULL REFERENCES account, cents int NOT NULL);
  INSERT INTO account SELECT n, 'Account ' || n FROM generate_series(1, 20) n;
  INSERT INTO entry SELECT n, 1 + n % 20, n FROM generate_series(1, 500) n;`;
