/** A consistent private copy of a live database, in the way that its journal mode allows. */
import { closeSync, openSync, rmSync } from 'node:fs';
import { Fail } from '../../../shared/failure.ts';
import type { Clock } from '../../base/clock.ts';
import type { Watch } from '../../base/watch.ts';
import { explain, isRefusal, isSqliteError, locked } from './explain.ts';
import type { Limits } from './limits.ts';
import { openPrivate, openSnapshot, sizeOf, type Snapshot } from './open.ts';

export interface CopyOptions {
  limits: Limits;
  /** How long the copy may block writers of a rollback-journal database. */
  yieldAfterMs: number;
  /** How long a lock of somebody else's is waited for, in all. */
  busyWaitMs: number;
}

export interface Copied {
  method: 'held-snapshot' | 'vacuum-into' | 'locked-copy';
  takenAt: number;
  /** How long our read lock kept writers from committing; 0 in WAL mode. */
  writersWaitedMs: number;
}

/** The copy let the WAL grow too far: the snapshot is given up and the copy made in another way. */
class WalGrewTooFar extends Error {}

/**
 * Copies the database `source` into the new private file `into`, as it was at one moment.
 *
 * WAL: a read snapshot is held on the connection that copies, so that writers go on and no page is copied twice. While it
 * is held the `-wal` cannot be reset; when it grows beyond the limit the snapshot is let go and `VACUUM INTO` takes another.
 * Rollback journal: the read lock that makes the copy whole also keeps writers from committing. The copy runs at
 * the speed of the disk and gives up after `yieldAfterMs`.
 * When it throws, `into` and everything beside it is gone.
 * @throws Fail source.*, spool.full; the signal's reason
 */
export async function copyDatabase(
  source: string,
  into: string,
  options: CopyOptions,
  clock: Clock,
  watch: Watch,
): Promise<Copied> {
  const take = (): Promise<Snapshot> => openSnapshot(source, { clock, watch, busyWaitMs: options.busyWaitMs });
  const copier = new Copier(source, into, options, clock, watch);
  try {
    makePrivate(into);
    const snapshot = await take();
    if (snapshot.journalMode === 'delete') return await copier.lockedCopy(snapshot);
    try {
      return await copier.heldSnapshot(
        snapshot,
        options.limits.walGrowthBytes ?? Math.max(256 * 1024 * 1024, (snapshot.pageCount * snapshot.pageSizeBytes) / 2),
      );
    } catch (thrown) {
      if (!(thrown instanceof WalGrewTooFar)) throw thrown;
    }
    watch.log.warn('the WAL grew too far under the snapshot; copying with VACUUM INTO', { file: source });
    startOver(into);
    try {
      return copier.vacuumInto(await take());
    } catch (thrown) {
      // A schema with "text" in double quotes cannot be written anew by a library that reads those as names only.
      if (!isRefusal(thrown)) throw thrown;
      watch.log.warn('VACUUM INTO cannot write this schema anew; copying without a bound on the WAL', {
        file: source,
        reason: thrown.message,
      });
    }
    startOver(into);
    return await copier.heldSnapshot(await take(), Number.POSITIVE_INFINITY);
  } catch (thrown) {
    removeDatabase(into);
    throw explain(thrown, source, 'source');
  }
}

/** SQLite gives a new database the rights that the umask leaves; an empty file of ours keeps its own. */
export function makePrivate(file: string): void {
  closeSync(openSync(file, 'wx', 0o600));
}

function startOver(file: string): void {
  removeDatabase(file);
  makePrivate(file);
}

/** Removes a database and whatever SQLite may have left beside it. */
export function removeDatabase(file: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}

class Copier {
  readonly #source: string;
  readonly #into: string;
  readonly #options: CopyOptions;
  readonly #clock: Clock;
  readonly #watch: Watch;

  constructor(source: string, into: string, options: CopyOptions, clock: Clock, watch: Watch) {
    this.#source = source;
    this.#into = into;
    this.#options = options;
    this.#clock = clock;
    this.#watch = watch;
  }

  async heldSnapshot(snapshot: Snapshot, walGrowthBytes: number): Promise<Copied> {
    const wal = `${snapshot.realFile}-wal`;
    const walBefore = sizeOf(wal) ?? 0;
    await this.#backUp(snapshot, () => {
      // stat opens nothing: a descriptor on the source that is closed here would take SQLite's locks with it.
      if ((sizeOf(wal) ?? 0) - walBefore > walGrowthBytes) throw new WalGrewTooFar();
    });
    return { method: 'held-snapshot', takenAt: snapshot.takenAt, writersWaitedMs: 0 };
  }

  async lockedCopy(snapshot: Snapshot): Promise<Copied> {
    const { yieldAfterMs } = this.#options;
    const held = (): number => this.#clock.elapsed() - snapshot.takenElapsed;
    await this.#backUp(snapshot, () => {
      if (held() > yieldAfterMs)
        throw locked(this.#source, `copying it would have made writers wait longer than ${yieldAfterMs} ms.`);
    });
    return { method: 'locked-copy', takenAt: snapshot.takenAt, writersWaitedMs: Math.ceil(held()) };
  }

  /** One statement that cannot be interrupted: it is done, or the process is ended. */
  vacuumInto(snapshot: Snapshot): Copied {
    const { db } = snapshot;
    try {
      db.exec('ROLLBACK');
      // It writes nothing to the source, but into another file, which query_only forbids too.
      db.pragma('query_only = OFF');
      const takenAt = this.#clock.now();
      db.prepare('VACUUM INTO ?').run(this.#into);
      db.close();
      // VACUUM INTO writes a database in rollback mode, whatever its source was.
      setJournalMode(this.#into, 'wal');
      return { method: 'vacuum-into', takenAt, writersWaitedMs: 0 };
    } finally {
      db.close();
    }
  }

  /** All pages of the snapshot, some at a time. `between` may throw to let go. */
  async #backUp(snapshot: Snapshot, between: () => void): Promise<void> {
    const { db, pageSizeBytes, pageCount } = snapshot;
    const stepPages = this.#options.limits.stepPages;
    let lowest = Number.POSITIVE_INFINITY;
    try {
      const end = await db.backup(this.#into, {
        progress: ({ totalPages, remainingPages }) => {
          this.#watch.signal.throwIfAborted();
          between();
          // A restart would show as pages that come back: then the read transaction did not hold.
          if (remainingPages > lowest) throw new Error('SQLite started the copy over although its snapshot was held.');
          lowest = remainingPages;
          this.#watch.progress({
            bytes: (totalPages - remainingPages) * pageSizeBytes,
            totalBytes: totalPages * pageSizeBytes,
          });
          return stepPages;
        },
      });
      if (end.totalPages !== pageCount)
        throw new Error(`The copy has ${end.totalPages} pages; the snapshot had ${pageCount}.`);
      db.exec('COMMIT');
    } catch (thrown) {
      // An error of the copy's own file must not be told as one of the source.
      throw isSqliteError(thrown) && /^SQLITE_(CANTOPEN|READONLY)/.test(thrown.code)
        ? new Fail('spool.full', `The copy of ${this.#source} cannot be written (${thrown.code}).`, { cause: thrown })
        : thrown;
    } finally {
      db.close();
    }
  }
}

/** Writes the journal mode into a file that nobody else has open. */
export function setJournalMode(file: string, mode: 'wal' | 'delete'): void {
  const db = openPrivate(file, 'copy', { readonly: false });
  try {
    db.pragma(`journal_mode = ${mode}`);
  } finally {
    db.close();
  }
}
