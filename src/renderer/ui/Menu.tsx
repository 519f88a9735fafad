import { type ReactNode } from 'react';
import {
  Header,
  Menu as AriaMenu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
} from 'react-aria-components';
import { Button, type ButtonProps } from './Button.tsx';
import { classNames } from './class-names.ts';
import css from './Float.module.css';
import { Icon } from './Icon.tsx';
import { type IconName } from './icon-names.ts';
import menuCss from './Menu.module.css';

export interface MenuEntry {
  id: string;
  title: string;
  icon?: IconName;
  /** At the right: a shortcut, or a word more. */
  at?: string;
  onAction?: () => void;
  href?: string;
  disabled?: boolean;
  danger?: boolean;
}
/** A string begins a section under that heading; `'-'` draws a line. */
export type MenuLine = MenuEntry | '-';

function Entry({ entry }: { entry: MenuEntry }) {
  return (
    <MenuItem
      id={entry.id}
      textValue={entry.title}
      className={classNames(css.item, entry.danger === true && css.danger)}
      isDisabled={entry.disabled === true}
      {...(entry.href === undefined ? {} : { href: entry.href })}
      {...(entry.onAction === undefined ? {} : { onAction: entry.onAction })}
    >
      {entry.icon !== undefined && <Icon name={entry.icon} />}
      <span>{entry.title}</span>
      {entry.at !== undefined && <span className={css.at}>{entry.at}</span>}
    </MenuItem>
  );
}

function Lines({ label, heading, lines }: { label: string; heading?: string; lines: readonly MenuLine[] }) {
  const entries = lines.map((line, index) =>
    line === '-' ? (
      // oxlint-disable-next-line react/no-array-index-key -- a line has no other name than its place
      <Separator key={`line ${index}`} className={css.separator ?? ''} />
    ) : (
      <Entry key={line.id} entry={line} />
    ),
  );
  return (
    <Popover className={css.float ?? ''} offset={4}>
      <AriaMenu className={css.menu ?? ''} aria-label={label}>
        {heading === undefined ? (
          entries
        ) : (
          <MenuSection>
            <Header className={css.heading ?? ''}>{heading}</Header>
            {entries}
          </MenuSection>
        )}
      </AriaMenu>
    </Popover>
  );
}

/** A button that opens a menu. Without children it is the three dots. */
export function MenuButton({
  label,
  heading,
  lines,
  ...button
}: Omit<ButtonProps, 'onPress'> & { label: string; heading?: string; lines: readonly MenuLine[] }) {
  return (
    <MenuTrigger>
      <Button icon={button.children === undefined ? 'more' : undefined} label={label} {...button} />
      <Lines label={label} heading={heading} lines={lines} />
    </MenuTrigger>
  );
}

/** The usual act, and beside it a menu of the others. */
export function SplitButton({
  children,
  onPress,
  variant = 'plain',
  pending,
  disabled,
  menuLabel,
  heading,
  lines,
}: {
  children: ReactNode;
  onPress: () => void;
  variant?: 'plain' | 'primary';
  pending?: boolean;
  disabled?: boolean;
  menuLabel: string;
  heading?: string;
  lines: readonly MenuLine[];
}) {
  return (
    <span className={menuCss.split}>
      <Button variant={variant} onPress={onPress} pending={pending} disabled={disabled}>
        {children}
      </Button>
      <MenuTrigger>
        <Button variant={variant} icon="down" label={menuLabel} disabled={disabled} />
        <Lines label={menuLabel} heading={heading} lines={lines} />
      </MenuTrigger>
    </span>
  );
}
