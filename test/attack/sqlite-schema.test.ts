import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { compare } from '../../src/main/verify/compare.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { dumpFile, engineWith, makeDatabase, placeOf, testWatch } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

const engine = engineWith();

/** Writes text into sqlite_schema that no CREATE statement would have put there. */
function forge(db: Database.Database, sql: string, ...values: string[]): void {
  db.unsafeMode(true);
  db.pragma('writable_schema = ON');
  db.prepare(sql).run(...values);
}

async function roundTrip(build: (db: Database.Database) => void, scope: Partial<typeof wholeScope> = {}) {
  const file = makeDatabase(join(tempFolder('attack'), 'hostile.db'), build);
  const dumped = await dumpFile(engine, file, testWatch('attack'), { scope: { ...wholeScope, ...scope } });
  const target = join(tempFolder('attack-target'), 'restored.db');
  await engine.restore(
    { kind: 'file', file: target },
    {},
    { file: dumped.file, inventory: dumped.inventory, globals: null, token: 'test-restore' },
    testWatch('attack'),
  );
  const counted = await engine.count(
    placeOf(target),
    { digests: true, scope: dumped.inventory.scope },
    testWatch('attack'),
  );
  const checked = await engine.check(placeOf(target), dumped.inventory, testWatch('attack'));
  return { ...dumped, target, counted, checked, problems: compare(dumped.inventory, counted).problems };
}

describe('a database whose schema is hostile', () => {
  test('is copied, counted and checked without calling what its views, triggers and generated columns call', async () => {
    const { problems, inventory, checked } = await roundTrip((db) => {
      // On this connection they exist; on ours they do not, and must not be wanted.
      db.function('fetch_secret', { deterministic: true, directOnly: false }, () => {
        throw new Error('the function of the application was called');
      });
      db.function('quiet', { deterministic: true, directOnly: false }, (value: unknown) => value as string);
      db.exec(`
        CREATE TABLE t (a, b AS (quiet(a)) VIRTUAL, c CHECK (quiet(c) IS NOT 9));
        INSERT INTO t (a, c) VALUES (1, 2), (3, 4);
        CREATE VIEW v AS SELECT fetch_secret(a), load_extension('/tmp/evil.so') FROM t;
        CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT fetch_secret(NEW.a); END;`);
    });
    expect(problems).toEqual([]);
    expect(inventory.tables).toMatchObject([{ name: 't', rows: 2 }]);
    // The constraint cannot be checked without the function: that is said, not hidden.
    expect(checked.problems.map((problem) => problem.grade)).toEqual(['unchecked']);
  });

  test('an index on a function of the application does not keep its table from being counted', async () => {
    const { problems, inventory, checked } = await roundTrip((db) => {
      db.function('soundex_of_mine', { deterministic: true }, (value: unknown) => String(value));
      db.exec('CREATE TABLE t (a); CREATE INDEX i ON t (soundex_of_mine(a)); INSERT INTO t VALUES (1), (2)');
    });
    expect(problems).toEqual([]);
    expect(inventory.tables[0]).toMatchObject({ rows: 2, digest: expect.stringMatching(/^[0-9a-f]{32}$/) as string });
    expect(checked.problems.filter((problem) => problem.grade === 'fatal')).toEqual([]);
  });

  test('a virtual table whose module nobody knows is kept, its shadow tables are counted', async () => {
    const { problems, inventory, target } = await roundTrip((db) => {
      db.exec(
        'CREATE TABLE places_node (data BLOB); INSERT INTO places_node VALUES (zeroblob(10)); CREATE TABLE places (x)',
      );
      forge(
        db,
        "UPDATE sqlite_schema SET rootpage = 0, sql = 'CREATE VIRTUAL TABLE places USING no_such_module(x)' WHERE name = 'places'",
      );
    }).catch((thrown: unknown) => {
      throw thrown;
    });
    expect(problems).toEqual([]);
    expect(inventory.tables.map((table) => table.name)).toEqual(['places_node']);
    expect(inventory.objects).toContainEqual({ kind: 'virtual table', name: 'places' });
    expect(existsSync(target)).toBe(true);
  });

  test('a table on a collation of the application is in the backup, and said to be uncounted', async () => {
    const { inventory, checked, problems } = await roundTrip((db) => {
      db.exec("CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES ('x')");
      db.exec('CREATE TABLE plain (a); INSERT INTO plain VALUES (1)');
      forge(
        db,
        "UPDATE sqlite_schema SET sql = 'CREATE TABLE t (a TEXT COLLATE klingon PRIMARY KEY) WITHOUT ROWID' WHERE name = 't'",
      );
    });
    expect(inventory.tables.map((table) => table.name)).toEqual(['plain']);
    expect(inventory.omissions).toMatchObject([{ what: 'count', name: 't' }]);
    expect(problems).toEqual([]);
    expect(checked.problems.filter((problem) => problem.code === 'table.uncounted')).toMatchObject([
      { grade: 'unchecked', subject: 't' },
    ]);
    expect(checked.problems.filter((problem) => problem.grade === 'fatal')).toEqual([]);
  });

  test('text behind the first statement of a trigger is not run when the schema is taken alone', async () => {
    const folder = tempFolder('attack-second');
    const file = makeDatabase(join(folder, 'hostile.db'), (db) => {
      db.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1); CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END');
      forge(
        db,
        "UPDATE sqlite_schema SET sql = ? WHERE name = 'tr'",
        `CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END; ATTACH '${join(folder, 'made-by-the-schema.db')}' AS x; CREATE TABLE x.t (a)`,
      );
    });
    const outcome = await dumpFile(engine, file, testWatch('attack'), {
      scope: { ...wholeScope, part: 'schema' },
    }).catch((thrown: unknown) => thrown);
    expect(existsSync(join(folder, 'made-by-the-schema.db'))).toBe(false);
    expect(outcome).toMatchObject({ code: expect.stringMatching(/^source\./) as string });
  });

  test('names that are SQL, or look like SQLite itself, are names', async () => {
    const names = [
      't"; DROP TABLE kept; --',
      "it's",
      'a\nb',
      'sqlite%',
      'main.t',
      '',
      '%',
      'kept',
      "'); SELECT 1; --",
      '表"',
      '[x]',
    ];
    const { problems, inventory } = await roundTrip((db) => {
      for (const name of names)
        db.exec(
          `CREATE TABLE "${name.replaceAll('"', '""')}" ("co""l; --" TEXT, "${name.replaceAll('"', '""')}" TEXT); INSERT INTO "${name.replaceAll('"', '""')}" VALUES (1, 2)`,
        );
    });
    expect(problems).toEqual([]);
    expect(inventory.tables.map((table) => table.name).toSorted()).toEqual(names.toSorted());
    expect(inventory.tables.every((table) => table.rows === 1 && table.digest !== null)).toBe(true);
  });

  test('a schema that names itself in circles is refused or read, and never hangs', async () => {
    const file = makeDatabase(join(tempFolder('attack-circle'), 'hostile.db'), (db) => {
      db.exec('CREATE TABLE t (a); CREATE VIEW one AS SELECT 1; CREATE VIEW two AS SELECT * FROM one');
      forge(db, "UPDATE sqlite_schema SET sql = 'CREATE VIEW one AS SELECT * FROM two' WHERE name = 'one'");
    });
    const { inventory } = await dumpFile(engine, file, testWatch('attack'));
    expect(inventory.objects).toContainEqual({ kind: 'view', name: 'one' });
  });
});

describe('what Holdfast makes', () => {
  test('is private to its user: the copy while it exists, and the restored file', async () => {
    const modes: number[] = [];
    const file = makeDatabase(join(tempFolder('private'), 'a.db'), (db) =>
      db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a)'),
    );
    const watch = testWatch('private');
    const look = {
      ...watch,
      progress: () =>
        modes.push(
          ...['copy.sqlite', 'copy.sqlite-journal']
            .map((name) => statSync(join(watch.work, name), { throwIfNoEntry: false })?.mode ?? 0o600)
            .map((mode) => mode & 0o777),
        ),
    };
    const { inventory, file: stored } = await dumpFile(engine, file, look);
    expect(new Set(modes)).toEqual(new Set([0o600]));
    const target = join(tempFolder('private-target'), 'b.db');
    await engine.restore(
      { kind: 'file', file: target },
      {},
      { file: stored, inventory, globals: null, token: 'test-restore' },
      testWatch('private'),
    );
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect(readFileSync(target).length).toBeGreaterThan(0);
  });
});
