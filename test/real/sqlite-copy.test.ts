import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { compare } from '../../src/main/verify/compare.ts';
import { wholeScope } from '../../src/shared/source.ts';
import {
  dumpFile,
  engineWith,
  makeDatabase,
  makeShop,
  placeOf,
  shopIsConsistent,
  startWriter,
  testWatch,
  waitingClock,
} from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';
import { freshSeed } from '../prove/seed.ts';
import { compareFiles, roundTripSqlite } from '../prove/sqlite-schemas.ts';
import { backupsUnderWriters } from '../prove/sqlite-writers.ts';

const engine = engineWith();
const rowsOf = (file: string, table: string): unknown => {
  const db = new Database(file, { fileMustExist: true });
  try {
    return db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  } finally {
    db.close();
  }
};

describe('BS-1 backups of a SQLite database that is written to', () => {
  test('every manifest is what its restore gives, in both journal modes', async () => {
    const seed = freshSeed();
    console.info(`seed ${seed}`);
    const proof = await backupsUnderWriters({ count: 5, seed, report: () => {} });
    expect(proof).toMatchObject({ backups: 5, refused: 0 });
    expect(proof.committed).toBeGreaterThan(0);
  });

  test('in WAL mode the copy is a held snapshot that keeps nobody waiting', async () => {
    const file = makeShop(join(tempFolder('held'), 'shop.sqlite'), 'wal', 20_000);
    const writer = await startWriter(file);
    const { inventory } = await dumpFile(engine, file, testWatch('held'));
    expect((await writer.stop()).failed).toBe(0);
    expect(inventory.engine).toMatchObject({ method: 'held-snapshot', writersWaitedMs: 0, journalMode: 'wal' });
  });

  test('when the WAL grows too far under the snapshot, the copy lets go and is made by VACUUM INTO', async () => {
    const file = makeShop(join(tempFolder('grow'), 'shop.sqlite'), 'wal', 20_000);
    const writer = await startWriter(file, { perSecond: 2_000, noteBytes: 4_000 });
    const impatient = engineWith({ walGrowthBytes: 0, stepPages: 20 });
    const { inventory, file: stored } = await dumpFile(impatient, file, testWatch('grow'));
    await writer.stop();
    expect(inventory.engine).toMatchObject({ method: 'vacuum-into', writersWaitedMs: 0, journalMode: 'wal' });
    const target = join(tempFolder('grow-target'), 'restored.sqlite');
    await engine.restore(
      { kind: 'file', file: target },
      {},
      { file: stored, inventory, globals: null, token: 'test-restore' },
      testWatch('grow'),
    );
    expect(shopIsConsistent(target)).toBe(true);
    const counted = await engine.count(placeOf(target), { digests: true, scope: wholeScope }, testWatch('grow'));
    expect(compare(inventory, counted).problems).toEqual([]);
  });

  test('a schema that cannot be written anew is still copied when the WAL grows too far', async () => {
    const file = join(tempFolder('grow-quotes'), 'shop.sqlite');
    makeShop(file, 'wal', 20_000);
    makeDatabase(file, (db) => {
      // As older libraries wrote it: "text" in double quotes as a literal. This library reads those as names only.
      db.exec("CREATE TABLE old_style (a TEXT CHECK (a <> 'none'))");
      db.unsafeMode(true);
      db.pragma('writable_schema = ON');
      db.exec(
        `UPDATE sqlite_schema SET sql = 'CREATE TABLE old_style (a TEXT CHECK (a <> "none"))' WHERE name = 'old_style'`,
      );
    });
    const writer = await startWriter(file, { perSecond: 2_000, noteBytes: 4_000 });
    const impatient = engineWith({ walGrowthBytes: 0, stepPages: 20 });
    const { inventory } = await dumpFile(impatient, file, testWatch('grow-quotes'));
    await writer.stop();
    expect(inventory.engine).toMatchObject({ method: 'held-snapshot' });
    expect(inventory.tables.map((table) => table.name)).toContain('old_style');
  });

  test('in rollback-journal mode it is told how long writers waited, and none of them is refused', async () => {
    const file = makeShop(join(tempFolder('locked'), 'shop.sqlite'), 'delete', 20_000);
    const writer = await startWriter(file, { timeoutMs: 5_000 });
    const { inventory } = await dumpFile(engine, file, testWatch('locked'));
    expect((await writer.stop()).failed).toBe(0);
    expect(inventory.engine).toMatchObject({ method: 'locked-copy', journalMode: 'delete' });
    expect(inventory.engine.kind === 'sqlite' && inventory.engine.writersWaitedMs).toBeGreaterThan(0);
  });

  test('in rollback-journal mode it gives up rather than block writers beyond the limit, and advises WAL', async () => {
    const file = makeShop(join(tempFolder('giveup'), 'shop.sqlite'), 'delete', 20_000);
    const watch = testWatch('giveup');
    const slow = engineWith({ stepPages: 1 });
    await expect(dumpFile(slow, file, watch, { yieldAfterMs: 0 })).rejects.toMatchObject({
      code: 'source.locked',
      hint: expect.stringContaining('journal_mode=WAL') as string,
    });
    expect(readdirSync(watch.work)).toEqual([]);
    // Nothing of ours is left on the file: a writer that waits for nobody gets through.
    makeDatabase(file, (db) => db.exec('PRAGMA busy_timeout = 0; INSERT INTO ledger (amount) VALUES (1)'));
  });

  test('a lock of somebody else is waited for, and told when it does not go', async () => {
    const file = makeShop(join(tempFolder('busy'), 'shop.sqlite'), 'delete');
    const holder = new Database(file);
    holder.exec('BEGIN EXCLUSIVE');
    await expect(dumpFile(engine, file, testWatch('busy'), { yieldAfterMs: 100, attempts: 2 })).rejects.toMatchObject({
      code: 'source.locked',
    });
    const waiting = engineWith(
      {},
      waitingClock(() => holder.inTransaction && holder.exec('COMMIT')),
    );
    const later = await dumpFile(waiting, file, testWatch('busy'), { yieldAfterMs: 5_000, attempts: 5 });
    expect(holder.inTransaction).toBe(false);
    expect(later.inventory.tables.length).toBeGreaterThan(0);
    holder.close();
  });
});

describe('the trap of peers: cp of a live WAL database', () => {
  test('such a copy passes integrity_check with its rows lost; the copy of Holdfast has them all', async () => {
    const folder = tempFolder('cp');
    const file = join(folder, 'live.sqlite');
    const app = new Database(file);
    app.exec(
      'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE note (body TEXT); PRAGMA wal_checkpoint(TRUNCATE)',
    );
    app.exec(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) INSERT INTO note SELECT 'note ' || i FROM n",
    );

    const naive = join(folder, 'copied-with-cp.sqlite');
    copyFileSync(file, naive);
    const copied = new Database(naive);
    expect(copied.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(copied.prepare('SELECT count(*) FROM note').pluck().get()).toBe(0);
    copied.close();

    const { inventory, file: stored } = await dumpFile(engine, file, testWatch('cp'));
    expect(inventory.tables).toMatchObject([{ name: 'note', rows: 10_000 }]);
    const target = join(folder, 'restored.sqlite');
    await engine.restore(
      { kind: 'file', file: target },
      {},
      { file: stored, inventory, globals: null, token: 'test-restore' },
      testWatch('cp'),
    );
    expect(rowsOf(target, 'note')).toBe(10_000);

    // And where somebody stored the naive copy as this backup, the proof sees it.
    const seen = await engine.count(placeOf(naive), { digests: true, scope: wholeScope }, testWatch('cp'));
    expect(compare(inventory, seen).problems.map((problem) => problem.code)).toContain('table.rows-differ');
    app.close();
  });
});

describe('a source is left as it was', () => {
  test('a WAL database that nobody has open gets no files beside it', async () => {
    const folder = tempFolder('idle');
    const file = makeShop(join(folder, 'shop.sqlite'), 'wal');
    const before = readFileSync(file);
    await dumpFile(engine, file, testWatch('idle'));
    await engine.count(placeOf(file), { digests: false, scope: wholeScope }, testWatch('idle'));
    await engine.probe(placeOf(file), testWatch('idle'));
    expect(readdirSync(folder)).toEqual(['shop.sqlite']);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('rows that a crash left in the WAL are in the backup, and stay in the WAL', async () => {
    const folder = tempFolder('leftover');
    const first = join(folder, 'first.sqlite');
    const app = new Database(first);
    app.exec(
      'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)',
    );
    const file = join(folder, 'crashed.sqlite');
    copyFileSync(first, file);
    copyFileSync(`${first}-wal`, `${file}-wal`);
    app.close();
    const before = [readFileSync(file), readFileSync(`${file}-wal`)];
    const { inventory } = await dumpFile(engine, file, testWatch('leftover'));
    expect(inventory.tables).toMatchObject([{ name: 't', rows: 2 }]);
    expect(readFileSync(file).equals(before[0] ?? Buffer.alloc(0))).toBe(true);
    expect(readFileSync(`${file}-wal`).equals(before[1] ?? Buffer.alloc(0))).toBe(true);
  });

  test('a transaction that a crash left unfinished is rolled back by SQLite, and is not in the backup', async () => {
    const folder = tempFolder('hot');
    const live = join(folder, 'live.sqlite');
    const app = new Database(live);
    app.exec('PRAGMA journal_mode = delete; PRAGMA cache_size = 5; CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    app.exec(
      'BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT hex(randomblob(100)) FROM n',
    );
    const file = join(folder, 'crashed.sqlite');
    copyFileSync(live, file);
    copyFileSync(`${live}-journal`, `${file}-journal`);
    app.exec('ROLLBACK');
    app.close();
    const { inventory } = await dumpFile(engine, file, testWatch('hot'));
    expect(inventory.tables).toMatchObject([{ name: 't', rows: 1 }]);
    expect(existsSync(`${file}-journal`)).toBe(false);
    expect(rowsOf(file, 't')).toBe(1);
  });

  test('a symbolic link leads to the database and to what lies beside the database', async () => {
    const folder = tempFolder('link');
    mkdirSync(join(folder, 'real'));
    const file = join(folder, 'real', 'shop.sqlite');
    const app = new Database(file);
    app.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    symlinkSync(file, join(folder, 'link.sqlite'));
    const { inventory } = await dumpFile(engine, join(folder, 'link.sqlite'), testWatch('link'));
    expect(inventory.tables).toMatchObject([{ name: 't', rows: 1 }]);
    expect(inventory.name).toBe('link.sqlite');
    app.close();
  });
});

describe('BS-7 what a restored file keeps', () => {
  test('random databases come back equal, compared without the digest', { timeout: 120_000 }, async () => {
    const seed = freshSeed();
    console.info(`seed ${seed}`);
    const proof = await roundTripSqlite({ count: 30, seed, report: () => {} });
    expect(proof.faults).toEqual([]);
    expect(proof.details.length).toBeGreaterThan(20);
  });

  test('that comparison sees a lost duplicate, another type and another schema', () => {
    const folder = tempFolder('comparison');
    const original = makeDatabase(join(folder, 'a.db'), (db) =>
      db.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (1), ('1')"),
    );
    const variant = (name: string, sql: string): string =>
      makeDatabase(join(folder, name), (db) => db.exec(`CREATE TABLE t (a); ${sql}`));
    const promised = [{ name: 't', rows: 3 }];
    expect(compareFiles(original, variant('same.db', "INSERT INTO t VALUES ('1'), (1), (1)"), promised)).toBe(3);
    for (const [name, sql] of [
      ['lost.db', "INSERT INTO t VALUES (1), ('1')"],
      ['swapped.db', "INSERT INTO t VALUES (1), ('1'), ('1')"],
      ['typed.db', "INSERT INTO t VALUES (1), (1.0), ('1')"],
      ['schema.db', "INSERT INTO t VALUES (1), (1), ('1'); CREATE INDEX i ON t (a)"],
      ['version.db', "INSERT INTO t VALUES (1), (1), ('1'); PRAGMA user_version = 3"],
    ] as const) {
      expect(() => compareFiles(original, variant(name, sql), promised)).toThrow(/differs| in the source/);
    }
    expect(() => compareFiles(original, original, [{ name: 't', rows: 2 }])).toThrow(/does not count/);
  });

  test('a restored WAL database is a WAL database, private, and alone in its folder', async () => {
    const { inventory, file: stored } = await dumpFile(
      engine,
      makeShop(join(tempFolder('keep'), 'shop.sqlite'), 'wal'),
      testWatch('keep'),
    );
    const folder = tempFolder('keep-target');
    const target = join(folder, 'restored.sqlite');
    await engine.restore(
      { kind: 'file', file: target },
      {},
      { file: stored, inventory, globals: null, token: 'test-restore' },
      testWatch('keep'),
    );
    expect(readdirSync(folder)).toEqual([basename(target)]);
    const db = new Database(target);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    db.close();
  });

  test('AUTOINCREMENT goes on where it stood, also after the last row was deleted', async () => {
    const file = makeDatabase(join(tempFolder('sequence'), 'a.db'), (db) => {
      db.exec(
        'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a); INSERT INTO t (a) VALUES (1), (2), (3); DELETE FROM t',
      );
    });
    const { inventory, file: stored } = await dumpFile(engine, file, testWatch('sequence'));
    expect(inventory.sequences).toEqual([{ name: 't', before: '3', after: '3' }]);
    const target = join(tempFolder('sequence-target'), 'b.db');
    await engine.restore(
      { kind: 'file', file: target },
      {},
      { file: stored, inventory, globals: null, token: 'test-restore' },
      testWatch('sequence'),
    );
    const db = new Database(target);
    expect(db.prepare('INSERT INTO t (a) VALUES (4)').run().lastInsertRowid).toBe(4);
    db.close();
  });

  test('rows that broke a rule in the source are known, and are no fault of the backup; new ones are', async () => {
    const file = makeDatabase(join(tempFolder('rules'), 'a.db'), (db) => {
      db.exec('PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON');
      db.exec(
        'CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (parent_id REFERENCES parent (id), n CHECK (n > 0))',
      );
      db.exec('INSERT INTO child VALUES (1, 1), (2, -1)');
    });
    const { inventory, file: stored } = await dumpFile(engine, file, testWatch('rules'));
    const target = join(tempFolder('rules-target'), 'b.db');
    await engine.restore(
      { kind: 'file', file: target },
      {},
      { file: stored, inventory, globals: null, token: 'test-restore' },
      testWatch('rules'),
    );
    const asBefore = await engine.check(placeOf(target), inventory, testWatch('rules'));
    expect(asBefore.problems.map((problem) => [problem.grade, problem.code])).toEqual([
      ['cosmetic', 'integrity.as-in-source'],
      ['cosmetic', 'foreign-key.as-in-source'],
    ]);
    expect(asBefore.checks.map((check) => check.outcome)).toEqual(['ok', 'ok']);
    makeDatabase(target, (db) => db.exec('PRAGMA foreign_keys = OFF; INSERT INTO child VALUES (9, 9)'));
    const worse = await engine.check(placeOf(target), inventory, testWatch('rules'));
    expect(worse.problems.filter((problem) => problem.grade === 'fatal').map((problem) => problem.code)).toEqual([
      'foreign-key.violated',
    ]);
  });

  test('an index that lost its rows is found by the proof', async () => {
    const file = makeDatabase(join(tempFolder('index'), 'a.db'), (db) => {
      db.exec('CREATE TABLE t (a, b); CREATE INDEX t_index ON t (a); INSERT INTO t VALUES (1, 2), (3, 4)');
      db.unsafeMode(true);
      db.pragma('writable_schema = ON');
      // A row that was written by a program that did not know of the index.
      db.exec("UPDATE sqlite_schema SET sql = 'CREATE INDEX t_index ON t (b)' WHERE name = 't_index'");
    });
    const { inventory, file: stored } = await dumpFile(engine, file, testWatch('index'));
    const target = join(tempFolder('index-target'), 'b.db');
    await engine.restore(
      { kind: 'file', file: target },
      {},
      { file: stored, inventory, globals: null, token: 'test-restore' },
      testWatch('index'),
    );
    const { problems, checks } = await engine.check(placeOf(target), inventory, testWatch('index'));
    expect(problems.some((problem) => problem.grade === 'fatal' && problem.code === 'integrity.damaged')).toBe(true);
    expect(checks[0]).toMatchObject({ name: 'integrity_check', outcome: 'failed' });
  });
});

describe('SV-22 a part of a SQLite database', () => {
  const part = async (scope: Partial<typeof wholeScope>, build: (db: Database.Database) => void) => {
    const file = makeDatabase(join(tempFolder('part'), 'a.db'), build);
    const dumped = await dumpFile(engine, file, testWatch('part'), { scope: { ...wholeScope, ...scope } });
    const target = join(tempFolder('part-target'), 'b.db');
    await engine.restore(
      { kind: 'file', file: target },
      {},
      { file: dumped.file, inventory: dumped.inventory, globals: null, token: 'test-restore' },
      testWatch('part'),
    );
    return { ...dumped, target };
  };

  test('what was left out is in none of the pages', async () => {
    const { target } = await part({ excludeTables: ['secret'] }, (db) => {
      db.exec(
        "PRAGMA journal_mode = WAL; CREATE TABLE kept (a); INSERT INTO kept VALUES ('to be kept'); CREATE TABLE secret (a)",
      );
      db.prepare('INSERT INTO secret VALUES (?)').run('the-secret-word '.repeat(2_000));
    });
    const bytes = readFileSync(target);
    expect(bytes.includes('to be kept')).toBe(true);
    expect(bytes.includes('the-secret-word')).toBe(false);
  });

  test('it says which foreign keys and views now miss their tables', async () => {
    const { facts, inventory, target } = await part({ tables: ['sale', 'nowhere'] }, (db) => {
      db.exec(
        'CREATE TABLE customer (id INTEGER PRIMARY KEY); CREATE TABLE sale (customer_id REFERENCES customer (id)); CREATE VIEW both AS SELECT * FROM sale JOIN customer',
      );
      db.exec('INSERT INTO customer VALUES (1); INSERT INTO sale VALUES (1)');
    });
    expect(facts.missing).toEqual([
      'the table customer',
      'the table nowhere, which the scope names and the database does not have',
      'the rows of customer that a foreign key of sale refers to',
      'a table that the view both reads: the view is there and cannot be read',
    ]);
    const { problems } = await engine.check(placeOf(target), inventory, testWatch('part'));
    expect(problems.map((problem) => problem.grade)).toEqual(['cosmetic']);
  });

  test('a search table goes and comes with its shadow tables', async () => {
    const build = (db: Database.Database): void => {
      db.exec("CREATE TABLE t (a); CREATE VIRTUAL TABLE search USING fts5(body); INSERT INTO search VALUES ('words')");
    };
    const without = await part({ excludeTables: ['search'] }, build);
    expect(without.inventory.tables.map((table) => table.name)).toEqual(['t']);
    const alone = await part({ tables: ['search'] }, build);
    expect(alone.inventory.tables.map((table) => table.name)).toContain('search_content');
    const db = new Database(alone.target);
    expect(db.prepare("SELECT count(*) FROM search WHERE search MATCH 'words'").pluck().get()).toBe(1);
    db.close();
  });

  test('the schema alone keeps triggers, empties searches and runs no trigger', async () => {
    const { inventory, target } = await part({ part: 'schema' }, (db) => {
      db.exec(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a); CREATE VIRTUAL TABLE search USING fts5(body); INSERT INTO search VALUES ('findme'); INSERT INTO t (a) VALUES ('findme')",
      );
      db.exec("CREATE TRIGGER no_delete BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 'rows stay'); END");
    });
    expect(readFileSync(target).includes('findme')).toBe(false);
    expect(inventory.objects).toContainEqual({ kind: 'trigger', name: 'no_delete' });
    const db = new Database(target);
    db.exec("INSERT INTO search VALUES ('new'); INSERT INTO t (a) VALUES (1)");
    expect(() => db.exec('DELETE FROM t')).toThrow('rows stay');
    db.close();
  });
});

describe('the place of a restore', () => {
  const anyDump = () =>
    dumpFile(engine, makeShop(join(tempFolder('place'), 'shop.sqlite'), 'delete'), testWatch('place'));

  test.each(['-wal', '-shm', '-journal'])(
    'the trap of peers: a stale %s beside the target is refused, and left alone',
    async (suffix) => {
      const { inventory, file } = await anyDump();
      const folder = tempFolder('stale');
      const target = join(folder, 'restored.sqlite');
      writeFileSync(target + suffix, 'of another database');
      const attempt = engine.restore(
        { kind: 'file', file: target },
        {},
        { file, inventory, globals: null, token: 'test-restore' },
        testWatch('stale'),
      );
      await expect(attempt).rejects.toMatchObject({
        code: 'restore.target-exists',
        message: expect.stringContaining(suffix) as string,
      });
      expect(readdirSync(folder)).toEqual([`restored.sqlite${suffix}`]);
      const findings = await engine.rehearse({ kind: 'file', file: target }, {}, inventory, testWatch('stale'));
      expect(findings.filter((finding) => finding.grade === 'blocking').map((finding) => finding.code)).toEqual([
        'target.sidecar',
      ]);
    },
  );

  test('a real stale WAL would have brought the old rows back', async () => {
    const folder = tempFolder('stale-real');
    const app = new Database(join(folder, 'app.db'));
    app.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    const { inventory, file } = await dumpFile(engine, join(folder, 'app.db'), testWatch('stale-real'));
    app.exec('INSERT INTO t VALUES (2)');
    copyFileSync(join(folder, 'app.db-wal'), join(folder, 'moved-wal'));
    app.close();
    const naive = join(folder, 'naive.db');
    copyFileSync(file, naive);
    renameSync(join(folder, 'moved-wal'), `${naive}-wal`);
    expect(rowsOf(naive, 't')).toBe(2);
    expect(inventory.tables).toMatchObject([{ rows: 1 }]);
  });

  test.each([
    ['an empty file', (target: string) => writeFileSync(target, '')],
    ['a folder', (target: string) => mkdirSync(target)],
    ['a symbolic link that leads nowhere', (target: string) => symlinkSync('/nowhere/at/all', target)],
  ])('%s counts as existing', async (_what, occupy) => {
    const { inventory, file } = await anyDump();
    const target = join(tempFolder('occupied'), 'restored.sqlite');
    occupy(target);
    const attempt = engine.restore(
      { kind: 'file', file: target },
      {},
      { file, inventory, globals: null, token: 'test-restore' },
      testWatch('occupied'),
    );
    await expect(attempt).rejects.toMatchObject({ code: 'restore.target-exists' });
  });

  test('undo leaves a file alone that has taken the place since', async () => {
    const { inventory, file } = await anyDump();
    const folder = tempFolder('undo');
    const target = join(folder, 'restored.sqlite');
    const facts = await engine.restore(
      { kind: 'file', file: target },
      {},
      { file, inventory, globals: null, token: 'test-restore' },
      testWatch('undo'),
    );
    renameSync(target, join(folder, 'moved.sqlite'));
    writeFileSync(target, 'somebody else');
    await facts.undo();
    expect(readFileSync(target, 'utf8')).toBe('somebody else');
  });

  test.each(['relative.sqlite', '/tmp/ends with a blank '])(
    'the name %j blocks, in rehearsal and in earnest',
    async (name) => {
      const { inventory, file } = await anyDump();
      const target = { kind: 'file' as const, file: name };
      const findings = await engine.rehearse(target, {}, inventory, testWatch('name'));
      expect(findings).toMatchObject([{ grade: 'blocking', code: 'target.name' }]);
      const attempt = engine.restore(
        target,
        {},
        { file, inventory, globals: null, token: 'test-restore' },
        testWatch('name'),
      );
      await expect(attempt).rejects.toMatchObject({ code: 'restore.blocked' });
    },
  );

  test('a folder that does not exist blocks, in rehearsal and in earnest', async () => {
    const { inventory, file } = await anyDump();
    const target = { kind: 'file' as const, file: join(tempFolder('nofolder'), 'not', 'there.sqlite') };
    const findings = await engine.rehearse(target, {}, inventory, testWatch('nofolder'));
    expect(findings).toMatchObject([{ grade: 'blocking', code: 'target.no-folder' }]);
    await expect(
      engine.restore(target, {}, { file, inventory, globals: null, token: 'test-restore' }, testWatch('nofolder')),
    ).rejects.toMatchObject({ code: 'restore.blocked' });
  });
});
