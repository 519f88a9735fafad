import { type FormEvent, useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { useApi } from '../store/hooks.ts';
import { Banner, FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Section, Skeleton } from '../ui/Layout.tsx';
import { TextField } from '../ui/TextField.tsx';
import { kitWords } from '../words/kit.ts';
import css from './Kit.module.css';

const words = kitWords.prove;

/** Three check words, which only who has the page can know. */
export function ProveKit({
  card: { id: place },
  ask,
  onDone,
}: {
  card: DestinationCard;
  ask: readonly number[] | null;
  onDone: () => void;
}) {
  const api = useApi();
  const [typed, setTyped] = useState<Readonly<Record<number, string>>>({});
  const [holder, setHolder] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const [state, setState] = useState<'asked' | 'pending' | 'proven'>('asked');
  const rows = ask ?? [];
  const ready = rows.length > 0 && rows.every((row) => (typed[row] ?? '').trim() !== '');
  const prove = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || state === 'pending') return;
    setState('pending');
    setFailure(null);
    try {
      const shownBy = holder.trim() === '' ? {} : { holder: holder.trim() };
      await api.kit.prove({ name: place, words: rows.map((row) => ({ row, word: typed[row] ?? '' })), ...shownBy });
      setTyped({});
      setHolder('');
      setState('proven');
      onDone();
    } catch (thrown) {
      setFailure(toFailure(thrown, ''));
      setState('asked');
    }
  };
  return (
    <Section title={words.title}>
      <form className={css.step} onSubmit={(event) => void prove(event)}>
        <p className="two">{words.text}</p>
        {rows.length === 0 ? (
          <Skeleton width={320} />
        ) : (
          <div className={css.words}>
            {rows.map((row) => (
              <TextField
                key={row}
                label={words.row(row)}
                value={typed[row] ?? ''}
                onChange={(word) => setTyped({ ...typed, [row]: word })}
                maxLength={40}
                mono
              />
            ))}
          </div>
        )}
        <TextField
          label={words.holder}
          hint={words.holderHint}
          value={holder}
          onChange={setHolder}
          maxLength={80}
          className={css.field ?? ''}
        />
        {failure !== null && <FailureBox failure={failure} />}
        {state === 'proven' && <Banner tone="proven" title={words.done} announce />}
        <div>
          <Button type="submit" icon="check" disabled={!ready} pending={state === 'pending'}>
            {words.act}
          </Button>
        </div>
      </form>
    </Section>
  );
}
