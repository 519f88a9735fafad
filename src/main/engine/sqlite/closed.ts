/** A live database that nobody else can read or write for a moment, folded into one file. */
import Database from 'better-sqlite3';
import { Fail } from '../../../shared/failure.ts';
import type { Clock } from '../../base/clock.ts';
import type { Watch } from '../../base/watch.ts';
import { isBusy, isSqliteError } from './explain.ts';
import { examine, type Connection } from './open.ts';

export interface Closed {
  /** What the file had before; null where it could not be opened as a database. */
  journalMode: 'wal' | 'delete' | null;
  release(): void;
}

/** How long somebody's lock is waited for. */
const patienceMs = 5_000;

/**
 * Takes the exclusive lock. A WAL is folded in, and the file stands in rollback mode until it is set back: only then is
 * it one file, and only then can closing it not remove sidecars of whatever has its name by then.
 * @param before told the journal mode before anything is changed.
 * @throws `restore.in-use` when others do not let go.
 */
export async function closeToOthers(
  file: string,
  clock: Clock,
  watch: Watch,
  before: (journalMode: Closed['journalMode']) => void,
): Promise<Closed> {
  const journalMode = modeOf(file);
  before(journalMode);
  const open: Closed = { journalMode: null, release: () => {} };
  if (journalMode === null) return open;
  const started = clock.elapsed();
  for (;;) {
    watch.signal.throwIfAborted();
    let db: Connection | undefined;
    try {
      db = new Database(file, { fileMustExist: true, timeout: 0 });
      const held = db;
      lock(held);
      return { journalMode, release: () => void held.close() };
    } catch (thrown) {
      db?.close();
      // Damage does not keep a file from being put aside.
      if (isSqliteError(thrown) && /^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(thrown.code)) return open;
      if (!isBusy(thrown)) throw thrown;
      if (clock.elapsed() - started > patienceMs)
        throw new Fail('restore.in-use', `Another program has ${file} open or locked.`, { cause: thrown });
      await clock.sleep(50, watch.signal);
    }
  }
}

/** What the header says; null where it is none. Not for a file that this process has open. */
export function modeOf(file: string): Closed['journalMode'] {
  try {
    return examine(file).header.journalMode === 'wal' ? 'wal' : 'delete';
  } catch (thrown) {
    if (thrown instanceof Fail) return null;
    throw thrown;
  }
}

function lock(db: Connection): void {
  db.pragma('trusted_schema = OFF');
  // Before the first read: from then on the lock is kept until the connection is closed.
  db.pragma('locking_mode = EXCLUSIVE');
  const mode = db.pragma('journal_mode = DELETE', { simple: true });
  if (mode !== 'delete') throw new Fail('restore.in-use', `Another program keeps the WAL of ${db.name} open.`);
  db.exec('BEGIN EXCLUSIVE');
}
