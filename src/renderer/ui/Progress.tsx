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
