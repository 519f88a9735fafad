import { BackupPlanId, DestinationId, Instant, JobId, SourceId } from './id.ts';
import { FailureSchema } from './failure.ts';
import { z } from './schema.ts';
import { VerifyLevel } from './verify.ts';

/** Five fields (minute hour day month weekday), read in a time zone of the IANA list, e.g. `Europe/Berlin`. */
export const Cron = z.strictObject({
  cron: z.string().check(z.minLength(1), z.maxLength(200)),
  timeZone: z.string().check(z.minLength(1), z.maxLength(64)),
});
export type Cron = z.output<typeof Cron>;

const Duration = z.int().check(z.nonnegative(), z.lte(366 * 24 * 3_600_000));

/** What a person decides of a plan. */
export const PlanSettings = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(80)),
  sources: z.array(SourceId).check(z.minLength(1), z.maxLength(200)),
  /** Where the backups go; empty means where each source's own go. */
  destinations: z.array(DestinationId).check(z.maxLength(20)),
  backup: Cron,
  /** A run that was missed is made up if it is at most this old when it can be made; 0 never makes up. */
  makeUpWithinMs: Duration,
  /** Runs begin up to this much later, by a share that is the same for one run of one plan on one machine. */
  jitterMs: Duration,
  /** What is read or restored as soon as a backup of this plan has been made. */
  verifyEach: z.union([VerifyLevel, z.literal('none')]),
  /** Proofs by restore at times of their own; null for none. */
  proof: z.nullable(z.strictObject({ ...Cron.shape, which: z.enum(['latest', 'random-older']) })),
  onBattery: z.enum(['run', 'wait']),
  onMetered: z.enum(['run', 'wait']),
});
export type PlanSettings = z.output<typeof PlanSettings>;

export const Plan = z.strictObject({
  id: BackupPlanId,
  ...PlanSettings.shape,
  /** Null while it runs; `until` is null where only a person ends the pause. */
  paused: z.nullable(z.strictObject({ since: Instant, until: z.nullable(Instant) })),
  createdAt: Instant,
});
export type Plan = z.output<typeof Plan>;

/** Why a run that is due has not begun. */
export const PlanWait = z.strictObject({
  reason: z.enum(['network', 'source', 'destination', 'battery', 'metered', 'busy']),
  since: Instant,
  /** In words: "docker-02 does not answer". */
  detail: z.string(),
});
export type PlanWait = z.output<typeof PlanWait>;

/** The newest run of a plan for one of its sources. */
export const PlanRun = z.strictObject({
  sourceId: SourceId,
  what: z.enum(['backup', 'proof']),
  /** The moment it was due. */
  dueAt: Instant,
  startedAt: z.nullable(Instant),
  /** How many due moments it stands for: more than one where missed runs were made up as one. */
  standsFor: z.int(),
  outcome: z.enum(['running', 'succeeded', 'failed', 'cancelled', 'missed']),
  jobId: z.nullable(JobId),
  failure: z.nullable(FailureSchema),
  /** Every job that was begun for it, oldest first: more than one where it was tried again. Without one it was not begun. */
  attempts: z.optional(
    z.array(
      z.strictObject({
        jobId: z.nullable(JobId),
        startedAt: Instant,
        endedAt: z.nullable(Instant),
        failure: z.nullable(FailureSchema),
      }),
    ),
  ),
});
export type PlanRun = z.output<typeof PlanRun>;

/** A plan with what follows from it now. */
export const PlanCard = z.strictObject({
  plan: Plan,
  /** The schedule in words: "Every day at 02:00". */
  words: z.string(),
  /** The next moments at which backups are due, soonest first; empty while paused and where the schedule never fires. */
  next: z.array(Instant),
  nextProof: z.nullable(Instant),
  waiting: z.nullable(PlanWait),
  /** The newest of every source and kind. */
  runs: z.array(PlanRun),
});
export type PlanCard = z.output<typeof PlanCard>;

/** What a schedule comes to, for the form that makes it. */
export const CronPreview = z.strictObject({
  words: z.string(),
  next: z.array(Instant),
  /** What a person might not expect: a night without 02:30, a month without a 31st. */
  notes: z.array(z.string()),
});
export type CronPreview = z.output<typeof CronPreview>;

export const SchedulerState = z.strictObject({
  /** Whether the Holdfast that owns the data folder keeps schedules; a single terminal command does not. */
  active: z.boolean(),
  /** All plans at once, from tray or window. */
  paused: z.nullable(z.strictObject({ since: Instant, until: z.nullable(Instant) })),
});
export type SchedulerState = z.output<typeof SchedulerState>;
