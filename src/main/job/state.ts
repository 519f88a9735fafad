/** Pure: which state a job may go to from which, and what a job looks like then. */
import type { Failure } from '../../shared/failure.ts';
import type { Instant } from '../../shared/id.ts';
import type { Job, JobState } from '../../shared/job.ts';

const next: Record<JobState, readonly JobState[]> = {
  // Failed from the queue: what it needs could not be made ready (a password is gone, the owner that held it left).
  queued: ['running', 'cancelled', 'failed'],
  running: ['cancelling', 'succeeded', 'failed'],
  // A job that finished before its cancel arrived has succeeded.
  cancelling: ['cancelled', 'succeeded', 'failed'],
  cancelled: [],
  succeeded: [],
  failed: [],
};

export type JobChange =
  | { to: 'running'; at: Instant }
  | { to: 'cancelling' }
  | { to: 'cancelled' | 'succeeded'; at: Instant }
  | { to: 'failed'; at: Instant; failure: Failure };

export const isEnded = (state: JobState): boolean => next[state].length === 0;

/**
 * The job after the change; the one before is not touched.
 * @throws Error for a step that a job cannot take: that is a fault of the caller, not of the job.
 */
export function change(job: Job, step: JobChange): Job {
  if (!next[job.state].includes(step.to))
    throw new Error(`A job cannot go from ${job.state} to ${step.to} (${job.id})`);
  switch (step.to) {
    case 'running':
      return { ...job, state: 'running', startedAt: step.at };
    case 'cancelling':
      return { ...job, state: 'cancelling' };
    case 'cancelled':
    case 'succeeded':
      return { ...job, state: step.to, endedAt: step.at };
    case 'failed':
      return { ...job, state: 'failed', endedAt: step.at, failure: step.failure };
  }
}

/** Copies from place to place run beside the others, so that a slow line never holds a backup up. */
const carriesAtOnce = 3;

/**
 * Which of the queued jobs may start now, oldest first: at most `atOnce` run together, and one per source.
 * A job without a source waits for nobody but its turn. A carry needs no source and is not counted among the others.
 * @param released running jobs that do not need their source any more: they are not counted either.
 */
export function startable(
  queued: readonly Job[],
  running: readonly Job[],
  atOnce: number,
  released: ReadonlySet<Job['id']> = new Set(),
): Job[] {
  const holding = running.filter(({ id, kind }) => kind !== 'carry' && !released.has(id));
  const busy = new Set(holding.map((job) => job.sourceId).filter((id) => id !== null));
  const chosen: Job[] = [];
  let free = atOnce - holding.length;
  let freeCarries = carriesAtOnce - running.filter(({ kind }) => kind === 'carry').length;
  for (const job of queued) {
    if (job.kind === 'carry') {
      if (freeCarries > 0) chosen.push(job);
      freeCarries -= 1;
      continue;
    }
    if (free <= 0 || (job.sourceId !== null && busy.has(job.sourceId))) continue;
    if (job.sourceId !== null) busy.add(job.sourceId);
    chosen.push(job);
    free -= 1;
  }
  return chosen;
}
