import { describe, expect, it } from 'vitest';
import { civil } from '../../../src/shared/civil.ts';
import { periodsAt } from '../../../src/shared/period.ts';

describe('BS-1 days of a time zone', () => {
  it('are those of the calendar at every quarter of an hour around changes of the clocks, and of far zones', () => {
    for (const [zone, around] of [
      ['Europe/Berlin', Date.UTC(2026, 9, 25)],
      ['Europe/Berlin', Date.UTC(2026, 2, 29)],
      ['America/New_York', Date.UTC(2026, 10, 1)],
      ['Australia/Lord_Howe', Date.UTC(2026, 3, 4)],
      ['Pacific/Apia', Date.UTC(2011, 11, 30)],
      ['Asia/Kathmandu', Date.UTC(2026, 5, 1)],
    ] as const) {
      for (let quarter = -400; quarter < 400; quarter += 1) {
        const at = around + quarter * 900_000;
        const { year, month, day } = civil(at, zone);
        const name = [year, String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-');
        expect(periodsAt(at, zone).daily, `${zone} ${at}`).toBe(name);
      }
    }
  });

  it('are told of a hundred thousand backups, five minutes apart', () => {
    const from = Date.UTC(2026, 0, 1);
    const days = new Set<string>();
    for (let n = 0; n < 100_000; n += 1) days.add(periodsAt(from + n * 300_000, 'Europe/Berlin').daily);
    expect(days.size).toBe(348);
  });
});
