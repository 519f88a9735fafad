import { call, event } from '../channel.ts';
import { DestinationName } from '../destination.ts';
import { PlanId, RestoreId } from '../id.ts';
import { RestoreRecord, RestoreTarget } from '../restore.ts';
import { z } from '../schema.ts';
import { ThawDays, ThawSpeed } from '../thaw-report.ts';
import { Nothing, JobRef, BackupRef } from './input.ts';
import { SecretsIn } from './secrets.ts';

const Rehearsal = {
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
};

export const restore = {
  /** A job that reads everything and changes nothing; it comes to a stored plan. */
  rehearse: call(z.strictObject(Rehearsal), JobRef),
  /**
   * For a backup that is archived: a job that thaws it, then by itself the rehearsal, and with `run` the restore, where the plan can run and
   * asks for nothing to be typed. Each is a job of its own (`JobResult.next`, `Job.after`); cancelling one ends it all. Passwords
   * that are given wait in memory: with another Holdfast the thaw goes on, and what was to follow has to be asked for again.
   * What is wrong with the target is said at once. @param place, days, speed as `backup.thaw` has them.
   */
  thawFirst: call(
    z.strictObject({
      ...Rehearsal,
      place: z.optional(DestinationName),
      days: z.optional(ThawDays),
      speed: z.optional(ThawSpeed),
      run: z.boolean(),
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
