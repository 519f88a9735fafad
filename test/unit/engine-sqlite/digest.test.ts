import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/main/base/clock.ts';
import { silentLog } from '../../../src/main/base/log.ts';
import { digestProbe, digestTable, RowSum } from '../../../src/main/engine/sqlite/digest.ts';

const watch = { signal: new AbortController().signal, progress: () => {}, log: silentLog, work: '/nowhere' };
const work = { clock: systemClock, watch };

let db: Database.Database;
beforeEach(() => {
  db = new Database(':memory:');
});
afterEach(() => {
  db.close();
});

const digestOf = async (table = 't', columns = ['a', 'b'], encoding = 'UTF-8'): Promise<string> =>
  (await digestTable(db, table, columns, { ...work, encoding })).digest;

async function digestOfValue(sql: string): Promise<string> {
  db.exec(`DROP TABLE IF EXISTS t; CREATE TABLE t (a, b); INSERT INTO t VALUES (${sql}, 0)`);
  return digestOf();
}

describe('SV-14 the digest of a table, sqlite-rowsum-1', () => {
  test('has the value that manifests rely on for ever', async () => {
    expect(await digestProbe(work)).toBe('a530767d42316b5d69dcd8b426e802dd');
  });

  test('is what its description says, computed here from the description alone', async () => {
    db.exec(`CREATE TABLE t (b, a); INSERT INTO t VALUES ('é', 258), (NULL, x'01ff'), (-2.5, '')`);
    const names = createHash('sha256').update('a\0b\0').digest().subarray(0, 16);
    const text = (value: string): Buffer =>
      Buffer.concat([Buffer.from([3, Buffer.byteLength(value), 0, 0, 0]), Buffer.from(value)]);
    const real = Buffer.alloc(9, 2);
    real.writeDoubleLE(-2.5, 1);
    const rows = [
      [Buffer.from([1, 2, 1, 0, 0, 0, 0, 0, 0]), text('é')],
      [Buffer.from([4, 2, 0, 0, 0, 1, 0xff]), Buffer.from([0])],
      [text(''), real],
    ];
    let sum = 0n;
    for (const row of rows) {
      const hash = createHash('sha256')
        .update(Buffer.concat([names, ...row]))
        .digest()
        .subarray(0, 16);
      sum += BigInt(`0x${Buffer.from(hash.toReversed()).toString('hex')}`);
    }
    expect(await digestOf()).toBe(BigInt.asUintN(128, sum).toString(16).padStart(32, '0'));
  });

  test('does not depend on the order of rows or columns', async () => {
    db.exec("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, NULL)");
    db.exec("CREATE TABLE other (b, a); INSERT INTO other VALUES (NULL, 3), ('x', 1), ('y', 2)");
    expect(await digestOf('other', ['b', 'a'])).toBe(await digestOf());
  });

  test('equal rows add up and never cancel', async () => {
    db.exec('CREATE TABLE t (a, b)');
    const seen = new Set<string>();
    for (let n = 0; n < 5; n += 1) {
      seen.add(await digestOf());
      db.exec("INSERT INTO t VALUES (1, 'twice')");
    }
    expect(seen.size).toBe(5);
  });

  test('tells apart what looks the same', async () => {
    const values = [
      'NULL',
      "''",
      "x''",
      '0',
      '0.0',
      "'0'",
      "x'30'",
      '1',
      '1.0',
      "'1'",
      "'1.0'",
      "x'31'",
      "'a'",
      "'A'",
      "'a '",
      "CAST(x'6100' AS TEXT)",
      "x'6100'",
      '9007199254740992',
      '9007199254740993',
      '9007199254740992.0',
      '9223372036854775807',
      '-9223372036854775808',
      '1e999',
      '-1e999',
      '5e-324',
      "CAST(x'ff' AS TEXT)",
      "CAST(x'fe' AS TEXT)",
      "CAST(x'efbfbd' AS TEXT)",
      "x'ff'",
      "CAST(x'efbbbf61' AS TEXT)",
      "CAST(x'eda080' AS TEXT)",
    ];
    const digests = new Map<string, string>();
    for (const value of values) {
      const digest = await digestOfValue(value);
      expect(digests.get(digest), `${value} has the digest of`).toBeUndefined();
      digests.set(digest, value);
    }
  });

  test('a value that moves to the next column or row is seen', async () => {
    const digests = new Set<string>();
    for (const rows of [
      "('ab', ''), ('', '')",
      "('a', 'b'), ('', '')",
      "('', 'ab'), ('', '')",
      "('a', ''), ('b', '')",
      "('a', ''), ('', 'b')",
    ]) {
      db.exec(`DROP TABLE IF EXISTS t; CREATE TABLE t (a, b); INSERT INTO t VALUES ${rows}`);
      digests.add(await digestOf());
    }
    expect(digests.size).toBe(5);
  });

  test('the same values under other column names are other content', async () => {
    db.exec('CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2); CREATE TABLE o (a, c); INSERT INTO o VALUES (1, 2)');
    expect(await digestOf('o', ['a', 'c'])).not.toBe(await digestOf());
  });

  test('is read from the table, also where an index lies', async () => {
    db.exec(
      "CREATE TABLE t (a, b, wide TEXT); CREATE INDEX t_index ON t (a, b); INSERT INTO t VALUES (1, 2, ''), (3, 4, '')",
    );
    db.exec('CREATE TABLE other (a, b); CREATE INDEX other_index ON other (a, b); INSERT INTO other VALUES (5, 6)');
    const honest = await digestOf();
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    db.exec(
      "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'other_index') WHERE name = 't_index'",
    );
    const bytes = db.serialize();
    db.close();
    db = new Database(bytes);
    expect(db.prepare('SELECT count(b) FROM t').pluck().get()).toBe(1);
    expect(await digestTable(db, 't', ['a', 'b'], { ...work, encoding: 'UTF-8' })).toEqual({ rows: 2, digest: honest });
  });

  test('the fast way and the exact way give one digest for text that is UTF-8', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'grapheme' }),
            fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
            fc.double({ noNaN: true }),
            fc.constant(null),
          ),
        ),
        async (values) => {
          db.exec('DROP TABLE IF EXISTS t; CREATE TABLE t (a, b)');
          const insert = db.prepare('INSERT INTO t VALUES (?, ?)');
          for (const value of values) insert.run(value, value);
          // Any encoding but UTF-8 takes the exact way; the bytes in this database are UTF-8 all the same.
          expect(await digestOf('t', ['a', 'b'], 'the exact way')).toBe(await digestOf());
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a row too large for the buffer has the hash of its description too', () => {
    const large = new RowSum(['a', 'b', 'c']);
    const text = 'ä'.repeat(300_000);
    large.add([text, 7n, Buffer.alloc(400_000, 1)]);
    const length = (n: number): Buffer => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(n);
      return bytes;
    };
    const names = createHash('sha256').update('a\0b\0c\0').digest().subarray(0, 16);
    const row = Buffer.concat([
      names,
      Buffer.from([3]),
      length(600_000),
      Buffer.from(text),
      Buffer.from([1, 7, 0, 0, 0, 0, 0, 0, 0]),
      Buffer.from([4]),
      length(400_000),
      Buffer.alloc(400_000, 1),
    ]);
    const hash = createHash('sha256').update(row).digest().subarray(0, 16);
    expect(large.result()).toBe(Buffer.from(hash.toReversed()).toString('hex'));
  });

  test('a sum over many rows is the sum modulo 2^128', () => {
    const one = new RowSum(['a']);
    one.add([1n]);
    const many = new RowSum(['a']);
    for (let n = 0; n < 1_000_003; n += 1) many.add([1n]);
    expect(BigInt(`0x${many.result()}`)).toBe(BigInt.asUintN(128, BigInt(`0x${one.result()}`) * 1_000_003n));
  });

  test('many columns share their flags in the exact way', async () => {
    const columns = Array.from({ length: 200 }, (_, index) => `c${index}`);
    db.exec(`CREATE TABLE t (${columns.join(', ')})`);
    db.prepare(`INSERT INTO t VALUES (${columns.map(() => '?').join(', ')})`).run(
      ...columns.map((_, index) =>
        index % 3 === 0 ? `text ${index}` : index % 3 === 1 ? Buffer.from(`text ${index}`) : index,
      ),
    );
    expect(await digestOf('t', columns, 'the exact way')).toBe(await digestOf('t', columns));
  });

  test('a cancel stops it between rows', async () => {
    db.exec(
      'CREATE TABLE t (a, b); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT i, i FROM n',
    );
    let elapsed = 0;
    const clock = { ...systemClock, elapsed: () => (elapsed += 100) };
    const reason = new Error('cancelled');
    const signal = AbortSignal.abort(reason);
    await expect(
      digestTable(db, 't', ['a', 'b'], { clock, watch: { ...watch, signal }, encoding: 'UTF-8' }),
    ).rejects.toBe(reason);
    expect(db.prepare('SELECT count(*) FROM t').pluck().get()).toBe(2000);
  });
});
