import { useCallback } from 'react';
import { type Job } from '../../shared/job.ts';
import { useHeld, useSources } from '../store/hooks.ts';
import { type Named, subjectOf } from './job-subject.ts';

/** What a job is about; null where it has no name, or has one no more. */
export function useJobNames(): (job: Job) => string | null {
  const sources: readonly Named[] = useSources();
  const destinations: readonly Named[] = useHeld((state) => state.destinations);
  return useCallback((job) => subjectOf(job, sources, destinations), [sources, destinations]);
}
