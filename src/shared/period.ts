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
  const { year, month, day } = civil(at, timeZone);
  return {
    daily: `${year}-${two(month)}-${two(day)}`,
    weekly: isoWeek(Date.UTC(year, month - 1, day)),
    monthly: `${year}-${two(month)}`,
    yearly: String(year),
  };
}

/** A week belongs to the year that has its Thursday. */
function isoWeek(midnight: number): string {
  const weekday = (new Date(midnight).getUTCDay() + 6) % 7;
  const thursday = midnight + (3 - weekday) * dayMs;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * dayMs)) + 1;
  return `${year}-W${two(week)}`;
}
