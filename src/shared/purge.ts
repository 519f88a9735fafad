/** Destruction on request: what would go, what would still keep it, and the record of what went. */
import { BackupId, ByteCount, DestinationId, Instant } from './id.ts';
import { FailureSchema } from './failure.ts';
import { z } from './schema.ts';

/** One backup, or every backup of a source, also of one that was removed. */
export const PurgeSubject = z.union([
  z.strictObject({ backup: z.string().check(z.minLength(1), z.maxLength(200)) }),
  z.strictObject({ source: z.string().check(z.minLength(1), z.maxLength(200)) }),
]);
export type PurgeSubject = z.output<typeof PurgeSubject>;

export const PurgePlace = z.strictObject({
  destination: DestinationId,
  backups: z.int(),
  sizeBytes: ByteCount,
  /** What is known to stay there all the same: versions, locks. */
  keeps: z.array(z.string()),
  /** Why it cannot be asked now; null where it answers. */
  unreachable: z.nullable(FailureSchema),
});

/** What a purge would destroy. Nothing has happened yet. */
export const PurgePreview = z.strictObject({
  /** Names this very list; `backup.purge` is refused where it would be another. */
  token: z.string(),
  source: z.string(),
  backups: z.array(
    z.strictObject({
      backupId: BackupId,
      takenAt: Instant,
      sizeBytes: ByteCount,
      /** Why no rule would ever delete it. */
      never: z.array(z.enum(['last', 'last-proven', 'pinned', 'other-machine'])),
      /** Places that keep it, because they were not named. */
      staysIn: z.array(DestinationId),
    }),
  ),
  places: z.array(PurgePlace),
  /** What a purge does not reach, whatever it is told. */
  notCovered: z.array(z.string()),
  /** What has to be typed. */
  confirm: z.string(),
});
export type PurgePreview = z.output<typeof PurgePreview>;

/** One backup destroyed in one place. */
export const Purged = z.strictObject({
  backupId: BackupId,
  destination: DestinationId,
  at: Instant,
  manifestSha256: z.string(),
  /** `digests`: SHA-256 of each stored range of 64 MiB, from the manifest; none for a proof. */
  objects: z.array(z.strictObject({ name: z.string(), sizeBytes: ByteCount, digests: z.array(z.string()) })),
  /** Older versions that were destroyed with them. */
  versions: z.int(),
});
export type Purged = z.output<typeof Purged>;

export const PurgeReport = z.strictObject({
  reason: z.string(),
  removed: z.array(Purged),
  /** What could not be destroyed; ask again. */
  stopped: z.array(z.strictObject({ backupId: BackupId, destination: DestinationId, failure: FailureSchema })),
  /** What still keeps bytes of it, as far as could be found out. */
  remains: z.array(
    z.strictObject({
      destination: DestinationId,
      /** Why, where the place refused to remove it: `destination.locked`, `destination.permission`. */
      code: z.optional(z.string()),
      words: z.string(),
    }),
  ),
  notCovered: z.array(z.string()),
  /** The record, to print and file; absent until it was written. */
  record: z.optional(z.strictObject({ file: z.string(), sha256: z.string(), auditSequence: z.int() })),
});
export type PurgeReport = z.output<typeof PurgeReport>;
