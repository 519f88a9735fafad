import { type FormEvent, useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { tell } from '../frame/shown.ts';
import { useApi } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Section } from '../ui/Layout.tsx';
import { kitWords } from '../words/kit.ts';
import css from './Kit.module.css';
import { isWholeKit, KitDigits } from './KitDigits.tsx';

const words = kitWords.enter;

/** Takes the secret of a place from its kit: after a lost keychain, or where another computer seals. */
export function EnterKit({ card: { id: place, name }, onDone }: { card: DestinationCard; onDone: () => void }) {
  const api = useApi();
  const [secret, setSecret] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, setPending] = useState(false);
  const enter = async (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    setPending(true);
    setFailure(null);
    try {
      await api.kit.enter({ name: place, secret });
      setSecret('');
      tell({ id: `entered ${place}`, state: 'stored', title: words.done(name) });
      onDone();
    } catch (thrown) {
      setFailure(toFailure(thrown, ''));
    } finally {
      setPending(false);
    }
  };
  return (
    <Section title={words.title}>
      <form className={css.step} onSubmit={(event) => void enter(event)}>
        <p className="two">{words.text}</p>
        <KitDigits value={secret} onChange={setSecret} />
        {failure !== null && <FailureBox failure={failure} />}
        <div>
          <Button type="submit" variant="primary" icon="key" disabled={!isWholeKit(secret)} pending={pending}>
            {words.act}
          </Button>
        </div>
      </form>
    </Section>
  );
}
