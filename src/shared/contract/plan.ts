import { call, event } from '../channel.ts';
import { BackupPlanId, Instant, JobId } from '../id.ts';
import { Cron, CronPreview, PlanCard, PlanSettings, SchedulerState } from '../plan.ts';
import { z } from '../schema.ts';
import { Nothing } from './input.ts';

export const plan = {
  list: call(Nothing, z.array(PlanCard)),
  save: call(z.strictObject({ planId: z.optional(BackupPlanId), settings: PlanSettings }), PlanCard),
  /** Its backups stay. */
  remove: call(z.strictObject({ planId: BackupPlanId }), Nothing),
  /** `until` null: until a person ends it. */
  pause: call(z.strictObject({ planId: BackupPlanId, until: z.nullable(Instant) }), PlanCard),
  resume: call(z.strictObject({ planId: BackupPlanId }), PlanCard),
  /** A run outside the schedule: a backup of every source of the plan. */
  runNow: call(z.strictObject({ planId: BackupPlanId }), z.strictObject({ jobIds: z.array(JobId) })),
  preview: call(Cron, CronPreview),
  /** All plans at once. */
  pauseAll: call(z.strictObject({ until: z.nullable(Instant) }), SchedulerState),
  resumeAll: call(Nothing, SchedulerState),
  changed: event(z.strictObject({ card: PlanCard })),
  removed: event(z.strictObject({ planId: BackupPlanId })),
  schedulerChanged: event(z.strictObject({ scheduler: SchedulerState })),
} as const;
