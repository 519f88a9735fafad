import { type Job } from '../../shared/job.ts';
import { useNow } from '../clock.ts';
import { activity as words } from '../words/activity.ts';
import { count, duration, rateOf, roughly, sizeOf } from '../words/number.ts';
import css from './Activity.module.css';
import { tookMs } from './rows.ts';

/** The numbers of a running job, as they were sampled. Each has its place from the start, so that nothing moves. */
export function Figures({ job }: { job: Job }) {
  const now = useNow();
  const { progress } = job;
  const took = tookMs(job, now);
  const bytes = progress?.bytes ?? 0;
  const total = progress?.totalBytes ?? null;
  const leftMs = progress?.leftMs ?? null;
  const table = progress?.table ?? null;
  const figures = [
    {
      name: words.figures.read,
      value: total === null ? sizeOf(bytes) : words.figures.of(sizeOf(bytes), sizeOf(total)),
    },
    { name: words.figures.rate, value: progress === null || progress.rate === 0 ? words.none : rateOf(progress.rate) },
    { name: words.figures.rows, value: progress === null || progress.rows === 0 ? words.none : count(progress.rows) },
    { name: words.figures.left, value: leftMs === null ? words.none : roughly(leftMs) },
    { name: words.figures.took, value: took === null ? words.none : duration(took) },
  ];
  return (
    <>
      <dl className={css.figures}>
        {figures.map(({ name, value }) => (
          <div key={name}>
            <dd>{value}</dd>
            <dt>{name}</dt>
          </div>
        ))}
      </dl>
      <p className={css.table}>
        {table === null ? (
          '\u00a0'
        ) : (
          <>
            {words.figures.table} <span className="mono">{table}</span>
          </>
        )}
      </p>
    </>
  );
}
