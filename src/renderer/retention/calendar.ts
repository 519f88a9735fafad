/** Pure: months as weeks from Monday, and the letters that say what a day is kept as. */
import type { DestinationId } from '../../shared/id.ts';
import { periodsAt } from '../../shared/period.ts';
import type { KeepWhy, RetentionLook } from '../../shared/retention.ts';
import type { Mark } from '../words/retention.ts';

export type DayFacts = RetentionLook['days'][number];

/** A day as `2026-11-25`; null where the week reaches into another month. */
export type Week = readonly (string | null)[];

export interface Month {
  /** `2026-11` */
  month: string;
  weeks: readonly Week[];
}

const dayMs = 86_400_000;
const two = (value: number): string => String(value).padStart(2, '0');
const midnightOf = (day: string): number =>
  Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8) || '1'));
const dayAt = (midnight: number): string => new Date(midnight).toISOString().slice(0, 10);

/** The day of a moment. */
export const today = (now: number, zone: string): string => periodsAt(now, zone).daily;

export const monthOf = (day: string): string => day.slice(0, 7);

/** 0 is Monday. */
export const weekdayOf = (day: string): number => (new Date(midnightOf(day)).getUTCDay() + 6) % 7;

export function shiftDay(day: string, days: number): string {
  return dayAt(midnightOf(day) + days * dayMs);
}

export function shiftMonth(month: string, months: number): string {
  const all = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + months;
  return `${Math.floor(all / 12)}-${two((all % 12) + 1)}`;
}

/** The last day of a month. */
export const lastDay = (month: string): string => shiftDay(`${shiftMonth(month, 1)}-01`, -1);

export function monthGrid(month: string): Month {
  const first = `${month}-01`;
  const length = Number(lastDay(month).slice(8));
  const cells: (string | null)[] = Array.from({ length: weekdayOf(first) }, () => null);
  for (let day = 1; day <= length; day += 1) cells.push(`${month}-${two(day)}`);
  while (cells.length % 7 > 0) cells.push(null);
  const weeks = Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
  return { month, weeks };
}

/** In the order in which they stand on a day: `goes` last. */
export const marks = [
  'daily',
  'weekly',
  'monthly',
  'yearly',
  'last',
  'age',
  'pinned',
  'stays',
  'goes',
] as const satisfies readonly Mark[];

const markOf: Partial<Record<KeepWhy, Mark>> = {
  daily: 'daily',
  weekly: 'weekly',
  monthly: 'monthly',
  yearly: 'yearly',
  last: 'last',
  age: 'age',
  pinned: 'pinned',
  held: 'pinned',
};

/** A day that is kept by no part of a rule is marked as one that stays all the same. */
export function marksOf({ why, kept, goes }: DayFacts): Mark[] {
  const found = new Set(why.flatMap((one) => markOf[one] ?? []));
  if (found.size === 0 && kept > 0) found.add('stays');
  if (goes > 0) found.add('goes');
  return marks.filter((mark) => found.has(mark));
}

/** Whatever place is looked at: what was kept for a bad day must be known to hold. */
export const isDamaged = ({ damaged }: Pick<DayFacts, 'damaged'>): boolean => damaged.length > 0;

/** Places as a person calls them. */
export const namesOf = (
  places: readonly DestinationId[],
  known: readonly { id: DestinationId; name: string }[],
  forgotten: string,
): string[] => places.map((place) => known.find(({ id }) => id === place)?.name ?? forgotten);

/** Months before those that are shown, newest first: some by themselves, the rest together. */
export function earlier(
  months: RetentionLook['months'],
  first: string,
  alone = 6,
): { rows: RetentionLook['months']; rest: { kept: number; goes: number; months: number; last: string } | null } {
  const before = months.filter(({ month }) => month < first).toSorted((a, b) => (a.month < b.month ? 1 : -1));
  const rest = before.slice(alone);
  const newest = rest[0];
  if (newest === undefined) return { rows: before, rest: null };
  const sum = (of: 'kept' | 'goes'): number => rest.reduce((total, one) => total + one[of], 0);
  return {
    rows: before.slice(0, alone),
    rest: { kept: sum('kept'), goes: sum('goes'), months: rest.length, last: newest.month },
  };
}
