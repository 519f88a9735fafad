import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { migrate, type Migration } from '../../../src/main/catalog/migrate.ts';
import { migrations } from '../../../src/main/catalog/migrations/all.ts';
import * as sample from './samples.ts';
import { tempFolder } from '../../helpers/temp.ts';

const ten: Migration = { number: 10, name: 'ten', sql: 'CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1);' };
const twenty: Migration = { number: 20, name: 'twenty', sql: 'ALTER TABLE a ADD COLUMN y TEXT; UPDATE a SET y = x;' };
const broken: Migration = { number: 30, name: 'broken', sql: 'DELETE FROM a; CREATE TABLE a (x INTEGER);' };

const newFile = (): string => path.join(tempFolder('migrate'), 'catalog.sqlite');
const version = (database: Database.Database): unknown => database.pragma('user_version', { simple: true });

describe('the steps of the schema', () => {
  test('are numbered by fives, in order, each with a name of its own', () => {
    const numbers = migrations.map(({ number }) => number);
    expect(numbers.filter((number) => number % 5 !== 0)).toEqual([]);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    expect(new Set(migrations.map(({ name }) => name)).size).toBe(migrations.length);
  });

  test('are applied once, and an older file is copied aside first', () => {
    const file = newFile();
    const database = new Database(file);
    migrate(database, [ten]);
    expect(version(database)).toBe(10);
    expect(existsSync(`${file}.before-10`)).toBe(false);
    migrate(database, [ten, twenty]);
    migrate(database, [ten, twenty]);
    expect(version(database)).toBe(20);
    expect(database.prepare('SELECT * FROM a').all()).toEqual([{ x: 1, y: '1' }]);
    database.close();

    expect(statSync(`${file}.before-10`).mode & 0o777).toBe(0o600);
    const copy = new Database(`${file}.before-10`, { readonly: true });
    expect(version(copy)).toBe(10);
    expect(copy.prepare('SELECT * FROM a').all()).toEqual([{ x: 1 }]);
    copy.close();
  });

  test('the copy holds what was still in the write-ahead log', () => {
    const file = newFile();
    const database = new Database(file);
    database.pragma('journal_mode = WAL');
    database.pragma('wal_autocheckpoint = 0');
    migrate(database, [ten]);
    database.exec('INSERT INTO a VALUES (2)');
    migrate(database, [ten, twenty]);
    const copy = new Database(`${file}.before-10`, { readonly: true });
    expect(copy.prepare('SELECT x FROM a').pluck().all()).toEqual([1, 2]);
    copy.close();
    database.close();
  });

  test('a step that fails leaves the file at the step before, with its rows', () => {
    const database = new Database(newFile());
    expect(() => migrate(database, [ten, twenty, broken])).toThrow(/already exists/);
    expect(version(database)).toBe(20);
    expect(database.prepare('SELECT count(*) FROM a').pluck().get()).toBe(1);
    database.close();
  });

  test('a file of a newer Holdfast is refused and not touched', () => {
    const database = new Database(newFile());
    migrate(database, [ten, twenty]);
    expect(() => migrate(database, [ten])).toThrow(expect.objectContaining({ code: 'catalog.newer' }));
    expect(version(database)).toBe(20);
    database.pragma('user_version = 15');
    expect(() => migrate(database, [ten, twenty])).toThrow(expect.objectContaining({ code: 'catalog.corrupt' }));
    database.close();
  });
});

describe('step 10, first', () => {
  test('makes every table from nothing, all of them strict', () => {
    const database = new Database(':memory:');
    expect(version(database)).toBe(0);
    migrate(
      database,
      migrations.filter(({ number }) => number <= 10),
    );
    const tables = database.pragma('table_list') as { name: string; type: string; strict: number }[];
    const ours = tables.filter(({ name, type }) => type === 'table' && !name.startsWith('sqlite_'));
    expect(ours.map(({ name }) => name).toSorted()).toEqual([
      'backups',
      'destinations',
      'jobs',
      'manifests',
      'meta',
      'plans',
      'proofs',
      'sources',
    ]);
    expect(ours.filter(({ strict }) => strict !== 1)).toEqual([]);
    expect(() => database.exec("INSERT INTO meta VALUES ('x', x'00')")).toThrow(/BLOB/);
    expect(() => database.exec("INSERT INTO sources (id, name, body) VALUES ('s', 's', 'no json')")).toThrow(/CHECK/);
    database.close();
  });
});

describe('step 20, backup-plans', () => {
  const upTo = (number: number): Migration[] => migrations.filter((step) => step.number <= number);
  const run = (database: Database.Database, dueAt: number): unknown =>
    database
      .prepare(
        "INSERT INTO plan_runs (plan_id, source_id, what, due_at, outcome, body) VALUES ('p', 's', 'backup', ?, 'running', '{}')",
      )
      .run(dueAt);

  test('takes a catalog of the step before along, and adds strict tables', () => {
    const database = new Database(':memory:');
    migrate(database, upTo(10));
    database.exec("INSERT INTO sources (id, name, body) VALUES ('src-1', 'shop', '{}')");
    migrate(database, upTo(20));
    expect(version(database)).toBe(20);
    expect(database.prepare('SELECT name FROM sources').pluck().all()).toEqual(['shop']);
    const tables = database.pragma('table_list') as { name: string; strict: number }[];
    const added = tables.filter(({ name }) => ['backup_plans', 'plan_marks', 'plan_runs'].includes(name));
    expect(added.map(({ strict }) => strict)).toEqual([1, 1, 1]);
    database.close();
  });

  test('BS-3 two runs in one window are impossible by construction, and runs go with their plan', () => {
    const database = new Database(':memory:');
    database.pragma('foreign_keys = ON');
    migrate(database, upTo(20));
    expect(() => run(database, 1)).toThrow(/FOREIGN KEY/);
    database.exec("INSERT INTO backup_plans (id, body, backup_since, proof_since) VALUES ('p', '{}', 0, 0)");
    run(database, 1);
    run(database, 2);
    expect(() => run(database, 2)).toThrow(/UNIQUE/);
    database.exec("DELETE FROM backup_plans WHERE id = 'p'");
    expect(database.prepare('SELECT count(*) FROM plan_runs').pluck().get()).toBe(0);
    database.close();
  });
});

describe('step 30, history', () => {
  test('gives what an older catalog holds the columns that lists and charts are made of', () => {
    const database = new Database(':memory:');
    migrate(
      database,
      migrations.filter(({ number }) => number < 30),
    );
    const of = sample.source(1);
    const plain = {
      form: 'plain',
      content: { databases: [{ tables: [{ rows: 3 }, { rows: 4 }] }, { tables: [{ rows: 5 }] }] },
    };
    for (const [number, inventory] of [
      [1, plain],
      [2, { form: 'sealed', content: 'x' }],
    ] as const) {
      const id = sample.backupId(number);
      database
        .prepare(
          `INSERT INTO backups (id, source_id, source_name, kind, taken_at, size_bytes, complete, manifest_sha256, stored, verdict)
           VALUES (?, ?, 'shop-1', 'sqlite', 1000, 5, 1, 'x', '[]', 'unproven')`,
        )
        .run(id, of.id);
      database
        .prepare('INSERT INTO manifests VALUES (?, ?)')
        .run(id, JSON.stringify({ ...sample.manifest(number, of, 1_000), finishedAt: 1_500, inventory }));
    }
    const report = {
      ...sample.proof(1, sample.backupId(1), 'restore', 'failed'),
      tables: [
        { name: 'a', expectedRows: 3, rows: 3, digestEqual: true },
        { name: 'b', expectedRows: 3, rows: 3, digestEqual: null },
        { name: 'c', expectedRows: 3, rows: 3, digestEqual: false },
        { name: 'd', expectedRows: 3, rows: 2, digestEqual: null },
        { name: 'e', expectedRows: 3, rows: null, digestEqual: null },
      ],
    };
    database
      .prepare("INSERT INTO proofs VALUES (1, ?, ?, ?, 'x', 'restore', 'failed', 1, 2, ?)")
      .run(report.proofId, report.backupId, of.id, JSON.stringify(report));
    const job = sample.job(1, { state: 'failed', endedAt: 7_000, backupId: sample.backupId(1) });
    database
      .prepare(
        "INSERT INTO jobs (id, kind, state, source_id, body, job_order) VALUES (?, 'backup', 'failed', ?, ?, '{}')",
      )
      .run(job.id, of.id, JSON.stringify(job));
    migrate(database, migrations);
    expect(database.prepare('SELECT finished_at, row_count FROM backups ORDER BY number').raw().all()).toEqual([
      [1_500, 12],
      [1_500, null],
    ]);
    expect(database.prepare('SELECT tables, equal_tables FROM proofs').raw().all()).toEqual([[5, 2]]);
    expect(database.prepare('SELECT backup_id, ended_at FROM jobs').raw().all()).toEqual([[sample.backupId(1), 7_000]]);
    database.close();
  });

  test('the level of the proof that speaks is found for backups of an earlier version', () => {
    const database = new Database(':memory:');
    migrate(
      database,
      migrations.filter(({ number }) => number < 50),
    );
    const backup = database.prepare(
      "INSERT INTO backups (id, source_id, source_name, kind, taken_at, size_bytes, complete, manifest_sha256, stored, verdict, proven_at) VALUES (?, 's', 's', 'sqlite', 1, 1, 1, 'x', '[]', ?, ?)",
    );
    backup.run('read', 'partly', 5);
    backup.run('restored', 'proven', 5);
    backup.run('neither', 'unproven', null);
    const proof = database.prepare(
      "INSERT INTO proofs (id, backup_id, source_id, manifest_sha256, level, verdict, started_at, ended_at, report) VALUES (?, ?, 's', ?, ?, ?, 1, ?, '{}')",
    );
    proof.run('1', 'read', 'x', 'read', 'partly', 5);
    proof.run('2', 'restored', 'x', 'restore', 'proven', 5);
    proof.run('3', 'restored', 'x', 'read', 'partly', 9);
    // Of other bytes under the same name.
    proof.run('4', 'neither', 'y', 'restore', 'proven', 5);
    migrate(database, migrations);
    expect(database.prepare('SELECT proven_by FROM backups ORDER BY number').pluck().all()).toEqual([
      'read',
      'restore',
      null,
    ]);
    database.close();
  });
});
