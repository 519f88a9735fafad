import { describe, expect, it } from 'vitest';
import { timesOf } from '../../../src/main/schedule/times.ts';

const berlin = 'Europe/Berlin';
const at = (text: string): number => Date.parse(text);
const iso = (instant: number | null): string | null =>
  instant === null ? null : new Date(instant).toISOString().replace(':00.000Z', 'Z');

function next(cron: string, from: string, most: number, timeZone = berlin): (string | null)[] {
  const times = timesOf({ cron, timeZone });
  const found: (string | null)[] = [];
  for (let one = times.after(at(from)); one !== null && found.length < most; one = times.after(one))
    found.push(iso(one));
  return found;
}

describe('a schedule in a time zone', () => {
  it('half past two on the night that has none is due once, at three', () => {
    expect(next('30 2 * * *', '2026-03-28T00:00Z', 3)).toEqual([
      '2026-03-28T01:30Z',
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ]);
  });

  it('half past two on the night that has two is due once, at the first, wherever one asks from', () => {
    expect(next('30 2 * * *', '2026-10-24T12:00Z', 2)).toEqual(['2026-10-25T00:30Z', '2026-10-26T01:30Z']);
    for (const from of ['00:30', '00:45', '01:10', '01:29', '01:45'])
      expect(next('30 2 * * *', `2026-10-25T${from}Z`, 1)).toEqual(['2026-10-26T01:30Z']);
  });

  it('every thirty minutes is due in both repeated hours', () => {
    expect(next('*/30 1-3 * * *', '2026-10-24T22:59Z', 8)).toEqual([
      '2026-10-24T23:00Z',
      '2026-10-24T23:30Z',
      '2026-10-25T00:00Z',
      '2026-10-25T00:30Z',
      '2026-10-25T01:00Z',
      '2026-10-25T01:30Z',
      '2026-10-25T02:00Z',
      '2026-10-25T02:30Z',
    ]);
  });

  it('the 31st leaves short months out', () => {
    expect(next('0 2 31 * *', '2026-01-01T00:00Z', 4)).toEqual([
      '2026-01-31T01:00Z',
      '2026-03-31T00:00Z',
      '2026-05-31T00:00Z',
      '2026-07-31T00:00Z',
    ]);
  });

  it('the 29th of February waits for the leap year', () => {
    expect(next('0 2 29 2 *', '2026-01-01T00:00Z', 2)).toEqual(['2028-02-29T01:00Z', '2032-02-29T01:00Z']);
  });

  it('the 31st of February never comes', () => {
    const times = timesOf({ cron: '0 2 31 2 *', timeZone: berlin });
    expect(times.after(at('2026-01-01T00:00Z'))).toBeNull();
    expect(times.latest(at('2026-01-01T00:00Z'))).toBeNull();
  });

  it('twice a day at fixed times keeps both on the night of the gap', () => {
    expect(next('30 2,14 * * *', '2026-03-28T14:00Z', 3)).toEqual([
      '2026-03-29T01:00Z',
      '2026-03-29T12:30Z',
      '2026-03-30T00:30Z',
    ]);
  });

  it('a midnight that does not exist is made up for at one', () => {
    expect(next('0 0 * * *', '2026-09-05T12:00Z', 2, 'America/Santiago')).toEqual([
      '2026-09-06T04:00Z',
      '2026-09-07T03:00Z',
    ]);
  });

  it.each(['0 2 * * *', '*/30 9-17 * * 1-5', '0 2 29 2 *', '0 * * * *', '0 3 * * 0'])(
    'the last one before a moment is the one after which that moment is not reached: %s',
    (cron) => {
      const times = timesOf({ cron, timeZone: berlin });
      for (let moment = at('2026-10-20T00:17:31Z'); moment < at('2026-11-02T00:00Z'); moment += 3 * 3_600_000 + 7_919) {
        const latest = times.latest(moment);
        if (latest === null) throw new Error(`${cron} found nothing before ${moment}`);
        expect(latest).toBeLessThanOrEqual(moment);
        expect(times.after(latest)).toBeGreaterThan(moment);
        expect(times.latest(latest)).toBe(latest);
      }
    },
  );

  it.each([
    '',
    '0 2 * *',
    '0 0 2 * * *',
    '61 2 * * *',
    '? 2 * * *',
    '@daily',
    'every day at two, please',
    '0 22-4 * * *',
    '*/0 * * * *',
    '5/10 * * * *',
  ])('“%s” is refused with a code and no crash', (cron) => {
    expect(() => timesOf({ cron, timeZone: berlin })).toThrow(expect.objectContaining({ code: 'plan.cron-malformed' }));
  });

  it.each(['Mars/Olympus', '+02:00', '', 'Europe/Berlin; rm'])('the time zone “%s” is refused', (timeZone) => {
    expect(() => timesOf({ cron: '0 2 * * *', timeZone })).toThrow(
      expect.objectContaining({ code: 'plan.zone-unknown' }),
    );
  });
});
