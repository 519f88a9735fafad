import { chmodSync, closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { Fail } from '../../shared/failure.ts';
import { syncFolder } from '../base/private-file.ts';
import { catalogFailure } from './guard.ts';
import { migrate, type Migration } from './migrate.ts';

/** "Hold": marks a file as a catalog, so that another program's database is never taken for one. */
const applicationId = 0x48_6f_6c_64;

/**
 * Opens the catalog's file, makes it where there is none, checks it and brings its schema up to date.
 * Fails with `catalog.corrupt`, `catalog.newer`, `home.busy`, `home.full` or `home.unusable`.
 */
export function openFile(file: string, migrations: readonly Migration[]): Database.Database {
  try {
    if (!existsSync(file)) create(file, migrations);
    return openExisting(file, migrations);
  } catch (error) {
    throw catalogFailure(error, file);
  }
}

/**
 * A new catalog is made under another name and appears whole. So an empty file is always a damaged catalog and never
 * one that a crash left half made: it must not be taken for "no backups yet".
 */
function create(file: string, migrations: readonly Migration[]): void {
  const next = `${file}.new`;
  // Sidecars of a catalog that is gone would be played into the new one.
  for (const left of [next, `${next}-journal`, `${file}-wal`, `${file}-shm`]) rmSync(left, { force: true });
  closeSync(openSync(next, 'wx', 0o600));
  const database = new Database(next);
  try {
    database.pragma(`application_id = ${applicationId}`);
    migrate(database, migrations);
  } finally {
    database.close();
  }
  renameSync(next, file);
  syncFolder(path.dirname(file));
}

function openExisting(file: string, migrations: readonly Migration[]): Database.Database {
  refuseShort(file);
  if (process.platform !== 'win32') chmodSync(file, 0o600);
  const database = new Database(file, { fileMustExist: true, timeout: 2_000 });
  try {
    if (database.pragma('application_id', { simple: true }) !== applicationId) {
      throw new Fail('catalog.corrupt', `${file} is not a catalog of Holdfast.`);
    }
    const check = database.pragma('quick_check(1)', { simple: true });
    if (check !== 'ok')
      throw new Fail('catalog.corrupt', `The catalog ${file} is damaged: ${String(check).slice(0, 200)}`);
    database.pragma('journal_mode = WAL');
    // What was answered as done has to survive a power cut; the catalog writes little.
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    database.pragma('trusted_schema = OFF');
    migrate(database, migrations);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * SQLite reads a missing end as zeros, and its check does not look at every byte of a long row: a short file has to be
 * noticed here. With a write-ahead log beside it, the file may be shorter than its header says until the log is played.
 */
function refuseShort(file: string): void {
  const size = statSync(file).size;
  if (size === 0) throw new Fail('catalog.corrupt', `The catalog ${file} is empty.`);
  if (existsSync(`${file}-wal`)) return;
  const header = Buffer.alloc(100);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  if (size < pageSize * header.readUInt32BE(28)) {
    throw new Fail('catalog.corrupt', `The catalog ${file} is shorter than it was.`);
  }
}
