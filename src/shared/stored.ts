/** Pure: how a place's state follows from what a try came to. `docs/rooms/spool.md` tells what the states mean. */
import type { StoredState } from './artifact.ts';
import { Fail, failures } from './failure.ts';
import type { Instant } from './id.ts';

const minute = 60_000;
/** After the first try that came to nothing, the second, and so on; the last one for ever. */
const pausesMs = [1, 5, 15, 30, 60, 180].map((minutes) => minutes * minute);
const lastPauseMs = 360 * minute;
/** Bytes that change on their way once may be a bad line; three times it is the place. */
const mismatches = 3;
/** A person who stopped a copy wants it to stop, not to begin again at once. */
const stoppedMs = 60 * minute;

/** The place has it. */
export const storedIn = ({ destination }: Pick<StoredState, 'destination'>): StoredState => ({
  destination,
  state: 'stored',
  message: null,
});

/** A copy is due, and nothing has been tried. */
export const dueIn = ({ destination }: Pick<StoredState, 'destination'>): StoredState => ({
  destination,
  state: 'waiting',
  message: null,
});

/** A try came to nothing: it waits for the next one, or is given up where that would not help. */
export function afterFailure(before: StoredState, thrown: unknown, now: Instant): StoredState {
  const { destination } = before;
  if (!(thrown instanceof Fail))
    return { destination, state: 'failed', message: 'Something in Holdfast broke.', code: 'internal.bug' };
  const { code, message } = thrown;
  const attempts = (before.attempts ?? 0) + 1;
  const passes = failures[code].retryable && !(code === 'destination.hash-mismatch' && attempts >= mismatches);
  if (!passes) return { destination, state: 'failed', message, code };
  const pause = pausesMs[attempts - 1] ?? lastPauseMs;
  return { ...arrivedOf(before), destination, state: 'waiting', message, code, attempts, nextTryAt: now + pause };
}

/** A person stopped it: it goes on by itself, but not at once. */
export const stoppedAt = (before: StoredState, now: Instant): StoredState => ({
  ...arrivedOf(before),
  destination: before.destination,
  state: 'waiting',
  message: 'Stopped by a person.',
  nextTryAt: now + stoppedMs,
});

const arrivedOf = ({ arrivedBytes }: StoredState): Pick<StoredState, 'arrivedBytes'> =>
  arrivedBytes === undefined ? {} : { arrivedBytes };

/** The states of `before` with those of `changed` in their stead, new places behind. */
export function withStates(before: readonly StoredState[], changed: readonly StoredState[]): StoredState[] {
  const byPlace = new Map(before.map((one) => [one.destination, one]));
  for (const one of changed) byPlace.set(one.destination, one);
  return [...byPlace.values()];
}
