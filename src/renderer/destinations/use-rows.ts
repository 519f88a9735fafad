import { useCallback, useMemo } from 'react';
import { type Announcement } from '../../shared/channel.ts';
import { type Failure } from '../../shared/failure.ts';
import { type Job } from '../../shared/job.ts';
import { useAnnouncements, useApi, useHeld } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { type PlaceRow, rowOf } from './standing.ts';

/** Every place with what it holds. `ready` once the counts are there: what is computed from none says nothing. */
export function useRows(): { rows: readonly PlaceRow[]; ready: boolean; failure: Failure | null; again: () => void } {
  const api = useApi();
  const cards = useHeld((state) => state.destinations);
  const { value, failure, again } = useAsked('places', () => api.destination.tally({}));
  useAnnouncements(
    useCallback(
      (announcement: Announcement) => {
        const { event } = announcement;
        // A backup that no place took makes none, and is late in its places all the same.
        if (event.startsWith('backup.') || event === 'destination.changed' || hasEnded(announcement)) again();
      },
      [again],
    ),
  );
  const rows = useMemo(() => cards.map((card) => rowOf(card, value ?? [])), [cards, value]);
  return { rows, ready: value !== null, failure, again };
}

const hasEnded = ({ event, payload }: Announcement): boolean =>
  event === 'job.changed' && (payload as { job: Job }).job.endedAt !== null;
