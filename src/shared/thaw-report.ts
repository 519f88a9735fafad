/** Archived data on its way back to where it can be read. */
import { BackupId, ByteCount, DestinationId, Instant } from './id.ts';
import { z } from './schema.ts';

/** The faster, the dearer. Azure has two: `expedited` is its high priority. */
export const ThawSpeed = z.enum(['expedited', 'standard', 'bulk']);
export type ThawSpeed = z.output<typeof ThawSpeed>;

/** So long it can be read before it goes back, where it goes back by itself. */
export const ThawDays = z.int().check(z.gte(1), z.lte(365));

/**
 * Hours until it can be read, at most, by class and speed; null: this class does not have this speed. Anything else is read at once.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html,
 * https://learn.microsoft.com/azure/storage/blobs/archive-rehydrate-overview (expedited: under an hour, for blobs of less than 10 GB)
 */
const hours: Record<string, Record<ThawSpeed, number | null>> = {
  GLACIER: { expedited: 1, standard: 5, bulk: 12 },
  DEEP_ARCHIVE: { expedited: null, standard: 12, bulk: 48 },
  ARCHIVE_ACCESS: { expedited: 1, standard: 5, bulk: 12 },
  DEEP_ARCHIVE_ACCESS: { expedited: null, standard: 12, bulk: 48 },
  Archive: { expedited: 1, standard: 15, bulk: null },
};

export const thawHoursAt = (storageClass: string, speed: ThawSpeed): number | null =>
  hours[storageClass]?.[speed] ?? null;

/** What a thaw came to. */
export const ThawReport = z.strictObject({
  backupId: BackupId,
  destination: DestinationId,
  /** Files that were cold, of all that the backup has there. */
  thawed: z.int(),
  files: z.int(),
  sizeBytes: ByteCount,
  startedAt: Instant,
  endedAt: Instant,
  /** When it goes back by itself, at the earliest; null: it stays. */
  readableUntil: z.nullable(Instant),
});
export type ThawReport = z.output<typeof ThawReport>;
