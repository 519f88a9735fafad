import { type FormEvent, useState } from 'react';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { tell } from '../frame/shown.ts';
import { useApi } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Section } from '../ui/Layout.tsx';
import { TextArea } from '../ui/TextField.tsx';
import { kitWords } from '../words/kit.ts';
import css from './Kit.module.css';

const words = kitWords.enter;
const allDigits = 64;

/** Blanks and dashes are for the eye. */
const digitsIn = (text: string): number => text.replaceAll(/[\s-]+/g, '').length;

/** Takes the secret of a place from its kit: after a lost keychain, or where another computer seals. */
export function EnterKit({ name, onDone }: { name: string; onDone: () => void }) {
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
      await api.kit.enter({ name, secret });
      setSecret('');
      tell({ id: `entered ${name}`, state: 'stored', title: words.done(name) });
      onDone();
    } catch (thrown) {
      setFailure(toFailure(thrown, ''));
    } finally {
      setPending(false);
    }
  };
  const digits = digitsIn(secret);
  return (
    <Section title={words.title}>
      <form className={css.step} onSubmit={(event) => void enter(event)}>
        <p className="two">{words.text}</p>
        <TextArea
          label={words.field}
          value={secret}
          onChange={setSecret}
          rows={8}
          mono
          className={css.digits ?? ''}
          hint={words.count(digits)}
        />
        {failure !== null && <FailureBox failure={failure} />}
        <div>
          <Button type="submit" variant="primary" icon="key" disabled={digits !== allDigits} pending={pending}>
            {words.act}
          </Button>
        </div>
      </form>
    </Section>
  );
}
