import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import css from './SegmentedControl.module.css';

/** Two to five views of the same thing. */
export function SegmentedControl<Value extends string>({
  label,
  value,
  onChange,
  segments,
  disabled,
}: {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  segments: readonly { value: Value; title: string; number?: string | number }[];
  disabled?: boolean;
}) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      className={css.segments ?? ''}
      selectionMode="single"
      disallowEmptySelection
      isDisabled={disabled === true}
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const [first] = keys;
        if (first !== undefined) onChange(first as Value);
      }}
    >
      {segments.map((segment) => (
        <ToggleButton key={segment.value} id={segment.value}>
          {segment.title}
          {segment.number !== undefined && <span className={css.number}>{segment.number}</span>}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
