/** One run of a plan from its window to its outcome: the backup, then the proof of it that the plan asks for. */
import { Fail, failures, toFailure, type Failure } from '../../shared/failure.ts';
import type { BackupId, BackupPlanId, Instant, JobId, MachineId, SourceId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { Plan, PlanWait } from '../../shared/plan.ts';
import type { Verdict, VerifyLevel } from '../../shared/verify.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { BackupPlans, KeptRun, PlanLine } from '../catalog/backup-plans.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Step } from '../schedule/due.ts';

/** What the planner needs of the house. */
export interface PlanPorts {
  clock: Clock;
  log: Log;
  machine: MachineId;
  catalog: Pick<Catalog, 'meta' | 'together'>;
  plans: BackupPlans;
  jobs: PlanJobs;
  /** What stands in the way of this kind of job now; null: nothing. Cheap, and never longer than a few seconds. */
  hindrance(
    plan: Plan,
    source: SourceId,
    what: 'backup' | 'proof',
  ): Promise<Pick<PlanWait, 'reason' | 'detail'> | null>;
  /** Something that a door shows of this plan has changed. */
  changed(plan: BackupPlanId): void;
  schedulerChanged(): void;
  /** Looks after what else is begun by the clock, while plans are not paused. */
  lookToo?(): Promise<void>;
}

export interface PlanJobs {
  /** Whether the source is still there. */
  knows(source: SourceId): boolean;
  get(id: JobId): Job | undefined;
  /** Whether an unfinished job works on the source. */
  busy(source: SourceId): boolean;
  /** Queues a backup. @throws Fail */
  backUp(plan: Plan, source: SourceId, actor: string): { jobId: JobId; backupId: BackupId };
  /** Queues a proof. @throws Fail */
  prove(plan: Plan, backup: BackupId, level: VerifyLevel, actor: string): JobId;
  /** The backup that a proof of this window is about. @throws Fail `backup.none` */
  choose(plan: Plan, source: SourceId, dueAt: Instant): BackupId;
  verdict(id: JobId): Verdict | null;
  /** Whether a backup exists. */
  exists(backup: BackupId): boolean;
}

/** A window whose run is due, or that is too late for one. */
export type Due = Extract<Step, { act: 'run' | 'miss' }>;

export function newRun(line: PlanLine, dueAt: Instant, standsFor: number, asked: boolean): KeptRun {
  return {
    planId: line.planId,
    sourceId: line.sourceId,
    what: line.what,
    dueAt,
    startedAt: null,
    endedAt: null,
    standsFor,
    outcome: 'running',
    jobId: null,
    failure: null,
    attempts: [],
    backupId: null,
    step: line.what,
    asked,
    slept: false,
  };
}

/** Writes down that a window had no run, and why. */
export function missed(ports: PlanPorts, plan: Plan, line: PlanLine, due: Due, wait: PlanWait | undefined): void {
  const { dueAt, standsFor } = due;
  const why = wait?.detail ?? 'Holdfast was not running, the machine was off or asleep, or the plan was paused.';
  const { hint, retryable } = failures['plan.missed'];
  const message = `The run was not begun in time. ${why}`;
  const failure: Failure = { code: 'plan.missed', message, hint, retryable, ref: plan.id };
  ports.plans.take({ ...newRun(line, dueAt, standsFor, false), outcome: 'missed', failure });
  ports.plans.decide(line, dueAt);
  ports.log.warn('A run of a plan was missed.', { plan: plan.name, source: line.sourceId, dueAt, standsFor, why });
}

/**
 * Takes the window, where the run is new, and starts its job. A window that is taken already is left alone.
 * @returns the run as it stands now: running, or failed where its job could not be queued.
 */
export function begin(ports: PlanPorts, plan: Plan, run: KeptRun, actor: string): KeptRun {
  const { plans, clock, log } = ports;
  const startedAt = clock.now();
  const begun: KeptRun = { ...run, startedAt: run.startedAt ?? startedAt };
  if (run.attempts.length > 0) plans.update(begun);
  else if (!plans.take(begun)) return run;
  log.info('A run of a plan begins.', { plan: plan.name, source: run.sourceId, what: run.what, dueAt: run.dueAt });
  return started(ports, plan, begun, actor);
}

function started(ports: PlanPorts, plan: Plan, run: KeptRun, actor: string): KeptRun {
  const { plans, clock } = ports;
  try {
    const { jobId, backupId } = startJob(ports, plan, run, actor);
    const attempt = { jobId, startedAt: clock.now(), endedAt: null, failure: null };
    const on: KeptRun = { ...run, jobId, backupId, attempts: [...run.attempts, attempt] };
    plans.update(on);
    return on;
  } catch (thrown) {
    if (!(thrown instanceof Fail)) ports.log.error('A job of a plan could not be queued.', { plan: plan.name, thrown });
    return notBegun(ports, run, toFailure(thrown, plan.id));
  }
}

/** An attempt that came to no job: it counts like one that failed. */
export function notBegun({ plans, clock }: PlanPorts, run: KeptRun, failure: Failure): KeptRun {
  const at = clock.now();
  const attempt = { jobId: null, startedAt: at, endedAt: at, failure };
  const failed = ended({ ...run, attempts: [...run.attempts, attempt] }, 'failed', at, failure);
  plans.update(failed);
  return failed;
}

function startJob({ jobs }: PlanPorts, plan: Plan, run: KeptRun, actor: string): { jobId: JobId; backupId: BackupId } {
  if (run.step === 'backup') return jobs.backUp(plan, run.sourceId, actor);
  const backupId = run.backupId ?? jobs.choose(plan, run.sourceId, run.dueAt);
  const level = run.what === 'proof' || plan.verifyEach === 'none' ? 'restore' : plan.verifyEach;
  return { jobId: jobs.prove(plan, backupId, level, actor), backupId };
}

/** What the ended job of a run comes to: the end of the run, or its next step. */
export function conclude(ports: PlanPorts, run: KeptRun, job: Job): void {
  const { plans, jobs, clock } = ports;
  const at = job.endedAt ?? clock.now();
  const attempts = run.attempts.map((one) =>
    one.jobId === job.id ? { ...one, endedAt: at, failure: job.failure } : one,
  );
  const told = { ...run, attempts };
  // A job that was killed after it had written the manifest made its backup all the same.
  const made = run.step === 'backup' && run.backupId !== null && jobs.exists(run.backupId);
  if (job.state === 'cancelled') return plans.update(ended(told, 'cancelled', at, null));
  if (job.state === 'failed' && !made) return plans.update(ended(told, 'failed', at, job.failure));
  if (run.step === 'proof' && jobs.verdict(job.id) === 'failed')
    return plans.update(ended(told, 'failed', at, proofFailed(run.backupId, job.id)));
  const plan = plans.byId(run.planId);
  if (run.step === 'proof' || plan === undefined || plan.verifyEach === 'none')
    return plans.update(ended(told, 'succeeded', at, null));
  started(ports, plan, { ...told, step: 'proof', jobId: null }, `plan ${plan.name}`);
}

function ended(run: KeptRun, outcome: KeptRun['outcome'], endedAt: Instant, failure: Failure | null): KeptRun {
  return { ...run, outcome, endedAt, failure };
}

function proofFailed(backup: BackupId | null, ref: JobId): Failure {
  const { hint, retryable } = failures['plan.proof-failed'];
  return { code: 'plan.proof-failed', message: `The backup ${backup ?? ''} does not hold.`, hint, retryable, ref };
}
