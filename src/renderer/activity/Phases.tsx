import { type LogLine, type Progress } from '../../shared/job.ts';
import { classNames } from '../ui/class-names.ts';
import { partOf, phasesOf } from '../ui/log-lines.ts';
import { ProgressBar } from '../ui/Progress.tsx';
import { activity as words } from '../words/activity.ts';
import { duration } from '../words/number.ts';
import css from './Activity.module.css';

/** Where a running job is: the phases it went through, and how much of the present one is done. */
export function Phases({ lines, progress }: { lines: readonly LogLine[]; progress: Progress | null }) {
  const told = phasesOf(lines, null);
  // Progress is told at once, the log a second later.
  const phases =
    progress !== null && progress.phase !== '' && told.at(-1)?.name !== progress.phase
      ? [...told, { name: progress.phase, startedAt: 0, durationMs: null }]
      : told;
  const part = partOf(progress);
  return (
    <>
      <ol className={css.phases} aria-label={words.phases}>
        {phases.map((phase, index) => {
          const now = index === phases.length - 1;
          return (
            <li
              key={`${phase.startedAt} ${phase.name}`}
              className={classNames(now ? css.now : css.done)}
              aria-current={now ? 'step' : undefined}
              title={phase.durationMs === null ? undefined : duration(phase.durationMs)}
            >
              <i>{now && part !== null && <i style={{ width: `${(part * 100).toFixed(1)}%` }} />}</i>
              <span className="cut">{phase.name}</span>
            </li>
          );
        })}
      </ol>
      <div className={css.bar}>
        <ProgressBar label={words.progress} value={part === null ? null : part * 100} thin />
      </div>
    </>
  );
}
