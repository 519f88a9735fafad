/** What is wrong with a place, as far as it is a source's: copies that wait too long, and bytes that nobody can read again. */
import type { Need } from '../../shared/overview.ts';
import type { BeatenFacts, LateFacts, ReadingFacts, SourceFacts, World } from './facts.ts';
import { need } from './proof-needs.ts';
import { counted, momentOf, sentence, span } from './words.ts';

const dayMs = 24 * 3_600_000;
/** A disk that is away for a night is no news; one that is away for days keeps backups from being in two places. */
const lateAfterMs = dayMs;
const graveAfterMs = 3 * dayMs;
/** Once is a bad line, three times in a row is the place. */
export const failuresInARow = 3;

export function placeNeeds({ late = [], reading = [], beaten = [], source }: SourceFacts, world: World): Need[] {
  const isSample = source.sample === true;
  return [
    ...late.flatMap((facts) => lateNeeds(facts, world, isSample)),
    ...reading.filter(({ failures }) => failures >= failuresInARow).map(readingNeed),
    ...beatenNeeds(beaten, world, isSample),
  ];
}

function lateNeeds(
  { placeId, place, copies, oldestAt, message }: LateFacts,
  { now, timeZone }: World,
  isSample: boolean,
): Need[] {
  const ageMs = now - oldestAt;
  if (ageMs < lateAfterMs) return [];
  const wait = copies === 1 ? 'One backup waits' : `${counted(copies, 'backup')} wait`;
  const why = message === null ? 'It was not tried yet.' : sentence(message);
  const detail = `${why} The oldest is of ${momentOf(oldestAt, now, timeZone)}. What waits goes there by itself as soon as it can.`;
  const grade = ageMs < graveAfterMs || isSample ? 'hint' : 'attention';
  const title = `${wait} for ${place}, the oldest for ${span(ageMs)}.`;
  return [{ ...need('copies-late', grade, title, detail, 'copies'), place: placeId }];
}

/** One of each place: the backup that goes first, and how many there are. */
function beatenNeeds(beaten: readonly BeatenFacts[], { now, timeZone }: World, isSample: boolean): Need[] {
  const byPlace = Map.groupBy(beaten, ({ placeId }) => placeId);
  return [...byPlace].flatMap(([placeId, pins]) => {
    const [first] = pins.toSorted((a, b) => a.at - b.at);
    if (first === undefined) return [];
    const { place, takenAt, hold, at, backupId } = first;
    const what = hold ? 'held' : 'pinned';
    const title =
      pins.length === 1
        ? `${place} deletes a ${what} backup ${momentOf(at, now, timeZone)}.`
        : `${place} deletes ${counted(pins.length, 'pinned backup')} before the pins end, the first ${momentOf(at, now, timeZone)}.`;
    const detail = `A rule of the place itself takes its copy of the backup of ${momentOf(takenAt, now, timeZone)}, whatever a pin says. Give the rule more days, or copy the backup to another place.`;
    const grade = isSample ? 'hint' : 'attention';
    return [{ ...need('pin-beaten', grade, title, detail, 'protection'), place: placeId, backupId }];
  });
}

function readingNeed({ placeId, place, failures, message }: ReadingFacts): Need {
  const detail = `${sentence(message)} While it cannot be read, damage there is not noticed.`;
  const title = `Reading ${place} again failed ${failures === 1 ? 'once' : `${failures} times in a row`}.`;
  return { ...need('reading-fails', 'hint', title, detail, 'reading'), place: placeId };
}
