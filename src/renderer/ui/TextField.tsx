import { useState } from 'react';
import {
  TextField as AriaTextField,
  Button as AriaButton,
  Group,
  Input,
  NumberField as AriaNumberField,
  TextArea as AriaTextArea,
} from 'react-aria-components';
import { common } from '../words/common.ts';
import { classNames } from './class-names.ts';
import { type FieldFrame, FieldLabel, FieldNote, fieldClass } from './Field.tsx';
import css from './Field.module.css';
import { Icon } from './Icon.tsx';

export interface TextFieldProps extends FieldFrame {
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  placeholder?: string;
  autoFocus?: boolean;
  /** For names, paths, hosts: set in the fixed face. */
  mono?: boolean;
  maxLength?: number;
  type?: 'text' | 'password' | 'search' | 'url';
}

function frameProps(props: TextFieldProps) {
  return {
    className: classNames(fieldClass, props.className),
    value: props.value,
    onChange: props.onChange,
    isDisabled: props.disabled === true,
    isRequired: props.required === true,
    isInvalid: props.wrong !== undefined,
    autoFocus: props.autoFocus === true,
    validationBehavior: 'aria' as const,
    ...(props.maxLength === undefined ? {} : { maxLength: props.maxLength }),
    ...(props.onBlur === undefined ? {} : { onBlur: props.onBlur }),
  };
}

export function TextField(props: TextFieldProps) {
  return (
    <AriaTextField {...frameProps(props)} type={props.type ?? 'text'}>
      <FieldLabel {...props} />
      <Input
        className={classNames(css.input, props.mono === true && 'mono')}
        placeholder={props.placeholder}
        autoComplete="off"
        spellCheck={false}
      />
      <FieldNote {...props} />
    </AriaTextField>
  );
}

/** The text is shown only while its eye is pressed in. It is never suggested by the browser. */
export function PasswordField(props: Omit<TextFieldProps, 'type'>) {
  const [shown, setShown] = useState(false);
  return (
    <AriaTextField {...frameProps(props)} type={shown ? 'text' : 'password'}>
      <FieldLabel {...props} />
      <div className={css.box}>
        <Input
          className={css.input ?? ''}
          placeholder={props.placeholder}
          autoComplete="new-password"
          spellCheck={false}
        />
        <span className={css.beside}>
          {/* Its own context: a button inside a field would take the field's props. */}
          <button type="button" aria-pressed={shown} aria-label={common.showPassword} onClick={() => setShown(!shown)}>
            <Icon name="eye" size={14} />
          </button>
        </span>
      </div>
      <FieldNote {...props} />
    </AriaTextField>
  );
}

export function TextArea(props: Omit<TextFieldProps, 'type'> & { rows?: number }) {
  return (
    <AriaTextField {...frameProps(props)}>
      <FieldLabel {...props} />
      <AriaTextArea
        className={classNames(css.input, css.area, props.mono === true && 'mono')}
        placeholder={props.placeholder}
        rows={props.rows ?? 3}
        spellCheck={false}
      />
      <FieldNote {...props} />
    </AriaTextField>
  );
}

export interface NumberFieldProps extends FieldFrame {
  /** NaN while the box is empty. */
  value: number;
  onChange: (value: number) => void;
  min?: number;
  max?: number;
  step?: number;
}

/** Whole numbers; arrows and buttons step. */
export function NumberField(props: NumberFieldProps) {
  return (
    <AriaNumberField
      className={classNames(fieldClass, props.className)}
      value={props.value}
      onChange={props.onChange}
      isDisabled={props.disabled === true}
      isInvalid={props.wrong !== undefined}
      validationBehavior="aria"
      minValue={props.min}
      maxValue={props.max}
      step={props.step ?? 1}
      formatOptions={{ useGrouping: false, maximumFractionDigits: 0 }}
    >
      <FieldLabel {...props} />
      <Group className={classNames(css.box, css.number)}>
        <Input className={css.input ?? ''} />
        <span className={css.beside}>
          <AriaButton slot="decrement">
            <Icon name="minus" size={12} />
          </AriaButton>
          <AriaButton slot="increment">
            <Icon name="plus" size={12} />
          </AriaButton>
        </span>
      </Group>
      <FieldNote {...props} />
    </AriaNumberField>
  );
}
