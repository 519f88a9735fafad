/** Pure: moments as short as a menu wants them, in the words of the mocks. */

const dayMs = 24 * 3_600_000;

interface Place {
  now: number;
  timeZone: string;
}

/** `14:05` today, `yesterday, 12:02`, `Sunday, 03:24` within a week, else `18 Nov, 12:02`. */
export function moment(at: number, place: Place): string {
  const time = formatted(at, place, { hour: '2-digit', minute: '2-digit', hour12: false });
  const day = dayOf(at, place);
  return day === 'today' ? time : `${day}, ${time}`;
}

/** `today`, `yesterday`, `Sunday` within a week, else `18 Nov`. A day to come is named like one that was. */
export function dayOf(at: number, place: Place): string {
  const apart = Math.round((midnight(place.now, place) - midnight(at, place)) / dayMs);
  if (apart === 0) return 'today';
  if (apart === 1) return 'yesterday';
  if (apart === -1) return 'tomorrow';
  if (Math.abs(apart) < 7) return formatted(at, place, { weekday: 'long' });
  return formatted(at, place, { day: 'numeric', month: 'short' });
}

/** The next midnight of the place: where "until tomorrow" ends. */
export function nextMidnight({ now, timeZone }: Place): number {
  const today = dateOf(now, timeZone);
  // Days have 23 to 25 hours, so the moment is looked for and not computed.
  let [low, high] = [now, now + 26 * 3_600_000];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (dateOf(middle, timeZone) === today) low = middle;
    else high = middle;
  }
  return high;
}

function formatted(at: number, { timeZone }: Place, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, ...options }).format(at);
}

const dateOf = (at: number, timeZone: string): string => new Intl.DateTimeFormat('en-CA', { timeZone }).format(at);

/** The date as a day number, so that two of them can be subtracted whatever the clock did between them. */
const midnight = (at: number, { timeZone }: Place): number => Date.parse(`${dateOf(at, timeZone)}T00:00:00Z`);
