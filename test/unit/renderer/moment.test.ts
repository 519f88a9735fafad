import { describe, expect, it } from 'vitest';
import {
  ago,
  dayHeading,
  dayOrTime,
  dayRange,
  fullMoment,
  moment,
  momentInSentence,
  upcoming,
} from '../../../src/renderer/words/moment.ts';

const zone = 'Europe/Berlin';
const at = (text: string): number => Date.parse(text);
const now = at('2026-11-19T14:08:00+01:00');

describe('Moments are written so that nobody has to count', () => {
  it.each([
    ['2026-11-19T14:05:00+01:00', '14:05 today', 'today, 14:05', '14:05 today'],
    ['2026-11-18T12:02:00+01:00', 'Yesterday, 12:02', 'yesterday, 12:02', 'Yesterday'],
    ['2026-11-20T02:00:00+01:00', 'Tomorrow, 02:00', 'tomorrow, 02:00', 'Tomorrow'],
    ['2026-11-17T09:30:00+01:00', 'Tue 17 Nov, 09:30', 'Tue 17 Nov, 09:30', 'Tue 17 Nov'],
    ['2025-11-17T09:30:00+01:00', '17 Nov 2025, 09:30', '17 Nov 2025, 09:30', '17 Nov 2025'],
  ])('%s is %s', (text, alone, inSentence, day) => {
    expect(moment(at(text), now, zone)).toBe(alone);
    expect(momentInSentence(at(text), now, zone)).toBe(inSentence);
    expect(dayOrTime(at(text), now, zone)).toBe(day);
  });

  it('know midnight as 00:00', () => {
    expect(moment(at('2026-11-19T00:00:00+01:00'), now, zone)).toBe('00:00 today');
  });

  it('find yesterday across the night in which clocks change', () => {
    const afterChange = at('2026-10-25T23:30:00+01:00');
    expect(moment(at('2026-10-24T00:10:00+02:00'), afterChange, zone)).toBe('Yesterday, 00:10');
    const afterSpring = at('2026-03-30T00:05:00+02:00');
    expect(moment(at('2026-03-29T00:30:00+01:00'), afterSpring, zone)).toBe('Yesterday, 00:30');
  });

  it('depend on the zone of the reader', () => {
    expect(moment(at('2026-11-19T00:30:00+01:00'), now, 'America/New_York')).toBe('Yesterday, 18:30');
  });

  it('say what comes by weekday only while that is unambiguous', () => {
    expect(upcoming(at('2026-11-19T20:00:00+01:00'), now, zone)).toBe('20:00');
    expect(upcoming(at('2026-11-22T03:00:00+01:00'), now, zone)).toBe('Sun 03:00');
    expect(upcoming(at('2026-11-26T03:00:00+01:00'), now, zone)).toBe('26 Nov, 03:00');
  });

  it('give the days of a strip, its month once where it can', () => {
    expect(dayRange(at('2026-11-06T12:00:00Z'), now, zone)).toBe('6 – 19 Nov');
    expect(dayRange(at('2026-10-28T12:00:00Z'), at('2026-11-10T12:00:00Z'), zone)).toBe('28 Oct – 10 Nov');
  });

  it('head a day of a list, and stand whole in a tooltip', () => {
    expect(dayHeading(now, now, zone)).toBe('Today');
    expect(dayHeading(at('2026-11-17T09:30:00+01:00'), now, zone)).toBe('Tue 17 Nov');
    expect(fullMoment(at('2026-11-17T09:30:12+01:00'), zone)).toBe('Tue 17 Nov 2026, 09:30:12 (Europe/Berlin)');
  });

  it('count backwards in one unit', () => {
    expect(ago(now - 26 * 3_600_000, now)).toBe('26\u00a0h ago');
    expect(ago(now + 500, now)).toBe('just now');
  });
});
