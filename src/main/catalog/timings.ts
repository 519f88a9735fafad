import type Database from 'better-sqlite3';
import type { SourceId } from '../../shared/id.ts';

/** How long things took on this machine, for "about seven minutes". Milliseconds; null without any history. */
export interface Timings {
  /** Median of a source's last backups that succeeded. */
  backupMs(sourceId: SourceId): number | null;
  /** Median of a source's last restores that succeeded; without any, of its last proofs by restore. */
  restoreMs(sourceId: SourceId): number | null;
  /** Median of a source's last proofs by restore that came to their end. */
  proofMs(sourceId: SourceId): number | null;
}

/** How far back "last" goes: far enough that one slow night does not count, near enough to follow a growing database. */
const remembered = 5;

/** The middle value, rounded; null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[(sorted.length - 1) >> 1];
  const high = sorted[sorted.length >> 1];
  return low === undefined || high === undefined ? null : Math.round((low + high) / 2);
}

export function timingsOf(database: Database.Database): Timings {
  const jobs = database
    .prepare<[string, string, number], number>(
      `SELECT duration_ms FROM jobs WHERE source_id = ? AND kind = ? AND state = 'succeeded' AND duration_ms IS NOT NULL
       ORDER BY number DESC LIMIT ?`,
    )
    .pluck();
  const proofs = database
    .prepare<[string, number], number>(
      `SELECT max(0, ended_at - started_at) FROM proofs
       WHERE source_id = ? AND level = 'restore' AND verdict <> 'failed' ORDER BY number DESC LIMIT ?`,
    )
    .pluck();
  const proofMs = (sourceId: SourceId): number | null => median(proofs.all(sourceId, remembered));
  return {
    backupMs: (sourceId) => median(jobs.all(sourceId, 'backup', remembered)),
    restoreMs: (sourceId) => median(jobs.all(sourceId, 'restore', remembered)) ?? proofMs(sourceId),
    proofMs,
  };
}
