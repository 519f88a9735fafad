import { call, event } from '../channel.ts';
import { BackupId, JobId, SourceId } from '../id.ts';
import { Job, JobKind, JobState, LogLine, Progress } from '../job.ts';
import { z } from '../schema.ts';
import { Nothing, JobRef } from './input.ts';
import { JobResult } from './job-result.ts';

export const job = {
  list: call(
    z.strictObject({
      state: z.optional(JobState),
      limit: z.int().check(z.gte(1), z.lte(1000)),
      kinds: z.optional(z.array(JobKind)),
      sourceId: z.optional(SourceId),
      backupId: z.optional(BackupId),
      /** Only those asked for earlier than this one: the next page. */
      before: z.optional(JobId),
    }),
    z.array(Job),
  ),
  show: call(JobRef, JobResult),
  /** Answers when the job has ended, however it ended. */
  wait: call(JobRef, JobResult),
  cancel: call(JobRef, Nothing),
  log: call(JobRef, z.array(LogLine)),
  changed: event(z.strictObject({ job: Job })),
  progressed: event(z.strictObject({ jobId: JobId, progress: Progress })),
} as const;
