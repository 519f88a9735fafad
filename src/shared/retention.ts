/** What is kept and what goes, as it is asked for and told. `docs/rooms/retention.md` says what is promised. */
import { BackupPlanId, DestinationId, Instant, SourceId } from './id.ts';
import { z } from './schema.ts';

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

/** A backup that no rule deletes, until the pin ends. A held one has no end and is let go by a person alone. */
export const Pin = z.strictObject({
  reason: z.string().check(z.minLength(1), z.maxLength(200)),
  until: z.nullable(Instant),
  hold: z.boolean(),
  since: Instant,
  /** Who pinned it. */
  by: z.string(),
});
export type Pin = z.output<typeof Pin>;

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
    'clock',
    'list-short',
  ]),
  words: z.string(),
  /** When it ends by time alone. */
  until: z.nullable(Instant),
});
export type KeepReason = z.output<typeof KeepReason>;
