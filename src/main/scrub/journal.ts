/** A step of a reading, as the journal of a scrub keeps it. */
import { BackupId, Instant } from '../../shared/id.ts';
import { CopyFinding } from '../../shared/scrub.ts';
import { z } from '../../shared/schema.ts';

export const ScrubLine = z.strictObject({
  backupId: BackupId,
  at: Instant,
  /** The range this step began with, and the one the next goes on with; null: all were read. */
  from: z.int(),
  position: z.nullable(z.int()),
  finding: z.nullable(CopyFinding),
  /** It could not be looked at. */
  unread: z.boolean(),
});
export type ScrubLine = z.output<typeof ScrubLine>;
