import type { JobId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { ProcessFact } from './orphan.ts';

/** The process of a job and the programs it started: what has to be gone when the job is. */
export interface JobProcess {
  pid: number;
  startTime: string;
  children: (ProcessFact & { program: string })[];
}

/**
 * Where jobs are remembered. The catalog has one; a single owner writes it.
 * Every change is on stable storage when the call returns.
 */
export interface JobStore {
  /** @param order what the job is to do, as JSON text without secrets. */
  insert(job: Job, order: string): void;
  update(job: Job): void;
  byId(id: JobId): Job | undefined;
  /** Queued, running and cancelling ones, oldest first. */
  unfinished(): Job[];
  order(id: JobId): string | undefined;
  /** Null when everything it started is gone. */
  putProcess(id: JobId, process: JobProcess | null): void;
  process(id: JobId): JobProcess | undefined;
  /** Every job that may have left something running, whatever its state. */
  processes(): { jobId: JobId; process: JobProcess }[];
}
