/** Round trips of random SQLite databases, compared by SQLite itself and by a check that shares no code with the digest. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { wholeScope } from '../../src/shared/source.ts';
import { compare } from '../../src/main/verify/compare.ts';
import { dumpFile, engineWith, placeOf, testWatch } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';
import { randomFrom, type ProofOptions, type Random } from './seed.ts';

export interface SchemaProof {
  seed: number;
  /** What was done, in one line. */
  saw: string;
  /** One line for every database that did not come back as it was, with the seed that makes it again. */
  faults: string[];
  /** How often each feature took part. */
  details: string[];
}

type Note = (feature: string) => void;

/**
 * Makes `count` random databases, backs each up, restores it and compares it with its source: every row both ways with
 * its number of copies, the text of the schema, and what a file carries about itself; the source must not have changed
 * by a byte. Then changes one value of the restored file and wants the digest to see it.
 */
export async function roundTripSqlite(options: ProofOptions): Promise<SchemaProof> {
  const features = new Map<string, number>();
  const note: Note = (feature) => void features.set(feature, (features.get(feature) ?? 0) + 1);
  const faults: string[] = [];
  let tables = 0;
  let rows = 0;
  for (let n = 0; n < options.count; n += 1) {
    const seed = (options.seed + n * 7919) >>> 0;
    try {
      const done = await roundTrip(seed, note);
      tables += done.tables;
      rows += done.rows;
    } catch (thrown) {
      faults.push(`seed ${seed}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
    if ((n + 1) % 50 === 0)
      options.report(`${n + 1}/${options.count} round trips, ${rows} rows, ${faults.length} faults`);
  }
  return {
    seed: options.seed,
    saw: `${options.count} databases, ${tables} tables, ${rows} rows; ${faults.length} of them came back otherwise.`,
    faults,
    details: [...features]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([feature, times]) => `${feature}: ${times}`),
  };
}

async function roundTrip(seed: number, note: Note): Promise<{ tables: number; rows: number }> {
  const random = randomFrom(seed);
  const folder = tempFolder('schemas');
  const source = join(
    folder,
    random.pick(['source.db', "it's a source.db", 'ünïcode ⚓.sqlite', '-dash.db', 'a%20b?c#d.db']),
  );
  makeRandom(source, random, note);
  const engine = engineWith();
  const watch = testWatch('schemas');
  const before = bytesOfSource(source);
  const { inventory, file } = await dumpFile(engine, source, watch);
  if (bytesOfSource(source) !== before) throw new Error('the backup changed its source');
  const target = join(folder, 'restored.db');
  await engine.restore(
    { kind: 'file', file: target },
    {},
    { file, inventory, globals: null, token: 'test-restore' },
    watch,
  );
  const counted = await engine.count(placeOf(target), { digests: true, scope: wholeScope }, watch);
  const { problems } = compare(inventory, counted);
  if (problems.length > 0) throw new Error(`the engine's own comparison: ${JSON.stringify(problems)}`);
  const checked = await engine.check(placeOf(target), inventory, watch);
  if (checked.problems.some((problem) => problem.grade !== 'cosmetic'))
    throw new Error(`checks: ${JSON.stringify(checked.problems)}`);
  const rows = compareFiles(source, target, inventory.tables);
  const changed = changeOneValue(target, random);
  if (changed !== undefined) {
    note('changed value seen');
    const after = await engine.count(placeOf(target), { digests: true, scope: wholeScope }, watch);
    if (!compare(inventory, after).tables.some((table) => table.name === changed && table.digestEqual === false)) {
      throw new Error(`a changed value in ${changed} was not seen`);
    }
  }
  for (const suffix of ['-wal', '-shm', '-journal']) {
    if (existsSync(target + suffix)) throw new Error(`${suffix} was left beside the restored file`);
  }
  return { tables: inventory.tables.length, rows };
}

/** SHA-256 of the file and of its leftover WAL. */
function bytesOfSource(file: string): string {
  const all = [file, `${file}-wal`, `${file}-journal`].filter((one) => existsSync(one));
  return all.map((one) => createHash('sha256').update(readFileSync(one)).digest('hex')).join(' ');
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The comparison that shares nothing with the engine: two files attached to one connection, EXCEPT in both directions. */
export function compareFiles(
  source: string,
  target: string,
  promised: readonly { name: string; rows: number }[],
): number {
  const db = new Database(source, { fileMustExist: true });
  try {
    db.prepare('ATTACH ? AS b').run(target);
    const all = (sql: string): unknown[] => db.prepare(sql).all();
    const sameRows = (sql: (side: string) => string, what: string): void => {
      const onlyIn = (one: string, other: string): unknown[] => all(`${sql(one)} EXCEPT ${sql(other)}`);
      const differences = [...onlyIn('main', 'b'), ...onlyIn('b', 'main')];
      if (differences.length > 0) throw new Error(`${what} differs: ${JSON.stringify(differences.slice(0, 3))}`);
    };
    sameRows((side) => `SELECT type, name, tbl_name, sql FROM ${side}.sqlite_schema`, 'the schema');
    for (const pragma of [
      'user_version',
      'application_id',
      'page_size',
      'page_count',
      'auto_vacuum',
      'encoding',
      'journal_mode',
    ]) {
      const [one, other] = ['main', 'b'].map((side) => db.pragma(`${side}.${pragma}`, { simple: true }));
      if (one !== other)
        throw new Error(`${pragma} is ${String(one)} in the source and ${String(other)} in the restored file`);
    }
    const tables = db
      .prepare<[], string>("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND rootpage > 0")
      .pluck()
      .all();
    if (tables.length !== promised.length)
      throw new Error(`the manifest names ${promised.length} tables, the source has ${tables.length}`);
    let rows = 0;
    for (const table of tables) {
      const columns = db
        .prepare<[string], string>("SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden <> 1")
        .pluck()
        .all(table);
      const values = columns.map(
        (column) =>
          `typeof(${quoted(column)}), hex(CAST(${quoted(column)} AS BLOB)), printf('%!.26g', ${quoted(column)})`,
      );
      const positions = Array.from({ length: values.length * 3 }, (_, index) => index + 1).join(', ');
      sameRows(
        (side) =>
          `SELECT * FROM (SELECT ${values.join(', ')}, count(*) FROM ${side}.${quoted(table)} GROUP BY ${positions})`,
        table,
      );
      const own =
        db
          .prepare<[], number>(`SELECT count(*) FROM main.${quoted(table)}`)
          .pluck()
          .get() ?? -1;
      if (own !== promised.find((one) => one.name === table)?.rows)
        throw new Error(`the manifest does not count ${table} as the source does`);
      rows += own;
    }
    return rows;
  } finally {
    db.close();
  }
}

/** Changes one stored value a little; undefined where there is nothing that can be changed. */
function changeOneValue(file: string, random: Random): string | undefined {
  const db = new Database(file);
  try {
    db.pragma('foreign_keys = OFF');
    const tables = db
      .prepare<[], string>(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND sql LIKE '%\"plain\"%'",
      )
      .pluck()
      .all()
      .filter(
        (table) =>
          (db
            .prepare<[], number>(`SELECT count(*) FROM ${quoted(table)}`)
            .pluck()
            .get() ?? 0) > 0,
      );
    const table = tables[random.int(tables.length)];
    if (table === undefined) return undefined;
    const old = db
      .prepare<[]>(`SELECT "plain" FROM ${quoted(table)} LIMIT 1`)
      .pluck()
      .safeIntegers()
      .get();
    // The same letters in another type are another value.
    const next =
      typeof old === 'string'
        ? Buffer.from(old)
        : Buffer.isBuffer(old)
          ? Buffer.concat([old, Buffer.from([0])])
          : old === null
            ? 0
            : null;
    for (const trigger of db
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
      .pluck()
      .all()) {
      db.exec(`DROP TRIGGER ${quoted(trigger)}`);
    }
    const changed = db.prepare(`UPDATE ${quoted(table)} SET "plain" = ? WHERE "plain" IS ?`).run(next, old).changes;
    return changed > 0 ? table : undefined;
  } finally {
    db.close();
  }
}

const hostileNames = [
  'order',
  'select',
  'a b',
  'quote"d',
  "apo's",
  'new\nline',
  'tab\there',
  'ünïcødé',
  '表',
  '-dash',
  'semi;colon',
  'x--y',
  '/* c */',
  'sqlite%',
  'sqliteX',
  '%s',
  '[br]',
  '`tick`',
  '.dot.',
  ' blank ',
  '1digit',
  'NULL',
  'rowid',
  'a'.repeat(120),
  '🦆',
] as const;

const columnTypes = [
  'INTEGER',
  'TEXT',
  'REAL',
  'BLOB',
  'NUMERIC',
  'VARCHAR(20)',
  'DATETIME',
  'BOOLEAN',
  'DOUBLE PRECISION',
  '',
] as const;
const strictTypes = ['INTEGER', 'TEXT', 'REAL', 'BLOB', 'ANY', 'INT'] as const;

/** Makes a random database in `file`. */
export function makeRandom(file: string, random: Random, note: Note): void {
  const wal = random.chance(1 / 2);
  // A database that a crash left with rows in its -wal alone is made under another name first.
  const leftover = wal && random.chance(1 / 3);
  const first = leftover ? `${file}.first` : file;
  const db = new Database(first);
  try {
    const encoding = random.pick(['UTF-8', 'UTF-8', 'UTF-8', 'UTF-16le', 'UTF-16be']);
    const pageSize = random.pick([512, 1024, 2048, 4096, 4096, 8192, 16_384, 32_768, 65_536]);
    note(encoding);
    note(`page size ${pageSize}`);
    note(wal ? 'WAL' : 'rollback journal');
    db.exec(`PRAGMA page_size = ${pageSize}; PRAGMA encoding = '${encoding}'; PRAGMA auto_vacuum = ${random.int(3)};`);
    db.exec(
      `PRAGMA user_version = ${random.int(2 ** 32) - 2 ** 31}; PRAGMA application_id = ${random.int(2 ** 32) - 2 ** 31};`,
    );
    db.pragma(`journal_mode = ${wal ? 'wal' : 'delete'}`);
    db.pragma('foreign_keys = OFF');
    if (leftover) db.pragma('wal_autocheckpoint = 0');
    const taken = new Set<string>();
    const tables = Array.from({ length: 1 + random.int(5) }, () => makeTable(db, random, taken, note));
    makeRest(db, random, tables, taken, note);
    if (random.chance(1 / 4)) {
      db.exec('ANALYZE');
      note('ANALYZE');
    }
    if (random.chance(1 / 3)) deleteSome(db, random, tables);
    if (leftover) {
      note('leftover WAL');
      copyFileSync(first, file);
      copyFileSync(`${first}-wal`, `${file}-wal`);
    }
  } finally {
    db.close();
  }
}

interface Made {
  name: string;
  columns: string[];
  insertable: string[];
}

const bytesOf = (random: Random, length: number): Buffer => Buffer.from(Array.from({ length }, () => random.int(256)));

function newName(random: Random, taken: Set<string>): string {
  for (;;) {
    const name = random.chance(1 / 2) ? random.pick(hostileNames) : `t${random.int(1000)}`;
    const folded = name.toLowerCase();
    if (taken.has(folded)) continue;
    taken.add(folded);
    return name;
  }
}

function makeTable(db: Database.Database, random: Random, taken: Set<string>, note: Note): Made {
  const name = newName(random, taken);
  const strict = random.chance(1 / 4);
  const withoutRowid = random.chance(1 / 4);
  const autoincrement = !withoutRowid && random.chance(1 / 3);
  const own = new Set(['id', 'plain']);
  const columns = Array.from({ length: random.int(6) }, () => newName(random, own));
  const typeOf = (): string => (strict ? random.pick(strictTypes) : random.pick(columnTypes));
  const lines = [
    withoutRowid
      ? `id ${strict ? 'ANY' : ''} NOT NULL PRIMARY KEY`
      : autoincrement
        ? 'id INTEGER PRIMARY KEY AUTOINCREMENT'
        : random.chance(1 / 3)
          ? `id ${strict ? 'ANY' : ''}`
          : 'id INTEGER PRIMARY KEY',
    `"plain" ${strict ? 'ANY' : ''}`,
    ...columns.map(
      (column) =>
        `${quoted(column)} ${typeOf()}${random.chance(1 / 5) ? ' DEFAULT 7' : ''}${random.chance(1 / 6) ? ' COLLATE NOCASE' : ''}`,
    ),
  ];
  if (random.chance(1 / 3)) {
    lines.push(`generated_stored TEXT GENERATED ALWAYS AS (hex("plain") || 's') STORED`);
    note('stored generated column');
  }
  if (random.chance(1 / 3)) {
    lines.push(`generated_virtual TEXT AS (length("plain")) VIRTUAL`);
    note('virtual generated column');
  }
  if (random.chance(1 / 3)) {
    lines.push(`parent INTEGER ${random.chance(1 / 2) ? `REFERENCES ${quoted(name)} (id)` : ''}`.trim());
    note('self-referring foreign key');
    columns.push('parent');
  }
  if (random.chance(1 / 4)) lines.push(`CHECK (id IS NOT NULL OR 1)`);
  const options = [...(strict ? ['STRICT'] : []), ...(withoutRowid ? ['WITHOUT ROWID'] : [])];
  for (const option of options) note(option);
  if (autoincrement) note('AUTOINCREMENT');
  db.exec(`CREATE TABLE ${quoted(name)} (${lines.join(', ')}) ${options.join(', ')}`);
  const made: Made = { name, columns: ['id', 'plain', ...columns], insertable: ['plain', ...columns] };
  fill(db, random, made, strict, note);
  return made;
}

function fill(db: Database.Database, random: Random, table: Made, strict: boolean, note: Note): void {
  const rows = random.chance(1 / 5) ? 0 : random.int(random.chance(1 / 10) ? 800 : 60);
  if (rows === 0) note('empty table');
  const insert = db.prepare(
    `INSERT OR IGNORE INTO ${quoted(table.name)} (id, ${table.insertable.map(quoted).join(', ')}) VALUES (?, ${table.insertable.map(() => '?').join(', ')})`,
  );
  db.transaction(() => {
    for (let row = 1; row <= rows; row += 1) {
      const id = random.chance(1 / 20) ? BigInt(row) * 9_000_000_000_000_000n : row;
      // Equal rows must count as often as they are there.
      const values = table.insertable.map((column) =>
        column === 'parent' ? (random.chance(1 / 2) ? null : random.int(rows) + 1) : randomValue(random),
      );
      try {
        insert.run(id, ...values);
      } catch (thrown) {
        // A STRICT table refuses values of another type: give it what it takes.
        if (!strict || !(thrown instanceof Database.SqliteError) || !thrown.message.startsWith('cannot store'))
          throw thrown;
        insert.run(id, ...table.insertable.map(() => null));
      }
    }
  })();
  // Text that is no text: bytes that are not UTF-8, an embedded zero.
  if (rows > 0 && random.chance(1 / 3)) {
    note('text that is not UTF-8');
    db.exec(
      `UPDATE ${quoted(table.name)} SET "plain" = CAST(x'${random.pick(['ff', '61ff62', 'c3', 'eda080', '610062', 'efbfbd', 'efbbbf61'])}' AS TEXT) WHERE id = 1`,
    );
  }
}

function randomValue(random: Random): null | number | bigint | string | Buffer {
  const kind = random.int(12);
  if (kind === 0) return null;
  if (kind === 1)
    return random.pick([0, -1, 1, 0.1, 1e308, -1e-308, 5e-324, Infinity, -Infinity, NaN, -0, 1.5, 123456789.125]);
  if (kind === 2) return random.pick([9223372036854775807n, -9223372036854775808n, 9007199254740993n, 0n, -1n]);
  if (kind === 3) return bytesOf(random, random.int(40));
  if (kind === 4) return bytesOf(random, random.int(5_000));
  if (kind === 5) return '';
  if (kind === 6)
    return random.pick([
      '1',
      '1.0',
      '0x10',
      ' 12 ',
      'NULL',
      "it's",
      'ünï\u0000zero',
      '⚓🦆',
      '\ufffd',
      '\ufeffbom',
      'line\r\nline',
    ]);
  if (kind === 7) return 'x'.repeat(random.int(3_000));
  if (kind === 8) return (random.int(2 ** 31) / 2 ** 31) * 10 ** random.int(30);
  return random.int(1_000_000);
}

function makeRest(db: Database.Database, random: Random, tables: Made[], taken: Set<string>, note: Note): void {
  for (const table of tables) {
    if (random.chance(1 / 2)) {
      const column = table.columns[random.int(table.columns.length)] ?? 'id';
      const form = random.pick([
        '(X)',
        '(X DESC, id)',
        '(lower(X))',
        '(X) WHERE X IS NOT NULL',
        '(X COLLATE NOCASE)',
        `(id, X)`,
      ]);
      db.exec(
        `CREATE INDEX ${quoted(newName(random, taken))} ON ${quoted(table.name)} ${form.replaceAll('X', quoted(column))}`,
      );
      note('index');
    }
    if (random.chance(1 / 3)) {
      db.exec(
        `CREATE VIEW ${quoted(newName(random, taken))} AS SELECT count(*) AS n, max("plain") FROM ${quoted(table.name)}`,
      );
      note('view');
    }
    if (random.chance(1 / 3)) {
      db.exec(
        `CREATE TRIGGER ${quoted(newName(random, taken))} AFTER INSERT ON ${quoted(table.name)} BEGIN SELECT RAISE(ABORT, 'a trigger ran'); END`,
      );
      note('trigger');
    }
  }
  if (random.chance(1 / 2)) makeSearch(db, random, note);
  if (random.chance(1 / 5)) {
    db.exec('CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1); INSERT INTO boxes VALUES (1, 0.5, 2), (2, -3, 1e9)');
    note('R-tree');
  }
  if (random.chance(1 / 4)) {
    db.exec(
      'CREATE TABLE cycle_a (id INTEGER PRIMARY KEY, "plain", b REFERENCES cycle_b (id)); CREATE TABLE cycle_b (id INTEGER PRIMARY KEY, "plain", a REFERENCES cycle_a (id));',
    );
    db.exec('INSERT INTO cycle_a VALUES (1, 2, 1); INSERT INTO cycle_b VALUES (1, 3, 1);');
    note('foreign key cycle');
  }
}

function makeSearch(db: Database.Database, random: Random, note: Note): void {
  const form = random.pick([
    'fts5(title, body)',
    "fts5(title, body, content='')",
    'fts4(title, body)',
    "fts5(title, body, tokenize='trigram')",
  ]);
  note(form);
  db.exec(`CREATE VIRTUAL TABLE search USING ${form}`);
  const insert = db.prepare('INSERT INTO search (rowid, title, body) VALUES (?, ?, ?)');
  for (let row = 1; row <= 1 + random.int(30); row += 1)
    insert.run(row, `title ${row}`, `words ${random.int(100)} ⚓ and ${random.int(10)}`);
}

/** Free pages, holes between row numbers. */
function deleteSome(db: Database.Database, random: Random, tables: Made[]): void {
  for (const table of tables) if (random.chance(1 / 2)) db.exec(`DELETE FROM ${quoted(table.name)} WHERE id % 3 = 1`);
}
