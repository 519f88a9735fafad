/** Where a rule waits for a person: it was never applied in a place, or would let go too many at once. */
import type { SourceId } from '../../shared/id.ts';
import { usualAskAbove } from '../../shared/retention.ts';
import { deletes } from '../retention/keep.ts';
import { governingOf, ownersOf, plannedPlaces, type Evaluated, type LineOf } from './retention-lines.ts';
import { settingsOf } from './retention-owner.ts';
import type { Rooms } from './rooms.ts';

type AskRooms = Pick<Rooms, 'catalog'>;

const askKey = (sourceId: SourceId): string => `retention.asks.${sourceId}`;

/** Whether so many go that a person is asked first, by the strictest of the rules that govern the line. */
export function asksFirst(rooms: AskRooms, line: Evaluated): boolean {
  return ownersOf(rooms, line).some((owner) => {
    const { askAbove = usualAskAbove } = settingsOf(rooms, owner);
    return askAbove !== null && line.decision.goes.length > askAbove;
  });
}

/** @param lines of the source that wait because too many would go. */
export function rememberAsking({ catalog }: AskRooms, sourceId: SourceId, lines: number): void {
  if (lines > 0) catalog.meta.set(askKey(sourceId), String(lines));
  else catalog.meta.remove(askKey(sourceId));
}

export type RetentionWait = { kind: 'too-many' } | { kind: 'not-applied'; places: string[] };

/** From small tables alone: the overview is asked for every minute. */
export function retentionWaits(rooms: AskRooms, sourceId: SourceId): RetentionWait | null {
  const { catalog } = rooms;
  if (catalog.meta.get(askKey(sourceId)) !== undefined) return { kind: 'too-many' };
  const waiting = plannedPlaces(rooms, sourceId)
    .map((destination): LineOf => ({ sourceId, destination }))
    .filter((line) => {
      const { rules, text } = governingOf(rooms, line);
      if (rules.length === 0 || !rules.every(deletes)) return false;
      return catalog.retention.applied(sourceId, line.destination) !== text;
    });
  if (waiting.length === 0) return null;
  const places = waiting.map(({ destination }) => catalog.destinations.byId(destination)?.name ?? destination);
  return { kind: 'not-applied', places };
}
