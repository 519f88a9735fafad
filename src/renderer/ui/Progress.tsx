import { ProgressBar as AriaProgressBar } from 'react-aria-components';
import { classNames } from './class-names.ts';
import css from './Progress.module.css';

export interface ProgressBarProps {
  /** Its name for a screen reader: "Backing up shop". */
  label: string;
  /** 0 to 100; null while nobody knows how much there is. */
  value: number | null;
  tone?: 'working' | 'proven' | 'attention' | 'danger' | 'plain';
  thin?: boolean;
  /** What is read instead of the number. */
  text?: string;
}

/** Its width follows the sampled value and is never eased: a bar that glides tells what nobody measured. */
export function ProgressBar({ label, value, tone = 'working', thin, text }: ProgressBarProps) {
  return (
    <AriaProgressBar
      aria-label={label}
      value={value ?? 0}
      isIndeterminate={value === null}
      valueLabel={text}
      className={classNames(css.progress, css[tone], thin === true && css.thin, value === null && css.waiting)}
    >
      <i style={value === null ? undefined : { width: `${value}%` }} />
    </AriaProgressBar>
  );
}

/** The same as a ring, where there is no room for a bar. */
export function Ring({ label, value, size = 16 }: { label: string; value: number | null; size?: number }) {
  const round = 2 * Math.PI * 6;
  return (
    <AriaProgressBar
      aria-label={label}
      value={value ?? 0}
      isIndeterminate={value === null}
      className={classNames(css.ring, value === null && css.turning)}
    >
      <svg viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
        <circle cx="8" cy="8" r="6" />
        <circle cx="8" cy="8" r="6" strokeDasharray={`${(round * (value ?? 30)) / 100} ${round}`} />
      </svg>
    </AriaProgressBar>
  );
}
