import type { JobProcess, JobStore } from '../../../src/main/job/store.ts';
import { isEnded } from '../../../src/main/job/state.ts';
import type { JobId } from '../../../src/shared/id.ts';
import type { Job } from '../../../src/shared/job.ts';

export interface MemoryStore extends JobStore {
  /** The states each job went through, in order. */
  history(id: JobId): string[];
  /** From now on `update` throws, as on a full disk. */
  full: boolean;
}

/** A job store that forgets with its process. */
export function memoryStore(): MemoryStore {
  const jobs = new Map<JobId, Job>();
  const orders = new Map<JobId, string>();
  const processes = new Map<JobId, JobProcess>();
  const histories = new Map<JobId, string[]>();
  const put = (job: Job): void => {
    jobs.set(job.id, job);
    histories.set(job.id, [...(histories.get(job.id) ?? []), job.state]);
  };
  const store: MemoryStore = {
    full: false,
    insert(job, order) {
      put(job);
      orders.set(job.id, order);
    },
    update(job) {
      if (store.full) throw new Error('database or disk is full');
      put(job);
    },
    byId: (id) => jobs.get(id),
    unfinished: () => [...jobs.values()].filter((job) => !isEnded(job.state)),
    order: (id) => orders.get(id),
    putProcess(id, process) {
      if (process === null) processes.delete(id);
      else processes.set(id, process);
    },
    process: (id) => processes.get(id),
    processes: () => [...processes].map(([jobId, process]) => ({ jobId, process })),
    history: (id) => histories.get(id) ?? [],
  };
  return store;
}
