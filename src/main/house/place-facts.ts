/** What places say about the sources that they keep: looked up once for all of them. */
import type { DestinationId, Instant, SourceId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { Source } from '../../shared/source.ts';
import { pinBeaten } from '../../shared/place-rules.ts';
import type { BeatenFacts, LateFacts, ReadingFacts, World } from '../standing/facts.ts';
import type { Rooms } from './rooms.ts';

/** A run of a place a day: enough for some days of several places. */
const runsLookedAt = 60;

export interface PlaceFacts {
  late(sourceId: SourceId): LateFacts[];
  reading(source: Source): ReadingFacts[];
  beaten(sourceId: SourceId): BeatenFacts[];
}

export function placeFacts(
  { catalog }: Pick<Rooms, 'catalog'>,
  { placeName, now }: Pick<World, 'placeName' | 'now'>,
): PlaceFacts {
  const waiting = catalog.backups.waiting();
  const failing = failingReadings(catalog.jobs.list({ kinds: ['scrub'], limit: runsLookedAt }));
  const beaten = beatenPins(catalog, now);
  return {
    beaten: (sourceId) => beaten.get(sourceId) ?? [],
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

/** Pins that a place does not keep, as far as its rules are known. Where no place deletes anything by itself, no pin is looked at. */
function beatenPins({ destinations, pins, backups }: Rooms['catalog'], now: Instant): Map<SourceId, BeatenFacts[]> {
  const found = new Map<SourceId, BeatenFacts[]>();
  const places = destinations.list().filter(({ rules }) => rules !== undefined && rules.expires.length > 0);
  if (places.length === 0) return found;
  for (const { backupId } of pins.list()) {
    const card = backups.card(backupId);
    if (card === undefined) continue;
    const { takenAt, pin } = card;
    const facts = pinBeaten(card, places, now).map(({ destination, place, at }) => ({
      placeId: destination,
      place,
      backupId,
      takenAt,
      hold: pin?.hold === true,
      at,
    }));
    if (facts.length > 0) found.set(card.sourceId, [...(found.get(card.sourceId) ?? []), ...facts]);
  }
  return found;
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
