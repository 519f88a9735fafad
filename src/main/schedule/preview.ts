/** Pure: what a schedule comes to, and what a person might not expect of it. */
import type { Instant } from '../../shared/id.ts';
import type { Cron, CronPreview } from '../../shared/plan.ts';
import { timesOf, type Times } from './times.ts';
import { wordsOf } from './words.ts';

const hour = 3_600_000;
const shown = 5;

/** @throws Fail `plan.cron-malformed`, `plan.zone-unknown` */
export function previewOf(cron: Cron, now: Instant): CronPreview {
  const times = timesOf(cron);
  const next = nextOf(times, now, shown);
  const notes = next.length === 0 ? ['This never comes: no year has such a day.'] : notesOf(cron, times, now, next);
  return { words: wordsOf(cron.cron), next, notes };
}

/** The next moments, soonest first; fewer where there are no more. */
export function nextOf(times: Times, after: Instant, most: number): Instant[] {
  const known = looked.get(times);
  // What was found by a look from earlier on is a run without gaps: it holds for a later look, and is gone on with.
  const found = known === undefined || known.from > after ? [] : known.found.filter((at) => at > after);
  while (found.length < most) {
    const at = times.after(found.at(-1) ?? after);
    if (at === null) break;
    found.push(at);
  }
  looked.set(times, { from: after, found });
  return found.slice(0, most);
}

/** A step of a calendar costs a twentieth of a millisecond, and a look ahead takes four hundred of them for each source. */
const looked = new WeakMap<Times, { from: Instant; found: Instant[] }>();

function notesOf(cron: Cron, times: Times, now: Instant, next: readonly Instant[]): string[] {
  const [minute = '', hours = '', day = '', month = '', weekday = ''] = cron.cron.trim().split(/\s+/);
  const notes: string[] = [];
  if (day !== '*' && weekday !== '*') notes.push('Day and weekday are both given: it runs when either matches.');
  const last = Math.max(0, ...day.split(/[,-]/).map((part) => (/^\d+$/.test(part) ? Number(part) : 0)));
  if (last === 29 && month === '2') notes.push('Only leap years have a 29 February.');
  else if (last >= 29 && weekday === '*')
    notes.push(`Months without a ${last}${last === 31 ? 'st' : 'th'} are left out.`);
  const first = next[0] ?? now;
  if (first - now > 300 * 24 * hour) notes.push('The next time is more than 300 days away.');
  const fixed = !/[*/]/.test(minute) && !/[*/]/.test(hours);
  for (const change of clockChanges(cron.timeZone, now)) {
    const note = fixed
      ? fixedNote(change, cron.timeZone, minute, hours, times)
      : wildNote(change, cron.timeZone, times);
    if (note !== null) notes.push(note);
  }
  return notes;
}

interface ClockChange {
  at: Instant;
  /** Minutes by which the clock is set on; negative: back. */
  byMinutes: number;
}

/** The changes of the clock within a year. */
function clockChanges(timeZone: string, now: Instant): ClockChange[] {
  const found: ClockChange[] = [];
  const step = 7 * 24 * hour;
  for (let at = now; at < now + 366 * 24 * hour; at += step) {
    const byMinutes = offsetMinutes(timeZone, at + step) - offsetMinutes(timeZone, at);
    if (byMinutes === 0) continue;
    let [low, high] = [at, at + step];
    while (high - low > 60_000) {
      const middle = low + Math.floor((high - low) / 120_000) * 60_000;
      if (offsetMinutes(timeZone, middle) === offsetMinutes(timeZone, low)) low = middle;
      else high = middle;
    }
    found.push({ at: Math.floor(high / 60_000) * 60_000, byMinutes });
  }
  return found;
}

function offsetMinutes(timeZone: string, at: Instant): number {
  const { year, month, day, hour: hours, minute } = wallOf(timeZone, at);
  return Math.round((Date.UTC(year, month - 1, day, hours, minute) - Math.floor(at / 60_000) * 60_000) / 60_000);
}

function wallOf(timeZone: string, at: Instant): Record<'year' | 'month' | 'day' | 'hour' | 'minute', number> {
  const parts = new Intl.DateTimeFormat('en-u-hc-h23', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(at);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  return { year: part('year'), month: part('month'), day: part('day'), hour: part('hour'), minute: part('minute') };
}

/** The wall clock between the two sides of the change has the time of the schedule: none, or twice. */
function fixedNote(
  { at, byMinutes }: ClockChange,
  timeZone: string,
  minutes: string,
  hours: string,
  times: Times,
): string | null {
  const named = timesOfDay(minutes, hours);
  const before = wallOf(timeZone, at - 60_000);
  const after = wallOf(timeZone, at);
  const from = (byMinutes > 0 ? before.hour * 60 + before.minute + 1 : after.hour * 60 + after.minute) % (24 * 60);
  const to = from + Math.abs(byMinutes);
  const struck = named.find((one) => one >= from && one < to);
  if (struck === undefined) return null;
  const night = dateWords(timeZone, at);
  if (byMinutes < 0) {
    const due = times.after(at + byMinutes * 60_000 - 1);
    return due === null || due >= at
      ? null
      : `On ${night} ${clockText(struck)} comes twice: it runs once, at the first.`;
  }
  return times.after(at - 1) === at
    ? `On ${night} there is no ${clockText(struck)}: it runs at ${clockText(after.hour * 60 + after.minute)}.`
    : null;
}

function wildNote({ at, byMinutes }: ClockChange, timeZone: string, times: Times): string | null {
  if (byMinutes > 0) return null;
  const due = times.after(at - 1);
  return due === null || due >= at - byMinutes * 60_000
    ? null
    : `On ${dateWords(timeZone, at)} an hour comes twice: it runs in both.`;
}

function timesOfDay(minutes: string, hours: string): number[] {
  const spread = (field: string): number[] =>
    field.split(',').flatMap((part) => {
      const [from = 0, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
  return spread(hours).flatMap((one) => spread(minutes).map((minute) => one * 60 + minute));
}

const clockText = (minuteOfDay: number): string =>
  `${String(Math.floor(minuteOfDay / 60)).padStart(2, '0')}:${String(minuteOfDay % 60).padStart(2, '0')}`;

const dateWords = (timeZone: string, at: Instant): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'long', year: 'numeric' }).format(at);
