import { useState } from 'react';
import { Button } from '../ui/Button.tsx';
import { Checkbox } from '../ui/Choice.tsx';
import { TextArea, TextField } from '../ui/TextField.tsx';
import { count } from '../words/number.ts';
import { sourceWizard as words } from '../words/source-wizard.ts';
import { type Fault, faultText } from '../ui/fault.ts';
import { FieldFault } from '../ui/FieldFault.tsx';
import { namesIn } from './scope.ts';
import wayCss from '../frame/WayFields.module.css';
import css from './Wizard.module.css';

/** More than this are found by typing. */
const listed = 200;

/** Tables by name: from the list that the test found, or typed where there is none. */
export function TableChoice({
  names,
  onChange,
  found,
  list,
  listing,
  fault,
}: {
  names: readonly string[];
  onChange: (names: string[]) => void;
  found: readonly string[];
  /** Reads the names of the chosen databases' tables; null where that cannot be done. */
  list: { start: () => void } | null;
  listing: boolean;
  fault: Fault | undefined;
}) {
  const [text, setText] = useState(names.join('\n'));
  const [filter, setFilter] = useState('');
  if (found.length === 0) {
    return (
      <div className={wayCss.stack}>
        <TextArea
          label={words.content.tables}
          hint={words.content.tablesHint}
          value={text}
          onChange={(next) => {
            setText(next);
            onChange(namesIn(next));
          }}
          wrong={faultText(fault)}
          rows={4}
          mono
        />
        {list !== null && (
          <Button size="small" icon="rows" className={wayCss.start} onPress={list.start} pending={listing}>
            {words.content.listTables}
          </Button>
        )}
      </div>
    );
  }
  const needle = filter.trim().toLowerCase();
  const matching = needle === '' ? found : found.filter((name) => name.toLowerCase().includes(needle));
  const shown = matching.slice(0, listed);
  // Written as a bare name, or gone from the server: still chosen, and to be taken out here.
  const others = names.filter((name) => !found.includes(name));
  const toggle = (name: string, on: boolean) => onChange(on ? [...names, name] : names.filter((one) => one !== name));
  return (
    <div className={wayCss.stack} role="group" aria-label={words.content.tables}>
      <span className={wayCss.label}>
        {words.content.tables} <span className="three">{words.content.chosenTables(names.length)}</span>
      </span>
      <TextField
        label={words.content.filter}
        hideLabel
        value={filter}
        onChange={setFilter}
        placeholder={words.content.filter}
        type="search"
      />
      <div className={css.picks}>
        {shown.map((name) => (
          <div key={name}>
            <Checkbox checked={names.includes(name)} onChange={(on) => toggle(name, on)}>
              <span className="mono">{name}</span>
            </Checkbox>
          </div>
        ))}
        {shown.length === 0 && <p className={css.note}>{words.content.noneMatches}</p>}
        {matching.length > shown.length && (
          <p className={css.note}>{words.content.moreTables(count(matching.length - shown.length))}</p>
        )}
      </div>
      {others.length > 0 && (
        <span className={css.chips}>
          {others.map((name) => (
            <Button
              key={name}
              size="small"
              iconAfter="x"
              label={words.content.takeOut(name)}
              onPress={() => toggle(name, false)}
            >
              {name}
            </Button>
          ))}
        </span>
      )}
      <FieldFault fault={fault} />
    </div>
  );
}
