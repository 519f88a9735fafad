import { type ReactNode } from 'react';
import { Bullet } from './Bullet.tsx';
import css from './chart.module.css';

export interface BulletLine {
  name: string;
  /** Null: nothing was measured, and there is no bar. */
  value: number | null;
  target?: number | undefined;
  greatest?: number;
  /** What the bar says, for who does not see it. */
  label: string;
  /** Beside the bar. */
  text: ReactNode;
}

/** A bar for each name, one below the other. */
export function Bullets({ lines }: { lines: readonly BulletLine[] }) {
  return (
    <dl className={css.bullets}>
      {lines.map(({ name, value, target, greatest, label, text }) => (
        <div key={name}>
          <dt className="cut">{name}</dt>
          <dd>
            {value !== null && (
              <Bullet
                value={value}
                label={label}
                {...(target === undefined ? {} : { target })}
                {...(greatest === undefined ? {} : { greatest })}
              />
            )}
          </dd>
          <dd className="end num">{text}</dd>
        </div>
      ))}
    </dl>
  );
}
