/** Stored bytes that are read again: when, what was found, and what is done about it. */
import { BackupId, ByteCount, DestinationId, Instant, JobId } from './id.ts';
import { FailureSchema } from './failure.ts';
import { Cron } from './plan.ts';
import { z } from './schema.ts';
import { SourceName } from './source.ts';

/** When the stored bytes of one place are read again by themselves. */
export const ScrubSettings = z.strictObject({
  on: z.boolean(),
  times: Cron,
  /** Each run reads the share after which everything there has been read within so many days. */
  withinDays: z.int().check(z.gte(1), z.lte(3650)),
  onBattery: z.enum(['run', 'wait']),
  onMetered: z.enum(['run', 'wait']),
});
export type ScrubSettings = z.output<typeof ScrubSettings>;

/** How much one run reads. A set that was begun is read to the end of a range at least. */
export const ScrubShare = z.union([
  z.strictObject({ percent: z.number().check(z.gt(0), z.lte(100)) }),
  z.strictObject({ bytes: z.int().check(z.gte(1)) }),
]);
export type ScrubShare = z.output<typeof ScrubShare>;

/**
 * What is wrong with a copy. `missing`: something of it is gone. `damaged`: bytes are not as they were written, and nothing
 * says that somebody wrote them. `replaced`: something else was written in its place by whoever may write there.
 */
export const CopyFinding = z.strictObject({
  kind: z.enum(['missing', 'damaged', 'replaced']),
  code: z.string(),
  message: z.string(),
  /** Names inside the place. */
  objects: z.array(z.string()),
});
export type CopyFinding = z.output<typeof CopyFinding>;

/** One run of one place. */
export const ScrubReport = z.strictObject({
  destination: DestinationId,
  readBytes: ByteCount,
  /** Backups whose reading came to its end and found nothing. */
  whole: z.int(),
  /** Backups that wait for a later run. */
  left: z.int(),
  damaged: z.array(z.strictObject({ backupId: BackupId, finding: CopyFinding })),
  /** Those that could not be looked at; that says nothing about them. */
  unread: z.array(z.strictObject({ backupId: BackupId, failure: FailureSchema })),
});
export type ScrubReport = z.output<typeof ScrubReport>;

/** A copy that does not hold, and where a good one may come from. */
export const DamagedCopy = z.strictObject({
  backupId: BackupId,
  source: SourceName,
  takenAt: Instant,
  foundAt: Instant,
  finding: CopyFinding,
  /** Places whose copy holds, as far as is known. */
  repairFrom: z.array(DestinationId),
});
export type DamagedCopy = z.output<typeof DamagedCopy>;

/** How far the reading of one place is. */
export const ScrubState = z.strictObject({
  destination: DestinationId,
  settings: ScrubSettings,
  backups: z.int(),
  sizeBytes: ByteCount,
  /** Of them, read in full and found whole within the days of the settings. */
  readBackups: z.int(),
  readBytes: ByteCount,
  /** When the copy was read that was not read for the longest; null while one was never read. */
  oldestReadAt: z.nullable(Instant),
  lastAt: z.nullable(Instant),
  nextAt: z.nullable(Instant),
  /** Why a run that is due has not begun. */
  waiting: z.nullable(z.string()),
  /** The run that is on its way. */
  jobId: z.nullable(JobId),
  damaged: z.array(DamagedCopy),
});
export type ScrubState = z.output<typeof ScrubState>;

/** What a repair did. Good objects are never touched. */
export const RepairReport = z.strictObject({
  destination: DestinationId,
  from: DestinationId,
  replaced: z.array(z.string()),
  copiedBytes: ByteCount,
  /** What may still lie there of the bad copy, and other things to know. */
  remains: z.array(z.string()),
});
export type RepairReport = z.output<typeof RepairReport>;
