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
import { Pin } from './pin.ts';
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

/** A rule that lets a few go after each backup needs nobody; one that lets go more than these looks like a mistake. */
export const usualAskAbove = 20;

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
  /** More than so many going at once wait for a person, whatever was applied; null never does. Left out it is {@link usualAskAbove}. */
  askAbove: z.optional(Amount),
});
export type RetentionSettings = z.output<typeof RetentionSettings>;

export const KeepWhy = z.enum([
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
  'replaced',
  'clock',
  'list-short',
  'place-silent',
]);
export type KeepWhy = z.output<typeof KeepWhy>;

export const KeepReason = z.strictObject({
  why: KeepWhy,
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
  /** Of them, how many were restored and found equal. */
  proven: z.int(),
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

/** What stays and goes of one line, in numbers. */
export const RetentionTotals = z.strictObject({
  kept: z.int(),
  keptBytes: ByteCount,
  goes: z.int(),
  goesBytes: ByteCount,
  /** Of those that go, how many were restored and found equal. */
  provenGo: z.int(),
  /** Taken first of those that stay. */
  oldest: z.nullable(Instant),
});
export type RetentionTotals = z.output<typeof RetentionTotals>;

/** One day, week of days or month of a calendar: `2026-11-25`, `2026-11`. */
const Day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));
const Stretch = { kept: z.int(), goes: z.int() };

/** What is kept of one source in one place, day by day, and whose rules say so. */
export const RetentionLook = z.strictObject({
  sourceId: SourceId,
  /** Who has a say: the plans that write there, or the source itself. */
  owners: z.array(
    z.strictObject({
      settings: RetentionSettings,
      name: z.string(),
      words: z.string(),
      /** Whose backups go by this rule. */
      sources: z.array(SourceName),
    }),
  ),
  places: z.array(
    z.strictObject({
      destination: DestinationId,
      place: z.string(),
      /** Whether it is pruned by itself after a backup, under the rules that are looked at. */
      applied: z.boolean(),
      /** More went at once than the rule lets go unasked. */
      asks: z.boolean(),
      stopped: z.nullable(FailureSchema),
      /** When its plans back it up next. */
      next: z.nullable(Instant),
      asIs: RetentionTotals,
      /** With the rules of the draft; the same where there is none. */
      asDrafted: RetentionTotals,
    }),
  ),
  /** Of the place that was asked for, or the first. */
  destination: z.nullable(DestinationId),
  days: z.array(
    z.strictObject({
      day: Day,
      ...Stretch,
      why: z.array(KeepWhy),
      /** Places in which the copy of a backup of that day is known not to hold. */
      damaged: z.array(DestinationId),
    }),
  ),
  months: z.array(z.strictObject({ month: z.string(), ...Stretch })),
  pins: z.array(z.strictObject({ backupId: BackupId, takenAt: Instant, pin: Pin })),
});
export type RetentionLook = z.output<typeof RetentionLook>;

/** One backup of a line: why it stays, or that it goes. */
export const RetentionEntry = z.strictObject({
  ...Listed,
  verdict: z.enum(['proven', 'partly', 'failed', 'unproven']),
  /** Empty for one that goes. */
  reasons: z.array(KeepReason),
  goes: z.boolean(),
  /** When it will go, as far as the schedule tells. */
  goesAt: z.nullable(Instant),
  pin: z.nullable(Pin),
  /** Places in which its copy is known not to hold. */
  damaged: z.array(DestinationId),
});
export type RetentionEntry = z.output<typeof RetentionEntry>;

export const RetentionQuestion = z.strictObject({
  name: SourceName,
  /** The first place where it is left out. */
  destination: z.optional(DestinationId),
  from: Day,
  to: Day,
  /** In which days begin. */
  timeZone: z.string().check(z.minLength(1), z.maxLength(64)),
  /** Rules as if they were saved. */
  draft: z.optional(RetentionSettings),
});
export type RetentionQuestion = z.output<typeof RetentionQuestion>;
