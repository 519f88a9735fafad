/** How the copies of one backup stand that lie where data may be archived: asked there, now. */
import { ByteCount, DestinationId, Instant, JobId } from './id.ts';
import { z } from './schema.ts';
import { ThawSpeed } from './thaw-report.ts';

export const ArchivedCopy = z.strictObject({
  destination: DestinationId,
  /** `unknown`: it could not be asked, and `message` says why. */
  state: z.enum(['readable', 'archived', 'thawing', 'unknown']),
  message: z.nullable(z.string()),
  /** The class or tier that it has to be brought out of; null where it can be read, or nobody knows. */
  storageClass: z.nullable(z.string()),
  /** What of it cannot be read now. */
  files: z.int(),
  sizeBytes: ByteCount,
  /** How fast it can be thawed, and the hours that takes at most. Quickest and dearest first. */
  speeds: z.array(z.strictObject({ speed: ThawSpeed, hours: z.int() })),
  /** Once thawed it can be read for some days and goes back by itself; false: it stays. */
  goesBack: z.boolean(),
  /** When it can be read at the latest; null where nothing was asked for from here. */
  readyAt: z.nullable(Instant),
  /** The job that waits for it, where one does. */
  jobId: z.nullable(JobId),
});
export type ArchivedCopy = z.output<typeof ArchivedCopy>;
