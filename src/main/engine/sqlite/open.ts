/** Opens SQLite files: the person's own with care for everybody else who uses them, our private copies without trust in what they hold. */
import { accessSync, closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { Fail } from '../../../shared/failure.ts';
import type { Clock } from '../../base/clock.ts';
import type { Watch } from '../../base/watch.ts';
import { explain, isBusy, isSqliteError, locked } from './explain.ts';
import { hasMagic, looksEncrypted, readHeader, type Header } from './header.ts';

export type Connection = Database.Database;

export interface Examined {
  header: Header;
  /** Where the file really is: SQLite keeps `-wal` and `-journal` beside it, not beside a symbolic link to it. */
  realFile: string;
  sizeBytes: number;
  /** Size of the `-wal` beside it; null where there is none. */
  walBytes: number | null;
}

/**
 * Looks at a database file before SQLite does.
 *
 * Must not be called while this process has the file open in SQLite: closing any descriptor of a file gives up all
 * POSIX locks that the process holds on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
 * @throws Fail source.file-missing, source.not-a-file, source.permission, source.empty-file, source.not-a-database,
 *   source.encrypted, source.truncated
 */
export function examine(file: string): Examined {
  const start = Buffer.alloc(4096);
  let sizeBytes: number;
  let read: number;
  try {
    const kind = statSync(file);
    if (kind.isDirectory()) throw new Fail('source.not-a-file', `${file} is a folder.`);
    if (!kind.isFile())
      throw new Fail('source.not-a-file', `${file} is not an ordinary file.`, {
        hint: 'Name the database file itself.',
      });
    // Without O_NONBLOCK a pipe that was put in the file's place meanwhile would hold us here for ever.
    const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      sizeBytes = fstatSync(descriptor).size;
      read = readSync(descriptor, start, 0, start.length, 0);
    } finally {
      closeSync(descriptor);
    }
  } catch (thrown) {
    throw explain(thrown, file, 'source');
  }
  const realFile = realpathSync(file);
  return {
    header: headerOf(file, start.subarray(0, read), sizeBytes),
    realFile,
    sizeBytes,
    walBytes: sizeOf(`${realFile}-wal`),
  };
}

function headerOf(file: string, start: Buffer, sizeBytes: number): Header {
  if (sizeBytes === 0) throw new Fail('source.empty-file', `${file} has 0 bytes.`);
  if (!hasMagic(start)) {
    if (looksEncrypted(start, sizeBytes))
      throw new Fail('source.encrypted', `${file} has no SQLite header and only random bytes: it looks encrypted.`);
    throw new Fail('source.not-a-database', `${file} does not begin like a SQLite database.`);
  }
  if (start.length < 512)
    throw new Fail('source.truncated', `${file} has ${sizeBytes} bytes, less than its first page.`);
  const header = readHeader(start);
  if (header === undefined) throw new Fail('source.corrupt', `The header of ${file} is damaged.`);
  return header;
}

/** Bytes of a file, or null where it is absent. Does not open it. */
export function sizeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null;
}

const may = (file: string, rights: number): boolean => {
  try {
    accessSync(file, rights);
    return true;
  } catch {
    return false;
  }
};

/** A read transaction on somebody's live database. */
export interface Snapshot {
  db: Connection;
  realFile: string;
  journalMode: 'wal' | 'delete';
  /** Wall time at which the snapshot was taken. */
  takenAt: number;
  /** `clock.elapsed()` at that moment. */
  takenElapsed: number;
  pageSizeBytes: number;
  pageCount: number;
}

export interface Waiting {
  clock: Clock;
  watch: Watch;
  /** How long a lock of somebody else's is waited for, in all. */
  busyWaitMs: number;
}

/**
 * Opens a live database and takes a snapshot of it. The connection never writes rows.
 *
 * One thing SQLite may do on the way is what every program that opens the file does: roll back a transaction that a
 * crash left unfinished (`-journal`). A leftover `-wal` is read but never folded into the file.
 * @throws Fail source.* ; the signal's reason
 */
export async function openSnapshot(file: string, waiting: Waiting): Promise<Snapshot> {
  const examined = examine(file);
  let db = openLive(file, examined);
  try {
    try {
      await begin(db, file, waiting);
    } catch (thrown) {
      if (!isSqliteError(thrown) || thrown.code !== 'SQLITE_READONLY_ROLLBACK') throw thrown;
      db.close();
      db = openForRollback(file, examined.realFile, thrown);
      waiting.watch.log.warn('a transaction that a crash left unfinished is rolled back by SQLite', { file });
      await begin(db, file, waiting);
    }
    return {
      db,
      realFile: examined.realFile,
      takenAt: waiting.clock.now(),
      takenElapsed: waiting.clock.elapsed(),
      journalMode: db.pragma('journal_mode', { simple: true }) === 'wal' ? 'wal' : 'delete',
      pageSizeBytes: numberOf(db, 'page_size'),
      pageCount: numberOf(db, 'page_count'),
    };
  } catch (thrown) {
    db.close();
    throw explain(thrown, file, 'source');
  }
}

export const numberOf = (db: Connection, pragma: string): number => Number(db.pragma(pragma, { simple: true }));

/**
 * A read-only connection leaves `-wal` and `-shm` behind when it made them, so a WAL database that nobody has open is
 * opened with the right to write, and forbidden to use it: then the last close removes both. Where a `-wal` is there
 * already, a read-only connection keeps us from folding it into the file when we close.
 */
function openLive(file: string, { header, realFile, walBytes }: Examined): Connection {
  if (header.journalMode !== 'wal') return connect(file, true);
  if (walBytes === null || sizeOf(`${realFile}-shm`) === null) refuseForeignSidecars(file, realFile);
  return connect(file, walBytes !== null);
}

/** Nobody has this WAL database open: whoever reads it has to make files beside it. */
function refuseForeignSidecars(file: string, realFile: string): void {
  const folder = path.dirname(realFile);
  if (!may(folder, constants.W_OK)) {
    throw new Fail(
      'source.permission',
      `${file} uses WAL and no program has it open: to read it, SQLite has to make files in ${folder}, where your user may not write.`,
    );
  }
  if (!may(realFile, constants.W_OK)) {
    throw new Fail(
      'source.permission',
      `${file} uses WAL and your user may not write it: reading it would leave files of yours beside it that keep its owner out.`,
    );
  }
}

function openForRollback(file: string, realFile: string, cause: unknown): Connection {
  if (!may(file, constants.W_OK) || !may(path.dirname(realFile), constants.W_OK)) {
    throw new Fail(
      'source.permission',
      `A crash left a transaction of ${file} unfinished. SQLite has to roll it back first, and your user may not write there.`,
      {
        hint: 'Start the application once, or give your user the right to write the file and its folder.',
        cause,
      },
    );
  }
  return connect(file, false);
}

/** `PRAGMA query_only` is on; views, triggers and generated columns may not call anything but SQLite's own harmless functions. */
function connect(file: string, readonly: boolean): Connection {
  // better-sqlite3 trims names, and would open another file than the one that was meant.
  if (file !== file.trim())
    throw new Fail(
      'source.file-missing',
      `The name of ${JSON.stringify(file)} begins or ends with a blank, which cannot be opened.`,
      { hint: 'Reach the file by a symbolic link without blanks at its ends.' },
    );
  const db = new Database(file, { readonly, fileMustExist: true, timeout: 0 });
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  db.pragma('query_only = ON');
  return db;
}

async function begin(db: Connection, file: string, { clock, watch, busyWaitMs }: Waiting): Promise<void> {
  const started = clock.elapsed();
  for (;;) {
    watch.signal.throwIfAborted();
    db.exec('BEGIN');
    try {
      // BEGIN alone locks nothing: the first read takes the snapshot.
      db.prepare('SELECT count(*) FROM sqlite_schema').get();
      return;
    } catch (thrown) {
      db.exec('ROLLBACK');
      if (!isBusy(thrown)) throw thrown;
      const waited = clock.elapsed() - started;
      if (waited >= busyWaitMs)
        throw locked(file, `another program has held the database for ${Math.round(waited / 1000)} s.`, thrown);
      await clock.sleep(25, watch.signal);
    }
  }
}

/**
 * Opens a database that only this process knows, without trusting what is in it. `readonly` forbids changes of rows.
 * A close leaves nothing beside the file.
 */
export function openPrivate(file: string, role: 'copy' | 'target', options: { readonly: boolean }): Connection {
  let db: Connection | undefined;
  try {
    db = connect(file, false);
    if (!options.readonly) db.pragma('query_only = OFF');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch (thrown) {
    db?.close();
    throw explain(thrown, file, role);
  }
}
