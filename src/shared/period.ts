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
const quarterMs = 900_000;
const two = (value: number): string => String(value).padStart(2, '0');

export function periodsAt(at: Instant, timeZone: string): Readonly<Periods> {
  const days = known.get(timeZone) ?? { offsets: new Map(), periods: new Map() };
  known.set(timeZone, days);
  const day = dayAt(at, timeZone, days.offsets);
  const periods = days.periods.get(day) ?? periodsOf(day);
  days.periods.set(day, periods);
  return periods;
}

/** @param day the zone's date, as days of UTC are counted. */
function periodsOf(day: number): Readonly<Periods> {
  const midnight = new Date(day * dayMs);
  const year = midnight.getUTCFullYear();
  const monthly = `${year}-${two(midnight.getUTCMonth() + 1)}`;
  return {
    daily: `${monthly}-${two(midnight.getUTCDate())}`,
    weekly: isoWeek(midnight.getTime()),
    monthly,
    yearly: String(year),
  };
}

/** Offsets of whole days of UTC, and what a zone's days belong to: calendars look at a hundred thousand moments of a few thousand days. */
const known = new Map<string, { offsets: Map<number, number | null>; periods: Map<number, Readonly<Periods>> }>();

function dayAt(at: Instant, timeZone: string, offsets: Map<number, number | null>): number {
  const midnight = Math.floor(at / dayMs) * dayMs;
  let offset = offsets.get(midnight);
  if (offset === undefined) {
    const first = offsetAt(midnight, timeZone);
    // On a day when the clocks change every quarter of an hour is asked of the calendar.
    offset = first === offsetAt(midnight + dayMs, timeZone) ? first : null;
    offsets.set(midnight, offset);
  }
  return Math.floor((at + (offset ?? offsetOfQuarter(at, timeZone, offsets))) / dayMs);
}

/** Clocks are changed at a full quarter of an hour. */
function offsetOfQuarter(at: Instant, timeZone: string, offsets: Map<number, number | null>): number {
  const quarter = Math.floor(at / quarterMs) * quarterMs;
  // Half a step aside, where no day begins.
  const offset = offsets.get(quarter + 0.5) ?? offsetAt(quarter, timeZone);
  offsets.set(quarter + 0.5, offset);
  return offset;
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
