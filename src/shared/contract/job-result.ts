import { BackupCard, ManifestBody, StoredState } from '../artifact.ts';
import { DiffReport } from '../diff.ts';
import { FoundReport } from '../found.ts';
import { BackupId, JobId } from '../id.ts';
import { Job } from '../job.ts';
import { PurgeReport } from '../purge.ts';
import { RestorePlan, RestoreReport, UndoReport } from '../restore.ts';
import { ResealReport } from '../reseal.ts';
import { PruneReport } from '../retention.ts';
import { z } from '../schema.ts';
import { RepairReport, ScrubReport } from '../scrub.ts';
import { ProbeReport } from '../source.ts';
import { ThawReport } from '../thaw-report.ts';
import { VerifyReport } from '../verify.ts';

export const JobResult = z.strictObject({
  job: Job,
  /** What the job came to, by its kind; null until it succeeded. */
  backup: z.nullable(z.strictObject({ card: BackupCard, manifest: ManifestBody })),
  verify: z.nullable(VerifyReport),
  rehearse: z.nullable(RestorePlan),
  restore: z.nullable(RestoreReport),
  diff: z.nullable(DiffReport),
  probe: z.nullable(ProbeReport),
  /** Present where an undo succeeded. */
  undo: z.optional(UndoReport),
  /** Present where a carry succeeded: how its places stand to the backup. */
  carry: z.optional(z.strictObject({ backupId: BackupId, stored: z.array(StoredState) })),
  /** Present where a prune succeeded. */
  prune: z.optional(PruneReport),
  scrub: z.optional(ScrubReport),
  repair: z.optional(RepairReport),
  /** Present where a search succeeded. */
  find: z.optional(FoundReport),
  purge: z.optional(PurgeReport),
  reseal: z.optional(ResealReport),
  thaw: z.optional(ThawReport),
  /** The job that went on by itself when this one had succeeded. */
  next: z.optional(JobId),
});
export type JobResult = z.output<typeof JobResult>;
