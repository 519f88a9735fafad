/**
 * Keeps the plans: looks at the clock every few seconds, begins what is due as soon as it can be begun, and writes down
 * what it came to. What is due is decided by `schedule/`; how a job is started and what stands in its way are ports, so
 * that a year can be tried in a second.
 */
import { Fail, failures } from '../../shared/failure.ts';
import type { BackupId, BackupPlanId, Instant, JobId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { Plan, PlanRun, PlanWait } from '../../shared/plan.ts';
import type { KeptRun, PlanLine } from '../catalog/backup-plans.ts';
import { stepAt, type Line } from '../schedule/due.ts';
import { isPaused, lineOf } from '../schedule/line.ts';
import { againAt } from '../schedule/retry.ts';
import { begin, conclude, missed, newRun, notBegun, type Due, type PlanPorts } from './plan-run.ts';
import { keyOf, PlanWaits } from './plan-waits.ts';
import { schedulerPause, setSchedulerPause } from './plan-pause.ts';

/** How often the clock is looked at, beside every full minute: what waited for something else begins at most this much later. */
const lookMs = 20_000;
const minuteMs = 60_000;
/** Wall time and running time that part by more than this: the machine slept, or its clock was set. */
const jumpMs = 30_000;

/** Something to begin, if nothing stands in its way. */
interface Candidate {
  plan: Plan;
  line: PlanLine;
  /** A run of its own window, or one that failed and is begun again. */
  run: { again: KeptRun } | { step: Due };
}

export class Planner {
  readonly #ports: PlanPorts;
  readonly #waits: PlanWaits;
  #looked: { now: Instant; elapsed: number } | undefined;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #stop = new AbortController();
  #poke = new AbortController();
  #running: Promise<void> | undefined;

  constructor(ports: PlanPorts) {
    this.#ports = ports;
    this.#waits = new PlanWaits(ports);
  }

  /** Whether it looks at the clock by itself. */
  get active(): boolean {
    return this.#running !== undefined;
  }

  /** From now on what is due is begun. */
  start(onResume: (listen: () => void) => () => void): void {
    if (this.active) return;
    const silence = onResume(() => this.poke());
    this.#running = this.#loop().finally(silence);
  }

  /** Begins nothing more. Resolves when it has let go of everything. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('The planner stops.'));
    this.#poke.abort(new Error('The planner stops.'));
    await this.#running;
    await this.#looking;
  }

  /** Looks at once, where it looks at all. */
  poke(): void {
    this.#poke.abort(new Error('Something changed.'));
  }

  /** Why a run of this plan that is due has not begun: the oldest reason. */
  waiting(planId: BackupPlanId): PlanWait | null {
    return this.#waits.oldest(planId);
  }

  /** A job changed; one that works for a run and has ended brings it on. */
  jobChanged(job: Job): void {
    if (!['succeeded', 'failed', 'cancelled'].includes(job.state)) return;
    const run = this.#ports.plans.ofJob(job.id);
    if (run === undefined) return;
    this.#concluded(run, job);
    this.poke();
  }

  /**
   * Brings runs on whose jobs ended while nobody looked: in another owner, or in none. A proof that follows is left to
   * whoever keeps the plans: a single command of a terminal would wait for it.
   */
  takeOver(): void {
    for (const run of this.#ports.plans.running()) {
      const job = run.jobId === null ? undefined : this.#ports.jobs.get(run.jobId);
      if (job === undefined) this.#lost(run);
      else if (job.endedAt !== null && (this.active || job.state !== 'succeeded')) this.#concluded(run, job);
    }
  }

  /** A dump that was kept has come to a place: the run that made it goes on as if its job had only now succeeded. */
  backupArrived(backupId: BackupId): void {
    const { plans, jobs } = this.#ports;
    for (const plan of plans.list()) {
      for (const sourceId of plan.sources) {
        const run = plans.newest({ planId: plan.id, sourceId, what: 'backup' });
        if (run?.backupId !== backupId || run.failure?.code !== 'backup.kept' || run.jobId === null) continue;
        const job = jobs.get(run.jobId);
        if (job !== undefined) this.#concluded({ ...run, failure: null }, job);
      }
    }
  }

  /** A backup of every source of the plan, whatever the schedule says. @returns the jobs */
  runNow(plan: Plan, actor: string): JobId[] {
    const jobIds: JobId[] = [];
    for (const sourceId of plan.sources) {
      if (!this.#ports.jobs.knows(sourceId)) continue;
      const line = { planId: plan.id, sourceId, what: 'backup' as const };
      let dueAt = this.#ports.clock.now();
      while (this.#ports.plans.taken(line, dueAt)) dueAt += 1;
      const run = begin(this.#ports, plan, newRun(line, dueAt, 1, true), actor);
      if (run.jobId !== null) jobIds.push(run.jobId);
      else if (run.failure !== null) throw new Fail(run.failure.code, run.failure.message, { hint: run.failure.hint });
    }
    this.#ports.changed(plan.id);
    return jobIds;
  }

  /** One look at the clock. Looks do not overlap; one that is asked for meanwhile follows. */
  look(): Promise<void> {
    if (this.#looking !== undefined) {
      this.#lookAgain = true;
      return this.#looking;
    }
    this.#looking = this.#looks().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #loop(): Promise<void> {
    const { clock, log } = this.#ports;
    while (!this.#stop.signal.aborted) {
      this.#poke = new AbortController();
      await this.look().catch((thrown: unknown) => log.error('Plans could not be looked at.', { thrown }));
      // Schedules know minutes, so a run begins when its minute does.
      const untilMinute = minuteMs - (clock.now() % minuteMs);
      await clock.sleep(Math.min(lookMs, untilMinute), this.#poke.signal).catch(() => {});
    }
  }

  async #looks(): Promise<void> {
    do {
      this.#lookAgain = false;
      this.#noteSleep();
      await this.#once();
    } while (this.#lookAgain && !this.#stop.signal.aborted);
  }

  async #once(): Promise<void> {
    const now = this.#ports.clock.now();
    if (!this.#endPause(now)) return;
    // One look at the catalog: every line is seen as it stands at the same moment.
    const candidates = this.#ports.catalog.together(() => this.#candidates(now));
    this.#waits.keepOnly(candidates.map(({ line }) => line));
    const hindrances = await Promise.all(candidates.map((one) => this.#hindrance(one)));
    candidates.forEach((candidate, index) => {
      if (this.#stop.signal.aborted) return;
      this.#act(candidate, hindrances[index] ?? null);
    });
    if (!this.#stop.signal.aborted) await this.#ports.lookToo?.();
  }

  /** @returns whether anything may run */
  #endPause(now: Instant): boolean {
    const all = schedulerPause(this.#ports);
    if (isPaused(all, now)) return false;
    if (all !== null) {
      setSchedulerPause(this.#ports, null);
      this.#ports.schedulerChanged();
    }
    return true;
  }

  #candidates(now: Instant): Candidate[] {
    const { plans, jobs } = this.#ports;
    const busy = new Set(plans.running().map(keyOf));
    const found: Candidate[] = [];
    for (const plan of plans.list()) {
      if (isPaused(plan.paused, now)) continue;
      if (plan.paused !== null) this.#resume(plan);
      for (const what of ['backup', 'proof'] as const) {
        const line = this.#lineOf(plan, what);
        if (line === null) continue;
        for (const sourceId of plan.sources) {
          if (!jobs.knows(sourceId)) continue;
          const candidate = this.#candidate(plan, { planId: plan.id, sourceId, what }, line, now, busy);
          if (candidate !== null) found.push(candidate);
        }
      }
    }
    return found;
  }

  #lineOf(plan: Plan, what: PlanRun['what']): Line | null {
    try {
      return lineOf(plan, what, this.#ports.machine);
    } catch (thrown) {
      // A time zone can leave the list with an update of the system; the other plans go on.
      this.#ports.log.error('The schedule of a plan cannot be read.', { plan: plan.name, thrown });
      return null;
    }
  }

  #candidate(plan: Plan, of: PlanLine, line: Line, now: Instant, busy: ReadonlySet<string>): Candidate | null {
    const { plans } = this.#ports;
    const step = stepAt(now, line, {
      decidedUntil: plans.decidedUntil(of),
      taken: (dueAt) => plans.taken(of, dueAt),
    });
    if (step.act === 'note') plans.decide(of, step.decidedUntil);
    if (step.act === 'run' || step.act === 'miss') {
      const wait = this.#waits.of(of);
      // What waits for its own source to be free is in the queue in all but name: that never makes it too old.
      if (step.act === 'run' || wait?.reason === 'busy') return { plan, line: of, run: { step } };
      this.#miss(plan, of, step, wait);
      return null;
    }
    if (busy.has(keyOf(of))) return null;
    const failed = plans.newest(of);
    if (failed?.outcome !== 'failed' || failed.asked || failed.failure === null) return null;
    // Its dump is whole and is brought on: there is nothing to begin again.
    if (failed.failure.code === 'backup.kept') return null;
    const attempts = failed.attempts.filter(({ failure }) => failure !== null).length;
    const { dueAt, endedAt, slept } = failed;
    const { retryable } = failures[failed.failure.code];
    const again = againAt(now, { dueAt, endedAt: endedAt ?? dueAt, attempts, retryable, slept }, line);
    return again ? { plan, line: of, run: { again: failed } } : null;
  }

  async #hindrance({ plan, line, run }: Candidate): Promise<Pick<PlanWait, 'reason' | 'detail'> | null> {
    const { plans, jobs } = this.#ports;
    const key = keyOf(line);
    if (plans.running().some((one) => keyOf(one) === key))
      return { reason: 'busy', detail: 'The run before has not ended.' };
    if (jobs.busy(line.sourceId)) return { reason: 'busy', detail: 'Another job of this source has not ended.' };
    const proves = 'again' in run ? run.again.step === 'proof' : line.what === 'proof';
    return this.#ports.hindrance(plan, line.sourceId, proves ? 'proof' : 'backup');
  }

  /** Nothing may have changed while hindrances were looked for, or it is left to the next look. */
  #act({ plan, line, run }: Candidate, hindrance: Pick<PlanWait, 'reason' | 'detail'> | null): void {
    const { plans } = this.#ports;
    const present = plans.byId(plan.id);
    if (present === undefined || JSON.stringify(present) !== JSON.stringify(plan)) return;
    if (hindrance !== null) return this.#waits.because(line, hindrance);
    const waited = this.#waits.of(line);
    this.#waits.end(line);
    const actor = `plan ${plan.name}`;
    if ('again' in run) {
      const newest = plans.newest(line);
      if (newest?.outcome !== 'failed' || newest.dueAt !== run.again.dueAt) return;
      begin(this.#ports, plan, { ...newest, outcome: 'running', failure: null, endedAt: null, slept: false }, actor);
    } else {
      // A lateness that only its own source caused is none; any other, found out only now, is.
      if (run.step.act === 'miss' && waited?.reason !== 'busy') return this.#miss(plan, line, run.step, waited);
      begin(this.#ports, plan, newRun(line, run.step.dueAt, run.step.standsFor, false), actor);
      plans.decide(line, run.step.dueAt);
    }
    this.#ports.changed(plan.id);
  }

  #miss(plan: Plan, line: PlanLine, step: Due, wait: PlanWait | undefined): void {
    missed(this.#ports, plan, line, step, wait);
    this.#waits.end(line);
    this.#ports.changed(plan.id);
  }

  #resume(plan: Plan): void {
    plan.paused = null;
    this.#ports.plans.put(plan, {});
    this.#ports.changed(plan.id);
  }

  /** Runs that were on their way when the machine slept are known by it: whatever they fail with may come from that. */
  #noteSleep(): void {
    const { clock, plans } = this.#ports;
    const looked = { now: clock.now(), elapsed: clock.elapsed() };
    const before = this.#looked;
    this.#looked = looked;
    if (before === undefined) return;
    const elapsed = looked.elapsed - before.elapsed;
    // Where the running time goes on during sleep, the look itself came much too late.
    const slept = looked.now - before.now - elapsed > jumpMs || elapsed > lookMs + 60_000;
    if (slept) for (const run of plans.running()) plans.update({ ...run, slept: true });
  }

  #concluded(run: KeptRun, job: Job): void {
    conclude(this.#ports, run, job);
    this.#ports.changed(run.planId);
  }

  /** Its owner ended between taking the window and starting the job. */
  #lost(run: KeptRun): void {
    const { hint, retryable } = failures['home.owner-left'];
    const message = 'The Holdfast that began this run ended.';
    const failure = { code: 'home.owner-left' as const, message, hint, retryable, ref: run.planId };
    notBegun(this.#ports, run, failure);
    this.#ports.changed(run.planId);
  }
}
