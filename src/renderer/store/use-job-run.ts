import { useCallback, useEffect, useRef, useState } from 'react';
import { type JobResult } from '../../shared/contract/job-result.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { type JobId } from '../../shared/id.ts';
import { type Job } from '../../shared/job.ts';
import { hasEnded, useApi, useJob } from './hooks.ts';

/** One job that a screen asked for, as far as it came. `job` is null until it is announced. */
export type JobRun =
  | { state: 'idle' }
  | { state: 'asking' }
  | { state: 'running'; jobId: JobId; job: Job | null }
  | { state: 'over'; jobId: JobId; result: JobResult }
  | { state: 'refused'; failure: Failure };

export interface JobRunner {
  run: JobRun;
  /** Asks for a job and follows it. The one before goes on, unwatched. */
  start: (ask: () => Promise<{ jobId: JobId }>) => void;
  /** Follows a job that is there already. */
  follow: (jobId: JobId) => void;
  cancel: () => void;
  reset: () => void;
}

/** Follows a job by what is announced, and asks what it came to once it has ended: no call waits open meanwhile. */
export function useJobRun(): JobRunner {
  const api = useApi();
  const [run, setRun] = useState<JobRun>({ state: 'idle' });
  const turn = useRef(0);
  const jobId = run.state === 'running' ? run.jobId : null;
  const job = useJob(jobId);
  const ended = job !== undefined && hasEnded(job);

  const begin = useCallback((): ((next: JobRun) => void) => {
    turn.current += 1;
    const mine = turn.current;
    return (next) => {
      if (mine === turn.current) setRun(next);
    };
  }, []);
  const start = useCallback(
    (ask: () => Promise<{ jobId: JobId }>) => {
      const take = begin();
      take({ state: 'asking' });
      ask().then(
        (asked) => take({ state: 'running', jobId: asked.jobId, job: null }),
        (thrown: unknown) => take({ state: 'refused', failure: toFailure(thrown, '') }),
      );
    },
    [begin],
  );
  const follow = useCallback((id: JobId) => begin()({ state: 'running', jobId: id, job: null }), [begin]);
  const reset = useCallback(() => begin()({ state: 'idle' }), [begin]);
  const cancel = useCallback(() => {
    // Where it has ended meanwhile there is nothing to cancel, and its end is on its way.
    if (jobId !== null) api.job.cancel({ jobId }).catch(() => undefined);
  }, [api, jobId]);

  useEffect(() => {
    if (jobId === null || !ended) return undefined;
    let current = true;
    api.job.show({ jobId }).then(
      (result) => current && setRun({ state: 'over', jobId, result }),
      (thrown: unknown) => current && setRun({ state: 'refused', failure: toFailure(thrown, '') }),
    );
    return () => {
      current = false;
    };
  }, [api, jobId, ended]);

  return { run: run.state === 'running' ? { ...run, job: job ?? null } : run, start, follow, cancel, reset };
}
