import { useState } from 'react';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { type SourceDraft } from '../../shared/source.ts';
import { useApi } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { type Fault } from '../ui/fault.ts';
import { NumberField, PasswordField, TextField } from '../ui/TextField.tsx';
import { useChoosePath } from '../frame/choose-path.ts';
import {
  changedHop,
  noTunnel,
  strictTls,
  tlsDraftOf,
  tunnelDraftOf,
  wayFaults,
  type HopDraft,
  type HopName,
  type TunnelDraft,
  type WayFaults,
  type WayField,
} from '../frame/server-draft.ts';
import { TlsFields } from '../frame/TlsFields.tsx';
import { TunnelFields } from '../frame/TunnelFields.tsx';
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
    password: 'vault',
  },
  tls: strictTls,
  through: noTunnel,
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
          const server = serverOf(draft, 'url' in from);
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

/** @param typed whether the address was: a file that it names has to be chosen. */
function serverOf(read: SourceDraft, typed: boolean): ServerInputs | null {
  if (read.settings.kind !== 'postgres') return null;
  const { tls, tunnel, ...settings } = read.settings;
  return {
    settings,
    tls: tlsDraftOf(tls, typed),
    through: tunnelDraftOf(tunnel, { from: 'typed', text: '' }),
    draft: read.passwordFound ? { id: read.draft, read: read.settings } : null,
    password: '',
  };
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

/** What was written and cannot stay so; what was not written yet is said beside the button alone. */
function faultsInSight({ tls, through }: ServerInputs): WayFaults {
  const faults = Object.entries(wayFaults({ ...through, tls })) as [WayField, Fault][];
  return Object.fromEntries(faults.filter(([field]) => isWritten(field, through)));
}

function isWritten(field: WayField, { server, jump }: TunnelDraft): boolean {
  if (field === 'tls' || field === 'caFile') return true;
  const [which, part] = field.split('.') as [HopName, keyof HopDraft];
  const value = (which === 'server' ? server : jump)[part];
  return typeof value === 'string' && value.trim() !== '';
}

function Fields({ server, inputs, database }: { server: ServerInputs; inputs: Inputs; database: string }) {
  const { settings, through } = server;
  const changeServer = (part: Partial<ServerInputs>) => change({ server: { ...server, ...part } });
  const set = (part: Partial<ServerInputs['settings']>) => changeServer({ settings: { ...settings, ...part } });
  const faults = faultsInSight(server);
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
        onChange={(password) => changeServer({ password })}
      />
      <TlsFields tls={server.tls} faults={faults} onChange={(tls) => changeServer({ tls })} />
      <TunnelFields
        draft={through}
        faults={faults}
        onTunnel={(tunnel) => changeServer({ through: { ...through, tunnel } })}
        onHop={(which, hop) => changeServer({ through: { ...through, [which]: changedHop(through[which], hop).hop } })}
        hasKept={false}
      />
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
