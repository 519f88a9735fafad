import { useState } from 'react';
import { Checkbox, RadioList } from '../ui/Choice.tsx';
import { TextField } from '../ui/TextField.tsx';
import { scopeInWords, sources as words } from '../words/sources.ts';
import { sourceWizard } from '../words/source-wizard.ts';
import { type ContentDraft, type ServerDraft, type WizardState } from './draft.ts';
import { faultText } from '../ui/fault.ts';
import { FieldFault } from '../ui/FieldFault.tsx';
import { knownTables } from './reducer.ts';
import { namesIn } from './scope.ts';
import { TableChoice } from './TableChoice.tsx';
import { type Wizard } from './use-wizard.ts';
import wizardCss from '../frame/Wizard.module.css';
import wayCss from '../frame/WayFields.module.css';
import css from './Wizard.module.css';

/** Which databases, and what of them. */
export function ContentStep({ wizard }: { wizard: Wizard }) {
  const { state, dispatch } = wizard;
  const { content, draft, faults } = state;
  const { which } = content;
  return (
    <div className={wizardCss.single}>
      {draft.kind === 'postgres' && <Databases state={state} draft={draft} dispatch={dispatch} />}
      <RadioList<ContentDraft['which']>
        label={sourceWizard.content.scope}
        value={which}
        onChange={(next) => dispatch({ do: 'content', change: { which: next } })}
        choices={choicesOf(state).map((value) => ({
          value,
          title: sourceWizard.content.option[value],
          detail:
            value === 'kept' && content.kept !== null
              ? scopeInWords(content.kept)
              : sourceWizard.content.optionText[value],
        }))}
      />
      {which === 'only' || which === 'except' ? (
        <TableChoice
          key={which}
          names={content[which]}
          onChange={(names) => dispatch({ do: 'content', change: { [which]: names } })}
          found={knownTables(state) ?? []}
          list={draft.kind === 'postgres' && draft.databases.length > 0 ? wizard.test : null}
          listing={state.test.state === 'running'}
          fault={faults.tables}
        />
      ) : (
        <FieldFault fault={faults.tables} />
      )}
      {which !== 'all' && <p className={css.note}>{words.scope.notComplete}</p>}
    </div>
  );
}

/** Rows without their tables cannot be a SQLite file, so that is not offered. */
function choicesOf({ draft, content }: WizardState): ContentDraft['which'][] {
  const all: ContentDraft['which'][] = ['all', 'schema', 'data', 'only', 'except'];
  const fitting = draft.kind === 'sqlite' ? all.filter((which) => which !== 'data') : all;
  return content.kept === null ? fitting : [...fitting, 'kept'];
}

function Databases({
  state,
  draft,
  dispatch,
}: {
  state: WizardState;
  draft: ServerDraft;
  dispatch: Wizard['dispatch'];
}) {
  const found = state.found?.databases ?? [];
  const fault = state.faults.databases;
  const [text, setText] = useState(draft.databases.join(', '));
  const set = (databases: string[]) => dispatch({ do: 'server', change: { databases }, keepTest: true });
  if (found.length === 0) {
    return (
      <TextField
        label={sourceWizard.content.databases}
        hint={sourceWizard.content.databasesTyped}
        value={text}
        onChange={(next) => {
          setText(next);
          set(namesIn(next));
        }}
        wrong={faultText(fault)}
      />
    );
  }
  const gone = draft.databases.filter((name) => !found.some((one) => one.name === name));
  const toggle = (name: string, on: boolean) =>
    set(on ? [...draft.databases, name] : draft.databases.filter((one) => one !== name));
  return (
    <div className={wayCss.stack} role="group" aria-label={sourceWizard.content.databases}>
      <span className={wayCss.label}>
        {sourceWizard.content.databases}{' '}
        <span className="three">{sourceWizard.content.chosen(draft.databases.length, found.length)}</span>
      </span>
      <div className={css.picks}>
        {found.map((database) => (
          <div key={database.name}>
            <Checkbox checked={draft.databases.includes(database.name)} onChange={(on) => toggle(database.name, on)}>
              {database.name}
            </Checkbox>
            <span className="push small three num">{sourceWizard.content.size(database.sizeBytes)}</span>
          </div>
        ))}
        {gone.map((name) => (
          <div key={name}>
            <Checkbox checked onChange={(on) => toggle(name, on)}>
              {name}
            </Checkbox>
            <span className="push small attention">{sourceWizard.content.gone}</span>
          </div>
        ))}
      </div>
      <span className={css.note}>{sourceWizard.content.databasesHint}</span>
      <FieldFault fault={fault} />
    </div>
  );
}
