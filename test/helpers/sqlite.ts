import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import Database from 'better-sqlite3';
import { systemClock, type Clock } from '../../src/main/base/clock.ts';
import { silentLog } from '../../src/main/base/log.ts';
import type { Watch } from '../../src/main/base/watch.ts';
import type { DumpFacts, DumpOptions, Engine, Place, Sink } from '../../src/main/engine/engine.ts';
import type { Limits } from '../../src/main/engine/sqlite/limits.ts';
import { sqliteEngine } from '../../src/main/engine/sqlite/index.ts';
import type { DatabaseInventory } from '../../src/shared/inventory.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { tempFolder } from './temp.ts';

export const engineWith = (limits: Partial<Limits> = {}, clock = systemClock): Engine =>
  sqliteEngine({ clock }, limits);

/** Tells when whoever has it begins to wait, and waits. */
export const waitingClock = (begins: () => void): Clock => ({
  ...systemClock,
  sleep: (ms, signal) => {
    begins();
    return systemClock.sleep(ms, signal);
  },
});

export const placeOf = (file: string): Place => ({ settings: { kind: 'sqlite', file }, secrets: {} });

/** What a job process hands an engine, with a work folder of its own. */
export function testWatch(name: string, signal: AbortSignal = new AbortController().signal): Watch {
  return { signal, progress: () => {}, log: silentLog, work: tempFolder(`${name}-work`) };
}

/** Makes a database and closes it. */
export function makeDatabase(file: string, build: (db: Database.Database) => void): string {
  const db = new Database(file);
  try {
    build(db);
  } finally {
    db.close();
  }
  return file;
}

/** A sink that writes each stream to a file, as whoever packs artifacts would. */
export function sinkTo(folder: string): Sink & { fileOf(artifact: string): string } {
  let taken = 0;
  const fileOf = (artifact: string): string => join(folder, artifact);
  mkdirSync(folder, { recursive: true });
  const sink: Sink = async (head, body) => {
    taken += 1;
    const artifact = `${String(taken).padStart(2, '0')}-${head.name}`;
    const out = createWriteStream(fileOf(artifact));
    await pipeline(body, out);
    return { artifact, rawSizeBytes: out.bytesWritten };
  };
  return Object.assign(sink, { fileOf });
}

export interface Dumped {
  facts: DumpFacts;
  inventory: DatabaseInventory;
  /** The stored bytes. */
  file: string;
}

/** One backup of `source` into a new folder. */
export async function dumpFile(
  engine: Engine,
  source: string,
  watch: Watch,
  options: Partial<DumpOptions> = {},
): Promise<Dumped> {
  const sink = sinkTo(tempFolder('dumped'));
  const facts = await engine.dump(placeOf(source), { scope: wholeScope, digests: true, ...options }, sink, watch);
  const [inventory] = facts.inventory.databases;
  if (inventory === undefined) throw new Error('The engine described no database.');
  return { facts, inventory, file: sink.fileOf(inventory.artifact) };
}

export interface Writer {
  /** Stops after the transaction at hand; how many transactions were committed in all, by the writer's own count. */
  stop(): Promise<{ committed: number; failed: number }>;
  pid: number;
}

/**
 * Makes a shop database whose writer keeps a promise that any consistent copy shows: `total.amount` is the sum of
 * `ledger.amount`, and `total.entries` the number of its rows.
 */
export function makeShop(file: string, journalMode: 'wal' | 'delete', rows = 2_000): string {
  return makeDatabase(file, (db) => {
    db.pragma(`journal_mode = ${journalMode}`);
    db.exec(`
      CREATE TABLE ledger (id INTEGER PRIMARY KEY AUTOINCREMENT, amount INTEGER NOT NULL, note TEXT);
      CREATE TABLE total (entries INTEGER NOT NULL, amount INTEGER NOT NULL);
      CREATE INDEX ledger_amount ON ledger (amount);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
        INSERT INTO ledger (amount, note) SELECT i % 1000, hex(randomblob(200)) FROM n;
      INSERT INTO total SELECT count(*), sum(amount) FROM ledger;`);
  });
}

/** What the writer's promise comes to in this file: true when it is kept. */
export function shopIsConsistent(file: string): boolean {
  const db = new Database(file, { fileMustExist: true });
  try {
    return (
      db
        .prepare(
          'SELECT (SELECT count(*) FROM ledger) = entries AND (SELECT sum(amount) FROM ledger) = amount FROM total',
        )
        .pluck()
        .get() === 1
    );
  } finally {
    db.close();
  }
}

const writerProgram = `
  import Database from ${JSON.stringify(import.meta.resolve('better-sqlite3'))};
  const [file, perSecond, noteBytes, timeout] = process.argv.slice(1);
  const db = new Database(file, { timeout: Number(timeout) });
  const insert = db.prepare('INSERT INTO ledger (amount, note) VALUES (?, ?)');
  const add = db.prepare('UPDATE total SET entries = entries + 1, amount = amount + ?');
  const once = db.transaction((amount) => { insert.run(amount, 'x'.repeat(Number(noteBytes))); add.run(amount); });
  let committed = 0, failed = 0, stopping = false;
  process.stdin.on('data', () => { stopping = true; });
  process.stdin.on('end', () => { stopping = true; });
  const started = performance.now();
  (function step() {
    const due = (performance.now() - started) / 1000 * Number(perSecond);
    // At most a few at a time: after a wait it goes on at its pace, as an application would.
    for (let i = 0; i < 20 && committed + failed < due; i++) {
      try { once.immediate(committed % 1000); committed++; } catch (error) { if (!/^SQLITE_BUSY/.test(error.code)) throw error; failed++; }
      if (committed === 1) process.stdout.write('writing\\n');
    }
    if (!stopping) return void setTimeout(step, 5);
    db.close();
    process.stdout.write(JSON.stringify({ committed, failed }) + '\\n', () => process.exit(0));
  })();`;

/** Starts a process that writes to a shop database at a steady pace, and waits for its first commit. */
export async function startWriter(
  file: string,
  options: { perSecond?: number; noteBytes?: number; timeoutMs?: number } = {},
): Promise<Writer> {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      writerProgram,
      file,
      String(options.perSecond ?? 200),
      String(options.noteBytes ?? 400),
      String(options.timeoutMs ?? 30_000),
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let said = '';
  let complained = '';
  child.stderr.on('data', (data: Buffer) => (complained += String(data)));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (data: Buffer) => {
      said += String(data);
      if (said.includes('writing')) resolve();
    });
    child.once('close', (code) => reject(new Error(`The writer ended early (${code}): ${complained}`)));
  });
  return {
    pid: child.pid ?? -1,
    async stop() {
      child.stdin.end('stop\n');
      await ended;
      const last = said.trim().split('\n').at(-1) ?? '';
      if (!last.startsWith('{')) throw new Error(`The writer broke: ${complained}`);
      return JSON.parse(last) as { committed: number; failed: number };
    },
  };
}
