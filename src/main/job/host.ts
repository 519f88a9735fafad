/**
 * Who runs job processes: plain Node forks them, Electron has a way of its own.
 * `test/contract/job-host.suite.ts` holds every sentence here against every host.
 */
import type { JobId } from '../../shared/id.ts';
import type { JobEnd, JobHandlers } from './message.ts';

export interface JobStart {
  jobId: JobId;
  /** A structured clone of this is the process's first message. Strings under its `secrets` are never logged. */
  order: unknown;
  /** A private folder that exists; the process works there. */
  jobFolder: string;
}

export interface RunningJob {
  readonly pid: number;
  /** As `processStartTime` tells it: together with the pid it names this process and no later one. */
  readonly startTime: string | null;
  /**
   * Asks the job to stop and clean up; a job that does not within the grace is killed. Safe to call twice.
   * @param leaving nobody wants it stopped: what can be gone on with later is kept.
   */
  cancel(leaving?: boolean): void;
  /** Ends the process and its children at once. */
  kill(): void;
  /** Resolves when the process is gone, and never before; never rejects. */
  readonly ended: Promise<JobEnd>;
}

export interface JobHost {
  /**
   * Starts one process for one job. Its environment is scrubbed, its argv says nothing of the job.
   * The process ends by itself when this one is gone.
   * Nothing is told to `handlers` after `ended` has resolved.
   * @throws Fail `job.crashed` when no process could be started.
   */
  start(job: JobStart, handlers: JobHandlers): Promise<RunningJob>;
}
