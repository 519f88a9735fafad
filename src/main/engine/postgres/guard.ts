/** Sees who waits behind us, and whether our own locks are there. Everything over a session of its own. */
import type { Clock } from '../../base/clock.ts';
import type { Session } from './connect.ts';

export interface GuardOptions {
  clock: Clock;
  signal: AbortSignal;
  /** How long somebody may wait behind us. */
  yieldAfterMs: number;
  /** Server processes that are ours by number. */
  pids: readonly number[];
  /** And by the name of their application, asked each time: pg_dump's number is not known beforehand. */
  applicationNames: ReadonlySet<string>;
}

const oursSql = 'SELECT pid FROM pg_stat_activity WHERE pid = ANY($1::int4[]) OR application_name = ANY($2::text[])';

/**
 * Watches until the signal aborts, or until somebody has waited behind one of our locks for as long as may be: then
 * resolves with that process's number. `pg_blocking_pids` also names those who are only ahead in the queue.
 */
export async function waitForWaiter(session: Session, options: GuardOptions): Promise<number | undefined> {
  const intervalMs = Math.min(1_000, Math.max(20, options.yieldAfterMs / 5));
  // Somebody may have come just after the last look, and letting go takes a moment too.
  const patienceMs = options.yieldAfterMs - 2 * intervalMs;
  const since = new Map<number, number>();
  while (!options.signal.aborted) {
    const waiting = await session.query<{ pid: number }>(
      `WITH ours AS MATERIALIZED (${oursSql})
       SELECT DISTINCT l.pid FROM pg_locks l
         WHERE NOT l.granted AND l.pid NOT IN (SELECT pid FROM ours) AND pg_blocking_pids(l.pid) && (SELECT array_agg(pid) FROM ours)`,
      [options.pids, [...options.applicationNames]],
    );
    const now = options.clock.elapsed();
    const pids = new Set(waiting.map((row) => row.pid));
    for (const pid of since.keys()) if (!pids.has(pid)) since.delete(pid);
    for (const pid of pids) {
      const first = since.get(pid) ?? now;
      since.set(pid, first);
      if (now - first >= patienceMs) return pid;
    }
    await options.clock.sleep(intervalMs, options.signal).catch(() => {});
  }
  return undefined;
}

/** Ends our own server processes at once, so that what they hold is free before their clients have noticed. */
export async function endOurs(
  session: Session,
  pids: readonly number[],
  applicationNames: ReadonlySet<string>,
): Promise<void> {
  await session.query(`SELECT pg_terminate_backend(pid) FROM (${oursSql}) AS ours WHERE pid <> pg_backend_pid()`, [
    pids,
    [...applicationNames],
  ]);
}

/** Which of these relations are locked for reading by a process of ours. */
export async function lockedByUs(
  session: Session,
  oids: readonly number[],
  pids: readonly number[],
  applicationNames: readonly string[],
): Promise<Set<number>> {
  const rows = await session.query<{ relation: number }>(
    `SELECT DISTINCT l.relation FROM pg_locks l
       WHERE l.locktype = 'relation' AND l.granted AND l.mode = 'AccessShareLock' AND l.relation = ANY($3::oid[])
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND l.pid IN (${oursSql})`,
    [pids, applicationNames, oids],
  );
  return new Set(rows.map((row) => row.relation));
}
