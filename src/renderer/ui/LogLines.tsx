import { useEffect, useMemo, useRef } from 'react';
import { type LogLine } from '../../shared/job.ts';
import { timeZone } from '../clock.ts';
import { clockTime } from '../words/moment.ts';
import { common } from '../words/common.ts';
import { classNames } from './class-names.ts';
import css from './LogLines.module.css';
import { shownLines, type ShownLine } from './log-lines.ts';

/** More lines than anybody reads are not drawn; all of them are in the copied log. */
const drawnAtMost = 2_000;

const toneOf: Record<ShownLine['tone'], string | undefined> = {
  plain: undefined,
  phase: css.phase,
  warn: css.warn,
  error: css.error,
};

/**
 * The log of a job. With `follow` it stays at its end as lines come; `onScrolled` says whether a person has moved it to the
 * end or away from it.
 */
export function LogLines({
  lines,
  label = common.log,
  follow = false,
  onScrolled,
  empty,
}: {
  lines: readonly LogLine[];
  label?: string;
  follow?: boolean;
  onScrolled?: (atEnd: boolean) => void;
  empty?: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const all = useMemo(() => shownLines(lines), [lines]);
  const shown = all.length > drawnAtMost ? all.slice(-drawnAtMost) : all;
  const zone = timeZone();
  useEffect(() => {
    if (follow && all.length > 0 && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [follow, all.length]);
  return (
    // A scrolling region has to be reachable by keyboard. Its lines are not read aloud as they come: they would never end.
    <div
      ref={box}
      className={css.lines}
      role="log"
      aria-live="off"
      aria-label={label}
      tabIndex={0}
      onScroll={({ currentTarget: at }) => onScrolled?.(at.scrollHeight - at.scrollTop - at.clientHeight < 24)}
    >
      <ol>
        {all.length > drawnAtMost && <li className={css.cut}>{common.earlierLines(all.length - drawnAtMost)}</li>}
        {shown.length === 0 && empty !== undefined && <li className={css.cut}>{empty}</li>}
        {shown.map((line) => (
          <li key={line.key} className={classNames(toneOf[line.tone])}>
            <time>{clockTime(line.at, zone)}</time>
            <span>{line.text}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
