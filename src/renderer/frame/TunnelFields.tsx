import { type SshHop } from '../../shared/source.ts';
import { faultText } from '../ui/fault.ts';
import { FileField } from '../ui/FileField.tsx';
import { Select } from '../ui/Select.tsx';
import { TextField } from '../ui/TextField.tsx';
import { sourceWizard as words } from '../words/source-wizard.ts';
import { useChoosePath } from './choose-path.ts';
import { HostKeyField } from './HostKeyField.tsx';
import { OnePassword } from './OnePassword.tsx';
import { type HopDraft, type HopName, type TunnelDraft, type WayFaults } from './server-draft.ts';
import css from './WayFields.module.css';

interface TunnelFieldsProps {
  draft: TunnelDraft;
  faults: WayFaults;
  onTunnel: (tunnel: TunnelDraft['tunnel']) => void;
  onHop: (which: HopName, change: Partial<HopDraft>) => void;
  /** Whether the passwords of the hops are saved. */
  hasKept: boolean;
}

/** The way through SSH servers, each with a key that a person has looked at. */
export function TunnelFields(props: TunnelFieldsProps) {
  const { draft, onTunnel } = props;
  return (
    <>
      <Select<TunnelDraft['tunnel']>
        label={words.connection.tunnel}
        value={draft.tunnel}
        onChange={onTunnel}
        options={[
          { value: 'none', title: words.connection.tunnelNone },
          { value: 'direct', title: words.connection.tunnelDirect },
          { value: 'jump', title: words.connection.tunnelJump },
        ]}
      />
      {draft.tunnel === 'jump' && <Hop {...props} which="jump" title={words.connection.jumpHost} />}
      {draft.tunnel !== 'none' && <Hop {...props} which="server" title={words.connection.sshServer} />}
    </>
  );
}

const proofs: readonly { value: SshHop['auth']; title: string }[] = [
  { value: 'agent', title: words.connection.authAgent },
  { value: 'key', title: words.connection.authKey },
  { value: 'password', title: words.connection.authPassword },
];

function Hop({ draft, faults, onHop, hasKept, which, title }: TunnelFieldsProps & { which: HopName; title: string }) {
  const choosePath = useChoosePath();
  const hop = draft[which];
  const change = (next: Partial<HopDraft>) => onHop(which, next);
  return (
    <div className={css.group} role="group" aria-label={title}>
      <h4>{title}</h4>
      <div className={css.pair}>
        <TextField
          label={words.connection.server}
          value={hop.host}
          onChange={(host) => change({ host })}
          wrong={faultText(faults[`${which}.host`])}
          placeholder="bastion.example.org"
          maxLength={255}
        />
        <TextField
          label={words.connection.port}
          value={hop.port}
          onChange={(port) => change({ port })}
          wrong={faultText(faults[`${which}.port`])}
          maxLength={5}
        />
      </div>
      <div className={css.half}>
        <TextField
          label={words.connection.sshUser}
          value={hop.user}
          onChange={(user) => change({ user })}
          wrong={faultText(faults[`${which}.user`])}
          maxLength={4096}
        />
        <Select<SshHop['auth']>
          label={words.connection.auth}
          value={hop.auth}
          onChange={(auth) => change({ auth })}
          options={proofs}
        />
      </div>
      {hop.auth === 'key' && (
        <FileField
          label={words.connection.keyFile}
          value={hop.keyFile}
          onChange={(keyFile) => change({ keyFile })}
          choose={() => choosePath('key-file')}
          wrong={faultText(faults[`${which}.keyFile`])}
          icon="key"
        />
      )}
      {hop.auth === 'password' && (
        <OnePassword
          label={words.connection.password}
          password={hop.password}
          onChange={(password) => change({ password })}
          fault={faults[`${which}.password`]}
          canKeep={hasKept}
        />
      )}
      <HostKeyField
        hop={hop}
        behindJump={which === 'server' && draft.tunnel === 'jump'}
        onPin={(hostKey) => change({ hostKey })}
        fault={faults[`${which}.hostKey`]}
      />
    </div>
  );
}
