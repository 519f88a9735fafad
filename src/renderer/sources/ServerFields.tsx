import { useState } from 'react';
import { type TlsMode } from '../../shared/source.ts';
import { chooseBeside, useChoosePath } from '../frame/choose-path.ts';
import { Button } from '../ui/Button.tsx';
import { FileField } from '../ui/FileField.tsx';
import { Select } from '../ui/Select.tsx';
import { TextField } from '../ui/TextField.tsx';
import { sources as words } from '../words/sources.ts';
import { type Faults, type ServerDraft } from './draft.ts';
import { faultText } from '../ui/fault.ts';
import { PasswordFields } from './PasswordFields.tsx';
import { type WizardAction } from './reducer.ts';
import { namesIn } from './scope.ts';
import { TunnelFields } from './TunnelFields.tsx';
import css from './Wizard.module.css';

export interface ServerFieldsProps {
  draft: ServerDraft;
  faults: Faults;
  dispatch: (action: WizardAction) => void;
  /** Whether a password is saved for this source. */
  hasKept: boolean;
}

/** A PostgreSQL server: where, as whom, how the server proves who it is, and through what. */
export function ServerFields(props: ServerFieldsProps) {
  const { draft, faults, dispatch } = props;
  const change = (next: Partial<ServerDraft>) => dispatch({ do: 'server', change: next });
  return (
    <>
      <div className={css.pair}>
        <TextField
          label={words.connection.server}
          hint={words.connection.serverHint}
          value={draft.host}
          onChange={(host) => change({ host })}
          wrong={faultText(faults.host)}
          placeholder="db.example.org"
          maxLength={4096}
        />
        <TextField
          label={words.connection.port}
          value={draft.port}
          onChange={(port) => change({ port })}
          wrong={faultText(faults.port)}
          maxLength={5}
        />
      </div>
      <div className={css.half}>
        <DatabaseField {...props} />
        <TextField
          label={words.connection.user}
          value={draft.user}
          onChange={(user) => change({ user })}
          wrong={faultText(faults.user)}
          maxLength={4096}
        />
      </div>
      <PasswordFields {...props} />
      <TlsFields {...props} />
      <TunnelFields {...props} />
    </>
  );
}

function DatabaseField({ draft, faults, dispatch }: ServerFieldsProps) {
  // What is being typed, with its commas; the draft has the names.
  const [text, setText] = useState(draft.databases.join(', '));
  const shown = namesIn(text).join('\n') === draft.databases.join('\n') ? text : draft.databases.join(', ');
  return (
    <TextField
      label={words.connection.database}
      hint={words.connection.databaseHint}
      value={shown}
      onChange={(next) => {
        setText(next);
        dispatch({ do: 'server', change: { databases: namesIn(next) } });
      }}
      wrong={faultText(faults.databases)}
      maxLength={4096}
    />
  );
}

const modes: readonly TlsMode[] = ['verify-full', 'verify-ca', 'require', 'disable'];

function TlsFields({ draft, faults, dispatch }: ServerFieldsProps) {
  const choosePath = useChoosePath();
  const { named, ...tls } = draft.tls;
  const change = (next: Partial<ServerDraft['tls']>) =>
    dispatch({ do: 'server', change: { tls: { ...tls, own: true, ...next } } });
  const checks = tls.mode === 'verify-full' || tls.mode === 'verify-ca';
  return (
    <>
      <Select<TlsMode>
        label={words.connection.tls}
        hint={words.connection.tlsProves[tls.mode]}
        value={tls.mode}
        onChange={(mode) => change({ mode })}
        options={modes.map((mode) => ({ value: mode, title: words.connection.tlsOption[mode] }))}
        wrong={faultText(faults.tls)}
      />
      {checks && (
        <div className={css.stack}>
          <FileField
            label={words.connection.caFile}
            hint={words.connection.caHint}
            value={tls.caFile}
            onChange={(caFile) => change({ caFile })}
            choose={() => (named === undefined ? choosePath('ca-file') : chooseBeside(choosePath, 'ca-file', named))}
            wrong={faultText(faults.caFile)}
            icon="lock"
          />
          {(tls.caFile !== '' || named !== undefined) && (
            <Button size="small" variant="link" className={css.start} onPress={() => change({ caFile: '' })}>
              {words.connection.clearFile}
            </Button>
          )}
        </div>
      )}
    </>
  );
}
