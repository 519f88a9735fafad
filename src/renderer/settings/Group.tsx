import { type ReactNode } from 'react';
import css from './Settings.module.css';

/** One heading of the settings and its lines. */
export function Group({
  id,
  title,
  note,
  actions,
  children,
}: {
  id: string;
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={css.group} aria-labelledby={`settings-${id}`}>
      <div className={css.head}>
        <h2 id={`settings-${id}`} tabIndex={-1}>
          {title}
        </h2>
        {note !== undefined && <span className="three small">{note}</span>}
        {actions !== undefined && <span className="push">{actions}</span>}
      </div>
      {children}
    </section>
  );
}

/** What it is, more about it, and its control. */
export function Line({ title, detail, children }: { title: ReactNode; detail?: ReactNode; children?: ReactNode }) {
  return (
    <li className={css.line}>
      <span>
        {title}
        {detail !== undefined && <small>{detail}</small>}
      </span>
      <span className={css.control}>{children}</span>
    </li>
  );
}

export function Lines({ children }: { children: ReactNode }) {
  return <ul className={css.lines}>{children}</ul>;
}
