import { chooseBeside, useChoosePath } from '../frame/choose-path.ts';
import { FileField } from '../ui/FileField.tsx';
import { sources as words } from '../words/sources.ts';
import { sourceWizard } from '../words/source-wizard.ts';
import { faultText } from '../ui/fault.ts';
import { testInput } from './input.ts';
import { draftFor } from './reducer.ts';
import { ServerFields } from './ServerFields.tsx';
import { TestPanel } from './TestPanel.tsx';
import { type ServerDraft } from './draft.ts';
import { type Wizard } from './use-wizard.ts';
import wizardCss from '../frame/Wizard.module.css';
import css from './Wizard.module.css';

/** How the database is reached, and whether it can be. */
export function ConnectionStep({ wizard }: { wizard: Wizard }) {
  const choosePath = useChoosePath();
  const { state, dispatch, test } = wizard;
  const { draft } = state;
  const again = testInput(state) === 'again';
  return (
    <>
      {state.notes.length > 0 && (
        <ul className={css.notes}>
          {state.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <div className={wizardCss.two}>
        <div className={wizardCss.form}>
          {draft.kind === 'sqlite' ? (
            <FileField
              label={sourceWizard.connection.file}
              value={draft.file}
              onChange={(path) => dispatch({ do: 'file', path })}
              choose={() =>
                draft.named === undefined
                  ? choosePath('sqlite-file')
                  : chooseBeside(choosePath, 'sqlite-file', draft.named)
              }
              wrong={faultText(state.faults.file)}
              icon="sqlite"
            />
          ) : (
            <ServerFields
              draft={draftFor(state, 'postgres') as ServerDraft}
              faults={state.faults}
              dispatch={dispatch}
              hasKept={state.origin.kind === 'edit'}
            />
          )}
        </div>
        <TestPanel
          test={state.test}
          onStart={test.start}
          onStop={test.stop}
          blocked={again ? words.testing.passwordAgain : undefined}
        />
      </div>
    </>
  );
}
