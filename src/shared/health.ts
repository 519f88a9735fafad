/** How a place is: room, growth, and what lies there that should not, or does not and should. */
import { StoredState } from './artifact.ts';
import { BackupId, ByteCount, DestinationId, Instant } from './id.ts';
import { z } from './schema.ts';
import { SourceName } from './source.ts';

/** Data or proofs under the id of a backup that has no manifest there. */
export const Orphan = z.strictObject({
  /** The name of its folder: the id of the backup that it was to be, where Holdfast made it. */
  name: z.string(),
  objects: z.int(),
  sizeBytes: ByteCount,
  /** When the youngest of its objects was written, by the place's clock. */
  newestAt: Instant,
  /** `own`: a job of this machine wrote it. `unknown`: another machine may have, and may still. */
  whose: z.enum(['own', 'unknown']),
  /** Why it is not removed; null where a sweep may. */
  stays: z.nullable(z.string()),
});
export type Orphan = z.output<typeof Orphan>;

export const PlaceHealth = z.strictObject({
  destination: DestinationId,
  /** When this was looked at. */
  at: Instant,
  /** Manifests that lie there, and how many of them this catalog does not know: another machine's, or an earlier one's. */
  backups: z.int(),
  unknownBackups: z.int(),
  /** Everything of Holdfast's. */
  sizeBytes: ByteCount,
  /** Null where the place cannot tell. */
  freeBytes: z.nullable(ByteCount),
  /** What a day's backups of this machine take there, from those of the last thirty days; null before the second. */
  bytesADay: z.nullable(ByteCount),
  /** Until it is full, where nothing is removed. */
  daysLeft: z.nullable(z.int()),
  orphans: z.array(Orphan),
  /** Manifests whose data is gone, or smaller than it should be. */
  withoutData: z.array(
    z.strictObject({ backupId: BackupId, sizeBytes: ByteCount, expectedBytes: z.nullable(ByteCount) }),
  ),
  /** Uploads and files that nobody is writing any more. */
  unfinished: z.int(),
  /** What to do, gravest first. */
  hints: z.array(
    z.strictObject({
      code: z.enum(['full-soon', 'without-data', 'orphans', 'unfinished', 'unknown-backups']),
      words: z.string(),
    }),
  ),
});
export type PlaceHealth = z.output<typeof PlaceHealth>;

/** A copy that a place should have and has not: it waits, or was given up. */
export const LateCopy = z.strictObject({
  backupId: BackupId,
  source: SourceName,
  takenAt: Instant,
  sizeBytes: ByteCount,
  /** Whether another place has it, so that it is a backup; else it is in the data folder alone. */
  listed: z.boolean(),
  stored: StoredState,
});
export type LateCopy = z.output<typeof LateCopy>;

/** Oldest first, at most five hundred of them; `all` counts every one. */
export const LateCopies = z.strictObject({ all: z.int(), copies: z.array(LateCopy) });
export type LateCopies = z.output<typeof LateCopies>;

export const SweepReport = z.strictObject({
  removed: z.array(Orphan),
  stayed: z.array(z.strictObject({ name: z.string(), why: z.string() })),
  /** Of what nobody was writing any more. */
  unfinished: z.int(),
});
export type SweepReport = z.output<typeof SweepReport>;
