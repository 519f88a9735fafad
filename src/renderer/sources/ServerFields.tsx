import { useState } from 'react';
import { TlsFields } from '../frame/TlsFields.tsx';
import { TunnelFields } from '../frame/TunnelFields.tsx';
import css from '../frame/WayFields.module.css';
import { TextField } from '../ui/TextField.tsx';
import { sourceWizard as words } from '../words/source-wizard.ts';
import { type Faults, type ServerDraft } from './draft.ts';
import { faultText } from '../ui/fault.ts';
import { PasswordFields } from './PasswordFields.tsx';
import { type WizardAction } from './reducer.ts';
import { namesIn } from './scope.ts';

export interface ServerFieldsProps {
  draft: ServerDraft;
  faults: Faults;
  dispatch: (action: WizardAction) => void;
  /** Whether a password is saved for this source. */
  hasKept: boolean;
}

/** A PostgreSQL server: where, as whom, how the server proves who it is, and through what. */
export function ServerFields(props: ServerFieldsProps) {
  const { draft, faults, dispatch, hasKept } = props;
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
      <TlsFields tls={draft.tls} faults={faults} onChange={(tls) => change({ tls })} />
      <TunnelFields
        draft={draft}
        faults={faults}
        onTunnel={(tunnel) => change({ tunnel })}
        onHop={(which, hop) => dispatch({ do: 'hop', which, change: hop })}
        hasKept={hasKept}
      />
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
