import { type ReactNode } from 'react';
import { FieldError, Label, Text } from 'react-aria-components';
import css from './Field.module.css';
import { Glyph } from './Icon.tsx';

/** What every field has around its box. */
export interface FieldFrame {
  label: string;
  /** Where a label beside it already says it to the eye. */
  hideLabel?: boolean;
  hint?: ReactNode;
  /** What is wrong with its content, and what would be right. */
  wrong?: string | undefined;
  disabled?: boolean;
  required?: boolean;
  className?: string;
}

export const fieldClass = css.field ?? '';

export function FieldLabel({ label, hideLabel }: FieldFrame) {
  return <Label className={hideLabel === true ? 'hush' : (css.label ?? '')}>{label}</Label>;
}

/** Hint, and the error in its place where there is one. */
export function FieldNote({ hint, wrong }: FieldFrame) {
  return (
    <>
      {hint !== undefined && wrong === undefined && (
        <Text slot="description" className={css.hint ?? ''}>
          {hint}
        </Text>
      )}
      {wrong !== undefined && (
        <FieldError className={css.wrong ?? ''}>
          <Glyph state="danger" />
          <span>{wrong}</span>
        </FieldError>
      )}
    </>
  );
}
