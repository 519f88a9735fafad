import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { useChoosePath } from '../frame/choose-path.ts';
import { useApi, useHeld } from '../store/hooks.ts';
import { Banner, FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { CodeBlock } from '../ui/CodeBlock.tsx';
import { Section } from '../ui/Layout.tsx';
import { TextField } from '../ui/TextField.tsx';
import { kitWords } from '../words/kit.ts';
import css from './Kit.module.css';

const words = kitWords.print;

/** The page goes from the house into a file: the secret on it never comes into this window. */
export function PrintKit({ card: { id: place, name, recovery } }: { card: DestinationCard }) {
  const api = useApi();
  const choosePath = useChoosePath();
  const kept = useHeld((state) => state.preferences.recoveryContact ?? '');
  const [contact, setContact] = useState(kept);
  const [saved, setSaved] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, setPending] = useState(false);
  const save = async () => {
    const file = await choosePath('kit-file', words.fileName(name));
    if (file === null) return;
    setPending(true);
    setFailure(null);
    try {
      if (contact.trim() !== kept) await api.settings.change({ recoveryContact: contact.trim() });
      await api.kit.write({ name: place, file });
      setSaved(file);
    } catch (thrown) {
      setFailure(toFailure(thrown, ''));
    } finally {
      setPending(false);
    }
  };
  const first = recovery?.printedAt === undefined;
  return (
    <Section title={words.title}>
      <div className={css.step}>
        <p className="two">{words.text}</p>
        <TextField
          label={words.contact}
          hint={words.contactHint}
          value={contact}
          onChange={setContact}
          maxLength={200}
          className={css.field ?? ''}
        />
        <div>
          <Button variant={first ? 'primary' : 'plain'} icon="printer" onPress={() => void save()} pending={pending}>
            {first ? words.act : words.again}
          </Button>
        </div>
        {failure !== null && <FailureBox failure={failure} />}
        {saved !== null && (
          <Banner tone="attention" title={words.saved} announce>
            <p>{words.savedText}</p>
            <CodeBlock text={saved} label={words.file} />
          </Banner>
        )}
      </div>
    </Section>
  );
}
