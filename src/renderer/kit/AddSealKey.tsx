import { useState } from 'react';
import { type SealKey } from '../../shared/destination.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { timeZone, useNow } from '../clock.ts';
import { useChoosePath } from '../frame/choose-path.ts';
import { useApi } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { LiveText } from '../ui/Live.tsx';
import { TextArea } from '../ui/TextField.tsx';
import { common } from '../words/common.ts';
import { kitWords } from '../words/kit.ts';
import css from './Kit.module.css';
import { SealKeyFacts } from './SealKeyFacts.tsx';

const words = kitWords.keys;

/** A key is read and shown before anything is sealed for it. */
export function AddSealKey({
  known,
  pending,
  onAdd,
  onClose,
}: {
  known: readonly SealKey[];
  pending: boolean;
  onAdd: (key: SealKey) => void;
  onClose: () => void;
}) {
  const api = useApi();
  const now = useNow();
  const choosePath = useChoosePath();
  const [text, setText] = useState('');
  const [key, setKey] = useState<SealKey | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const read = async (given: Parameters<typeof api.kit.readKey>[0]): Promise<void> => {
    setFailure(null);
    setKey(null);
    try {
      setKey(await api.kit.readKey(given));
    } catch (thrown) {
      setFailure(toFailure(thrown, ''));
    }
  };
  const type = (typed: string) => {
    setText(typed);
    setKey(null);
    setFailure(null);
    // A key that is pasted ends with this line; until then there is nothing to say about it.
    if (/-----END PGP [A-Z ]+ BLOCK-----/.test(typed)) void read({ armored: typed });
  };
  const choose = async () => {
    const publicKeyFile = await choosePath('public-key-file');
    if (publicKeyFile === null) return;
    setText('');
    await read({ publicKeyFile });
  };
  const isThere = key !== null && known.some(({ fingerprint }) => fingerprint === key.fingerprint);
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={words.addTitle}
      actions={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button
            variant="primary"
            icon="key"
            disabled={key === null || isThere}
            pending={pending}
            onPress={() => key !== null && onAdd(key)}
          >
            {words.addAct}
          </Button>
        </>
      }
    >
      <div className={css.step}>
        <p className="two">{words.addText}</p>
        <TextArea label={words.field} value={text} onChange={type} rows={7} mono hint={words.fieldHint} autoFocus />
        <div>
          <Button icon="folder" onPress={() => void choose()}>
            {words.choose}
          </Button>
        </div>
        {failure !== null && <FailureBox failure={failure} />}
        <LiveText text={key === null ? '' : `${key.label}. ${words.expires(key.expiresAt, now, timeZone())}`} />
        {key !== null && (
          <div className={css.found}>
            <SealKeyFacts sealKey={key} now={now} zone={timeZone()} />
            <p className="two small">{isThere ? words.isThere : words.compare}</p>
          </div>
        )}
      </div>
    </Dialog>
  );
}
