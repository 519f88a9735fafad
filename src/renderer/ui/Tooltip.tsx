import { type ReactElement } from 'react';
import { Focusable, Tooltip as AriaTooltip, TooltipTrigger } from 'react-aria-components';
import css from './Float.module.css';

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
