/**
 * When a schedule is due, found another way than the product finds it: the wall clock of every minute is looked at, and
 * asked whether it fits. It knows nothing of croner and nothing of `src/main/schedule`.
 */
const minuteMs = 60_000;
/** Clock changes come at quarters of an hour in every zone that is used here. */
const quarterMs = 15 * minuteMs;

export interface Span {
  from: number;
  to: number;
}

/** Every window of a cron line in a zone, ascending. */
export function windowsOf(cron: string, timeZone: string, span: Span): number[] {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = cron.split(' ');
  const minutes = setOf(minute, 0, 59);
  const hours = setOf(hour, 0, 23);
  const days = setOf(day, 1, 31);
  const months = setOf(month, 1, 12);
  const weekdays = setOf(weekday.replaceAll('7', '0'), 0, 6);
  const fits = (wall: number): boolean => {
    // The wall clock as if it were UTC: its parts are then read without a zone.
    if (!minutes.has(Math.floor(wall / minuteMs) % 60) || !hours.has(Math.floor(wall / 3_600_000) % 24)) return false;
    const date = new Date(wall);
    const inDays = days.has(date.getUTCDate());
    const inWeek = weekdays.has(date.getUTCDay());
    const dayFits = day === '*' ? inWeek : weekday === '*' ? inDays : inDays || inWeek;
    return dayFits && months.has(date.getUTCMonth() + 1);
  };
  const fixed = !/[*/]/.test(minute) && !/[*/]/.test(hour);
  const offsets = offsetsOf(timeZone, span);
  const found: number[] = [];
  // A fixed time is due when the wall clock reaches it for the first time, or has jumped over it.
  let reached = span.from + (offsets[0] ?? 0) - minuteMs;
  for (let at = span.from; at < span.to; at += minuteMs) {
    const wall = at + (offsets[Math.floor((at - span.from) / quarterMs)] ?? 0);
    let due = false;
    if (!fixed) due = fits(wall);
    else for (let one = reached + minuteMs; one <= wall; one += minuteMs) due ||= fits(one);
    reached = Math.max(reached, wall);
    if (due) found.push(at);
  }
  return found;
}

function setOf(field: string, least: number, most: number): Set<number> {
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step = '1'] = part.split('/');
    const [from = 0, to = from] = range === '*' ? [least, most] : range.split('-').map(Number);
    for (let one = from; one <= to; one += Number(step)) found.add(one);
  }
  return found;
}

const known = new Map<string, number[]>();

/** How far the wall clock is ahead of UTC, for every quarter of an hour of a span. */
function offsetsOf(timeZone: string, { from, to }: Span): number[] {
  const key = `${timeZone} ${from} ${to}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const format = new Intl.DateTimeFormat('en-u-hc-h23', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const offsets: number[] = [];
  for (let at = from; at < to; at += quarterMs) {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const wall = Date.UTC(
      part['year'] ?? 0,
      (part['month'] ?? 1) - 1,
      part['day'] ?? 1,
      part['hour'] ?? 0,
      part['minute'] ?? 0,
    );
    offsets.push(wall - at);
  }
  known.set(key, offsets);
  return offsets;
}

/** The first entry of an ascending list that is later than this. */
export function firstAfter(list: readonly number[], at: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] ?? Infinity) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
