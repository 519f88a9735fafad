import { describe, expect, it } from 'vitest';
import { periodsAt } from '../../../src/shared/period.ts';

describe('BS-4 the periods of a moment', () => {
  it.each([
    ['2026-01-01T12:00:00Z', 'UTC', '2026-01-01', '2026-W01'],
    ['2027-01-01T12:00:00Z', 'UTC', '2027-01-01', '2026-W53'],
    ['2024-12-30T12:00:00Z', 'UTC', '2024-12-30', '2025-W01'],
    ['2026-11-24T23:30:00Z', 'Europe/Berlin', '2026-11-25', '2026-W48'],
    ['2026-03-29T00:59:59Z', 'Europe/Berlin', '2026-03-29', '2026-W13'],
    ['2011-12-30T11:00:00Z', 'Pacific/Apia', '2011-12-31', '2011-W52'],
  ])('%s in %s is %s of %s', (at, zone, daily, weekly) => {
    expect(periodsAt(Date.parse(at), zone)).toEqual({
      daily,
      weekly,
      monthly: daily.slice(0, 7),
      yearly: daily.slice(0, 4),
    });
  });
});
