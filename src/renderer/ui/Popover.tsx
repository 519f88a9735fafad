import { type ReactElement, type ReactNode } from 'react';
import {
  Dialog,
  DialogTrigger,
  Focusable,
  Popover as AriaPopover,
  Tooltip as AriaTooltip,
  TooltipTrigger,
} from 'react-aria-components';
import { classNames } from './class-names.ts';
import css from './Float.module.css';

/** More about something, opened by its button. */
export function Popover({ button, label, children }: { button: ReactElement; label: string; children: ReactNode }) {
  return (
    <DialogTrigger>
      {button}
      <AriaPopover className={css.float ?? ''} offset={6}>
        <Dialog aria-label={label} className={classNames(css.popover)}>
          {children}
        </Dialog>
      </AriaPopover>
    </DialogTrigger>
  );
}

/**
 * A word for something that has only an icon, and its shortcut. Around one of our buttons; `plain` around any other
 * element that can have focus.
 */
export function Tooltip({
  text,
  keys,
  plain,
  placement = 'top',
  children,
}: {
  text: string;
  keys?: string;
  plain?: boolean;
  placement?: 'top' | 'right' | 'bottom';
  children: ReactElement<Record<string, unknown>>;
}) {
  return (
    <TooltipTrigger delay={500}>
      {plain === true ? <Focusable>{children as never}</Focusable> : children}
      <AriaTooltip className={css.tip ?? ''} offset={6} placement={placement}>
        {text}
        {keys !== undefined && <kbd>{keys}</kbd>}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
