/** A clock that stands still until a test moves it. Whoever sleeps is woken in the order of the moments that were asked for. */
import type { Clock } from '../../src/main/base/clock.ts';

export interface FakeClock extends Clock {
  /** Time passes; everything that was due by then has run when this resolves. */
  pass(ms: number): Promise<void>;
}

export function fakeClock(): FakeClock {
  let time = 0;
  const sleepers = new Set<{ at: number; wake: () => void }>();
  return {
    now: () => time,
    elapsed: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason as Error);
        const sleeper = { at: time + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason as Error);
        });
      }),
    async pass(ms) {
      const end = time + ms;
      for (;;) {
        await new Promise(setImmediate);
        const next = [...sleepers].toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined || next.at > end) break;
        time = next.at;
        sleepers.delete(next);
        next.wake();
      }
      time = end;
      await new Promise(setImmediate);
    },
  };
}
