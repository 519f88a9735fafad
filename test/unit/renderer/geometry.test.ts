import { describe, expect, it } from 'vitest';
import { pathOf, placed, rangeOf, thin, ticks } from '../../../src/renderer/ui/chart/geometry.ts';

describe('Charts', () => {
  it('thin a hundred thousand points to their slots and lose no peak', () => {
    const points = Array.from({ length: 100_000 }, (_, x) => ({
      x,
      y: x === 54_321 ? 9 : x === 77_777 ? -9 : Math.sin(x),
    }));
    const kept = thin(points, 500);
    expect(kept.length).toBeLessThanOrEqual(1_001);
    expect(kept).toContainEqual({ x: 54_321, y: 9 });
    expect(kept).toContainEqual({ x: 77_777, y: -9 });
    expect(kept.at(-1)).toEqual(points.at(-1));
    expect(kept.every((point, index) => index === 0 || point.x > (kept[index - 1]?.x ?? Infinity))).toBe(true);
  });

  it('leave few points alone', () => {
    const points = [
      { x: 0, y: 1 },
      { x: 1, y: 2 },
    ];
    expect(thin(points, 500)).toBe(points);
  });

  it('put the least at the bottom, the greatest at the top, and one value in the middle', () => {
    const box = { left: 10, top: 20, width: 100, height: 50 };
    const points = [
      { x: 0, y: 5 },
      { x: 4, y: 15 },
    ];
    expect(placed(points, box, { from: 0, to: 4 }, rangeOf([5, 15]))).toEqual([
      { x: 10, y: 70 },
      { x: 110, y: 20 },
    ]);
    expect(placed([{ x: 3, y: 7 }], box, { from: 3, to: 3 }, rangeOf([7]))).toEqual([{ x: 110, y: 45 }]);
    expect(pathOf([{ x: 1, y: 2 }])).toBe('M1.0 2.0');
  });

  it.each([
    [{ from: 0, to: 10 }],
    [{ from: 610e6, to: 664e6 }],
    [{ from: 5, to: 5 }],
    [{ from: 0, to: 0 }],
    [{ from: 0.3, to: 0.31 }],
  ])('mark %o with a few round numbers around it', (range) => {
    const marks = ticks(range);
    expect(marks.length).toBeGreaterThanOrEqual(2);
    expect(marks.length).toBeLessThanOrEqual(7);
    expect(marks[0]).toBeLessThanOrEqual(range.from);
    expect(marks.at(-1)).toBeGreaterThanOrEqual(range.to);
  });
});
