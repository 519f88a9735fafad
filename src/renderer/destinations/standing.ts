/** Pure: how each place stands, and what the screen says first. Every sentence follows from the rows of its table. */
import { isUnreachable, type DestinationCard, type PlaceTally } from '../../shared/destination.ts';

export type PlaceState =
  | { kind: 'unreachable'; since: number | null }
  | { kind: 'failing'; message: string }
  | { kind: 'damaged'; number: number }
  | { kind: 'behind'; waiting: number; failed: number }
  | { kind: 'complete'; newestAt: number }
  | { kind: 'empty' }
  | { kind: 'untested' };

/** What the key of this computer may do to what is there; `unknown` until a test has tried. */
export type Reach = 'delete' | 'overwrite' | 'none' | 'unknown';

export interface PlaceRow {
  card: DestinationCard;
  stored: number;
  waiting: number;
  failed: number;
  damaged: number;
  newestAt: number | null;
  state: PlaceState;
  reach: Reach;
  room: PlaceRoom;
}

/** As far as is known without asking the place. */
export type PlaceRoom = Pick<PlaceTally, 'sizeBytes' | 'free' | 'bytesADay' | 'daysLeft'>;

const soonDays = 30;
/** Whether a place is full before somebody may look at it again. */
export const isFullSoon = ({ daysLeft }: Pick<PlaceRoom, 'daysLeft'>): boolean =>
  daysLeft !== null && daysLeft <= soonDays;

export function rowOf(card: DestinationCard, tallies: readonly PlaceTally[]): PlaceRow {
  const tally = tallies.find(({ destination }) => destination === card.id);
  const { stored, waiting, failed, damaged, newestAt, sizeBytes, free, bytesADay, daysLeft } = tally ?? nothingThere;
  const counts = { stored, waiting, failed, damaged, newestAt };
  const room = { sizeBytes, free, bytesADay, daysLeft };
  return { card, ...counts, state: stateOf(card, counts), reach: reachOf(card), room };
}

const nothingThere: Omit<PlaceTally, 'destination'> = {
  stored: 0,
  waiting: 0,
  failed: 0,
  damaged: 0,
  newestAt: null,
  sizeBytes: 0,
  free: null,
  bytesADay: null,
  daysLeft: null,
};

type Counts = Pick<PlaceRow, 'stored' | 'waiting' | 'failed' | 'damaged' | 'newestAt'>;

function stateOf({ tested }: DestinationCard, counts: Counts): PlaceState {
  const failure = tested?.failure ?? null;
  const { waiting, failed, damaged } = counts;
  // A backup that was taken after the test and is there says more than the test.
  if (tested !== undefined && failure !== null && (counts.newestAt ?? 0) <= tested.at) {
    if (isUnreachable(failure.code)) return { kind: 'unreachable', since: latest(tested.reachedAt, counts.newestAt) };
    return { kind: 'failing', message: failure.message };
  }
  if (damaged > 0) return { kind: 'damaged', number: damaged };
  if (waiting + failed > 0) return { kind: 'behind', waiting, failed };
  if (counts.newestAt !== null) return { kind: 'complete', newestAt: counts.newestAt };
  return tested === undefined ? { kind: 'untested' } : { kind: 'empty' };
}

/** What it took last is a sign of life too. */
const latest = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other);

function reachOf({ tested }: DestinationCard): Reach {
  if (tested === undefined || tested.mayRemove === null || tested.mayOverwrite === null) return 'unknown';
  if (tested.mayRemove) return 'delete';
  return tested.mayOverwrite ? 'overwrite' : 'none';
}

export type PlaceLead =
  | { kind: 'onlyHere' }
  | { kind: 'unreachable'; names: string[] }
  | { kind: 'damaged' | 'behind'; names: string[]; copies: number }
  | { kind: 'canDelete'; some: number; all: number }
  | { kind: 'notMeasured' }
  | { kind: 'nothingYet'; places: number };

/** What a person came for: first what needs them, then what a thief of this computer's key could do. */
export function leadOf(rows: readonly PlaceRow[]): PlaceLead {
  if (rows.length < 2) return { kind: 'onlyHere' };
  const away = rows.filter(({ state }) => state.kind === 'unreachable');
  if (away.length > 0) return { kind: 'unreachable', names: away.map(nameOf) };
  const bad = rows.filter(({ damaged }) => damaged > 0);
  if (bad.length > 0) return { kind: 'damaged', names: bad.map(nameOf), copies: sum(bad, 'damaged') };
  const late = rows.filter(({ waiting, failed }) => waiting + failed > 0);
  if (late.length > 0)
    return { kind: 'behind', names: late.map(nameOf), copies: sum(late, 'waiting') + sum(late, 'failed') };
  if (rows.every(({ reach }) => reach === 'unknown')) return { kind: 'notMeasured' };
  const all = sum(rows, 'stored');
  if (all === 0) return { kind: 'nothingYet', places: rows.length };
  const lost = rows.filter(({ reach }) => reach === 'delete' || reach === 'overwrite');
  return { kind: 'canDelete', some: sum(lost, 'stored'), all };
}

export type LeadOfPlace =
  | Exclude<PlaceState, { kind: 'complete' | 'untested' }>
  | { kind: 'holds'; stored: number; reach: Reach };

export function leadOfPlace({ state, stored, reach }: PlaceRow): LeadOfPlace {
  if (state.kind === 'complete') return { kind: 'holds', stored, reach };
  return state.kind === 'untested' ? { kind: 'empty' } : state;
}

export type PlaceFault =
  | { kind: 'measured'; at: number }
  | { kind: 'full'; name: string; daysLeft: number }
  | { kind: 'untested' | 'open' | 'unproven'; names: string[] };

/** What else there is to know, in the order of its weight. */
export function faultsOf(rows: readonly PlaceRow[]): PlaceFault[] {
  const faults: PlaceFault[] = [];
  const tell = (kind: 'untested' | 'open' | 'unproven', found: readonly PlaceRow[]): void => {
    if (found.length > 0) faults.push({ kind, names: found.map(nameOf) });
  };
  for (const { card, room } of rows)
    if (isFullSoon(room) && room.daysLeft !== null)
      faults.push({ kind: 'full', name: card.name, daysLeft: room.daysLeft });
  const tested = rows.flatMap(({ card, reach }) => (reach === 'unknown' ? [] : [card.tested?.at ?? 0]));
  if (tested.length > 0) faults.push({ kind: 'measured', at: Math.min(...tested) });
  tell(
    'open',
    rows.filter(({ card }) => card.settings.kind !== 'folder' && card.seal !== true),
  );
  tell(
    'unproven',
    rows.filter(({ card }) => card.seal === true && card.recovery?.provenAt === null),
  );
  if (tested.length > 0)
    tell(
      'untested',
      rows.filter(({ card }) => card.tested === undefined),
    );
  return faults;
}

const nameOf = ({ card }: PlaceRow): string => card.name;
const sum = (rows: readonly PlaceRow[], part: 'stored' | 'waiting' | 'failed' | 'damaged'): number =>
  rows.reduce((total, row) => total + row[part], 0);
