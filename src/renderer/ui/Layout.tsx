import { Fragment, type ReactNode, useId } from 'react';
import { common } from '../words/common.ts';
import { classNames } from './class-names.ts';
import { Icon } from './Icon.tsx';
import { type IconName } from './icon-names.ts';
import css from './Layout.module.css';

/** What scrolls under the bar. `bare` holds panes that scroll by themselves. */
export function Content({ children, bare }: { children: ReactNode; bare?: boolean }) {
  return <div className={classNames(css.content, bare === true && css.bare)}>{children}</div>;
}

/** The one fact that a person came for, once a screen. Read aloud when it changes. */
export function Lead({ text, note, calm }: { text: ReactNode; note?: ReactNode; calm?: boolean }) {
  return (
    <div className={css.leading}>
      <h2 className={css.lead} aria-live={calm === true ? 'off' : 'polite'}>
        {text}
      </h2>
      {note !== undefined && <p>{note}</p>}
    </div>
  );
}

/** A part of a screen under its own heading. */
export function Section({
  title,
  note,
  actions,
  children,
  ruled,
}: {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  ruled?: boolean;
}) {
  const id = useId();
  return (
    <section className={css.section} aria-labelledby={id}>
      <div className={classNames(css.heading, ruled === true && css.ruled)}>
        <h3 id={id}>{title}</h3>
        {note !== undefined && <span className="three small">{note}</span>}
        {actions !== undefined && <span className={css.headingActions}>{actions}</span>}
      </div>
      {children}
    </section>
  );
}

/** Where a task ends: what it costs on the left, buttons on the right, the main one last. */
export function Foot({ note, children }: { note?: ReactNode; children: ReactNode }) {
  return (
    <footer className={css.foot}>
      <div className={css.footNote}>{note}</div>
      <div className={css.acts}>{children}</div>
    </footer>
  );
}

/** Nothing here yet, why, and what makes something be here. */
export function EmptyState({
  icon,
  title,
  children,
  actions,
}: {
  icon: IconName;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={css.empty}>
      <Icon name={icon} size={24} />
      <b>{title}</b>
      {children !== undefined && <p>{children}</p>}
      {actions !== undefined && <div className={css.emptyActions}>{actions}</div>}
    </div>
  );
}

/** Where in a wizard this is. Steps that were done are links back where `onGo` is given. */
export function Steps({
  steps,
  current,
  onGo,
}: {
  steps: readonly string[];
  current: number;
  onGo?: (step: number) => void;
}) {
  return (
    <ol className={css.steps} aria-label={common.steps}>
      {steps.map((title, index) => {
        const done = index < current;
        const inside = (
          <Fragment>
            <i>{done ? <Icon name="check" size={12} /> : index + 1}</i>
            <span>{title}</span>
          </Fragment>
        );
        return (
          <li
            key={title}
            aria-current={index === current ? 'step' : undefined}
            className={classNames(done && css.done)}
          >
            {done && onGo !== undefined ? (
              <button type="button" onClick={() => onGo(index)}>
                {inside}
              </button>
            ) : (
              inside
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** A line where a text will stand, so that nothing jumps when it comes. */
export function Skeleton({ width }: { width: number | string }) {
  return <i className={css.skeleton} style={{ width }} aria-hidden="true" />;
}
