/** Days, ISO weeks, months and years of a time zone, by the names people give them. Names of one kind sort by time. */
import { civil } from './civil.ts';
import type { Instant } from './id.ts';
import { z } from './schema.ts';

export const PeriodKind = z.enum(['daily', 'weekly', 'monthly', 'yearly']);
export type PeriodKind = z.output<typeof PeriodKind>;
export const periodKinds = ['daily', 'weekly', 'monthly', 'yearly'] as const satisfies readonly PeriodKind[];

/** `2026-11-25`, `2026-W48`, `2026-11`, `2026`. */
export type Periods = Record<PeriodKind, string>;

const dayMs = 86_400_000;
const two = (value: number): string => String(value).padStart(2, '0');

export function periodsAt(at: Instant, timeZone: string): Periods {
  const { year, month, day } = dateAt(at, timeZone);
  return {
    daily: `${year}-${two(month)}-${two(day)}`,
    weekly: isoWeek(Date.UTC(year, month - 1, day)),
    monthly: `${year}-${two(month)}`,
    yearly: String(year),
  };
}

/** Offsets of whole days of UTC, by zone: calendars look at a hundred thousand moments of a few thousand days. */
const offsets = new Map<string, Map<number, number | null>>();

function dateAt(at: Instant, timeZone: string): { year: number; month: number; day: number } {
  const known = offsets.get(timeZone) ?? new Map<number, number | null>();
  offsets.set(timeZone, known);
  const midnight = Math.floor(at / dayMs) * dayMs;
  let offset = known.get(midnight);
  if (offset === undefined) {
    const first = offsetAt(midnight, timeZone);
    // On a day when the clocks change, and where there is doubt, every moment is asked of the calendar.
    offset = first === offsetAt(midnight + dayMs, timeZone) ? first : null;
    known.set(midnight, offset);
  }
  if (offset === null) return civil(at, timeZone);
  const local = new Date(at + offset);
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
}

/** How far the zone's clock is ahead of UTC. */
function offsetAt(at: Instant, timeZone: string): number {
  const { year, month, day, hour, minute, second } = civil(at, timeZone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - at;
}

/** A week belongs to the year that has its Thursday. */
function isoWeek(midnight: number): string {
  const weekday = (new Date(midnight).getUTCDay() + 6) % 7;
  const thursday = midnight + (3 - weekday) * dayMs;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * dayMs)) + 1;
  return `${year}-W${two(week)}`;
}
