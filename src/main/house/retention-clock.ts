/** The last moment at which the clock was believed, and whether it is now. */
import type { Instant } from '../../shared/id.ts';
import { canBeBelieved, clockProblem, type ClockProblem } from '../retention/clock.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

const believedKey = 'retention.clock';
const minuteMs = 60_000;

type ClockRooms = Pick<Rooms, 'catalog' | 'clock' | 'machine'>;

export interface Beliefs {
  newestTakenAt: Instant | null;
  believedAt: Instant | null;
}

export function beliefsOf({ catalog, machine }: ClockRooms): Beliefs {
  const text = catalog.meta.get(believedKey);
  return {
    newestTakenAt: catalog.backups.newestOf(machine.id),
    believedAt: text === undefined ? null : Number(text),
  };
}

/**
 * Looks at the clock; one that goes on is believed from here. It is looked at before a backup comes to the catalog:
 * afterwards the newest one is as old as the clock says, and a step could not be told from a long night any more.
 */
export function lookAtClock(rooms: ClockRooms): ClockProblem | null {
  const now = rooms.clock.now();
  const beliefs = beliefsOf(rooms);
  const problem = clockProblem({ ...beliefs, now });
  const believed = problem === null ? now : (beliefs.believedAt ?? beliefs.newestTakenAt);
  if (believed !== null && isWorthKeeping(beliefs.believedAt, believed))
    rooms.catalog.meta.set(believedKey, String(believed));
  return problem;
}

/** A minute says nothing against steps of ten and nights of weeks, and a question must not wait for the disk. */
const isWorthKeeping = (before: Instant | null, believed: Instant): boolean =>
  before === null || believed < before || believed >= before + minuteMs;

/** A person says that the clock is right: a step of it is believed, a time before a backup or an impossible year is not. */
export function believeClock(rooms: Rooms, actor: string): void {
  const now = rooms.clock.now();
  const problem = clockProblem({ ...beliefsOf(rooms), now });
  if (problem === null || !canBeBelieved(problem)) return;
  rooms.catalog.meta.set(believedKey, String(now));
  audit(rooms, 'clock.believed', actor, 'clock', { problem: problem.what, now });
}
