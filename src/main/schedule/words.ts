/** Pure: a schedule in words that are true for every time it is due, or else the schedule itself. */
import { months } from '../../shared/month.ts';

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const dayNames = weekdays.map((name) => name.slice(0, 3).toLowerCase());

/** @param cron five fields that have been read without a complaint. */
export function wordsOf(cron: string): string {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = cron.trim().split(/\s+/);
  const clock = clockWords(minute, hour);
  const days = dayWords(day, month, weekday);
  if (clock === null || days === null) return `Whenever the clock matches cron “${cron.trim()}”`;
  return clock.kind === 'times' ? `${days.begin} at ${clock.text}` : `${clock.text}${days.end}`;
}

type Clock = { kind: 'times' | 'every'; text: string };

function clockWords(minute: string, hour: string): Clock | null {
  const minutes = numbers(minute, 59);
  const hours = numbers(hour, 23);
  if (minutes?.length === 1 && hours !== null) {
    const [at = 0] = minutes;
    if (hours.length <= 4) return { kind: 'times', text: listed(hours.map((one) => time(one, at))) };
    const first = hours[0] ?? 0;
    const last = hours.at(-1) ?? 0;
    if (last - first !== hours.length - 1) return null;
    return { kind: 'every', text: `Hourly from ${time(first, at)} to ${time(last, at)}` };
  }
  if (minutes?.length === 1) return hourly(minutes[0] ?? 0, hour);
  return everyMinutes(minute, hour, hours);
}

function hourly(at: number, hour: string): Clock | null {
  if (hour === '*') return { kind: 'every', text: at === 0 ? 'Every hour' : `Every hour, ${at} min past` };
  const step = stepOf(hour);
  if (step === null || 24 % step !== 0) return null;
  return { kind: 'every', text: step === 1 ? 'Every hour' : `Every ${step} hours, from ${time(0, at)}` };
}

function everyMinutes(minute: string, hour: string, hours: number[] | null): Clock | null {
  const step = minute === '*' ? 1 : stepOf(minute);
  if (step === null || 60 % step !== 0) return null;
  const every = step === 1 ? 'Every minute' : `Every ${step} minutes`;
  if (hour === '*') return { kind: 'every', text: every };
  const first = hours?.[0];
  const last = hours?.at(-1);
  if (hours === null || first === undefined || last === undefined || last - first !== hours.length - 1) return null;
  return { kind: 'every', text: `${every} from ${time(first, 0)} to ${time(last, 60 - step)}` };
}

/** `begin` goes before "at 02:00", `end` after "Every hour". */
function dayWords(day: string, month: string, weekday: string): { begin: string; end: string } | null {
  if (day !== '*' && weekday !== '*') return null;
  if (day === '*' && weekday === '*') {
    if (month === '*') return { begin: 'Every day', end: '' };
    const named = monthNames(month);
    return named === null ? null : { begin: `Every day in ${named}`, end: `, in ${named}` };
  }
  if (weekday !== '*') {
    if (month !== '*') return null;
    const days = weekdayWords(weekday);
    return days === null ? null : { begin: days.every, end: `, ${days.plain}` };
  }
  const ordinals = numbers(day, 31)?.map(ordinal);
  if (ordinals === undefined || ordinals.length > 4) return null;
  const of = month === '*' ? 'every month' : monthNames(month);
  return of === null
    ? null
    : { begin: `On the ${listed(ordinals)} of ${of}`, end: `, on the ${listed(ordinals)} of ${of}` };
}

function weekdayWords(field: string): { every: string; plain: string } | null {
  const parts = field
    .toLowerCase()
    .split(',')
    .map((part) => /^([a-z]{3}|[0-7])(?:-([a-z]{3}|[0-7]))?$/.exec(part));
  const days = new Set<number>();
  for (const part of parts) {
    const from = dayNumber(part?.[1]);
    if (from === null) return null;
    const to = part?.[2] === undefined ? from : dayNumber(part[2]);
    if (to === null || to < from) return null;
    for (let one = from; one <= to; one += 1) days.add(one % 7);
  }
  // A week begins on Monday.
  const inOrder = [...days].toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
  const named = inOrder.map((one) => weekdays[one] ?? '');
  if (named.length === 7) return { every: 'Every day', plain: 'every day' };
  const first = ((inOrder[0] ?? 0) + 6) % 7;
  const last = ((inOrder.at(-1) ?? 0) + 6) % 7;
  if (named.length > 2 && last - first === named.length - 1) {
    const range = `${named[0]} to ${named.at(-1)}`;
    return { every: range, plain: range };
  }
  return { every: `Every ${listed(named)}`, plain: listed(named) };
}

function dayNumber(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[0-7]$/.test(text)) return Number(text);
  const found = dayNames.indexOf(text);
  return found === -1 ? null : found;
}

function monthNames(field: string): string | null {
  const found = numbers(field, 12);
  return found === null ? null : listed(found.map((one) => months[one - 1] ?? ''));
}

/** `2`, `9-17`, `1,15`: numbers in ascending order; null for anything else. */
function numbers(field: string, most: number): number[] | null {
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(part);
    if (match === null) return null;
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    if (from > to || to > most) return null;
    for (let one = from; one <= to; one += 1) found.add(one);
  }
  return [...found].toSorted((a, b) => a - b);
}

function stepOf(field: string): number | null {
  const match = /^\*\/(\d{1,2})$/.exec(field);
  return match === null ? null : Number(match[1]);
}

const time = (hour: number, minute: number): string =>
  `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

function ordinal(day: number): string {
  const end = day % 100 >= 11 && day % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th');
  return `${day}${end}`;
}
