import { useCallback, useEffect, useState } from 'react';
import { toFailure } from '../../shared/failure.ts';
import { type JobId } from '../../shared/id.ts';
import { now } from '../clock.ts';
import { hasEnded, useApi, useJob } from '../store/hooks.ts';
import { stepsIn, type TestHappening } from './test-state.ts';

const everyMs = 300;

export interface Probe {
  start: (ask: () => Promise<{ jobId: JobId }>) => void;
  stop: () => void;
}

/** Runs a test of a source and tells what happens: each step as its job writes it down, and the report at the end. */
export function useProbe(take: (happening: TestHappening) => void): Probe {
  const api = useApi();
  const [jobId, setJobId] = useState<JobId | null>(null);
  const job = useJob(jobId);
  const ended = job !== undefined && hasEnded(job);
  const phase = job?.progress?.phase ?? null;

  const start = useCallback(
    (ask: () => Promise<{ jobId: JobId }>) => {
      take({ kind: 'asked' });
      ask().then(
        (asked) => {
          setJobId(asked.jobId);
          take({ kind: 'started', jobId: asked.jobId });
        },
        (thrown: unknown) => take({ kind: 'failed', failure: toFailure(thrown, '') }),
      );
    },
    [take],
  );
  const stop = useCallback(() => {
    // Where it has ended meanwhile there is nothing to stop.
    if (jobId !== null) api.job.cancel({ jobId }).catch(() => undefined);
  }, [api, jobId]);

  useEffect(() => {
    if (jobId === null || ended) return undefined;
    const read = () => {
      api.job.log({ jobId }).then(
        (lines) => take({ kind: 'moved', jobId, phase, steps: stepsIn(lines) }),
        () => undefined,
      );
    };
    read();
    const timer = setInterval(read, everyMs);
    return () => clearInterval(timer);
  }, [api, jobId, ended, phase, take]);

  useEffect(() => {
    if (jobId === null || !ended) return;
    api.job.show({ jobId }).then(
      ({ job: last, probe }) => {
        if (probe !== null) take({ kind: 'done', jobId, report: probe, at: now() });
        else if (last.failure !== null) take({ kind: 'failed', failure: last.failure });
        else take({ kind: 'cancelled' });
      },
      (thrown: unknown) => take({ kind: 'failed', failure: toFailure(thrown, '') }),
    );
  }, [api, jobId, ended, take]);

  return { start, stop };
}
