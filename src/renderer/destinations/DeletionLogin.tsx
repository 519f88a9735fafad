import { useState } from 'react';
import { type DeletionLogin as Login, type DestinationCard } from '../../shared/destination.ts';
import { toFailure } from '../../shared/failure.ts';
import { tell } from '../frame/shown.ts';
import { useApi } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { ConfirmDialog, Dialog } from '../ui/Dialog.tsx';
import { Facts } from '../ui/Facts.tsx';
import { Section } from '../ui/Layout.tsx';
import { Select } from '../ui/Select.tsx';
import { PasswordField, TextField } from '../ui/TextField.tsx';
import { common } from '../words/common.ts';
import { destinations as placeWords } from '../words/destinations.ts';
import { placeWizard } from '../words/place-wizard.ts';
import { protectionWords } from '../words/place-parts.ts';
import css from './Parts.module.css';
import { useSaved } from './use-saved.ts';

const words = protectionWords.deletion;

/** Who deletes there, where that is somebody else than who stores. */
export function DeletionLogin({ card }: { card: DestinationCard }) {
  const [open, setOpen] = useState<'set' | 'remove' | null>(null);
  const { deletion, settings } = card;
  if (settings.kind === 'folder')
    return (
      <Section title={words.title}>
        <p className={css.said}>{words.noneFolder}</p>
      </Section>
    );
  return (
    <Section title={words.title}>
      <p className={css.said}>{words.text}</p>
      {deletion === undefined ? (
        <p className="two">{words.none}</p>
      ) : (
        <Facts facts={[{ name: words.who[deletion.kind], value: <span className="mono">{whoOf(deletion)}</span> }]} />
      )}
      <div className={css.acts}>
        <Button size="small" icon="key" onPress={() => setOpen('set')}>
          {deletion === undefined ? words.set : words.replace}
        </Button>
        {deletion !== undefined && (
          <Button size="small" onPress={() => setOpen('remove')}>
            {words.remove}
          </Button>
        )}
      </div>
      {open === 'set' && <Form card={card} onClose={() => setOpen(null)} />}
      <Removal card={card} open={open === 'remove'} onClose={() => setOpen(null)} />
    </Section>
  );
}

const whoOf = (login: Login): string =>
  login.kind === 's3'
    ? login.accessKeyId
    : login.kind === 'sftp'
      ? login.user
      : placeWizard.form.azureAuths[login.auth];

function Removal({ card, open, onClose }: { card: DestinationCard; open: boolean; onClose: () => void }) {
  const { id: place, name } = card;
  const { destination } = useApi();
  const [pending, setPending] = useState(false);
  const remove = async () => {
    setPending(true);
    const id = `deletion ${name}`;
    try {
      await destination.change({ name: place, deletion: null });
      tell({ id, state: 'stored', title: words.removed(name) });
    } catch (thrown) {
      const { message, hint } = toFailure(thrown, '');
      tell({ id, state: 'danger', title: message, detail: hint, stays: true });
    }
    setPending(false);
    onClose();
  };
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={words.removeTitle}
      confirm={placeWords.menu.remove.replace('…', '')}
      destroys
      pending={pending}
      onConfirm={() => void remove()}
    >
      <p className="two">{words.removeText}</p>
    </ConfirmDialog>
  );
}

/** What is typed of a login, by the kind of its place; null where something is missing. */
function loginOf({ settings }: DestinationCard, who: string, auth: 'key' | 'sas'): Login | null {
  if (settings.kind === 'azure') return { kind: 'azure', auth };
  if (who.trim() === '') return null;
  return settings.kind === 's3' ? { kind: 's3', accessKeyId: who.trim() } : { kind: 'sftp', user: who.trim() };
}

/** The secret lives in this form and nowhere else until the vault has it. */
function Form({ card, onClose }: { card: DestinationCard; onClose: () => void }) {
  const { destination } = useApi();
  const { kind } = card.settings;
  const [who, setWho] = useState('');
  const [auth, setAuth] = useState<'key' | 'sas'>('key');
  const [secret, setSecret] = useState('');
  const [tried, setTried] = useState(false);
  const { save, saving, failure } = useSaved(() => {
    tell({ id: `deletion ${card.name}`, state: 'stored', title: words.kept(card.name) });
    onClose();
  });
  const login = loginOf(card, who, auth);
  const send = () => {
    setTried(true);
    if (login !== null && secret !== '') save(() => destination.change({ name: card.id, deletion: { login, secret } }));
  };
  if (kind === 'folder') return null;
  const missing = (empty: boolean) => (tried && empty ? { wrong: words.missing } : {});
  const secretLabel = kind === 'azure' ? words.secret.azure[auth] : words.secret[kind];
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.dialogTitle(card.name)}
      actions={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button variant="primary" pending={saving} onPress={send}>
            {words.save}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        <p className="two">{words.dialogText}</p>
        {failure !== null && <FailureBox failure={failure} />}
        {kind === 'azure' ? (
          <Select
            label={words.who.azure}
            value={auth}
            onChange={setAuth}
            options={(['key', 'sas'] as const).map((value) => ({ value, title: placeWizard.form.azureAuths[value] }))}
          />
        ) : (
          <TextField
            label={words.who[kind]}
            value={who}
            onChange={setWho}
            maxLength={255}
            mono
            autoFocus
            {...missing(who.trim() === '')}
          />
        )}
        <PasswordField
          label={secretLabel}
          hint={words.secretHint}
          value={secret}
          onChange={setSecret}
          maxLength={4096}
          {...missing(secret === '')}
        />
      </div>
    </Dialog>
  );
}
