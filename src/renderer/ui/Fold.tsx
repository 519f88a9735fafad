import { type ReactNode } from 'react';
import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import { classNames } from './class-names.ts';
import css from './Fold.module.css';
import { Icon } from './Icon.tsx';

/** Details that are there for who wants them. */
export function Fold({
  title,
  children,
  open,
  onChange,
  small,
}: {
  title: ReactNode;
  children: ReactNode;
  /** Given with `onChange` where the screen keeps whether it is open. */
  open?: boolean;
  onChange?: (open: boolean) => void;
  small?: boolean;
}) {
  return (
    <Disclosure
      className={css.fold ?? ''}
      {...(open === undefined ? {} : { isExpanded: open })}
      {...(onChange === undefined ? {} : { onExpandedChange: onChange })}
    >
      <Heading level={3} className={css.heading ?? ''}>
        <Button slot="trigger" className={classNames(css.summary, small === true && css.small)}>
          <Icon name="right" size={12} />
          {title}
        </Button>
      </Heading>
      <DisclosurePanel className={css.panel ?? ''}>{children}</DisclosurePanel>
    </Disclosure>
  );
}
