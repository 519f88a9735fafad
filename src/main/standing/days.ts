import { civil } from '../../shared/civil.ts';
import type { Instant } from '../../shared/id.ts';

const hour = 3_600_000;

/** The last `count` days of a time zone, oldest first, today last. A day has 23 or 25 hours where the clock was changed. */
export function daysUntil(now: Instant, timeZone: string, count: number): { from: Instant; to: Instant }[] {
  const { year, month, day } = civil(now, timeZone);
  const starts = Array.from({ length: count + 1 }, (_, index) =>
    startOf(Date.UTC(year, month - 1, day - count + 1 + index), timeZone),
  );
  return starts.slice(1).map((to, index) => ({ from: starts[index] ?? to, to }));
}

/** The first instant of the day whose midnight in UTC this is. Where the clock jumps over midnight, the day begins later. */
function startOf(midnight: Instant, timeZone: string): Instant {
  // The offsets of a day earlier and later hold every change near this midnight.
  const candidates = [midnight - 24 * hour, midnight + 24 * hour].map((at) => midnight - offsetAt(at, timeZone));
  const earliest = Math.min(...candidates);
  const latest = Math.max(...candidates);
  for (let at = earliest; at < latest; at += hour / 4) {
    if (at + offsetAt(at, timeZone) >= midnight) return at;
  }
  return latest;
}

/** How far the zone's clock is ahead of UTC at this instant. */
function offsetAt(at: Instant, timeZone: string): number {
  const { year, month, day, hour: hours, minute, second } = civil(at, timeZone);
  return Date.UTC(year, month - 1, day, hours, minute, second) - Math.floor(at / 1_000) * 1_000;
}
