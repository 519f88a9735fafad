/** The arithmetic of the charts, apart from their drawing so that it can be tested. */

export interface Point {
  x: number;
  y: number;
}

/** At most one point per slot of `width`: the lowest and the highest of each slot stay, so that no peak is lost. */
export function thin(points: readonly Point[], slots: number): readonly Point[] {
  if (points.length <= slots * 2) return points;
  const perSlot = points.length / slots;
  const kept: Point[] = [];
  for (let slot = 0; slot < slots; slot += 1) {
    const some = points.slice(Math.floor(slot * perSlot), Math.floor((slot + 1) * perSlot));
    const [first] = some;
    if (first === undefined) continue;
    let low = first;
    let high = first;
    for (const point of some) {
      if (point.y < low.y) low = point;
      if (point.y > high.y) high = point;
    }
    kept.push(...(low === high ? [low] : low.x < high.x ? [low, high] : [high, low]));
  }
  const last = points.at(-1);
  if (last !== undefined && kept.at(-1) !== last) kept.push(last);
  return kept;
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Range {
  from: number;
  to: number;
}

export function rangeOf(values: readonly number[]): Range {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < from) from = value;
    if (value > to) to = value;
  }
  return values.length === 0 ? { from: 0, to: 0 } : { from, to };
}

/** Points in a box of the screen, whose y grows downwards. A range of one value stands in the middle. */
export function placed(points: readonly Point[], box: Box, x: Range, y: Range): Point[] {
  const share = (value: number, range: Range, flat: number) =>
    range.to === range.from ? flat : (value - range.from) / (range.to - range.from);
  return points.map((point) => ({
    x: box.left + share(point.x, x, 1) * box.width,
    y: box.top + (1 - share(point.y, y, 0.5)) * box.height,
  }));
}

export function pathOf(points: readonly Point[]): string {
  return points.map((point, index) => `${index === 0 ? 'M' : 'L'}${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join('');
}

/** Two to five round numbers from zero (or from just below the least) up to at least the greatest. */
export function ticks(range: Range, wanted = 4): number[] {
  const span = range.to === range.from ? Math.max(1, Math.abs(range.to)) : range.to - range.from;
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const first = Math.floor(range.from / step) * step;
  const found: number[] = [];
  for (let tick = first; tick < range.to + step; tick += step) found.push(Number(tick.toPrecision(12)));
  if (found.length === 1) found.push(Number((first + step).toPrecision(12)));
  return found;
}
