/** One running job of the queue, from its folder to the last of its processes. */
import { toFailure } from '../../shared/failure.ts';
import type { DestinationId } from '../../shared/id.ts';
import type { Job, Progress } from '../../shared/job.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { endFamily, Family } from './family.ts';
import { makeJobFolder, removeJobFolder } from './folder.ts';
import type { JobHost, RunningJob } from './host.ts';
import { openJobLog, type JobLog } from './job-log.ts';
import type { JobEnd, JobHandlers } from './message.ts';
import { redactorFor } from './redactor.ts';
import type { JobStore } from './store.ts';

export interface RunJobOptions {
  store: JobStore;
  host: JobHost;
  clock: Clock;
  log: Log;
  workFolder: string;
  logFolder: string;
  /** Makes the order, secrets included. */
  order(): Promise<unknown>;
  progress(progress: Progress): void;
  told(fact: unknown): void;
  released(): void;
  sends?(place: DestinationId, bytes: number): Promise<number | null>;
  phase?(jobId: Job['id'], name: string): void;
}

export interface JobRun {
  /** Also before the process exists: then it is never started. @param leaving as of `RunningJob.cancel`. */
  cancel(leaving?: boolean): void;
  kill(): void;
  /** Resolves when no process of the job runs any more and its folder is gone; never rejects. */
  ended: Promise<JobEnd>;
}

/** Starts the job; what it came to is told by `ended`. */
export function runJob(job: Job, options: RunJobOptions): JobRun {
  let running: RunningJob | undefined;
  let stopped = false;
  let leaves = false;
  const started = (process: RunningJob): void => {
    running = process;
    if (stopped) process.cancel(leaves);
  };
  return {
    cancel(leaving = false) {
      stopped = true;
      leaves = leaving;
      running?.cancel(leaving);
    },
    kill() {
      stopped = true;
      running?.kill();
    },
    ended: wholeRun(job, options, started, () => stopped),
  };
}

async function wholeRun(
  job: Job,
  options: RunJobOptions,
  started: (process: RunningJob) => void,
  stopped: () => boolean,
): Promise<JobEnd> {
  let order: unknown;
  let end: JobEnd;
  try {
    order = await options.order();
    const log = logOf(job, order, options);
    log.info('started', { kind: job.kind, sourceId: job.sourceId, backupId: job.backupId });
    end = stopped() ? { kind: 'cancelled' } : await runProcess(job, order, log, options, started);
    log.info('ended', end.kind === 'failed' ? { how: end.kind, failure: end.failure } : { how: end.kind });
  } catch (thrown) {
    const failure = toFailure(thrown, job.id);
    logOf(job, order, options).error(failure.message, { code: failure.code, thrown });
    end = { kind: 'failed', failure };
  }
  await tidy(job, options);
  return end;
}

const logOf = (job: Job, order: unknown, options: RunJobOptions): JobLog =>
  openJobLog(options.logFolder, job.id, options.clock, redactorFor(order));

async function runProcess(
  job: Job,
  order: unknown,
  log: JobLog,
  options: RunJobOptions,
  started: (process: RunningJob) => void,
): Promise<JobEnd> {
  const jobFolder = await makeJobFolder(options.workFolder, job.id);
  const family = new Family(job.id, options);
  const process = await options.host.start({ jobId: job.id, order, jobFolder }, handlersOf(job, family, log, options));
  family.parent(process.pid, process.startTime);
  started(process);
  return process.ended;
}

function handlersOf(job: Job, family: Family, log: JobLog, options: RunJobOptions): JobHandlers {
  return {
    progress: (progress) => options.progress(progress),
    phase(name) {
      log.debug('phase', { name });
      options.phase?.(job.id, name);
    },
    child(event) {
      family.child(event);
      log.debug(`child ${event.event}`, { pid: event.pid, program: event.program });
    },
    log: (line) => log.keep(line),
    told: (fact) => options.told(fact),
    released: () => options.released(),
    sends: async (place, bytes) => (await options.sends?.(place, bytes)) ?? null,
  };
}

/** A job that has ended leaves no process and no folder behind, whatever it came to. */
async function tidy(job: Job, options: RunJobOptions): Promise<void> {
  try {
    await endFamily(job.id, options);
    await removeJobFolder(options.workFolder, job.id);
  } catch (thrown) {
    // Swept again by the next owner; what the job came to is not changed by it.
    options.log.warn('Something of a job was left behind.', { jobId: job.id, thrown });
  }
}
