import { type ReactNode } from 'react';
import { Checkbox as AriaCheckbox, Label, Radio, RadioGroup, Switch as AriaSwitch } from 'react-aria-components';
import { classNames } from './class-names.ts';
import css from './Choice.module.css';
import fieldCss from './Field.module.css';
import { Icon } from './Icon.tsx';
import { type IconName } from './icon-names.ts';

export interface CheckboxProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Words beside it. With `label` instead it stands alone, named for a screen reader. */
  children?: ReactNode;
  label?: string;
  hint?: ReactNode;
  some?: boolean;
  disabled?: boolean;
}

export function Checkbox({ checked, onChange, children, label, hint, some, disabled }: CheckboxProps) {
  return (
    <AriaCheckbox
      className={classNames(css.option, children === undefined && css.bare)}
      isSelected={checked}
      isIndeterminate={some === true}
      onChange={onChange}
      isDisabled={disabled === true}
      {...(label === undefined ? {} : { 'aria-label': label })}
    >
      <i className={css.box} />
      {children !== undefined && (
        <span>
          {children}
          {hint !== undefined && <span className={css.hint}>{hint}</span>}
        </span>
      )}
    </AriaCheckbox>
  );
}

/** Holds at once; a checkbox holds when the form is sent. */
export function Switch({ checked, onChange, children, label, hint, disabled }: Omit<CheckboxProps, 'some'>) {
  return (
    <AriaSwitch
      className={css.option ?? ''}
      isSelected={checked}
      onChange={onChange}
      isDisabled={disabled === true}
      {...(label === undefined ? {} : { 'aria-label': label })}
    >
      <i className={css.track} />
      {children !== undefined && (
        <span>
          {children}
          {hint !== undefined && <span className={css.hint}>{hint}</span>}
        </span>
      )}
    </AriaSwitch>
  );
}

export interface Choice<Value extends string> {
  value: Value;
  title: string;
  detail?: ReactNode;
  icon?: IconName;
  /** At the right: what it changes. */
  at?: ReactNode;
  disabled?: boolean;
}

interface ChoiceProps<Value extends string> {
  label: string;
  hideLabel?: boolean;
  value: Value | null;
  onChange: (value: Value) => void;
  choices: readonly Choice<Value>[];
  disabled?: boolean;
}

/** Rows of one decision each: the goals of a restore, the kinds of a source. Arrows move, digits are the screen's. */
export function RadioCards<Value extends string>(props: ChoiceProps<Value>) {
  return (
    <RadioGroup
      className={css.cards ?? ''}
      value={props.value}
      onChange={(value) => props.onChange(value as Value)}
      isDisabled={props.disabled === true}
    >
      <Label className={props.hideLabel === true ? 'hush' : (fieldCss.label ?? '')}>{props.label}</Label>
      {props.choices.map((choice) => (
        <Radio key={choice.value} value={choice.value} className={css.card ?? ''} isDisabled={choice.disabled === true}>
          <i className={classNames(css.box, css.radio)} />
          {choice.icon === undefined ? <span /> : <Icon name={choice.icon} />}
          <span>
            <b>{choice.title}</b>
            {choice.detail !== undefined && <small>{choice.detail}</small>}
          </span>
          {choice.at === undefined ? <span /> : <span className={css.at}>{choice.at}</span>}
        </Radio>
      ))}
    </RadioGroup>
  );
}

/** A few short alternatives under one label. */
export function RadioList<Value extends string>(props: ChoiceProps<Value>) {
  return (
    <RadioGroup
      className={fieldCss.field ?? ''}
      value={props.value}
      onChange={(value) => props.onChange(value as Value)}
      isDisabled={props.disabled === true}
    >
      <Label className={props.hideLabel === true ? 'hush' : (fieldCss.label ?? '')}>{props.label}</Label>
      {props.choices.map((choice) => (
        <Radio
          key={choice.value}
          value={choice.value}
          className={css.option ?? ''}
          isDisabled={choice.disabled === true}
        >
          <i className={classNames(css.box, css.radio)} />
          <span>
            {choice.title}
            {choice.detail !== undefined && <span className={css.hint}>{choice.detail}</span>}
          </span>
        </Radio>
      ))}
    </RadioGroup>
  );
}
