import { type ReactNode } from 'react';
import { type GlyphName } from '../words/state.ts';
import css from './Badge.module.css';
import { classNames } from './class-names.ts';
import { Glyph } from './Icon.tsx';

const inkOf: Record<GlyphName, string | undefined> = {
  proven: css.proven,
  working: css.working,
  attention: css.attention,
  danger: css.danger,
  stored: undefined,
  none: undefined,
  waiting: undefined,
};

/** A state in a glyph and a word. `solid` has a ground, where it stands alone. */
export function Badge({ state, solid, children }: { state: GlyphName; solid?: boolean; children: ReactNode }) {
  return (
    <span className={classNames(css.badge, inkOf[state], solid === true && css.solid)}>
      <Glyph state={state} />
      {children}
    </span>
  );
}

/** A word about a thing: sample, production, incomplete. */
export function Tag({ tone, children }: { tone?: 'attention' | 'danger'; children: ReactNode }) {
  return <span className={classNames(css.tag, tone !== undefined && css[tone])}>{children}</span>;
}

/** How many, after a title. */
export function Count({ children }: { children: ReactNode }) {
  return <span className={css.count}>{children}</span>;
}
