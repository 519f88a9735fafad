/**
 * One owner per data folder. The lock is the operating system's and dies with the process that holds it: nothing stale
 * can be left, whatever ends the process.
 */
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { lockFile, reasonOf, unusable } from './home.ts';

export interface Lock {
  /** Safe to call twice. */
  release(): void;
}

/**
 * Takes the lock of a data folder, or null when another process (or another door of this one) holds it. Never waits.
 * @throws Fail `home.unusable`
 */
export function tryLock(home: string): Lock | null {
  const file = path.join(home, lockFile);
  try {
    create(file);
    return hold(file);
  } catch (error) {
    throw unusable(home, reasonOf(error), error);
  }
}

/**
 * Only ever creates: a second descriptor on an existing lock file would give up the lock of this very process when it
 * is closed (POSIX locks belong to process and file, not to descriptors).
 */
function create(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function hold(file: string): Lock | null {
  const database = new Database(file, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY') === true) return null;
    throw error;
  }
  return { release: () => void database.close() };
}
