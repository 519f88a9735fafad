import { type DayMark } from '../../../shared/overview.ts';
import { classNames } from '../class-names.ts';
import css from './chart.module.css';

const pitch = 9;

function Mark({ mark, x }: { mark: DayMark; x: number }) {
  switch (mark) {
    case 'proven':
      return <rect className={css.proven} x={x} y={2} width={6} height={16} rx={1.5} />;
    case 'stored':
      return <rect className={css.stored} x={x} y={7} width={6} height={11} rx={1.5} />;
    case 'late':
      return <rect className={css.attention} x={x + 0.75} y={2.75} width={4.5} height={14.5} rx={1.5} />;
    case 'running':
      return <rect className={css.working} x={x + 0.75} y={7.75} width={4.5} height={9.5} rx={1.5} />;
    case 'none':
      return <rect className={css.none} x={x + 1.5} y={15} width={3} height={3} rx={1.5} />;
    case 'failed':
      return (
        <path
          className={css.danger}
          transform={`translate(${x} 0)`}
          d="M0 3.5A1.5 1.5 0 0 1 1.5 2h3A1.5 1.5 0 0 1 6 3.5v5l-6 3zM0 13.5l6-3v6A1.5 1.5 0 0 1 4.5 18h-3A1.5 1.5 0 0 1 0 16.5z"
        />
      );
  }
}

/** One mark a day, today last. Height and outline differ, so it reads without colour. `label` says the finding. */
export function Strip({ days, label }: { days: readonly DayMark[]; label: string }) {
  const width = days.length * pitch - 3;
  return (
    <svg
      className={classNames(css.chart)}
      width={width}
      height={20}
      viewBox={`0 0 ${width} 20`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {days.map((mark, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a day is its place in the strip
        <Mark key={index} mark={mark} x={index * pitch} />
      ))}
    </svg>
  );
}
