import { type ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs as AriaTabs, ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import css from './Tabs.module.css';

export interface TabEntry<Value extends string> {
  value: Value;
  title: string;
  /** A number after it. */
  number?: string | number;
  content: ReactNode;
}

export function Tabs<Value extends string>({
  label,
  value,
  onChange,
  tabs,
}: {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  tabs: readonly TabEntry<Value>[];
}) {
  return (
    <AriaTabs selectedKey={value} onSelectionChange={(key) => onChange(key as Value)} className={css.tabs ?? ''}>
      <TabList aria-label={label} className={css.list ?? ''}>
        {tabs.map((tab) => (
          <Tab key={tab.value} id={tab.value} className={css.tab ?? ''}>
            {tab.title}
            {tab.number !== undefined && <span className={css.number}>{tab.number}</span>}
          </Tab>
        ))}
      </TabList>
      {tabs.map((tab) => (
        <TabPanel key={tab.value} id={tab.value} className={css.panel ?? ''}>
          {tab.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}

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
