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

export const periodsAt = (at: Instant, timeZone: string): Readonly<Periods> => periodsIn(timeZone)(at);

/** For many moments of one zone. Moments of the same day are answered with the same object. */
export function periodsIn(timeZone: string): (at: Instant) => Readonly<Periods> {
  const days = known.get(timeZone) ?? { offsets: new Map(), quarters: new Map(), periods: new Map() };
  known.set(timeZone, days);
  return (at) => {
    const day = dayAt(at, timeZone, days);
    let periods = days.periods.get(day);
    if (periods === undefined) days.periods.set(day, (periods = periodsOf(day)));
    return periods;
  };
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

interface ZoneDays {
  /** By the day of UTC, as days are counted: a small number is found sooner than a moment. Null where the clocks change on it. */
  offsets: Map<number, number | null>;
  /** By the quarter of an hour, on days when the clocks change. */
  quarters: Map<number, number>;
  /** By the zone's day. */
  periods: Map<number, Readonly<Periods>>;
}

/** Calendars look at a hundred thousand moments of a few thousand days. */
const known = new Map<string, ZoneDays>();

function dayAt(at: Instant, timeZone: string, days: ZoneDays): number {
  const utcDay = Math.floor(at / dayMs);
  let offset = days.offsets.get(utcDay);
  if (offset === undefined) {
    const first = offsetAt(utcDay * dayMs, timeZone);
    // On a day when the clocks change every quarter of an hour is asked of the calendar.
    offset = first === offsetAt((utcDay + 1) * dayMs, timeZone) ? first : null;
    days.offsets.set(utcDay, offset);
  }
  return Math.floor((at + (offset ?? offsetOfQuarter(at, timeZone, days.quarters))) / dayMs);
}

/** Clocks are changed at a full quarter of an hour. */
function offsetOfQuarter(at: Instant, timeZone: string, quarters: ZoneDays['quarters']): number {
  const quarter = Math.floor(at / quarterMs);
  let offset = quarters.get(quarter);
  if (offset === undefined) quarters.set(quarter, (offset = offsetAt(quarter * quarterMs, timeZone)));
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
