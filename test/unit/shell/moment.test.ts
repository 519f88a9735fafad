import { describe, expect, it } from 'vitest';
import { dayOf, moment, nextMidnight } from '../../../src/main/shell/moment.ts';

const berlin = (now: string) => ({ now: Date.parse(now), timeZone: 'Europe/Berlin' });

describe('moments in the tray', () => {
  const place = berlin('2026-11-19T14:08:00+01:00');
  it.each([
    ['2026-11-19T14:05:00+01:00', '14:05', 'today'],
    ['2026-11-18T12:02:00+01:00', 'yesterday, 12:02', 'yesterday'],
    ['2026-11-15T03:24:00+01:00', 'Sunday, 03:24', 'Sunday'],
    ['2026-11-10T03:24:00+01:00', '10 Nov, 03:24', '10 Nov'],
    ['2026-11-20T00:00:00+01:00', 'tomorrow, 00:00', 'tomorrow'],
    // Midnight belongs to the day that begins.
    ['2026-11-19T00:00:00+01:00', '00:00', 'today'],
  ])('%s is %s', (at, long, day) => {
    expect([moment(Date.parse(at), place), dayOf(Date.parse(at), place)]).toEqual([long, day]);
  });

  it('yesterday is yesterday on the days of 23 and of 25 hours too', () => {
    expect(dayOf(Date.parse('2026-03-28T23:30:00+01:00'), berlin('2026-03-29T23:30:00+02:00'))).toBe('yesterday');
    expect(dayOf(Date.parse('2026-10-24T00:30:00+02:00'), berlin('2026-10-25T23:30:00+01:00'))).toBe('yesterday');
  });
});

describe('until tomorrow', () => {
  it.each([
    ['2026-11-19T14:08:00+01:00', '2026-11-20T00:00:00+01:00'],
    ['2026-10-25T00:00:00+02:00', '2026-10-26T00:00:00+01:00'],
    ['2026-03-29T00:00:00+01:00', '2026-03-30T00:00:00+02:00'],
    ['2026-11-19T23:59:59.999+01:00', '2026-11-20T00:00:00+01:00'],
  ])('of %s ends at %s', (now, end) => {
    expect(nextMidnight(berlin(now))).toBe(Date.parse(end));
  });
});
