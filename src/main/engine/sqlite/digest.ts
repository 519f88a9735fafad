/**
 * `sqlite-rowsum-1`: what a table holds, as one number that does not depend on the order of its rows.
 *
 * A row is written as 16 bytes for its column names (the start of their SHA-256, each name ended by a zero byte), then
 * its values in the order of the names' UTF-8 bytes: `00` NULL; `01` and 8 bytes for an INTEGER; `02` and the 8 bytes
 * of a REAL; `03`, a length in 4 bytes and the bytes for TEXT (in the database's own encoding: UTF-8, or UTF-16 as
 * stored); `04`, a length and the bytes for a BLOB. Numbers are little-endian. The first 16 bytes of the row's SHA-256
 * are a little-endian number; the table's digest is their sum modulo 2^128 in 32 hexadecimal digits. Virtual generated
 * columns hold nothing and are left out (their text is in the digest of the schema); stored ones are in.
 */
import { createHash, hash } from 'node:crypto';
import { setImmediate as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Watch } from '../../base/watch.ts';
import type { Clock } from '../../base/clock.ts';
import type { Connection } from './open.ts';

export const digestMethod = 'sqlite-rowsum-1';

/** How many columns share one number of text flags: as many bits as JavaScript's bit operators take. */
const flagBits = 30;

const bufferTag = (texts: readonly number[] | undefined, column: number): number =>
  texts !== undefined && (((texts[Math.floor(column / flagBits)] ?? 0) >>> (column % flagBits)) & 1) === 1 ? 3 : 4;

type Value = null | bigint | number | string | Buffer;

/** Adds up row hashes. */
export class RowSum {
  readonly #buffer = Buffer.alloc(256 * 1024);
  readonly #integer = new BigInt64Array(1);
  readonly #real = new Float64Array(this.#integer.buffer);
  readonly #bytes = new Uint8Array(this.#integer.buffer);
  // Four columns of 32 bits: each can take two million additions before it passes 2^53.
  readonly #columns = new Float64Array(4);
  #folded = 0n;
  #pending = 0;

  /** @param names of the columns, in the order in which the values will come. */
  constructor(names: readonly string[]) {
    const prefix = createHash('sha256');
    for (const name of names) prefix.update(name).update('\0');
    this.#buffer.set(prefix.digest().subarray(0, 16), 0);
  }

  /** @param texts bits, {@link flagBits} columns to a number: which buffers are the bytes of a TEXT. */
  add(row: readonly Value[], texts?: readonly number[]): void {
    const length = this.#encode(row, texts);
    // 'binary' is the fastest way to get a digest's bytes out of crypto.hash: no Buffer is made for every row.
    const digest =
      length < 0 ? this.#hashLarge(row, texts) : hash('sha256', this.#buffer.subarray(0, length), 'binary');
    const columns = this.#columns;
    for (let i = 0; i < 4; i += 1) {
      const at = i * 4;
      columns[i] =
        (columns[i] ?? 0) +
        digest.charCodeAt(at) +
        digest.charCodeAt(at + 1) * 0x100 +
        digest.charCodeAt(at + 2) * 0x10000 +
        digest.charCodeAt(at + 3) * 0x1000000;
    }
    this.#pending += 1;
    if (this.#pending === 1_000_000) this.#fold();
  }

  /** The sum so far, in 32 hexadecimal digits. */
  result(): string {
    this.#fold();
    return this.#folded.toString(16).padStart(32, '0');
  }

  #fold(): void {
    let sum = this.#folded;
    for (let i = 0; i < 4; i += 1) sum += BigInt(this.#columns[i] ?? 0) << BigInt(32 * i);
    this.#folded = BigInt.asUintN(128, sum);
    this.#columns.fill(0);
    this.#pending = 0;
  }

  /** Bytes used of the buffer, or -1 when the row does not fit. */
  #encode(row: readonly Value[], texts: readonly number[] | undefined): number {
    const buffer = this.#buffer;
    let at = 16;
    for (let column = 0; column < row.length; column += 1) {
      const value = row[column] ?? null;
      const needed = typeof value === 'string' ? value.length * 3 : Buffer.isBuffer(value) ? value.length : 8;
      if (at + needed + 5 > buffer.length) return -1;
      if (typeof value === 'string') {
        const length = buffer.write(value, at + 5, 'utf8');
        at = this.#head(buffer, at, 3, length) + length;
      } else if (Buffer.isBuffer(value)) {
        buffer.set(value, at + 5);
        at = this.#head(buffer, at, bufferTag(texts, column), value.length) + value.length;
      } else {
        at = this.#fixed(buffer, at, value);
      }
    }
    return at;
  }

  #fixed(buffer: Buffer, at: number, value: null | bigint | number): number {
    if (value === null) {
      buffer[at] = 0;
      return at + 1;
    }
    if (typeof value === 'bigint') {
      buffer[at] = 1;
      this.#integer[0] = value;
    } else {
      buffer[at] = 2;
      this.#real[0] = value;
    }
    for (let i = 0; i < 8; i += 1) buffer[at + 1 + i] = this.#bytes[i] ?? 0;
    return at + 9;
  }

  #head(buffer: Buffer, at: number, tag: number, length: number): number {
    buffer[at] = tag;
    buffer[at + 1] = length & 0xff;
    buffer[at + 2] = (length >>> 8) & 0xff;
    buffer[at + 3] = (length >>> 16) & 0xff;
    buffer[at + 4] = length >>> 24;
    return at + 5;
  }

  #hashLarge(row: readonly Value[], texts: readonly number[] | undefined): string {
    const whole = createHash('sha256').update(this.#buffer.subarray(0, 16));
    const small = Buffer.alloc(9);
    for (let column = 0; column < row.length; column += 1) {
      const value = row[column] ?? null;
      if (typeof value === 'string' || Buffer.isBuffer(value)) {
        const [tag, length] =
          typeof value === 'string' ? [3, Buffer.byteLength(value, 'utf8')] : [bufferTag(texts, column), value.length];
        whole.update(small.subarray(0, this.#head(small, 0, tag, length))).update(value);
      } else {
        whole.update(small.subarray(0, this.#fixed(small, 0, value)));
      }
    }
    return whole.digest('binary');
  }
}

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export interface Digesting {
  clock: Clock;
  watch: Watch;
  /** `PRAGMA encoding` of the database. */
  encoding: string;
}

/** Thrown inside only: a text holds U+FFFD, or bytes that became it when they were decoded. */
class Ambiguous extends Error {}

/**
 * Rows and digest of one table, read from the table itself and never from an index.
 * @param columns of the table that are stored.
 * @throws SqliteError where SQLite cannot read it; the signal's reason
 */
export async function digestTable(
  db: Connection,
  table: string,
  columns: readonly string[],
  work: Digesting,
): Promise<{ rows: number; digest: string }> {
  const names = columns.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  if (work.encoding === 'UTF-8') {
    try {
      const select = `SELECT ${names.map(quoteName).join(', ')} FROM main.${quoteName(table)} NOT INDEXED`;
      return await sumRows(db, select, names, work, (sum, row) => {
        for (const value of row) if (typeof value === 'string' && value.includes('\ufffd')) throw new Ambiguous();
        sum.add(row);
      });
    } catch (thrown) {
      if (!(thrown instanceof Ambiguous)) throw thrown;
    }
  }
  return digestBytes(db, table, names, work);
}

/** The same digest at half the speed: every TEXT is read as the bytes it is stored as. */
function digestBytes(
  db: Connection,
  table: string,
  names: readonly string[],
  work: Digesting,
): Promise<{ rows: number; digest: string }> {
  const isText = (name: string): string => `typeof(${quoteName(name)}) = 'text'`;
  const flags: string[] = [];
  for (let start = 0; start < names.length; start += flagBits) {
    flags.push(
      names
        .slice(start, start + flagBits)
        .map((name, bit) => `((${isText(name)}) << ${bit})`)
        .join(' | '),
    );
  }
  const values = names.map(
    (name) => `CASE WHEN ${isText(name)} THEN CAST(${quoteName(name)} AS BLOB) ELSE ${quoteName(name)} END`,
  );
  const select = `SELECT ${[...flags, ...values].join(', ')} FROM main.${quoteName(table)} NOT INDEXED`;
  return sumRows(db, select, names, work, (sum, row) =>
    sum.add(row.slice(flags.length), row.slice(0, flags.length).map(Number)),
  );
}

async function sumRows(
  db: Connection,
  select: string,
  names: readonly string[],
  { clock, watch }: Digesting,
  add: (sum: RowSum, row: Value[]) => void,
): Promise<{ rows: number; digest: string }> {
  const sum = new RowSum(names);
  const statement = db.prepare<[], Value[]>(select).raw().safeIntegers();
  let rows = 0;
  let pausedAt = clock.elapsed();
  for (const row of statement.iterate()) {
    add(sum, row);
    rows += 1;
    if ((rows & 0xff) === 0 && clock.elapsed() - pausedAt > 50) {
      // Lets a cancel in, which arrives as a message.
      await pause();
      watch.signal.throwIfAborted();
      watch.progress({ rows });
      pausedAt = clock.elapsed();
    }
  }
  return { rows, digest: sum.result() };
}

/** The method's value for one fixed row of every type. Another value elsewhere means that digests cannot be compared. */
export async function digestProbe(work: Omit<Digesting, 'encoding'>): Promise<string> {
  const db = new Database(':memory:');
  try {
    db.exec(
      "CREATE TABLE probe (i INTEGER, n, r REAL, t TEXT, b BLOB); INSERT INTO probe VALUES (-9007199254740993, NULL, -1.5e-300, 'Holdfast ⚓', x'00ff')",
    );
    return (await digestTable(db, 'probe', ['i', 'n', 'r', 't', 'b'], { ...work, encoding: 'UTF-8' })).digest;
  } finally {
    db.close();
  }
}
