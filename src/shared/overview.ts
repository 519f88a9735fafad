import { BackupId, BackupPlanId, ByteCount, DestinationId, Instant, JobId, SourceId } from './id.ts';
import { StoredState } from './artifact.ts';
import { FailureSchema } from './failure.ts';
import { z } from './schema.ts';
import { Goals, SourceName } from './source.ts';
import { Verdict } from './verify.ts';

/**
 * One day of the strip. `proven`: a backup of that day was restored and found equal. `stored`: there is one. `failed`: a
 * backup or proof of that day failed and none of that day holds. `late`: none in time though one was due. `running`: the
 * first of today is being made. `none`: none was due.
 */
export const DayMark = z.enum(['proven', 'stored', 'failed', 'late', 'running', 'none']);
export type DayMark = z.output<typeof DayMark>;

/** Something that a person should do, or decide. */
export const Need = z.strictObject({
  code: z.enum([
    'never-backed-up',
    'overdue',
    'backup-failed',
    'proof-failed',
    'never-proven',
    'rpo-missed',
    'rto-missed',
    'rto-unmeasured',
    'proof-old',
    'smaller',
    'incomplete',
    'place-failed',
    'copy-damaged',
    'copies-late',
    'reading-fails',
    'pin-beaten',
    'unscheduled',
    'kit-unproven',
    'kit-old',
    'key-expires',
    'retention-waits',
  ]),
  /** `attention` turns the source amber; `hint` is only told. */
  grade: z.enum(['attention', 'hint']),
  /** "No backup for 26 h." */
  title: z.string(),
  /** Why, what happens next, what was tried. */
  detail: z.string(),
  /** What its button does. */
  action: z.enum([
    'back-up',
    'try-again',
    'prove',
    'look',
    'schedule',
    'connection',
    'kit',
    'keys',
    'retention',
    'carry',
    'goals',
    'copies',
    'reading',
    'protection',
  ]),
  /** The place that it is about: its kit, what waits for it, its reading again. */
  place: z.optional(DestinationId),
  jobId: z.nullable(JobId),
  /** The backup to look at, where it is about one. */
  backupId: z.optional(BackupId),
  failure: z.nullable(FailureSchema),
});
export type Need = z.output<typeof Need>;

/** Where one source stands: computed from backups, proofs, jobs and plans, and from nothing else. */
export const SourceStanding = z.strictObject({
  sourceId: SourceId,
  name: SourceName,
  state: z.enum(['protected', 'needs-you', 'working', 'paused', 'new']),
  /** The newest moment that can be restored; null before the first backup. */
  protectedUntil: z.nullable(Instant),
  /** The newest moment whose backup was restored and found equal; null without one. Only where it is the same is the source proven. */
  provenUntil: z.nullable(Instant),
  /** How old `protectedUntil` may become before it needs a person. */
  limitMs: z.int(),
  lastBackup: z.nullable(
    z.strictObject({
      backupId: BackupId,
      takenAt: Instant,
      durationMs: z.nullable(z.int()),
      sizeBytes: ByteCount,
      complete: z.boolean(),
      stored: z.array(StoredState),
    }),
  ),
  /** The newest proof by restore of any of its backups. */
  lastProof: z.nullable(
    z.strictObject({
      backupId: BackupId,
      at: Instant,
      verdict: Verdict,
      tables: z.int(),
      equalTables: z.int(),
      durationMs: z.int(),
    }),
  ),
  /** When a backup was read back whole, where none was restored yet; left out else. */
  lastRead: z.optional(Instant),
  next: z.nullable(z.strictObject({ planId: BackupPlanId, planName: z.string(), at: Instant })),
  /** Its unfinished jobs, oldest first. */
  jobs: z.array(JobId),
  /** Fourteen days, today last. */
  strip: z.array(DayMark),
  /** Sizes of the last backups, oldest first; at most fourteen. */
  sizes: z.array(z.strictObject({ takenAt: Instant, sizeBytes: ByteCount })),
  needs: z.array(Need),
  /** What the next backup will come to, from the last ones; null before the first. */
  estimate: z.nullable(z.strictObject({ sizeBytes: ByteCount, durationMs: z.nullable(z.int()) })),
  /** What was promised; left out where nothing was. Held against the age of `provenUntil` and against `restoreMs`. */
  goals: z.optional(Goals),
  /** Time a restore took, download included, from restores and proofs; null without any. */
  restoreMs: z.nullable(z.int()),
  /** How long its newest backup has to be brought out of an archive first, at most, where every place that has it is one. */
  thawMs: z.optional(z.int()),
});
export type SourceStanding = z.output<typeof SourceStanding>;

export const Overview = z.strictObject({
  at: Instant,
  /** Those that need a person first, then by name. */
  sources: z.array(SourceStanding),
  /** What happens next, soonest first. */
  agenda: z.array(z.strictObject({ at: Instant, planId: BackupPlanId, text: z.string() })),
});
export type Overview = z.output<typeof Overview>;

/** One point of the charts of a source. */
export const TrendPoint = z.strictObject({
  backupId: BackupId,
  takenAt: Instant,
  sizeBytes: ByteCount,
  durationMs: z.nullable(z.int()),
  rows: z.nullable(z.int()),
});
export type TrendPoint = z.output<typeof TrendPoint>;

/**
 * Whether its newest backup is sealed for keys alone that nobody has shown to hold on paper: it can be restored here and
 * now, and it is not protected.
 */
export const lacksKit = ({ needs }: Pick<SourceStanding, 'needs'>): boolean =>
  needs.some(({ code, grade }) => code === 'kit-unproven' && grade === 'attention');
