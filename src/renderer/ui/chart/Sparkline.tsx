import css from './chart.module.css';
import { pathOf, placed, rangeOf } from './geometry.ts';

/** Size alone, no axis; ends in a dot beside its value. The scale starts at the smallest; `label` gives both ends. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const width = 46;
  const height = 22;
  const points = placed(
    values.map((y, x) => ({ x, y })),
    { left: 2, top: 4, width: 40, height: 14 },
    { from: 0, to: values.length - 1 },
    rangeOf(values),
  );
  const last = points.at(-1);
  const first = points[0];
  if (first === undefined || last === undefined) return null;
  const line = pathOf(points);
  return (
    <svg
      className={css.spark}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {points.length > 1 && (
        <>
          <path className={css.area} d={`${line}L${last.x} ${height}L${first.x} ${height}Z`} />
          <path d={line} />
        </>
      )}
      <circle cx={last.x} cy={last.y} r={2} />
    </svg>
  );
}
