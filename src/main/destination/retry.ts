/** Trying again what a network or a busy service refused. */
import { randomInt } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Throttle } from './throttle.ts';

export interface Pace {
  clock: Clock;
  /** Tries of one request in all. */
  attempts: number;
  firstDelayMs: number;
  maxDelayMs: number;
  /** A connection on which nothing moves for so long has stalled. */
  idleMs: number;
  /** Asked before bytes go to the place. */
  throttle?: Throttle;
}

/** Rides out about a minute: what lasts longer is better told, and gone on with later. */
export const patient = (clock: Clock, throttle?: Throttle): Pace => ({
  clock,
  attempts: 8,
  firstDelayMs: 500,
  maxDelayMs: 16_000,
  idleMs: 30_000,
  ...(throttle === undefined ? {} : { throttle }),
});

/** @param isTransient whether trying again may help. */
export async function retrying<T>(
  work: () => Promise<T>,
  isTransient: (thrown: unknown) => boolean,
  pace: Pace,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (thrown) {
      signal?.throwIfAborted();
      if (attempt >= pace.attempts || !isTransient(thrown)) throw thrown;
      await pause(attempt, pace, signal);
    }
  }
}

/** Twice as long each time, and never exactly: many that were refused at once must not come back at once. */
export async function pause(attempt: number, pace: Pace, signal: AbortSignal | undefined): Promise<void> {
  const whole = Math.min(pace.firstDelayMs * 2 ** (attempt - 1), pace.maxDelayMs);
  await pace.clock.sleep(whole / 2 + randomInt(Math.ceil(whole / 2) + 1), signal);
}
