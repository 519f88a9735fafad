import { useEffect } from 'react';
import { type JobId } from '../../shared/id.ts';
import { type LogLine } from '../../shared/job.ts';
import { useApi } from '../store/hooks.ts';
import { useAsked, type Asked } from '../store/use-asked.ts';

const everyMs = 1_000;

/** The log of a job; while it runs it is read again every second, and once more when it has ended. */
export function useLog(jobId: JobId, over: boolean): Asked<LogLine[]> {
  const api = useApi();
  const log = useAsked(`log ${jobId} ${over ? 'whole' : 'so far'}`, () => api.job.log({ jobId }));
  const { again, asking } = log;
  useEffect(() => {
    if (over || asking) return undefined;
    const timer = setTimeout(again, everyMs);
    return () => clearTimeout(timer);
  }, [over, asking, again]);
  return log;
}
