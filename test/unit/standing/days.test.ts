import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysUntil } from '../../../src/main/standing/days.ts';
import { civil } from '../../../src/shared/civil.ts';

const hour = 3_600_000;
const iso = (at: number): string => new Date(at).toISOString();
const hoursOf = (now: string, zone: string, count: number): number[] =>
  daysUntil(Date.parse(now), zone, count).map(({ from, to }) => (to - from) / hour);

describe('the days of a time zone', () => {
  test('begin at its own midnight, and today is the last', () => {
    const days = daysUntil(Date.parse('2026-11-25T13:08:00Z'), 'Europe/Berlin', 3);
    expect(days.map(({ from }) => iso(from))).toEqual([
      '2026-11-22T23:00:00.000Z',
      '2026-11-23T23:00:00.000Z',
      '2026-11-24T23:00:00.000Z',
    ]);
    expect(iso(days[2]?.to ?? 0)).toBe('2026-11-25T23:00:00.000Z');
  });

  test('the evening in UTC may be the morning of the next day elsewhere', () => {
    const [day] = daysUntil(Date.parse('2026-11-25T20:00:00Z'), 'Asia/Tokyo', 1);
    expect(iso(day?.from ?? 0)).toBe('2026-11-25T15:00:00.000Z');
  });

  test('have 23 hours in spring and 25 in autumn', () => {
    expect(hoursOf('2026-03-30T12:00:00Z', 'Europe/Berlin', 3)).toEqual([24, 23, 24]);
    expect(hoursOf('2026-10-26T12:00:00Z', 'Europe/Berlin', 3)).toEqual([24, 25, 24]);
    expect(hoursOf('2026-04-05T12:00:00Z', 'Australia/Lord_Howe', 2)).toEqual([24, 24.5]);
  });

  test('one whose midnight the clock jumps over begins at one', () => {
    // Santiago: on 6 September 2026 the clock goes from 23:59 to 01:00.
    const days = daysUntil(Date.parse('2026-09-06T15:00:00Z'), 'America/Santiago', 2);
    expect(days.map(({ from, to }) => (to - from) / hour)).toEqual([24, 23]);
    expect(civil(days[1]?.from ?? 0, 'America/Santiago')).toMatchObject({ day: 6, hour: 1 });
  });

  test('follow each other without a gap, hold `now`, and each lies on one date of the calendar', () => {
    const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia', 'America/Havana'];
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2040, 0) }),
        fc.constantFrom(...zones),
        (now, zone) => {
          const days = daysUntil(now, zone, 14);
          expect(days).toHaveLength(14);
          for (const [index, { from, to }] of days.entries()) {
            expect(to).toBe(days[index + 1]?.from ?? to);
            expect(civil(from, zone).day).toBe(civil(to - 1, zone).day);
            expect(civil(from - 1, zone).day).not.toBe(civil(from, zone).day);
          }
          const today = days.at(-1);
          expect(now).toBeGreaterThanOrEqual(today?.from ?? Infinity);
          expect(now).toBeLessThan(today?.to ?? 0);
        },
      ),
      { numRuns: 150 },
    );
  });
});
