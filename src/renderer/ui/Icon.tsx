import sprite from './icons.svg?raw';
import { classNames } from './class-names.ts';
import css from './Icon.module.css';
import { type IconName } from './icon-names.ts';
import { type GlyphName } from '../words/state.ts';

/** The symbols that `Icon` and `Glyph` refer to. Once in the document, before anything that draws one. */
export function IconSprite() {
  // The text is a file of ours, compiled in.
  return <div hidden aria-hidden="true" dangerouslySetInnerHTML={{ __html: sprite }} />;
}

/** Beside words, so it says nothing itself. */
export function Icon({ name, size = 16, className }: { name: IconName; size?: 12 | 14 | 16 | 24; className?: string }) {
  return (
    <svg className={classNames(css.icon, css[`size${size}`], className)} viewBox="0 0 16 16" aria-hidden="true">
      <use href={`#${name}`} />
    </svg>
  );
}

/** A state. `label` where no word stands beside it. */
export function Glyph({ state, label, className }: { state: GlyphName; label?: string; className?: string }) {
  const naming = label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  return (
    <svg
      className={classNames(css.glyph, css[state], state === 'working' && css.turning, className)}
      viewBox="0 0 16 16"
      {...naming}
    >
      <use href={`#state-${state}`} />
    </svg>
  );
}

/** The mark: a root that grips a stone. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg className={classNames(css.icon, className)} viewBox="0 0 16 16" aria-hidden="true">
      <path d="M9.7 1.3C8.5 2 8 3.1 8 4.9" />
      <path d="M8 4.9c-3.7 0-5.7 2.6-5.7 5.4 0 1.5.5 2.9 1.5 3.9" />
      <path d="M8 4.9c3.7 0 5.7 2.6 5.7 5.4 0 1.5-.5 2.9-1.5 3.9" />
      <circle cx="8" cy="10.8" r="2.7" fill="currentColor" stroke="none" />
    </svg>
  );
}
