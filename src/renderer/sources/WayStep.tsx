import { useChoosePath } from '../frame/choose-path.ts';
import { RadioCards } from '../ui/Choice.tsx';
import { FileField } from '../ui/FileField.tsx';
import { TextField } from '../ui/TextField.tsx';
import { sourceWizard as words } from '../words/source-wizard.ts';
import { type Way } from './draft.ts';
import { faultText } from '../ui/fault.ts';
import { type Wizard } from './use-wizard.ts';
import css from '../frame/Wizard.module.css';

/** How to say where the database is. */
export function WayStep({ wizard: { state, dispatch } }: { wizard: Wizard }) {
  const choosePath = useChoosePath();
  const { way, faults } = state;
  return (
    <div className={css.single}>
      <RadioCards<Way>
        label={words.way.label}
        hideLabel
        value={way}
        onChange={(next) => dispatch({ do: 'way', way: next })}
        choices={[
          { value: 'url', title: words.way.url, detail: words.way.urlText, icon: 'link' },
          { value: 'env', title: words.way.env, detail: words.way.envText, icon: 'config' },
          { value: 'file', title: words.way.file, detail: words.way.fileText, icon: 'sqlite' },
          { value: 'form', title: words.way.form, detail: words.way.formText, icon: 'postgres' },
        ]}
      />
      {way === 'url' && (
        <TextField
          label={words.way.urlField}
          hint={words.way.urlHint}
          value={state.url}
          onChange={(text) => dispatch({ do: 'url', text })}
          wrong={faultText(faults.url)}
          placeholder="postgres://"
          mono
          maxLength={4096}
        />
      )}
      {way === 'env' && (
        <FileField
          label={words.way.envField}
          hint={words.way.envHint}
          value={state.envFile}
          onChange={(path) => dispatch({ do: 'envFile', path })}
          choose={() => choosePath('env-file')}
          wrong={faultText(faults.envFile)}
          icon="config"
        />
      )}
      {way === 'file' && (
        <FileField
          label={words.connection.file}
          value={state.draft.kind === 'sqlite' ? state.draft.file : (state.aside.sqlite?.file ?? '')}
          onChange={(path) => dispatch({ do: 'file', path })}
          choose={() => choosePath('sqlite-file')}
          wrong={faultText(faults.file)}
          icon="sqlite"
        />
      )}
    </div>
  );
}
