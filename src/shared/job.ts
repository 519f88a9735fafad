import { BackupId, BackupPlanId, ByteCount, DestinationId, Instant, JobId, SourceId } from './id.ts';
import { FailureSchema } from './failure.ts';
import { z } from './schema.ts';

/**
 * `sweep` is Holdfast's own: it removes what a killed restore left half built in its target. `undo` brings back the
 * database that a restore replaced, `release` removes it. `prune` removes
 * backups that no rule keeps. `scrub` reads stored bytes again, `repair` copies a good copy over a bad one, `purge`
 * destroys what somebody asked to be destroyed. `reseal` makes a stored backup once more, sealed as its places are sealed now. `find` reads a place that this machine knows nothing of. `thaw` brings archived data where it
 * can be read, and waits for it.
 */
export const JobKind = z.enum([
  'backup',
  'verify',
  'rehearse',
  'restore',
  'diff',
  'probe',
  'sweep',
  'undo',
  'release',
  'prune',
  'scrub',
  'repair',
  'find',
  'purge',
  'carry',
  'thaw',
  'reseal',
]);
export type JobKind = z.output<typeof JobKind>;

/**
 * queued -> running -> succeeded | failed; a cancel goes by cancelling to cancelled (from queued: at once).
 * A job that finished before its cancel arrived has succeeded.
 */
export const JobState = z.enum(['queued', 'running', 'cancelling', 'cancelled', 'succeeded', 'failed']);
export type JobState = z.output<typeof JobState>;

/** The newest sample; at most four a second, and the last one always arrives. */
export const Progress = z.strictObject({
  /** What is happening, in words: "Dumping", "Counting rows". */
  phase: z.string(),
  /** Bytes read from the source or the artifact so far. */
  bytes: ByteCount,
  /** What `bytes` will come to, as far as is known. */
  totalBytes: z.nullable(ByteCount),
  rows: z.int(),
  /** Bytes a second over the last seconds. */
  rate: z.number(),
  /** Milliseconds left; null while unknown. */
  leftMs: z.nullable(z.int()),
  table: z.nullable(z.string()),
});
export type Progress = z.output<typeof Progress>;

export const Job = z.strictObject({
  id: JobId,
  kind: JobKind,
  state: JobState,
  sourceId: z.nullable(SourceId),
  /** The backup it makes or reads. */
  backupId: z.nullable(BackupId),
  /** The place that it is about, where it is about one. */
  destinationId: z.optional(DestinationId),
  /** What a test of settings looks at that are no source's yet: `shop.db`, `shop at db.example.com`. */
  tested: z.optional(z.string()),
  queuedAt: Instant,
  startedAt: z.nullable(Instant),
  endedAt: z.nullable(Instant),
  progress: z.nullable(Progress),
  failure: z.nullable(FailureSchema),
  /** The job that asked for it by its end: a restore that waited for a thaw goes on by itself. */
  after: z.optional(JobId),
  /** The plan that asked for it; absent where a person did. */
  backupPlanId: z.optional(BackupPlanId),
});
export type Job = z.output<typeof Job>;

export const LogLine = z.strictObject({
  at: Instant,
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  /** Numbers and names that belong to the message; never secrets. */
  facts: z.record(z.string(), z.unknown()),
});
export type LogLine = z.output<typeof LogLine>;
