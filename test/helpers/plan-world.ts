/** A world in memory for the planner: jobs end when they are told to, places answer when they are told to. */
import type { BackupId, BackupPlanId, JobId, MachineId, SourceId } from '../../src/shared/id.ts';
import type { Job } from '../../src/shared/job.ts';
import type { Failure } from '../../src/shared/failure.ts';
import type { PlanWait } from '../../src/shared/plan.ts';
import type { Verdict } from '../../src/shared/verify.ts';
import type { Clock } from '../../src/main/base/clock.ts';
import { Planner } from '../../src/main/house/planner.ts';
import type { PlanPorts } from '../../src/main/house/plan-run.ts';
import type { Catalog } from '../../src/main/catalog/catalog.ts';

export interface StartedJob {
  job: Job;
  source: SourceId;
  what: 'backup' | 'proof';
  level: string | null;
  backupId: BackupId;
}

const letters = (n: number): string =>
  String(n)
    .padStart(8, '0')
    .replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? 'z');

export class PlanWorld {
  readonly jobs: StartedJob[] = [];
  planner: Planner;
  readonly changes: BackupPlanId[] = [];
  /** What stands in the way, by source. */
  hindrances = new Map<SourceId, Pick<PlanWait, 'reason' | 'detail'>>();
  gone = new Set<SourceId>();
  verdict: Verdict = 'proven';
  readonly #clock: Clock;
  readonly #byId = new Map<JobId, StartedJob>();
  readonly #live = new Set<StartedJob>();

  constructor(catalog: Catalog, clock: Clock) {
    this.#clock = clock;
    this.planner = new Planner(this.ports(catalog));
  }

  ports(catalog: Catalog): PlanPorts {
    const silent = { debug() {}, info() {}, warn() {}, error() {} };
    return {
      clock: this.#clock,
      log: {
        ...silent,
        error: (message, facts) => {
          throw new Error(`${message} ${JSON.stringify(facts)}`, { cause: facts?.['thrown'] });
        },
      },
      machine: 'mac-abcdefgh' as MachineId,
      catalog,
      plans: catalog.backupPlans,
      hindrance: async (_plan, source) => this.hindrances.get(source) ?? null,
      changed: (plan) => void this.changes.push(plan),
      schedulerChanged: () => {},
      jobs: {
        knows: (source) => !this.gone.has(source),
        get: (id) => this.#byId.get(id)?.job,
        busy: (source) => this.unfinished().some((one) => one.source === source),
        backUp: (_plan, source) => {
          const backupId = `bk-20261120-120000-${letters(this.jobs.length)}` as BackupId;
          return { jobId: this.#started(source, 'backup', backupId, null), backupId };
        },
        prove: (_plan, backupId, level) => {
          const source = this.jobs.findLast((one) => one.backupId === backupId)?.source ?? ('src-none0000' as SourceId);
          return this.#started(source, 'proof', backupId, level);
        },
        choose: (_plan, source) => {
          const made = this.jobs.findLast(
            (one) => one.source === source && one.what === 'backup' && one.job.state === 'succeeded',
          );
          return made?.backupId ?? (`bk-20261120-120000-${letters(0)}` as BackupId);
        },
        verdict: () => this.verdict,
        exists: () => false,
      },
    };
  }

  /** Ends the oldest unfinished job of a source, or this one. */
  end(one: StartedJob, how: 'succeeded' | 'cancelled' | Failure = 'succeeded'): void {
    const failed = typeof how !== 'string';
    one.job = {
      ...one.job,
      state: failed ? 'failed' : how,
      endedAt: this.#clock.now(),
      failure: failed ? how : null,
    };
    this.planner.jobChanged(one.job);
  }

  unfinished(): StartedJob[] {
    for (const one of this.#live) if (one.job.state !== 'running') this.#live.delete(one);
    return [...this.#live];
  }

  #started(source: SourceId, what: 'backup' | 'proof', backupId: BackupId, level: string | null): JobId {
    const id = `job-20261120-120000-${letters(this.jobs.length)}` as JobId;
    const now = this.#clock.now();
    const job: Job = {
      id,
      kind: what === 'backup' ? 'backup' : 'verify',
      state: 'running',
      sourceId: source,
      backupId,
      queuedAt: now,
      startedAt: now,
      endedAt: null,
      progress: null,
      failure: null,
    };
    const one = { job, source, what, level, backupId };
    this.jobs.push(one);
    this.#byId.set(id, one);
    this.#live.add(one);
    return id;
  }
}
