import { call, event } from '../channel.ts';
import { PlanId, RestoreId } from '../id.ts';
import { RestoreRecord, RestoreTarget } from '../restore.ts';
import { z } from '../schema.ts';
import { Nothing, JobRef, BackupRef } from './input.ts';
import { SecretsIn } from './secrets.ts';

export const restore = {
  /** A job that reads everything and changes nothing; it comes to a stored plan. */
  rehearse: call(
    z.strictObject({
      backup: BackupRef,
      /** Which database of the set; may be left out where there is one. */
      database: z.optional(z.string()),
      target: z.union([
        RestoreTarget,
        z.strictObject({ kind: z.literal('same-server'), database: z.string() }),
        /** In the place of the live database, which is kept beside it and can be brought back. */
        z.strictObject({ kind: z.literal('original') }),
      ]),
      secrets: SecretsIn,
    }),
    JobRef,
  ),
  /** `confirm` is what the plan asks to be typed, where it asks for something. */
  run: call(
    z.strictObject({ planId: PlanId, secrets: SecretsIn, confirm: z.optional(z.string().check(z.maxLength(200))) }),
    JobRef,
  ),
  /** Restores into the original's place whose earlier database is or was kept, newest first. */
  list: call(Nothing, z.array(RestoreRecord)),
  /** Brings the earlier database back; the restored one is kept in its stead. */
  undo: call(z.strictObject({ restoreId: RestoreId }), JobRef),
  /** Removes the database that was kept for undo. */
  release: call(z.strictObject({ restoreId: RestoreId }), JobRef),
  changed: event(z.strictObject({ record: RestoreRecord })),
} as const;
