import { bytes } from '../../shared/bytes.ts';

/** Between a number and its unit, and between groups of digits: neither breaks over a line. */
const space = '\u00a0';
const thin = '\u202f';

/** `184 206`. */
export function count(value: number): string {
  const digits = String(Math.abs(Math.round(value)));
  const grouped = digits.length < 4 ? digits : digits.replaceAll(/\B(?=(?:\d{3})+$)/g, thin);
  return value < 0 ? `\u2212${grouped}` : grouped;
}

const plurals = new Intl.PluralRules('en');

/** `1 table`, `41 tables`. */
export function counted(value: number, one: string, many: string): string {
  return `${count(value)}${space}${plurals.select(value) === 'one' ? one : many}`;
}

const small = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

/** Up to twelve in words, as in a sentence: `four`. */
export const inWords = (value: number): string => small[value] ?? count(value);

/** `398 MB`, as the terminal says it. */
export const sizeOf = (sizeBytes: number): string => bytes(sizeBytes).replace(' ', space);

/** `61 %` of what is known to come; null while that is not known. */
export function percent(part: number, whole: number | null): number | null {
  if (whole === null || whole <= 0) return null;
  return Math.max(0, Math.min(100, Math.floor((part / whole) * 100)));
}

export const percentText = (value: number): string => `${value}${space}%`;

/** `0.3 s`, `52 s`, `6 min 40 s`, `1 h 20 min`, `26 h`, `3 d 4 h`: two units at most. */
export function duration(ms: number): string {
  if (ms < 9_950) return `${(Math.max(0, ms) / 1000).toFixed(1)}${space}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}${space}s`;
  if (seconds < 3600) return two(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(ms / 60_000);
  if (minutes < 48 * 60) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(ms / 3_600_000);
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function two(large: number, largeUnit: string, rest: number, restUnit: string): string {
  const first = `${large}${space}${largeUnit}`;
  return rest === 0 ? first : `${first} ${rest}${space}${restUnit}`;
}

/** One unit, for "26 h ago" and "about 1 min left": `4 s`, `12 min`, `26 h`, `9 d`. */
export function roughly(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds}${space}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes}${space}min`;
  const hours = Math.round(minutes / 60);
  return hours < 49 ? `${hours}${space}h` : `${Math.round(hours / 24)}${space}d`;
}

/** `18.4 MB/s`. */
export const rateOf = (bytesPerSecond: number): string => `${sizeOf(bytesPerSecond)}/s`;

/** `Shop, Till and Uploads`. */
export function listed(names: readonly string[], word = 'and'): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1) ?? ''}`;
}

/** A sentence begins with a capital; names keep theirs. */
export const sentence = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
