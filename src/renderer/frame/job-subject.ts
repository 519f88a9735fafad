/** Pure: what a job is about, by its name. */
import type { Job } from '../../shared/job.ts';

export interface Named {
  id: string;
  name: string;
}

/** Its source, its place, or what it tests that is no source yet. Null where it has no name, or has one no more. */
export function subjectOf(
  { sourceId, destinationId, tested }: Pick<Job, 'sourceId' | 'destinationId' | 'tested'>,
  sources: readonly Named[],
  destinations: readonly Named[],
): string | null {
  if (sourceId !== null) return sources.find(({ id }) => id === sourceId)?.name ?? null;
  return destinations.find(({ id }) => id === destinationId)?.name ?? tested ?? null;
}
