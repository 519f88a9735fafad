import { useChoosePath } from '../frame/choose-path.ts';
import { HostKeyField } from '../frame/HostKeyField.tsx';
import { faultText } from '../ui/fault.ts';
import { FileField } from '../ui/FileField.tsx';
import { Select } from '../ui/Select.tsx';
import { TextField } from '../ui/TextField.tsx';
import { placeWizard as words } from '../words/place-wizard.ts';
import { sourceWizard as sources } from '../words/source-wizard.ts';
import { type SftpDraft } from './draft.ts';
import { SecretField } from './SecretField.tsx';
import { type PlaceForm } from './use-place-wizard.ts';
import css from '../frame/Wizard.module.css';
import wayCss from '../frame/WayFields.module.css';

const { form } = words;
const { connection } = sources;

/** A folder of an SFTP server, whose key a person has looked at. */
export function SftpFields({ wizard }: { wizard: PlaceForm }) {
  const choosePath = useChoosePath();
  const { draft, faults } = wizard;
  const { sftp } = draft;
  const change = (part: Partial<SftpDraft>) => wizard.change({ sftp: { ...sftp, ...part } });
  return (
    <div className={css.form}>
      <div className={wayCss.pair}>
        <TextField
          label={connection.server}
          value={sftp.host}
          onChange={(host) => change({ host, hostKey: host === sftp.host ? sftp.hostKey : '' })}
          wrong={faultText(faults.host)}
          placeholder="nas.example.org"
          maxLength={255}
        />
        <TextField
          label={connection.port}
          value={sftp.port}
          onChange={(port) => change({ port })}
          wrong={faultText(faults.port)}
          maxLength={5}
        />
      </div>
      <HostKeyField hop={sftp} behindJump={false} onPin={(hostKey) => change({ hostKey })} fault={faults.hostKey} />
      <div className={wayCss.half}>
        <TextField
          label={connection.sshUser}
          value={sftp.user}
          onChange={(user) => change({ user })}
          wrong={faultText(faults.user)}
          maxLength={255}
        />
        <Select<SftpDraft['auth']>
          label={connection.auth}
          value={sftp.auth}
          onChange={(auth) => change({ auth })}
          options={[
            { value: 'agent', title: connection.authAgent },
            { value: 'key', title: connection.authKey },
            { value: 'password', title: connection.authPassword },
          ]}
        />
      </div>
      {sftp.auth === 'key' && (
        <>
          <FileField
            label={connection.keyFile}
            value={sftp.keyFile}
            onChange={(keyFile) => change({ keyFile })}
            choose={() => choosePath('key-file')}
            wrong={faultText(faults.keyFile)}
            icon="key"
          />
          <SecretField wizard={wizard} label={form.passphrase} hint={form.passphraseHint} />
        </>
      )}
      {sftp.auth === 'password' && <SecretField wizard={wizard} label={connection.password} hint={form.secretHint} />}
      <TextField
        label={form.remoteFolder}
        hint={form.remoteFolderHint}
        value={sftp.path}
        onChange={(path) => change({ path })}
        wrong={faultText(faults.remotePath)}
        placeholder="/backups/holdfast"
        mono
        maxLength={4096}
      />
    </div>
  );
}
