import { type ReactNode } from 'react';
import { type Failure } from '../../shared/failure.ts';
import { common } from '../words/common.ts';
import css from './Banner.module.css';
import { classNames } from './class-names.ts';
import { CodeBlock } from './CodeBlock.tsx';
import { Fold } from './Fold.tsx';
import { Glyph, Icon } from './Icon.tsx';

export interface BannerProps {
  tone: 'plain' | 'attention' | 'danger' | 'proven' | 'working';
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  /** Read aloud as soon as it appears. */
  announce?: boolean;
}

/** Where something cannot go on, or a person should know before going on. */
export function Banner({ tone, title, children, actions, announce }: BannerProps) {
  const glyph = tone === 'plain' || tone === 'working' ? <Icon name="info" /> : <Glyph state={tone} />;
  return (
    <div className={classNames(css.banner, css[tone])} {...(announce === true ? { role: 'alert' } : {})}>
      {glyph}
      <div className={css.says}>
        <b>{title}</b>
        {typeof children === 'string' ? <p>{children}</p> : children}
      </div>
      {actions !== undefined && <div className={css.acts}>{actions}</div>}
    </div>
  );
}

/** A failure as a person should meet it: what happened, what to do, the original words in a fold, the reference. */
export function FailureBox({
  failure,
  title,
  actions,
  quiet,
}: {
  failure: Failure;
  /** What was tried, where the message does not say it: "Shop was not backed up." */
  title?: string;
  actions?: ReactNode;
  /** Not read aloud: it was there already. */
  quiet?: boolean;
}) {
  const original = originalOf(failure);
  return (
    <Banner tone="danger" title={title ?? failure.message} actions={actions} announce={quiet !== true}>
      {title !== undefined && <p>{failure.message}</p>}
      <p>{failure.hint}</p>
      <Fold title={common.original} small>
        <CodeBlock text={original} label={common.original} />
      </Fold>
    </Banner>
  );
}

function originalOf(failure: Failure): string {
  const lines: string[] = [];
  for (let each: Failure | undefined = failure; each !== undefined; each = each.cause) {
    lines.push(`${each.code}: ${each.message}`);
  }
  if (failure.ref !== '') lines.push(common.reference(failure.ref));
  return lines.join('\n');
}
