import { ArchivedCopy } from '../archived.ts';
import { BackupCard, ManifestBody, StoredState } from '../artifact.ts';
import { call, event } from '../channel.ts';
import { DestinationName } from '../destination.ts';
import { DirectPreview } from '../direct.ts';
import { BackupId, ByteCount, DestinationId, Instant, JobId, SourceId } from '../id.ts';
import { TrendPoint } from '../overview.ts';
import { PeriodKind } from '../period.ts';
import { Pin } from '../pin.ts';
import { PinBeaten } from '../place-rules.ts';
import { PurgePreview, PurgeSubject } from '../purge.ts';
import { z } from '../schema.ts';
import { SourceName } from '../source.ts';
import { ThawDays, ThawSpeed } from '../thaw-report.ts';
import { VerifyLevel, VerifyReport } from '../verify.ts';
import { Nothing, JobRef, BackupRef } from './input.ts';
import { SecretText, PrivateKeyText } from './secrets.ts';

/** A dump on its way: what the spool keeps of it. */
export const KeptCard = z.strictObject({
  backupId: BackupId,
  source: SourceName,
  sourceId: SourceId,
  takenAt: Instant,
  sizeBytes: ByteCount,
  /** Whether a place has it, so that it is a backup. */
  listed: z.boolean(),
  stored: z.array(StoredState),
});
export type KeptCard = z.output<typeof KeptCard>;

export const backup = {
  /**
   * @param direct straight to the first place that answers, without a file in the data folder in between; left out, as the source
   * says. It cannot be resumed, and holds its snapshot until the last byte lies there: `directPreview` says for how long.
   */
  start: call(z.strictObject({ name: SourceName, direct: z.optional(z.boolean()) }), JobRef),
  /** What a backup needs in the data folder, whether that is there, and what going straight to a place would mean. */
  directPreview: call(z.strictObject({ name: SourceName }), DirectPreview),
  /** Newest first; at most `limit`, all where it is left out. */
  list: call(
    z.strictObject({
      name: z.optional(SourceName),
      limit: z.optional(z.int().check(z.gte(1), z.lte(100_000))),
      /** Only those older than this one: the next page. */
      before: z.optional(BackupId),
      verdict: z.optional(z.enum(['proven', 'partly', 'failed', 'unproven'])),
      /** Only those with a pin that has not ended. */
      pinned: z.optional(z.literal(true)),
      kind: z.optional(z.enum(['postgres', 'sqlite'])),
      /** Only the last of each day, week, month or year of a source that has one, in this time zone. */
      by: z.optional(
        z.strictObject({ period: PeriodKind, timeZone: z.string().check(z.minLength(1), z.maxLength(64)) }),
      ),
    }),
    z.array(BackupCard),
  ),
  /** How many there are, by what their proofs came to. */
  tally: call(
    z.strictObject({ name: z.optional(SourceName) }),
    z.strictObject({ all: z.int(), proven: z.int(), partly: z.int(), failed: z.int(), unproven: z.int() }),
  ),
  /** The last backups of a source as points of a chart, oldest first. */
  trend: call(z.strictObject({ name: SourceName, limit: z.int().check(z.gte(1), z.lte(5_000)) }), z.array(TrendPoint)),
  show: call(
    z.strictObject({ backup: BackupRef }),
    z.strictObject({ card: BackupCard, manifest: ManifestBody, proofs: z.array(VerifyReport) }),
  ),
  verify: call(
    z.strictObject({
      backup: BackupRef,
      level: VerifyLevel,
      kit: z.optional(SecretText),
      privateKey: z.optional(PrivateKeyText),
    }),
    JobRef,
  ),
  /**
   * Brings backups into places that do not have them, one job for each: from the spool, or from a place that has it.
   * `backup` alone: into every place that waits for it or gave it up. `destination` alone: every backup that waits for
   * this place or was given up there, with `missing` also those that were never to be there. Both: this backup into
   * this place, whether it was to be there or not. Neither: whatever waits.
   */
  carry: call(
    z.strictObject({
      backup: z.optional(BackupRef),
      destination: z.optional(DestinationName),
      missing: z.optional(z.boolean()),
    }),
    z.strictObject({ jobIds: z.array(JobId) }),
  ),
  /** How the copies stand that lie where data may be archived. The places are asked, which takes seconds. */
  archived: call(z.strictObject({ backup: BackupRef }), z.array(ArchivedCopy)),
  /**
   * A job that asks for the archived data of a backup and waits until it can be read (`JobResult.thaw`); what can be read already is
   * left alone, so it may be asked again. Progress: `bytes` of `totalBytes` can be read.
   * @param place where it lies; left out, one where it can be read, or else where that takes least. @param days it stays readable, where it goes back by itself; left out 7.
   * @param prove as soon as it can be read, it is proven at this level, by a job of its own.
   */
  thaw: call(
    z.strictObject({
      backup: BackupRef,
      place: z.optional(DestinationName),
      days: z.optional(ThawDays),
      speed: z.optional(ThawSpeed),
      prove: z.optional(VerifyLevel),
    }),
    JobRef,
  ),
  /** Dumps that the data folder keeps for places that wait, oldest first; one that is not `listed` is nowhere else. */
  waiting: call(Nothing, z.array(KeptCard)),
  /**
   * Gives a kept dump up that no place has: what is on its way is stopped, what arrived is taken back, and the dump is removed.
   * `confirm` is its id once more. `left`: places that could not be asked, where a sweep removes what is left of it.
   */
  discard: call(
    z.strictObject({ backup: BackupId, confirm: z.string().check(z.maxLength(100)) }),
    z.strictObject({ backupId: BackupId, left: z.array(DestinationId) }),
  ),
  diff: call(z.strictObject({ backup: BackupRef, against: z.union([z.literal('live'), BackupRef]) }), JobRef),
  /** `until` null: until a person takes it away. A hold has no end. */
  pin: call(
    z.strictObject({
      backup: BackupRef,
      reason: Pin.shape.reason,
      until: z.nullable(Instant),
      hold: z.boolean(),
    }),
    /** `beaten`: places that delete their copy before the pin ends, by their own rules as they were last read. */
    z.extend(BackupCard, { beaten: z.optional(z.array(PinBeaten)) }),
  ),
  /** What a purge would destroy where, what would keep it all the same, and what has to be typed. Every place, where none is named. */
  purgePreview: call(
    z.strictObject({ what: PurgeSubject, places: z.optional(z.array(DestinationName)) }),
    PurgePreview,
  ),
  /**
   * A job that destroys what the preview showed, also what no retention rule may delete, and leaves a record.
   * @param token, confirm as the preview gave them; anything else is refused. @param reason goes on the record.
   */
  purge: call(
    z.strictObject({
      what: PurgeSubject,
      places: z.optional(z.array(DestinationName)),
      token: z.string().check(z.maxLength(64)),
      confirm: z.string().check(z.maxLength(500)),
      reason: z.string().check(z.minLength(1), z.maxLength(500)),
    }),
    JobRef,
  ),
  unpin: call(z.strictObject({ backup: BackupRef, liftHold: z.boolean() }), BackupCard),
  added: event(z.strictObject({ card: BackupCard })),
  changed: event(z.strictObject({ card: BackupCard })),
  /** It is not stored anywhere any more. */
  removed: event(z.strictObject({ backupId: BackupId })),
} as const;
