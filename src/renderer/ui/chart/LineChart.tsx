import css from './chart.module.css';
import { pathOf, placed, type Point, rangeOf, thin, ticks } from './geometry.ts';

export interface LinePoint {
  /** A moment. */
  at: number;
  value: number;
}

/** More than this are thinned before drawing. */
const drawnAtMost = 5_000;
const width = 640;
const height = 160;
const box = { left: 64, top: 10, width: width - 64 - 12, height: height - 10 - 24 };

/** One series over time. `label` says the finding; a table beside it gives the rest. */
export function LineChart({
  points,
  label,
  valueText,
  momentText,
}: {
  points: readonly LinePoint[];
  label: string;
  valueText: (value: number) => string;
  momentText: (at: number) => string;
}) {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return null;
  const marks = ticks(rangeOf(points.map((point) => point.value)));
  const yRange = rangeOf(marks);
  const all: Point[] = points.map((point) => ({ x: point.at, y: point.value }));
  const kept = all.length > drawnAtMost ? thin(all, box.width) : all;
  const drawn = placed(kept, box, { from: first.at, to: last.at }, yRange);
  const end = drawn.at(-1);
  return (
    <svg className={css.lines} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <title>{label}</title>
      {marks.map((mark) => {
        const [at] = placed([{ x: 0, y: mark }], box, { from: 0, to: 1 }, yRange);
        return (
          <g key={mark}>
            <path className={css.grid} d={`M${box.left} ${at?.y ?? 0}H${box.left + box.width}`} />
            <text x={box.left - 8} y={(at?.y ?? 0) + 4} textAnchor="end">
              {valueText(mark)}
            </text>
          </g>
        );
      })}
      <text x={box.left} y={height - 6}>
        {momentText(first.at)}
      </text>
      {last.at !== first.at && (
        <text x={box.left + box.width} y={height - 6} textAnchor="end">
          {momentText(last.at)}
        </text>
      )}
      {drawn.length > 1 && <path className={css.line} d={pathOf(drawn)} />}
      {end !== undefined && <circle cx={end.x} cy={end.y} r={3} />}
    </svg>
  );
}
