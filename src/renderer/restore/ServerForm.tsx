import { useState } from 'react';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { type PostgresSettings, type SourceDraft, type TlsMode } from '../../shared/source.ts';
import { useApi } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { FileField } from '../ui/FileField.tsx';
import { Select } from '../ui/Select.tsx';
import { NumberField, PasswordField, TextField } from '../ui/TextField.tsx';
import { chooseBeside, useChoosePath } from '../frame/choose-path.ts';
import { restoreWords as words } from '../words/restore.ts';
import { dispatch } from './draft-store.ts';
import { draftFor, type Inputs, type ServerInputs } from './draft.ts';
import css from './Restore.module.css';
import { databaseNameFault } from './suggest.ts';

const change = (inputs: Partial<Inputs>): void => dispatch({ type: 'changed', inputs });

const byHand: ServerInputs = {
  settings: {
    kind: 'postgres',
    host: '',
    port: 5432,
    user: '',
    databases: ['postgres'],
    tls: { mode: 'verify-full' },
    password: 'vault',
  },
  draft: null,
  password: '',
};

/** The server to move to: read from a connection string or a file, then shown field by field, where all can be changed. */
export function ServerForm({ inputs, database }: { inputs: Inputs; database: string }) {
  const [url, setUrl] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const [reading, setReading] = useState(false);
  const { source } = useApi();
  const choosePath = useChoosePath();
  const read = (from: { url: string } | { envFile: string }) => {
    setReading(true);
    source
      .read(from)
      .then(
        (draft) => {
          setFailure(null);
          setUrl('');
          const server = serverOf(draft);
          if (server === null) setFailure(notAServer());
          else change({ server, moveName: draft.databaseNamed ? (server.settings.databases[0] ?? null) : null });
        },
        (thrown: unknown) => setFailure(toFailure(thrown, '')),
      )
      .finally(() => setReading(false));
  };
  const { server } = inputs;
  return (
    <div className={css.lines}>
      <div className={css.read}>
        <TextField label={words.urlLabel} hint={words.urlHint} mono value={url} onChange={setUrl} type="password" />
        <Button onPress={() => read({ url })} disabled={url.trim() === ''} pending={reading}>
          {words.urlRead}
        </Button>
      </div>
      <div className="row wrap">
        <Button
          icon="config"
          onPress={() => {
            void choosePath('env-file').then((envFile) => {
              if (envFile !== null) read({ envFile });
            });
          }}
        >
          {words.envChoose}
        </Button>
        {server === null && (
          <Button variant="link" onPress={() => change({ server: byHand })}>
            {words.serverByForm}
          </Button>
        )}
      </div>
      {failure !== null && <FailureBox failure={failure} />}
      {server !== null && <Fields server={server} inputs={inputs} database={database} />}
    </div>
  );
}

/** Left empty, the authorities that this computer trusts; chosen, this one alone. */
function CaField({
  tls: { mode, caFile },
  onChange,
}: {
  tls: PostgresSettings['tls'];
  onChange: (tls: PostgresSettings['tls']) => void;
}) {
  const choosePath = useChoosePath();
  return (
    <>
      <FileField
        label={words.caLabel}
        hint={words.caHint}
        value={caFile ?? ''}
        onChange={(file) => onChange({ mode, caFile: file })}
        choose={() => (caFile === undefined ? choosePath('ca-file') : chooseBeside(choosePath, 'ca-file', caFile))}
        icon="lock"
      />
      {caFile !== undefined && (
        <div>
          <Button size="small" variant="link" onPress={() => onChange({ mode })}>
            {words.caClear}
          </Button>
        </div>
      )}
    </>
  );
}

function serverOf(draft: SourceDraft): ServerInputs | null {
  if (draft.settings.kind !== 'postgres') return null;
  const found = draft.passwordFound ? { id: draft.draft, read: draft.settings } : null;
  return { settings: draft.settings, draft: found, password: '' };
}

function notAServer(): Failure {
  return {
    code: 'restore.wrong-kind',
    message: words.notAServer,
    hint: words.urlHint,
    retryable: false,
    ref: '',
  };
}

function Fields({ server, inputs, database }: { server: ServerInputs; inputs: Inputs; database: string }) {
  const { settings } = server;
  const set = (part: Partial<ServerInputs['settings']>) =>
    change({ server: { ...server, settings: { ...settings, ...part } } });
  const name = inputs.moveName ?? database;
  const fault = databaseNameFault(name);
  return (
    <div className={css.fields}>
      <div className={css.hostLine}>
        <TextField label={words.host} mono required value={settings.host} onChange={(host) => set({ host })} />
        <NumberField label={words.port} value={settings.port} min={1} max={65_535} onChange={(port) => set({ port })} />
      </div>
      <TextField label={words.user} mono required value={settings.user} onChange={(user) => set({ user })} />
      <PasswordField
        label={server.draft === null ? words.password : words.passwordInstead}
        hint={
          server.draft === null
            ? words.passwordHint
            : draftFor(server) === null
              ? words.passwordElsewhere
              : words.passwordFound
        }
        value={server.password}
        onChange={(password) => change({ server: { ...server, password } })}
      />
      <Select<TlsMode>
        label={words.tls}
        value={settings.tls.mode}
        onChange={(mode) =>
          set({ tls: mode === 'verify-full' || mode === 'verify-ca' ? { ...settings.tls, mode } : { mode } })
        }
        options={(Object.keys(words.tlsChoices) as TlsMode[]).map((value) => ({
          value,
          title: words.tlsChoices[value],
        }))}
      />
      {settings.tunnel !== undefined && <p className="small two">{words.throughSsh(settings.tunnel.server.host)}</p>}
      {(settings.tls.mode === 'verify-full' || settings.tls.mode === 'verify-ca') && (
        <CaField tls={settings.tls} onChange={(tls) => set({ tls })} />
      )}
      <TextField
        label={words.moveName}
        hint={words.moveNameHint}
        mono
        required
        value={name}
        onChange={(moveName) => change({ moveName })}
        wrong={fault === null ? undefined : words.missing[`name-${fault}`]}
      />
    </div>
  );
}
