/** Facts as sentences, in the voice of the window and the tray: short, with numbers, never more than is certain. */
import { bytes } from '../../shared/bytes.ts';
import type { Instant } from '../../shared/id.ts';
import { civil } from '../../shared/civil.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `40 s`, `45 min`, `26 h`, `3 days`: whole units that have passed, hours up to two days. */
export function span(ms: number): string {
  if (ms < minuteMs) return `${Math.max(0, Math.floor(ms / 1_000))} s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`;
  if (ms < 2 * dayMs) return `${Math.floor(ms / hourMs)} h`;
  return `${Math.floor(ms / dayMs)} days`;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

/** Inside a sentence: `today, 14:05`, `yesterday, 12:02`, `Tue 17 Nov, 02:00`, `17 Nov 2025, 02:00`. */
export function momentOf(at: Instant, now: Instant, timeZone: string): string {
  const then = civil(at, timeZone);
  const today = civil(now, timeZone);
  const clock = `${two(then.hour)}:${two(then.minute)}`;
  const thenDay = Date.UTC(then.year, then.month - 1, then.day);
  const daysAgo = Math.round((Date.UTC(today.year, today.month - 1, today.day) - thenDay) / dayMs);
  const near = new Map([
    [0, 'today'],
    [1, 'yesterday'],
    [-1, 'tomorrow'],
  ]).get(daysAgo);
  if (near !== undefined) return `${near}, ${clock}`;
  const date = `${then.day} ${months[then.month - 1]}`;
  if (then.year !== today.year) return `${date} ${then.year}, ${clock}`;
  return `${weekdays[new Date(thenDay).getUTCDay()]} ${date}, ${clock}`;
}

const small = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
const inWords = (value: number): string => small[value] ?? String(value);

/** "84 MB; the last ten were 205 to 210 MB." */
export function smallerThan(sizeBytes: number, earlier: readonly number[]): string {
  const [low, high] = [bytes(Math.min(...earlier)), bytes(Math.max(...earlier))];
  const unit = high.slice(high.indexOf(' '));
  const range = low === high ? high : `${low.endsWith(unit) ? low.slice(0, -unit.length) : low} to ${high}`;
  const before = earlier.length === 1 ? 'the one before was' : `the last ${inWords(earlier.length)} were`;
  return `${bytes(sizeBytes)}; ${before} ${range}.`;
}

/** `Till`, `Till and Uploads`, `Till, Uploads and Shop`, `Till, Uploads and 3 others`. */
export function listed(names: readonly string[]): string {
  if (names.length <= 1) return names.join('');
  if (names.length > 3) return `${names[0]}, ${names[1]} and ${names.length - 2} others`;
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

export const counted = (value: number, one: string): string => `${value} ${value === 1 ? one : `${one}s`}`;

/** A sentence ends once. */
export const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
