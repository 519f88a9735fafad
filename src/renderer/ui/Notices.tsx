import { type ReactNode, useEffect } from 'react';
import { type GlyphName } from '../words/state.ts';
import { common } from '../words/common.ts';
import { Button } from './Button.tsx';
import { Glyph } from './Icon.tsx';
import { LiveText } from './Live.tsx';
import css from './Notices.module.css';

export interface Notice {
  id: string;
  state: GlyphName;
  title: string;
  detail?: string;
  /** A button or a link. */
  action?: ReactNode;
  /** Stays until it is dismissed; the others leave after eight seconds. */
  stays?: boolean;
}

const leavesAfterMs = 8_000;

function One({ notice, onDismiss }: { notice: Notice; onDismiss: (id: string) => void }) {
  const { id, stays } = notice;
  useEffect(() => {
    if (stays === true) return undefined;
    const timer = setTimeout(() => onDismiss(id), leavesAfterMs);
    return () => clearTimeout(timer);
  }, [id, stays, onDismiss]);
  return (
    <li className={css.notice}>
      <Glyph state={notice.state} />
      <div className={css.says}>
        <b>{notice.title}</b>
        {notice.detail !== undefined && <p>{notice.detail}</p>}
      </div>
      {notice.action}
      <Button variant="quiet" size="small" icon="x" label={common.dismiss} onPress={() => onDismiss(id)} />
    </li>
  );
}

/** What has just ended, at the lower right. The newest is read aloud. */
export function Notices({ notices, onDismiss }: { notices: readonly Notice[]; onDismiss: (id: string) => void }) {
  const newest = notices.at(-1);
  return (
    <>
      <LiveText text={newest === undefined ? '' : [newest.title, newest.detail].filter(Boolean).join(' ')} />
      {notices.length > 0 && (
        <section aria-label={common.notices} className={css.region} data-notices="">
          <ul>
            {notices.map((notice) => (
              <One key={notice.id} notice={notice} onDismiss={onDismiss} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
