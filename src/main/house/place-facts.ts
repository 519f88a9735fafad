/** What places say about the sources that they keep: looked up once for all of them. */
import type { DestinationId, SourceId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { Source } from '../../shared/source.ts';
import type { LateFacts, ReadingFacts, World } from '../standing/facts.ts';
import type { Rooms } from './rooms.ts';

/** A run of a place a day: enough for some days of several places. */
const runsLookedAt = 60;

export interface PlaceFacts {
  late(sourceId: SourceId): LateFacts[];
  reading(source: Source): ReadingFacts[];
}

export function placeFacts({ catalog }: Pick<Rooms, 'catalog'>, { placeName }: Pick<World, 'placeName'>): PlaceFacts {
  const waiting = catalog.backups.waiting();
  const failing = failingReadings(catalog.jobs.list({ kinds: ['scrub'], limit: runsLookedAt }));
  return {
    late: (sourceId) => {
      const byPlace = new Map<DestinationId, LateFacts>();
      // Oldest first: the first of a place is the one that waits longest.
      for (const { takenAt, stored } of waiting.filter((card) => card.sourceId === sourceId))
        for (const { destination, state, message } of stored) {
          if (state !== 'waiting') continue;
          const known = byPlace.get(destination);
          if (known === undefined)
            byPlace.set(destination, {
              placeId: destination,
              place: placeName(destination),
              copies: 1,
              oldestAt: takenAt,
              message,
            });
          else known.copies += 1;
        }
      return [...byPlace.values()];
    },
    reading: ({ destinations }) =>
      destinations.flatMap((id) => {
        const found = failing.get(id);
        return found === undefined ? [] : [{ placeId: id, place: placeName(id), ...found }];
      }),
  };
}

/** Of each place whose newest run failed: how many did in a row. One that a person stopped says nothing. */
function failingReadings(newestFirst: readonly Job[]): Map<DestinationId, Omit<ReadingFacts, 'placeId' | 'place'>> {
  const found = new Map<DestinationId, Omit<ReadingFacts, 'placeId' | 'place'>>();
  const over = new Set<DestinationId>();
  for (const { destinationId: id, state, failure } of newestFirst) {
    if (id === null || id === undefined || over.has(id)) continue;
    if (state === 'succeeded') over.add(id);
    if (state !== 'failed' || failure === null) continue;
    const before = found.get(id);
    if (before === undefined) found.set(id, { failures: 1, message: failure.message });
    else before.failures += 1;
  }
  return found;
}
