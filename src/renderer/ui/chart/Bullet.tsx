import { classNames } from '../class-names.ts';
import css from './chart.module.css';

/**
 * Measured as a bar; the target, where there is one, as a line at two thirds of the row, so that rows compare by how near
 * they are to their own target. Without a target the bar is a share of `greatest`. The value stands beside it.
 */
export function Bullet({
  value,
  target,
  greatest,
  label,
}: {
  value: number;
  target?: number;
  greatest?: number;
  label: string;
}) {
  const whole = target === undefined ? Math.max(greatest ?? value, 1) : target * 1.5;
  const share = Math.min(100, (value / whole) * 100);
  const over = target !== undefined && value > target;
  return (
    <div className={classNames(css.bullet, over && css.over)} role="img" aria-label={label} title={label}>
      <i style={{ width: `max(2px, ${share.toFixed(1)}%)` }} />
      {target !== undefined && <b />}
    </div>
  );
}
