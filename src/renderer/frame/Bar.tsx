import { type ReactNode, useEffect } from 'react';
import { keysText } from '../keys.ts';
import { Icon } from '../ui/Icon.tsx';
import { isMac } from '../use-keys.ts';
import { frame } from '../words/frame.ts';
import css from './Bar.module.css';
import { openPalette } from './shown.ts';

/** The head of a screen: where one is, and what can be done here. Sets the title of the document too. */
export function Bar({
  title,
  crumb,
  sub,
  actions,
  steps,
}: {
  title: string;
  /** Leads back: `{ title: 'Backups', href: href({ screen: 'backups', … }) }`. */
  crumb?: { title: string; href: string };
  sub?: ReactNode;
  /** Buttons, the main one last. Find stands before them. */
  actions?: ReactNode;
  /** In a wizard, in place of Find and actions. */
  steps?: ReactNode;
}) {
  useEffect(() => {
    document.title = frame.title(title);
  }, [title]);
  return (
    <header className={css.bar}>
      <div className={css.where}>
        {crumb !== undefined && (
          <>
            <a href={crumb.href}>{crumb.title}</a>
            <Icon name="right" size={12} />
          </>
        )}
        <h1>{title}</h1>
      </div>
      {sub !== undefined && <span className={css.sub}>{sub}</span>}
      <div className={css.acts}>
        {steps ?? (
          <>
            <button
              type="button"
              className={css.find}
              onClick={() => openPalette(true)}
              aria-keyshortcuts={isMac() ? 'Meta+K' : 'Control+K'}
            >
              <Icon name="search" size={14} />
              <span>{frame.find}</span>
              <kbd aria-hidden="true">{keysText('find', isMac())}</kbd>
            </button>
            {actions}
          </>
        )}
      </div>
    </header>
  );
}
