import {
  Button as AriaButton,
  ComboBox as AriaComboBox,
  Input,
  ListBox,
  ListBoxItem,
  Popover,
  Select as AriaSelect,
  SelectValue,
} from 'react-aria-components';
import { common } from '../words/common.ts';
import { classNames } from './class-names.ts';
import { type FieldFrame, FieldLabel, FieldNote, fieldClass } from './Field.tsx';
import fieldCss from './Field.module.css';
import css from './Float.module.css';
import { Icon } from './Icon.tsx';
import { type IconName } from './icon-names.ts';

export interface Option<Value extends string> {
  value: Value;
  title: string;
  /** At the right, lesser. */
  at?: string;
  icon?: IconName;
  disabled?: boolean;
}

export interface SelectProps<Value extends string> extends FieldFrame {
  value: Value | null;
  onChange: (value: Value) => void;
  options: readonly Option<Value>[];
  placeholder?: string;
  /** As wide as its content, in a line with others. */
  inline?: boolean;
}

function Options<Value extends string>({ options }: { options: readonly Option<Value>[] }) {
  return (
    <ListBox
      className={classNames(css.menu, css.list)}
      renderEmptyState={() => <div className={css.nothing}>{common.nothingMatches}</div>}
    >
      {options.map((option) => (
        <ListBoxItem
          key={option.value}
          id={option.value}
          textValue={option.title}
          isDisabled={option.disabled === true}
          className={css.item ?? ''}
        >
          <Icon name="check" size={14} className={css.tick} />
          {option.icon !== undefined && <Icon name={option.icon} />}
          <span>{option.title}</span>
          {option.at !== undefined && <span className={css.at}>{option.at}</span>}
        </ListBoxItem>
      ))}
    </ListBox>
  );
}

/** One of a few. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  return (
    <AriaSelect
      className={classNames(fieldClass, props.inline === true && fieldCss.inline, props.className)}
      value={props.value}
      onChange={(key) => key !== null && props.onChange(key as Value)}
      isDisabled={props.disabled === true}
      isRequired={props.required === true}
      isInvalid={props.wrong !== undefined}
      validationBehavior="aria"
      placeholder={props.placeholder ?? ''}
    >
      <FieldLabel {...props} />
      <AriaButton className={fieldCss.input ?? ''}>
        <SelectValue className="cut">
          {({ selectedText, defaultChildren }) => selectedText || defaultChildren}
        </SelectValue>
        <Icon name="updown" size={12} />
      </AriaButton>
      <FieldNote {...props} />
      <Popover className={css.float ?? ''} offset={4}>
        <Options options={props.options} />
      </Popover>
    </AriaSelect>
  );
}

/** One of many, found by typing: a time zone, a table. Only what is in the list can be chosen. */
export function ComboBox<Value extends string>(props: SelectProps<Value>) {
  return (
    <AriaComboBox
      className={classNames(fieldClass, props.className)}
      value={props.value}
      onChange={(key) => key !== null && props.onChange(key as Value)}
      isDisabled={props.disabled === true}
      isRequired={props.required === true}
      isInvalid={props.wrong !== undefined}
      validationBehavior="aria"
      allowsEmptyCollection
      menuTrigger="input"
    >
      <FieldLabel {...props} />
      <div className={fieldCss.box}>
        <Input className={fieldCss.input ?? ''} placeholder={props.placeholder} spellCheck={false} />
        <span className={fieldCss.beside}>
          <AriaButton aria-label={common.showOptions}>
            <Icon name="down" size={12} />
          </AriaButton>
        </span>
      </div>
      <FieldNote {...props} />
      <Popover className={css.float ?? ''} offset={4}>
        <Options options={props.options} />
      </Popover>
    </AriaComboBox>
  );
}
