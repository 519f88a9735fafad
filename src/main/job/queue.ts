/** The owner's queue: which job runs when, one process for each, and what is remembered of it. */
import { Fail, toFailure, type Failure } from '../../shared/failure.ts';
import type { BackupId, BackupPlanId, DestinationId, JobId, SourceId } from '../../shared/id.ts';
import type { Job, JobKind, LogLine, Progress } from '../../shared/job.ts';
import type { Clock } from '../base/clock.ts';
import { newJobId } from '../base/id.ts';
import type { Log } from '../base/log.ts';
import { readJobLog } from './job-log.ts';
import type { JobHost } from './host.ts';
import type { JobEnd } from './message.ts';
import { recover } from './recover.ts';
import { runJob, type JobRun } from './run-job.ts';
import { change, isEnded, startable, type JobChange } from './state.ts';
import type { JobStore } from './store.ts';

export interface QueueOptions {
  store: JobStore;
  host: JobHost;
  clock: Clock;
  /** The owner's own log. */
  log: Log;
  /** `<home>/work` and `<home>/logs`; made when they are needed. */
  workFolder: string;
  logFolder: string;
  /** How many jobs run at once; default 2. */
  atOnce?: number;
  /**
   * Makes the order that the job process gets from the one that is remembered: adds the secrets.
   * A throw fails the job.
   * @param passing what `add` was given besides the order; undefined when there was nothing.
   */
  prepare(job: Job, order: unknown, passing: unknown): Promise<unknown>;
  /**
   * Writes down what a job came to, before anybody hears that it ended; by then its processes and its folder are gone.
   * A throw makes a finished job a failed one. Also called for the jobs of an owner that left, while the queue opens.
   * @param leaving it was stopped because this owner leaves, not because anybody wanted it.
   * @returns how the job is to be told to have ended, where that is not `end`.
   */
  settle(job: Job, end: JobEnd, leaving: boolean): Promise<JobEnd | undefined>;
  /** A running job tells something that is to be written down before it ends. */
  told(job: Job, fact: unknown): void;
  /** A job is about to send bytes to a place. Resolves when they may go, with the limit there; null: there is none. */
  sends?(place: DestinationId, bytes: number): Promise<number | null>;
  changed(job: Job): void;
  progressed(jobId: JobId, progress: Progress): void;
  /** A named phase of a running job begins; for fault tests. */
  phase?(jobId: JobId, name: string): void;
}

export interface NewJob {
  kind: JobKind;
  /** Jobs of one source run one after the other. */
  sourceId: SourceId | null;
  backupId: BackupId | null;
  /** The place that it is about, where it is about one. */
  destinationId?: DestinationId;
  tested?: string;
  /** The plan that asks for it. */
  backupPlanId?: BackupPlanId;
  /** The job by whose end it is asked for. */
  after?: JobId;
  /** Plain JSON without secrets; it is written down. */
  order: unknown;
  /** Kept in memory only (a password for this one job). A queued job that needs it cannot survive its owner. */
  passing?: unknown;
}

export interface Queue {
  /** Queues a job; it starts as soon as its turn comes. @throws what the store throws when it cannot be written down. */
  add(request: NewJob): Job;
  /**
   * Cancels a job: a queued one at once, a running one as soon as it has cleaned up. Resolves without waiting for that.
   * @throws Fail `job.unknown`, or `job.not-running` when it has ended.
   */
  cancel(id: JobId): Promise<void>;
  /**
   * The job when it has ended, however it ended.
   * @param signal gives up waiting; the job goes on.
   * @throws Fail `job.unknown`; the signal's reason.
   */
  wait(id: JobId, signal?: AbortSignal): Promise<Job>;
  /** The job with its newest progress. @throws Fail `job.unknown` */
  get(id: JobId): Job;
  /** The same job with its newest progress, for one that was just read from the store. */
  current(job: Job): Job;
  /** What the job was to do, as {@link add} was given it. @throws Fail `job.unknown` */
  order(id: JobId): unknown;
  /** What it was passed beside its order, until it has ended; undefined: nothing. */
  passing(id: JobId): unknown;
  /** The lines of its log, oldest first. @throws Fail `job.unknown` */
  readLog(id: JobId): Promise<LogLine[]>;
  /** Every job that has not ended. */
  unfinished(): Job[];
  /** Whether anything runs or waits for its turn. */
  busy(): boolean;
  /** Starts nothing more from now on; resolves when no job runs. Queued jobs stay queued for the next owner. */
  rest(): Promise<void>;
  /** Cancels what runs, then rests. */
  close(): Promise<void>;
  /** Ends every job process at once. What they leave behind is put right when the queue is opened next. */
  kill(): void;
}

/**
 * Opens the queue of a data folder whose lock is held. What an owner before left behind is put right first: its
 * processes are killed, its running jobs are failed (`home.owner-left`), its queued jobs are queued again.
 */
export async function openQueue(options: QueueOptions): Promise<Queue> {
  const queue = new OwnerQueue(options);
  await recover({
    ...options,
    left: (job, failure) => queue.end(job, { kind: 'failed', failure }),
    again: (job) => queue.takeOver(job),
  });
  queue.begin();
  return queue;
}

/** What is written down for a job. */
interface StoredOrder {
  order: unknown;
  passing: boolean;
}

class OwnerQueue implements Queue {
  readonly #options: QueueOptions;
  /** Every unfinished job, oldest first. */
  readonly #jobs = new Map<JobId, Job>();
  readonly #passing = new Map<JobId, unknown>();
  readonly #runs = new Map<JobId, JobRun>();
  readonly #waiting = new Map<JobId, Set<() => void>>();
  /** Jobs on their way to their end: what they came to is being written down. */
  readonly #ending = new Set<JobId>();
  /** Ended jobs that the store could not take (a full disk): true until this owner leaves. */
  readonly #unwritten = new Map<JobId, Job>();
  /** Running jobs that do not need their source any more. */
  readonly #released = new Set<JobId>();
  /** Jobs that were stopped because this owner leaves. */
  readonly #left = new Set<JobId>();
  readonly #work = new Set<Promise<void>>();
  #resting = true;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Starts what is queued. */
  begin(): void {
    this.#resting = false;
    this.#fill();
  }

  add(request: NewJob): Job {
    const { clock, store } = this.#options;
    const job: Job = {
      id: newJobId(clock),
      kind: request.kind,
      state: 'queued',
      sourceId: request.sourceId,
      backupId: request.backupId,
      queuedAt: clock.now(),
      startedAt: null,
      endedAt: null,
      progress: null,
      failure: null,
      ...(request.destinationId === undefined ? {} : { destinationId: request.destinationId }),
      ...(request.tested === undefined ? {} : { tested: request.tested }),
      ...(request.after === undefined ? {} : { after: request.after }),
      ...(request.backupPlanId === undefined ? {} : { backupPlanId: request.backupPlanId }),
    };
    const stored: StoredOrder = { order: request.order, passing: request.passing !== undefined };
    store.insert(job, JSON.stringify(stored));
    if (request.passing !== undefined) this.#passing.set(job.id, request.passing);
    this.#jobs.set(job.id, job);
    this.#options.changed(job);
    // Not before the caller has written down what belongs to it: of jobs that are asked for together each has to know the others.
    queueMicrotask(() => this.#fill());
    return job;
  }

  cancel(id: JobId): Promise<void> {
    return this.#cancel(id, false);
  }

  async #cancel(id: JobId, leaving: boolean): Promise<void> {
    const job = this.get(id);
    if (isEnded(job.state)) throw new Fail('job.not-running', `The job ${id} has ended already (${job.state}).`);
    if (this.#ending.has(id)) return;
    if (job.state === 'queued') return this.#track(this.end(job, { kind: 'cancelled' }));
    if (job.state === 'running') this.#step(job, { to: 'cancelling' });
    if (leaving) this.#left.add(id);
    this.#runs.get(id)?.cancel(leaving);
  }

  async wait(id: JobId, signal?: AbortSignal): Promise<Job> {
    const job = this.get(id);
    if (isEnded(job.state)) return job;
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting);
    await new Promise<void>((resolve, reject) => {
      const ended = (): void => {
        signal?.removeEventListener('abort', gaveUp);
        resolve();
      };
      const gaveUp = (): void => {
        waiting.delete(ended);
        reject(signal?.reason as Error);
      };
      if (signal?.aborted) return gaveUp();
      signal?.addEventListener('abort', gaveUp, { once: true });
      waiting.add(ended);
    });
    return this.get(id);
  }

  get(id: JobId): Job {
    const job = this.#jobs.get(id) ?? this.#unwritten.get(id) ?? this.#options.store.byId(id);
    if (job === undefined) throw new Fail('job.unknown', `There is no job ${id}.`);
    return job;
  }

  current(job: Job): Job {
    return this.#jobs.get(job.id) ?? this.#unwritten.get(job.id) ?? job;
  }

  order(id: JobId): unknown {
    const text = this.#options.store.order(id);
    if (text === undefined) throw new Fail('job.unknown', `There is no job ${id}.`);
    return (JSON.parse(text) as StoredOrder).order;
  }

  passing(id: JobId): unknown {
    return this.#passing.get(id);
  }

  async readLog(id: JobId): Promise<LogLine[]> {
    this.get(id);
    return readJobLog(this.#options.logFolder, id);
  }

  unfinished(): Job[] {
    return [...this.#jobs.values()];
  }

  busy(): boolean {
    return this.#jobs.size > 0;
  }

  async rest(): Promise<void> {
    this.#resting = true;
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  async close(): Promise<void> {
    this.#resting = true;
    for (const id of this.#runs.keys()) await this.#cancel(id, true);
    await this.rest();
  }

  kill(): void {
    this.#resting = true;
    for (const run of this.#runs.values()) run.kill();
  }

  /** Takes a queued job over from an owner that left; a failure says why it cannot go on. */
  takeOver(job: Job): Failure | undefined {
    const stored = JSON.parse(this.#options.store.order(job.id) ?? '{"passing":true}') as StoredOrder;
    if (stored.passing) {
      const message = 'The Holdfast that was given the password for this job ended before the job could start.';
      return toFailure(new Fail('home.owner-left', message), job.id);
    }
    this.#jobs.set(job.id, job);
    return undefined;
  }

  /** Brings a job to its end: written down, then remembered, then told. Never rejects. */
  async end(job: Job, end: JobEnd): Promise<void> {
    const at = this.#options.clock.now();
    this.#ending.add(job.id);
    const settled = await this.#settled(job, end);
    const latest = this.#jobs.get(job.id) ?? job;
    // Cancelled by the job process itself, unasked: it goes the same way.
    const from =
      settled.kind === 'cancelled' && latest.state === 'running' ? change(latest, { to: 'cancelling' }) : latest;
    this.#ending.delete(job.id);
    this.#passing.delete(job.id);
    this.#runs.delete(job.id);
    this.#released.delete(job.id);
    this.#step(from, stepOf(settled, at));
    for (const ended of this.#waiting.get(job.id) ?? []) ended();
    this.#waiting.delete(job.id);
    this.#fill();
  }

  async #settled(job: Job, end: JobEnd): Promise<JobEnd> {
    try {
      return (await this.#options.settle(job, end, this.#left.delete(job.id))) ?? end;
    } catch (thrown) {
      this.#options.log.error('What a job came to could not be written down.', { jobId: job.id, thrown });
      return end.kind === 'failed' ? end : { kind: 'failed', failure: toFailure(thrown, job.id) };
    }
  }

  /** Starts what may start now. */
  #fill(): void {
    if (this.#resting) return;
    const jobs = [...this.#jobs.values()].filter((job) => !(job.state === 'queued' && this.#ending.has(job.id)));
    const queued = jobs.filter((job) => job.state === 'queued');
    const running = jobs.filter((job) => job.state !== 'queued');
    for (const job of startable(queued, running, this.#options.atOnce ?? 2, this.#released)) this.#start(job);
  }

  #start(queued: Job): void {
    const { store, clock } = this.#options;
    const job = this.#step(queued, { to: 'running', at: clock.now() });
    const run = runJob(job, {
      ...this.#options,
      order: async () => {
        const stored = JSON.parse(store.order(job.id) ?? 'null') as StoredOrder;
        return this.#options.prepare(job, stored.order, this.#passing.get(job.id));
      },
      progress: (progress) => this.#progress(job.id, progress),
      told: (fact) => this.#told(job.id, fact),
      released: () => {
        this.#released.add(job.id);
        this.#fill();
      },
    });
    this.#runs.set(job.id, run);
    void this.#track(run.ended.then((end) => this.end(this.#jobs.get(job.id) ?? job, end)));
  }

  #track(work: Promise<void>): Promise<void> {
    this.#work.add(work);
    return work.finally(() => this.#work.delete(work));
  }

  #told(id: JobId, fact: unknown): void {
    const job = this.#jobs.get(id);
    try {
      if (job !== undefined) this.#options.told(job, fact);
    } catch (thrown) {
      // The end of the job tells all of it once more.
      this.#options.log.error('What a job told could not be written down.', { jobId: id, thrown });
    }
  }

  #progress(id: JobId, progress: Progress): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    // Kept in memory; the store learns of it with the next change of state.
    this.#jobs.set(id, { ...job, progress });
    this.#options.progressed(id, progress);
  }

  #step(job: Job, step: JobChange): Job {
    const changed = change(job, step);
    if (isEnded(changed.state)) this.#jobs.delete(changed.id);
    else this.#jobs.set(changed.id, changed);
    try {
      this.#options.store.update(changed);
    } catch (thrown) {
      this.#options.log.error('A job could not be written down.', { jobId: job.id, state: changed.state, thrown });
      if (isEnded(changed.state)) this.#unwritten.set(changed.id, changed);
    }
    this.#options.changed(changed);
    return changed;
  }
}

function stepOf(end: JobEnd, at: number): JobChange {
  if (end.kind === 'done') return { to: 'succeeded', at };
  return end.kind === 'failed' ? { to: 'failed', at, failure: end.failure } : { to: 'cancelled', at };
}
