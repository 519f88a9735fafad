import type { Clock } from '../../../src/main/base/clock.ts';

export interface TurningClock extends Clock {
  /** Lets time pass; everybody whose sleep ends by then wakes, in order, before it resolves. */
  turn(ms: number): Promise<void>;
}

/** A clock that stands still until it is turned. */
export function turningClock(start = 1_750_000_000_000): TurningClock {
  let passed = 0;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => start + passed,
    elapsed: () => passed,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason as Error);
        const sleeper = { until: passed + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener(
          'abort',
          () => {
            if (sleepers.delete(sleeper)) reject(signal.reason as Error);
          },
          { once: true },
        );
      }),
    async turn(ms) {
      const until = passed + ms;
      for (;;) {
        const next = [...sleepers].filter((one) => one.until <= until).toSorted((a, b) => a.until - b.until)[0];
        if (next === undefined) break;
        passed = next.until;
        sleepers.delete(next);
        next.wake();
        await settled();
      }
      passed = until;
      await settled();
    },
  };
}

/** Everything that was ready to go on has gone on. */
export const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
