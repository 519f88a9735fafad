/** Times so written that nobody has to count. `now` and the zone are arguments, so that a test can set them. */
import { roughly } from './number.ts';

interface Parts {
  year: string;
  month: string;
  day: string;
  weekday: string;
  hour: string;
  minute: string;
  second: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}

function partsOf(at: number, zone: string): Parts {
  const found = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map((part) => [part.type, part.value]),
  );
  return found as unknown as Parts;
}

const dayOf = (parts: Parts): string => `${parts.year} ${parts.month} ${parts.day}`;

type Distance = 'today' | 'yesterday' | 'tomorrow' | 'this year' | 'another year';

const dayMs = 86_400_000;

function distance(parts: Parts, now: number, zone: string): Distance {
  const today = partsOf(now, zone);
  if (dayOf(parts) === dayOf(today)) return 'today';
  // Noon is a day away from noon, whatever the clocks did in the night.
  const noon = now + (12 - Number(today.hour)) * 3_600_000;
  if (dayOf(parts) === dayOf(partsOf(noon - dayMs, zone))) return 'yesterday';
  if (dayOf(parts) === dayOf(partsOf(noon + dayMs, zone))) return 'tomorrow';
  return parts.year === today.year ? 'this year' : 'another year';
}

/** Alone in a cell: `14:05 today`, `Yesterday, 12:02`, `Tue 17 Nov, 09:30`, `17 Nov 2025, 09:30`. */
export function moment(at: number, now: number, zone: string): string {
  const parts = partsOf(at, zone);
  const clock = `${parts.hour}:${parts.minute}`;
  const where = distance(parts, now, zone);
  if (where === 'today') return `${clock} today`;
  if (where === 'yesterday') return `Yesterday, ${clock}`;
  if (where === 'tomorrow') return `Tomorrow, ${clock}`;
  if (where === 'this year') return `${parts.weekday} ${parts.day} ${parts.month}, ${clock}`;
  return `${parts.day} ${parts.month} ${parts.year}, ${clock}`;
}

/** Inside a sentence: `today, 14:05`, `yesterday, 12:02`, `Tue 17 Nov, 09:30`. */
export function momentInSentence(at: number, now: number, zone: string): string {
  const text = moment(at, now, zone);
  if (text.endsWith(' today')) return `today, ${text.slice(0, 5)}`;
  return text.replace('Yesterday', 'yesterday').replace('Tomorrow', 'tomorrow');
}

/** Where the minute does not matter: `14:04 today`, `Yesterday`, `Sun 15 Nov`, `15 Nov 2025`. */
export function dayOrTime(at: number, now: number, zone: string): string {
  const text = moment(at, now, zone);
  return text.endsWith(' today') ? text : text.slice(0, text.lastIndexOf(','));
}

/** The same inside a sentence: `today, 14:04`, `yesterday`, `Sun 15 Nov`. */
export function dayInSentence(at: number, now: number, zone: string): string {
  const text = momentInSentence(at, now, zone);
  return text.startsWith('today') ? text : text.slice(0, text.lastIndexOf(','));
}

/** What comes: `15:00` today, `Sun 03:00` within six days, `3 Dec, 03:00`. */
export function upcoming(at: number, now: number, zone: string): string {
  const parts = partsOf(at, zone);
  const clock = `${parts.hour}:${parts.minute}`;
  if (distance(parts, now, zone) === 'today') return clock;
  if (at - now < 6 * dayMs && at >= now) return `${parts.weekday} ${clock}`;
  return `${parts.day} ${parts.month}, ${clock}`;
}

/** Whole, with seconds and zone, for a tooltip: `Tue 17 Nov 2026, 09:30:12 (Europe/Berlin)`. */
export function fullMoment(at: number, zone: string): string {
  const parts = partsOf(at, zone);
  const { weekday, day, month, year, hour, minute, second } = parts;
  return `${weekday} ${day} ${month} ${year}, ${hour}:${minute}:${second} (${zone})`;
}

/** `14:05:09`, for a log. */
export function clockTime(at: number, zone: string): string {
  const parts = partsOf(at, zone);
  return `${parts.hour}:${parts.minute}:${parts.second}`;
}

/** `12 Nov`, at the end of an axis. */
export function shortDay(at: number, zone: string): string {
  const parts = partsOf(at, zone);
  return `${parts.day} ${parts.month}`;
}

/** `6 – 19 Nov`, `28 Oct – 10 Nov`: the days of a strip. */
export function dayRange(from: number, to: number, zone: string): string {
  const first = partsOf(from, zone);
  const last = partsOf(to, zone);
  const start = first.month === last.month ? first.day : `${first.day} ${first.month}`;
  return `${start} – ${last.day} ${last.month}`;
}

/** A heading over a day of a list: `Today`, `Yesterday`, `Tue 17 Nov`. */
export function dayHeading(at: number, now: number, zone: string): string {
  const text = moment(at, now, zone);
  return text.endsWith(' today') ? 'Today' : text.slice(0, text.lastIndexOf(','));
}

/** `26 h ago`, `just now`. */
export function ago(at: number, now: number): string {
  const past = now - at;
  return past < 5_000 ? 'just now' : `${roughly(past)} ago`;
}
