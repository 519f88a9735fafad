/** What a database holds: its tables with their counts and digests, its sequences, and everything else that has a name. */
import { createHash } from 'node:crypto';
import type { Scope } from '../../../shared/source.ts';
import type { Counted } from '../engine.ts';
import { digestProbe, digestTable, quoteName, type Digesting } from './digest.ts';
import { isRefusal, isSqliteError } from './explain.ts';
import { numberOf, type Connection } from './open.ts';
import { entriesOf, shadowsOf, type Entry } from './schema.ts';
import { isChosen } from './scope.ts';

export interface Content extends Counted {
  /** Tables whose rows SQLite cannot read here, with its words. They are in the file all the same. */
  unreadable: { name: string; why: string }[];
}

/**
 * Exact counts, and digests where asked for, of every table that `scope` chooses.
 * @throws the signal's reason; SqliteError where the file is damaged
 */
export async function contentOf(
  db: Connection,
  options: { digests: boolean; scope: Scope },
  work: Omit<Digesting, 'encoding'>,
): Promise<Content> {
  const entries = entriesOf(db);
  const shadows = shadowsOf(db, entries);
  const encoding = String(db.pragma('encoding', { simple: true }));
  const content: Content = {
    tables: [],
    largeObjects: null,
    sequences: sequencesOf(db, entries, options.scope),
    objects: objectsOf(db, entries),
    digestProbe: options.digests ? await digestProbe(work) : null,
    unreadable: [],
  };
  for (const entry of entries) {
    if (entry.type !== 'table' || entry.virtual || !isChosen(entry.name, options.scope, shadows)) continue;
    work.watch.signal.throwIfAborted();
    work.watch.progress({ table: entry.name, rows: 0 });
    await countTable(db, entry.name, options.digests, { ...work, encoding }, content);
  }
  return content;
}

async function countTable(
  db: Connection,
  name: string,
  digests: boolean,
  work: Digesting,
  content: Content,
): Promise<void> {
  try {
    if (digests) {
      content.tables.push({ name, ...(await digestTable(db, name, storedColumns(db, name), work)) });
      return;
    }
  } catch (thrown) {
    if (!cannotRead(thrown)) throw thrown;
    work.watch.log.warn('the content of a table cannot be read', { table: name, reason: thrown.message });
  }
  try {
    const rows =
      db
        .prepare<[], number>(`SELECT count(*) FROM main.${quoteName(name)} NOT INDEXED`)
        .pluck()
        .get() ?? 0;
    content.tables.push({ name, rows, digest: null });
  } catch (thrown) {
    if (!cannotRead(thrown)) throw thrown;
    content.unreadable.push({ name, why: thrown.message });
    content.objects.push({ kind: 'table', name });
  }
}

/** SQLite cannot read this table here; nothing is damaged. */
const cannotRead = (thrown: unknown): thrown is Error =>
  isRefusal(thrown) || (isSqliteError(thrown) && thrown.code === 'SQLITE_TOOBIG');

function storedColumns(db: Connection, table: string): string[] {
  const virtualGenerated = 2;
  return db
    .prepare<[string], { name: string; hidden: number }>('SELECT name, hidden FROM pragma_table_xinfo(?)')
    .all(table)
    .filter((column) => column.hidden !== virtualGenerated)
    .map((column) => column.name);
}

function sequencesOf(db: Connection, entries: readonly Entry[], scope: Scope): { name: string; value: string }[] {
  if (!entries.some((entry) => entry.type === 'table' && entry.name === 'sqlite_sequence')) return [];
  const rows = db
    .prepare<[], [string, bigint]>(
      "SELECT name, seq FROM main.sqlite_sequence WHERE typeof(name) = 'text' AND typeof(seq) = 'integer' ORDER BY name, rowid",
    )
    .raw()
    .safeIntegers()
    .all();
  return rows
    .filter(([name]) => isChosen(name, scope, new Map()))
    .map(([name, value]) => ({ name, value: String(value) }));
}

const settings = ['user_version', 'application_id', 'page_size', 'auto_vacuum'];

/** Indexes, views, triggers and virtual tables by name; the whole schema by the SHA-256 of its text; what else a file carries about itself. */
function objectsOf(db: Connection, entries: readonly Entry[]): { kind: string; name: string }[] {
  const text = createHash('sha256');
  for (const entry of entries)
    text.update(JSON.stringify([entry.type, entry.name, entry.table, entry.sql])).update('\n');
  return [
    ...entries.filter((entry) => entry.type !== 'table').map((entry) => ({ kind: entry.type, name: entry.name })),
    ...entries.filter((entry) => entry.virtual).map((entry) => ({ kind: 'virtual table', name: entry.name })),
    ...settings.map((name) => ({ kind: 'setting', name: `${name} = ${numberOf(db, name)}` })),
    ...['encoding', 'journal_mode'].map((name) => ({ kind: 'setting', name: `${name} = ${fileSetting(db, name)}` })),
    { kind: 'schema-sql', name: text.digest('hex') },
  ];
}

/** Of the journal modes only WAL is kept in the file; the others belong to a connection. */
const fileSetting = (db: Connection, name: string): string => {
  const value = String(db.pragma(name, { simple: true }));
  return name === 'journal_mode' && value !== 'wal' ? 'delete' : value;
};
