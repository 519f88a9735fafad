/** Pure: one line of a chart out of what is known of the last backups. */
import type { TrendPoint } from '../../shared/overview.ts';

export interface Series {
  points: { at: number; value: number }[];
  least: number;
  most: number;
  last: number;
}

/** Null where fewer than two backups know this value: one point is no trend. */
export function seriesOf(points: readonly TrendPoint[], valueOf: (point: TrendPoint) => number | null): Series | null {
  const known = points.flatMap((point) => {
    const value = valueOf(point);
    return value === null ? [] : [{ at: point.takenAt, value }];
  });
  const last = known.at(-1);
  if (known.length < 2 || last === undefined) return null;
  let least = last.value;
  let most = last.value;
  for (const { value } of known) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { points: known, least, most, last: last.value };
}
