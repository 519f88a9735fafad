import { call, event } from '../channel.ts';
import { JobId, RetentionPreviewId } from '../id.ts';
import {
  RetentionEntry,
  RetentionLook,
  RetentionOwner,
  RetentionPreview,
  RetentionQuestion,
  RetentionSettings,
  RetentionShown,
} from '../retention.ts';
import { z } from '../schema.ts';

export const retention = {
  /** The rules there are, and what stays, what goes and when by each. */
  show: call(z.strictObject({ owner: z.optional(RetentionOwner) }), z.array(RetentionShown)),
  /**
   * Looks at the places and keeps the list, so that `apply` can name it. Nothing is deleted.
   * @param clockIsRight a person says so, where the clock took a step.
   * @param draft rules that are not saved before their preview is applied.
   * @param brief leaves out what stays, and names at most a hundred of those that go in each line.
   */
  preview: call(
    z.strictObject({
      owner: RetentionOwner,
      clockIsRight: z.boolean(),
      draft: z.optional(RetentionSettings),
      brief: z.optional(z.boolean()),
    }),
    RetentionPreview,
  ),
  /** A calendar of one source in one place. From the catalog alone: no place is listed. */
  look: call(RetentionQuestion, RetentionLook),
  /** The backups of those days, newest first; at most a hundred. */
  entries: call(RetentionQuestion, z.array(RetentionEntry)),
  /** Saves a rule and comes to its preview. Nothing is deleted before that is applied. */
  set: call(RetentionSettings, RetentionPreview),
  /** Deletes what the preview lists, by jobs; refused when the list would be another one now. */
  apply: call(z.strictObject({ previewId: RetentionPreviewId }), z.strictObject({ jobIds: z.array(JobId) })),
  changed: event(z.strictObject({ settings: RetentionSettings })),
  applied: event(z.strictObject({ previewId: RetentionPreviewId, jobIds: z.array(JobId) })),
} as const;
