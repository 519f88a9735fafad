import { type ReactNode, type Ref } from 'react';
import { Button as AriaButton, Link as AriaLink } from 'react-aria-components';
import { classNames } from './class-names.ts';
import css from './Button.module.css';
import { Glyph, Icon } from './Icon.tsx';
import { type IconName } from './icon-names.ts';

export interface ButtonLook {
  variant?: 'plain' | 'primary' | 'destroy' | 'quiet' | 'link';
  size?: 'small' | 'normal' | 'large';
  icon?: IconName;
  iconAfter?: IconName;
  /** The name where there are no words in it, or where they do not suffice. */
  label?: string;
  children?: ReactNode;
  className?: string;
}

export interface ButtonProps extends ButtonLook {
  onPress?: () => void;
  /** Keeps focus, cannot be pressed, says that it works. */
  pending?: boolean;
  disabled?: boolean;
  autoFocus?: boolean;
  type?: 'button' | 'submit';
  /** The id of what says why it is disabled, or more about it. */
  describedBy?: string;
  /** `close` inside a dialog closes it. */
  slot?: string;
  ref?: Ref<HTMLButtonElement>;
}

export function buttonClass({ variant = 'plain', size = 'normal', children, className }: ButtonLook): string {
  const only = children === undefined || children === null;
  return classNames(css.button, css[variant], css[size], only && css.only, className);
}

function Inside({ icon, iconAfter, children, pending }: ButtonLook & { pending?: boolean }) {
  return (
    <>
      {pending === true ? <Glyph state="working" /> : icon !== undefined && <Icon name={icon} />}
      {children}
      {iconAfter !== undefined && <Icon name={iconAfter} size={12} className={css.after} />}
    </>
  );
}

/** Says what will happen and to what; an ellipsis means that something will still be asked. */
export function Button(props: ButtonProps) {
  const { onPress, pending, disabled, autoFocus, type, slot, ref, label, describedBy } = props;
  return (
    <AriaButton
      {...(ref === undefined ? {} : { ref })}
      className={buttonClass(props)}
      isPending={pending === true}
      isDisabled={disabled === true}
      autoFocus={autoFocus === true}
      type={type ?? 'button'}
      {...(onPress === undefined ? {} : { onPress })}
      {...(slot === undefined ? {} : { slot })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(describedBy === undefined ? {} : { 'aria-describedby': describedBy })}
    >
      <Inside {...props} />
    </AriaButton>
  );
}

/** A button that leads to another place. */
export function LinkButton(props: ButtonLook & { href: string }) {
  return (
    <AriaLink
      href={props.href}
      data-button=""
      className={buttonClass(props)}
      {...(props.label === undefined ? {} : { 'aria-label': props.label })}
    >
      <Inside {...props} />
    </AriaLink>
  );
}
