/** What of a database a backup carries, and how a private copy is cut down to it. */
import { renameSync } from 'node:fs';
import { Fail } from '../../../shared/failure.ts';
import type { Scope } from '../../../shared/source.ts';
import { makePrivate, removeDatabase, setJournalMode } from './copy.ts';
import { quoteName } from './digest.ts';
import { isRefusal } from './explain.ts';
import { openPrivate, type Connection } from './open.ts';
import { entriesOf, shadowsOf, type Entry } from './schema.ts';

/** SQLite's own identity of names: ASCII letters without case. */
const same = (a: string, b: string): boolean => fold(a) === fold(b);
const fold = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

/**
 * Whether the scope takes this table. A shadow table goes where its virtual table goes; SQLite's own tables always stay.
 * @param shadows from {@link shadowsOf}
 */
export function isChosen(table: string, scope: Scope, shadows: ReadonlyMap<string, string>): boolean {
  if (fold(table).startsWith('sqlite_')) return true;
  const names = [table, shadows.get(table) ?? table];
  if (scope.excludeTables.some((name) => names.some((own) => same(own, name)))) return false;
  return scope.tables.length === 0 || scope.tables.some((name) => names.some((own) => same(own, name)));
}

/** Refuses what no SQLite backup can be, before the source is touched. */
export function refuseScope(scope: Scope): void {
  if (scope.part === 'data') {
    throw new Fail(
      'source.scope-unsupported',
      'A SQLite backup is a database file: rows without their tables cannot be one.',
      {
        hint: 'Back up everything, or the schema only.',
      },
    );
  }
  if (scope.schemas.length > 0) {
    throw new Fail('source.scope-unsupported', 'SQLite has no schemas to choose from.', { hint: 'Choose tables.' });
  }
}

/**
 * Cuts the private copy `file` down to what `scope` takes, and writes it anew so that nothing else is left in its pages.
 * @returns in words, what is missing; empty when the scope takes everything
 * @throws Fail source.scope-empty, source.scope-unsupported, spool.full
 */
export function reduceCopy(file: string, scope: Scope): string[] {
  if (scope.part === 'all' && scope.tables.length === 0 && scope.excludeTables.length === 0) return [];
  const db = openPrivate(file, 'copy', { readonly: false });
  let missing: string[];
  let wal: boolean;
  try {
    wal = db.pragma('journal_mode', { simple: true }) === 'wal';
    db.pragma('foreign_keys = OFF');
    missing = db.transaction(() => [...dropTables(db, scope), ...(scope.part === 'schema' ? emptyTables(db) : [])])();
  } finally {
    db.close();
  }
  writeAnew(file, wal);
  return missing;
}

function dropTables(db: Connection, scope: Scope): string[] {
  const entries = entriesOf(db);
  const shadows = shadowsOf(db, entries);
  const tables = entries.filter((entry) => entry.type === 'table' && !shadows.has(entry.name));
  const kept = tables.filter((entry) => isChosen(entry.name, scope, shadows));
  if (!kept.some((entry) => !fold(entry.name).startsWith('sqlite_'))) {
    throw new Fail('source.scope-empty', 'No table of this database is in the scope.');
  }
  const dropped = tables.filter((entry) => !kept.includes(entry));
  const viewsBefore = readableViews(db, entries);
  for (const entry of dropped) run(db, `DROP TABLE main.${quoteName(entry.name)}`, entry);
  const viewsAfter = new Set(readableViews(db, entries));
  return [
    ...dropped.map((entry) => `the table ${entry.name}`),
    ...scope.tables
      .filter(
        (name) =>
          !tables.some((entry) => same(entry.name, name)) && ![...shadows.keys()].some((shadow) => same(shadow, name)),
      )
      .map((name) => `the table ${name}, which the scope names and the database does not have`),
    ...kept.flatMap((entry) => danglingReferences(db, entry, dropped)),
    ...viewsBefore
      .filter((view) => !viewsAfter.has(view))
      .map((view) => `a table that the view ${view} reads: the view is there and cannot be read`),
  ];
}

function danglingReferences(db: Connection, child: Entry, dropped: readonly Entry[]): string[] {
  const parents = db
    .prepare<[string], string>('SELECT DISTINCT "table" FROM pragma_foreign_key_list(?)')
    .pluck()
    .all(child.name);
  return parents
    .filter((parent) => dropped.some((entry) => same(entry.name, parent)))
    .map((parent) => `the rows of ${parent} that a foreign key of ${child.name} refers to`);
}

/** Compiling a view finds out whether everything it reads is there, without reading it. */
function readableViews(db: Connection, entries: readonly Entry[]): string[] {
  const canBeRead = (name: string): boolean => {
    try {
      db.prepare(`SELECT 1 FROM main.${quoteName(name)} LIMIT 0`);
      return true;
    } catch {
      return false;
    }
  };
  return entries.filter((entry) => entry.type === 'view' && canBeRead(entry.name)).map((entry) => entry.name);
}

/** Takes every row out. Triggers are put aside, so that none runs; a virtual table is made anew, which empties its shadow tables. */
function emptyTables(db: Connection): string[] {
  const entries = entriesOf(db);
  const shadows = shadowsOf(db, entries);
  const triggers = entries.filter((entry) => entry.type === 'trigger');
  for (const trigger of triggers) run(db, `DROP TRIGGER main.${quoteName(trigger.name)}`, trigger);
  for (const entry of entries) {
    if (entry.type !== 'table' || shadows.has(entry.name)) continue;
    if (entry.virtual) {
      run(db, `DROP TABLE main.${quoteName(entry.name)}`, entry);
      run(db, entry.sql ?? '', entry);
    } else {
      run(db, `DELETE FROM main.${quoteName(entry.name)}`, entry);
    }
  }
  for (const trigger of triggers) run(db, trigger.sql ?? '', trigger);
  return ['all rows: the scope takes the schema only'];
}

/** `prepare` takes one statement and no more, whatever text a schema holds. */
function run(db: Connection, sql: string, entry: Entry): void {
  try {
    db.prepare(sql).run();
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    throw new Fail(
      'source.scope-unsupported',
      `The ${entry.virtual ? 'virtual table' : entry.type} ${entry.name} cannot be taken out of the copy: ${thrown.message}.`,
      {
        hint: 'Back up the whole database.',
        cause: thrown,
      },
    );
  }
}

/** VACUUM INTO keeps the row numbers, which a plain VACUUM does not. */
function writeAnew(file: string, wal: boolean): void {
  const anew = `${file}-anew`;
  const db = openPrivate(file, 'copy', { readonly: false });
  try {
    makePrivate(anew);
    db.prepare('VACUUM INTO ?').run(anew);
  } catch (thrown) {
    removeDatabase(anew);
    if (!isRefusal(thrown)) throw thrown;
    // Rows that were left out could still be found in free pages.
    throw new Fail('source.scope-unsupported', `The reduced copy cannot be written anew: ${thrown.message}.`, {
      hint: 'Back up the whole database.',
      cause: thrown,
    });
  } finally {
    db.close();
  }
  if (wal) setJournalMode(anew, 'wal');
  removeDatabase(file);
  renameSync(anew, file);
}
