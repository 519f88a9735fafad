import type Database from 'better-sqlite3';
import type { BackupCard } from '../../shared/artifact.ts';
import type { BackupId, Instant, SourceId } from '../../shared/id.ts';
import type { Job, JobKind } from '../../shared/job.ts';
import type { TrendPoint } from '../../shared/overview.ts';
import type { Verdict, VerifyLevel } from '../../shared/verify.ts';
import { fromJson, type Json } from './json.ts';

/** One stretch of time of one source, in three answers. */
export interface StretchFacts {
  /** The newest backup taken in it that can be restored from, as far as is known. */
  heldAt: Instant | null;
  /** Whether a backup taken in it was proven; only looked for where one is held. */
  proven: boolean;
  /** Whether a backup job or proof failed in it, or a backup taken in it does not hold; only looked for where none is held. */
  failed: boolean;
}

/** A proof without its report. */
export interface ProofGlance {
  backupId: BackupId;
  verdict: Verdict;
  startedAt: Instant;
  endedAt: Instant;
  tables: number;
  equalTables: number;
}

interface Stretch {
  sourceId: SourceId;
  from: Instant;
  to: Instant;
}

export type Tally = Record<BackupCard['verdict'], number>;

/** What has become of sources over time, each answer from an index and none longer than its question. */
export interface History {
  /** How many backups there are by what their proofs came to; of one source, or of all. One that is sealed anew counts once. */
  tally(sourceId?: SourceId): Tally;
  /** The newest `limit` backups of a source, oldest first. */
  trend(sourceId: SourceId, limit: number): TrendPoint[];
  /** @param from inclusive. @param to exclusive. */
  stretch(sourceId: SourceId, from: Instant, to: Instant): StretchFacts;
  /** When the newest backup before `to` was taken that can be restored from, as far as is known. */
  heldBefore(sourceId: SourceId, to: Instant): Instant | null;
  /** When the newest backup was taken that was restored and found equal, and can be restored from. */
  provenUntil(sourceId: SourceId): Instant | null;
  /** The proof of this level that was kept last, of a backup that is still there. */
  newestProof(sourceId: SourceId, level: VerifyLevel): ProofGlance | null;
  /** The newest job of a source that ended so. */
  newestJob(sourceId: SourceId, kind: JobKind, state: 'succeeded' | 'failed'): Job | null;
}

/** As the index `backups_held` has it. */
const held = `verdict <> 'failed' AND instr(stored, '"state":"stored"') > 0`;
const during = 'taken_at >= @from AND taken_at < @to';
const failedJob = (kind: string): string => `EXISTS (
  SELECT 1 FROM jobs WHERE source_id = @sourceId AND kind = '${kind}' AND state = 'failed'
    AND ended_at >= @from AND ended_at < @to)`;

/** The statements; a test looks at how SQLite runs them. */
export const historySql = {
  tally: 'SELECT verdict, count(*) FROM backups GROUP BY verdict',
  tallyOf: 'SELECT verdict, count(*) FROM backups WHERE source_id = ? GROUP BY verdict',
  /** Both sets of one moment are there: the new one is not counted beside the earlier. */
  twice: `SELECT backups.verdict, backups.source_id AS sourceId FROM reseals
    JOIN backups ON backups.id = reseals.backup_id JOIN backups AS earlier ON earlier.id = reseals.replaces`,
  trend: `SELECT id AS backupId, taken_at AS takenAt, size_bytes AS sizeBytes,
      max(0, finished_at - taken_at) AS durationMs, row_count AS rows
    FROM backups WHERE source_id = ? AND NOT EXISTS (SELECT 1 FROM reseals
      JOIN backups AS earlier ON earlier.id = reseals.replaces WHERE reseals.backup_id = backups.id)
    ORDER BY taken_at DESC, number DESC LIMIT ?`,
  heldIn: `SELECT max(taken_at) FROM backups INDEXED BY backups_held WHERE source_id = @sourceId AND ${during} AND ${held}`,
  provenIn: `SELECT EXISTS (SELECT 1 FROM backups WHERE source_id = @sourceId AND verdict = 'proven' AND ${during})`,
  failedIn: `SELECT EXISTS (SELECT 1 FROM backups WHERE source_id = @sourceId AND verdict = 'failed' AND ${during})
    OR ${failedJob('backup')} OR ${failedJob('verify')}
    OR EXISTS (SELECT 1 FROM proofs WHERE source_id = @sourceId AND verdict = 'failed'
      AND ended_at >= @from AND ended_at < @to)`,
  heldBefore: `SELECT max(taken_at) FROM backups INDEXED BY backups_held WHERE source_id = ? AND taken_at < ? AND ${held}`,
  provenUntil: `SELECT taken_at FROM backups INDEXED BY backups_by_source_and_verdict
    WHERE source_id = ? AND verdict = 'proven' AND instr(stored, '"state":"stored"') > 0
    ORDER BY taken_at DESC LIMIT 1`,
  newestProof: `SELECT backup_id AS backupId, verdict, started_at AS startedAt, ended_at AS endedAt,
      coalesce(tables, 0) AS tables, coalesce(equal_tables, 0) AS equalTables
    FROM proofs WHERE source_id = ? AND level = ? AND EXISTS (SELECT 1 FROM backups WHERE id = backup_id)
    ORDER BY number DESC LIMIT 1`,
  newestJob: 'SELECT body FROM jobs WHERE source_id = ? AND kind = ? AND state = ? ORDER BY number DESC LIMIT 1',
};

const noneYet: Tally = { proven: 0, partly: 0, failed: 0, unproven: 0 };

export function historyOf(database: Database.Database): History {
  const tally = database.prepare<[], [keyof Tally, number]>(historySql.tally).raw();
  const tallyOf = database.prepare<[string], [keyof Tally, number]>(historySql.tallyOf).raw();
  const twice = database.prepare<[], { verdict: keyof Tally; sourceId: SourceId }>(historySql.twice);
  const trend = database.prepare<[string, number], TrendPoint>(historySql.trend);
  const inStretch = (sql: string): Database.Statement<[Stretch], number | null> =>
    database.prepare<[Stretch], number | null>(sql).pluck();
  const heldIn = inStretch(historySql.heldIn);
  const provenIn = inStretch(historySql.provenIn);
  const failedIn = inStretch(historySql.failedIn);
  const heldBefore = database.prepare<[string, number], number | null>(historySql.heldBefore).pluck();
  const provenUntil = database.prepare<[string], number>(historySql.provenUntil).pluck();
  const newestProof = database.prepare<[string, string], ProofGlance>(historySql.newestProof);
  const newestJob = database.prepare<[string, string, string], Json<Job>>(historySql.newestJob).pluck();
  return {
    tally: (sourceId) => {
      const counted: Tally = {
        ...noneYet,
        ...Object.fromEntries(sourceId === undefined ? tally.all() : tallyOf.all(sourceId)),
      };
      for (const one of twice.all()) if (sourceId === undefined || one.sourceId === sourceId) counted[one.verdict] -= 1;
      return counted;
    },
    trend: (sourceId, limit) => trend.all(sourceId, limit).toReversed(),
    stretch: (sourceId, from, to) => {
      const stretch = { sourceId, from, to };
      const heldAt = heldIn.get(stretch) ?? null;
      return {
        heldAt,
        proven: heldAt !== null && provenIn.get(stretch) === 1,
        failed: heldAt === null && failedIn.get(stretch) === 1,
      };
    },
    heldBefore: (sourceId, to) => heldBefore.get(sourceId, to) ?? null,
    provenUntil: (sourceId) => provenUntil.get(sourceId) ?? null,
    newestProof: (sourceId, level) => newestProof.get(sourceId, level) ?? null,
    newestJob: (sourceId, kind, state) => {
      const body = newestJob.get(sourceId, kind, state);
      return body === undefined ? null : fromJson(body);
    },
  };
}
