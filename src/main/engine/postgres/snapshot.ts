/**
 * The exact proof: one snapshot in which everything is dumped, counted and digested, and in which nothing can be emptied
 * or altered behind our back.
 *
 * `TRUNCATE` and some kinds of `ALTER TABLE` do not obey snapshots: what they did is seen at once, also by a snapshot that is
 * older. So every table is locked for reading *before* the snapshot is taken. Our locks then make others wait; a
 * guard on a session of its own sees that, and we let go and try again later.
 */
import { Fail } from '../../../shared/failure.ts';
import type { Scope } from '../../../shared/source.ts';
import type { Watch } from '../../base/watch.ts';
import type { Place } from '../engine.ts';
import { connect, sqlState, type ConnectSurroundings, type Session } from './connect.ts';
import { fixText } from './digest.ts';
import { endOurs, lockedByUs, waitForWaiter } from './guard.ts';
import { listRelations, listSchemas } from './inspect.ts';
import { qualifiedName } from './name.ts';
import { refuseUnreadable } from './rights.ts';
import { selectScope, type Selection } from './scope.ts';

/** The instants between which another session may do anything; tests do it at each of them. */
export type ProofStep =
  | 'listed'
  | 'begun'
  | 'locked'
  | 'exported'
  | 'listed-again'
  | 'dump-started'
  | 'dump-locked'
  | 'counted'
  | 'dump-ended'
  | 'let-go';
export type OnStep = (step: ProofStep) => void | Promise<void>;

export interface HoldOptions {
  scope: Scope;
  /** Whether what the scope names has to exist. */
  strict: boolean;
  yieldAfterMs: number;
  attempts: number;
  onStep?: OnStep;
}

/** Tables that are held, in a snapshot. */
export interface Held {
  /** In the transaction that holds locks and snapshot. Its text settings are those of the digest. */
  session: Session;
  /** Outside any transaction: sees the present. */
  side: Session;
  selection: Selection;
  snapshotId: string;
  /** Wall time of the snapshot. */
  takenAt: number;
  standby: boolean;
  /** Aborts when we have to let go, or the job is cancelled: everything that reads the source stops then. */
  signal: AbortSignal;
  /** Ends this attempt with what went wrong: a `LetGo` leads to another. */
  stop(reason: unknown): void;
  /** Server processes of this application name count as ours from now on. */
  own(applicationName: string): void;
  /** Whether a process of that name holds every table of the selection by now. */
  holdsAll(applicationName: string): Promise<boolean>;
}

/** Thrown inside one attempt: the next one may fare better. */
export class LetGo extends Error {
  readonly why: 'waiter' | 'locked' | 'changed';
  constructor(why: LetGo['why'], detail: string, cause?: unknown) {
    super(detail, cause === undefined ? undefined : { cause });
    this.name = 'LetGo';
    this.why = why;
  }
}

/**
 * Holds every table of the scope and calls `work` with a snapshot of them. Starts over when the tables changed meanwhile,
 * when one cannot be locked at once, or when somebody waited behind us for too long; `work` is stopped by its signal and
 * called again.
 * @throws `source.yielded` or `source.changing` after `attempts`; `source.no-rights`, `source.row-security`, `source.scope-empty` …
 */
export async function holdTables<T>(
  place: Place,
  database: string,
  options: HoldOptions,
  watch: Pick<Watch, 'signal' | 'log'>,
  surroundings: ConnectSurroundings,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const side = await connect(place, database, watch, surroundings, { applicationName: 'holdfast-guard' });
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await attemptOnce(place, database, side, options, watch, surroundings, work);
      } catch (error) {
        watch.signal.throwIfAborted();
        if (!(error instanceof LetGo)) throw error;
        watch.log.info('let go of the tables', { attempt, why: error.why, detail: error.message });
        await options.onStep?.('let-go');
        if (attempt >= options.attempts) throw gaveUp(error, database, attempt);
        await surroundings.clock.sleep(options.yieldAfterMs * attempt, watch.signal);
      }
    }
  } finally {
    await side.close();
  }
}

function gaveUp(last: LetGo, database: string, attempts: number): Fail {
  const tried = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  if (last.why === 'changed') {
    return new Fail('source.changing', `The tables of ${database} kept changing: ${last.message} (${tried}).`, {
      cause: last,
    });
  }
  const what =
    last.why === 'waiter' ? 'somebody kept waiting behind the backup' : 'its tables were locked by somebody else';
  return new Fail('source.yielded', `The backup of ${database} let go, because ${what} (${tried}).`, { cause: last });
}

async function attemptOnce<T>(
  place: Place,
  database: string,
  side: Session,
  options: HoldOptions,
  watch: Pick<Watch, 'signal' | 'log'>,
  surroundings: ConnectSurroundings,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const signal = AbortSignal.any([watch.signal, stop.signal]);
  const session = await connect(place, database, { signal, log: watch.log }, surroundings, {
    applicationName: 'holdfast-snapshot',
  });
  const names = new Set<string>();
  const pids = [session.backendPid];
  const guarded = new AbortController();
  const guard = waitForWaiter(side, {
    clock: surroundings.clock,
    signal: AbortSignal.any([signal, guarded.signal]),
    yieldAfterMs: options.yieldAfterMs,
    pids,
    applicationNames: names,
  }).then(
    async (waiter) => {
      if (waiter === undefined) return;
      stop.abort(new LetGo('waiter', `process ${waiter} waited behind us`));
      await endOurs(side, pids, names).catch(() => {});
    },
    (error: unknown) => stop.abort(error),
  );
  try {
    return await hold(
      session,
      side,
      database,
      options,
      surroundings,
      signal,
      (reason) => stop.abort(reason),
      names,
      work,
    );
  } catch (error) {
    // What stopped the attempt says more than what then failed in it.
    throw asLetGo(stop.signal.aborted ? stop.signal.reason : error);
  } finally {
    guarded.abort();
    await guard;
    await session.close();
  }
}

/** Locked by somebody else; or dropped, renamed, made into something else between a list and a question. */
function asLetGo(error: unknown): unknown {
  if (error instanceof LetGo) return error;
  const state = sqlState(error);
  if (state === '55P03' || state === '40P01') return new LetGo('locked', 'a table was locked by somebody else', error);
  if (
    /^(42P01|3F000|42809|42704)$/.test(state ?? '') ||
    (state === 'XX000' && /cache lookup failed|could not open relation/.test((error as Error).message))
  ) {
    return new LetGo('changed', 'something went away', error);
  }
  return error;
}

async function hold<T>(
  session: Session,
  side: Session,
  database: string,
  options: HoldOptions,
  surroundings: ConnectSurroundings,
  signal: AbortSignal,
  stop: (reason: unknown) => void,
  names: Set<string>,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const step = async (name: ProofStep): Promise<void> => {
    await options.onStep?.(name);
    signal.throwIfAborted();
  };
  await fixText(session);
  const select = async (standby: boolean): Promise<Selection> =>
    selectScope(options.scope, await listRelations(session), await listSchemas(session), database, {
      standby,
      strict: options.strict,
    });
  const standby = await isStandby(session);
  const first = await select(standby);
  refuseUnreadable(first, database);
  await step('listed');
  await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  await session.query(`SET LOCAL lock_timeout = ${await lockTimeoutMs(side, options.yieldAfterMs)}`);
  await step('begun');
  await lockTables(session, first);
  await step('locked');
  const snapshotId = await exportSnapshot(session);
  const takenAt = surroundings.clock.now();
  await step('exported');
  const selection = await select(standby);
  const oids = selection.locked.map((relation) => relation.oid);
  await demandLocks(side, session, selection);
  refuseUnreadable(selection, database);
  await step('listed-again');
  return work({
    session,
    side,
    selection,
    snapshotId,
    takenAt,
    standby,
    signal,
    stop,
    own: (name) => names.add(name),
    holdsAll: async (name) => (await lockedByUs(side, oids, [], [name])).size === new Set(oids).size,
  });
}

async function isStandby(session: Session): Promise<boolean> {
  const rows = await session.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
  return rows[0]?.standby ?? false;
}

/**
 * Shorter than the time after which the server looks for deadlocks: in a deadlock between us and a migration it would end
 * whoever looks first, and that could be the migration.
 */
async function lockTimeoutMs(side: Session, yieldAfterMs: number): Promise<number> {
  const rows = await side.query<{ ms: number }>(
    `SELECT setting::int4 AS ms FROM pg_settings WHERE name = 'deadlock_timeout'`,
  );
  return Math.max(1, Math.floor(Math.min((rows[0]?.ms ?? 1_000) / 2, yieldAfterMs / 2)));
}

const namesPerLock = 500;

/** No statement before these takes a snapshot: LOCK needs none. */
async function lockTables(session: Session, selection: Selection): Promise<void> {
  const tables = selection.locked.map((relation) => qualifiedName(relation.schema, relation.name));
  for (let start = 0; start < tables.length; start += namesPerLock) {
    const list = tables.slice(start, start + namesPerLock).map((name) => `ONLY ${name}`);
    await session.query(`LOCK TABLE ${list.join(', ')} IN ACCESS SHARE MODE`);
  }
}

/** The first query of the transaction: its snapshot is this one. */
async function exportSnapshot(session: Session): Promise<string> {
  const rows = await session.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
  const id = rows[0]?.id;
  if (id === undefined) throw new Fail('source.failed', 'The server exported no snapshot.');
  return id;
}

/** Every table that the snapshot sees must be one that we hold, by its number: a name may have come to mean another. */
async function demandLocks(side: Session, session: Session, selection: Selection): Promise<void> {
  const held = await lockedByUs(
    side,
    selection.locked.map((relation) => relation.oid),
    [session.backendPid],
    [],
  );
  const free = selection.locked.find((relation) => !held.has(relation.oid));
  if (free !== undefined) throw new LetGo('changed', `${qualifiedName(free.schema, free.name)} is new`);
}
