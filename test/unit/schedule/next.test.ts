import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextOf } from '../../../src/main/schedule/preview.ts';
import { timesOf, type Times } from '../../../src/main/schedule/times.ts';

const start = Date.UTC(2026, 9, 20);
const hour = 3_600_000;

function stepped(times: Times, after: number, most: number): number[] {
  const found: number[] = [];
  for (let at = times.after(after); at !== null && found.length < most; at = times.after(at)) found.push(at);
  return found;
}

describe('the next moments of a schedule', () => {
  test('are the same whatever was looked at before, earlier or later, near or far', () => {
    const looks = fc.array(fc.tuple(fc.integer({ min: -50, max: 400 }), fc.integer({ min: 0, max: 30 })), {
      minLength: 2,
      maxLength: 8,
    });
    const cron = fc.constantFrom('30 2 * * *', '*/20 * * * *', '0 8-18 * * 1-5', '0 0 30 2 *', '15 3 25 10 *');
    fc.assert(
      fc.property(cron, looks, (one, all) => {
        const times = timesOf({ cron: one, timeZone: 'Europe/Berlin' });
        for (const [hours, most] of all) {
          const after = start + hours * hour;
          expect(nextOf(times, after, most)).toEqual(stepped(times, after, most));
        }
      }),
      { numRuns: 20 },
    );
  });
});
