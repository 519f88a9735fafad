/** What is kept and what goes, as it is asked for and told. `docs/rooms/retention.md` says what is promised. */
import {
  BackupId,
  BackupPlanId,
  ByteCount,
  DestinationId,
  Instant,
  RetentionPreviewId,
  Sha256,
  SourceId,
} from './id.ts';
import { FailureSchema } from './failure.ts';
import { z } from './schema.ts';
import { SourceName } from './source.ts';

const Amount = z.nullable(z.int().check(z.gte(1), z.lte(100_000)));

/** What one part keeps, stays; a part that is null keeps nothing. A total size then takes the oldest of what stays. */
export const RetentionRule = z.strictObject({
  /** Of the IANA list: where days, weeks, months and years begin. */
  timeZone: z.string().check(z.minLength(1), z.maxLength(64)),
  keepLast: Amount,
  /** The last backup of each of so many days, weeks, months and years that have one. */
  daily: Amount,
  weekly: Amount,
  monthly: Amount,
  yearly: Amount,
  /** What is younger than so many days of 24 hours. */
  keepDays: Amount,
  /** Of one source in one place. */
  maxBytes: z.nullable(z.int().check(z.gte(1))),
});
export type RetentionRule = z.output<typeof RetentionRule>;

/** Whose rule it is. */
export const RetentionOwner = z.union([
  z.strictObject({ planId: BackupPlanId }),
  z.strictObject({ sourceId: SourceId }),
]);
export type RetentionOwner = z.output<typeof RetentionOwner>;

export const RetentionSettings = z.strictObject({
  owner: RetentionOwner,
  /** Null keeps everything. */
  rule: z.nullable(RetentionRule),
  /** Places that have a rule of their own. */
  places: z
    .array(z.strictObject({ destination: DestinationId, rule: z.nullable(RetentionRule) }))
    .check(z.maxLength(20)),
});
export type RetentionSettings = z.output<typeof RetentionSettings>;

export const KeepReason = z.strictObject({
  why: z.enum([
    'no-rule',
    'last',
    'daily',
    'weekly',
    'monthly',
    'yearly',
    'age',
    'size',
    'newest',
    'proven',
    'pinned',
    'held',
    'other-machine',
    'waited-for',
    'clock',
    'list-short',
    'place-silent',
  ]),
  words: z.string(),
  /** When it ends by time alone. */
  until: z.nullable(Instant),
});
export type KeepReason = z.output<typeof KeepReason>;

const Listed = { backupId: BackupId, takenAt: Instant, sizeBytes: ByteCount };

/** One source in one place: what stays and why, what goes. Newest first. */
export const RetentionLine = z.strictObject({
  sourceId: SourceId,
  source: SourceName,
  destination: DestinationId,
  place: z.string(),
  /** The rules that govern it, in words. */
  rules: z.array(z.string()),
  /** Whether it is pruned by itself after a backup: somebody has applied just these rules to it. */
  applied: z.boolean(),
  stays: z.array(
    z.strictObject({
      ...Listed,
      reasons: z.array(KeepReason),
      /** When it will go, as far as the schedule tells. */
      goesAt: z.nullable(Instant),
    }),
  ),
  goes: z.array(z.strictObject({ ...Listed, at: Instant, words: z.string() })),
  /** Why nothing of this line goes, though a rule would have it. */
  stopped: z.nullable(FailureSchema),
});
export type RetentionLine = z.output<typeof RetentionLine>;

export const RetentionPreview = z.strictObject({
  previewId: RetentionPreviewId,
  at: Instant,
  settings: RetentionSettings,
  lines: z.array(RetentionLine),
  /** Of everything that goes. */
  backups: z.int(),
  sizeBytes: ByteCount,
});
export type RetentionPreview = z.output<typeof RetentionPreview>;

/** What a prune came to. */
export const PruneReport = z.strictObject({
  previewId: RetentionPreviewId,
  removed: z.array(
    z.strictObject({
      backupId: BackupId,
      destination: DestinationId,
      sizeBytes: ByteCount,
      files: z.int(),
      manifestSha256: Sha256,
    }),
  ),
  /** Places that kept what they have, and why. */
  stopped: z.array(z.strictObject({ destination: DestinationId, failure: FailureSchema })),
});
export type PruneReport = z.output<typeof PruneReport>;

/** A rule with what it comes to now: what stays and why, what goes and when. */
export const RetentionShown = z.strictObject({
  settings: RetentionSettings,
  /** Of the plan or the source. */
  name: z.string(),
  words: z.string(),
  lines: z.array(RetentionLine),
});
export type RetentionShown = z.output<typeof RetentionShown>;
