import { useState } from 'react';
import { type DestinationCard, type SealKey } from '../../shared/destination.ts';
import { toFailure } from '../../shared/failure.ts';
import { timeZone, useNow } from '../clock.ts';
import { tell } from '../frame/shown.ts';
import { useApi } from '../store/hooks.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Switch } from '../ui/Choice.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { kitWords } from '../words/kit.ts';
import { AddSealKey } from './AddSealKey.tsx';
import css from './Kit.module.css';
import { SealKeyFacts } from './SealKeyFacts.tsx';

const words = kitWords.keys;

type Asking = { kind: 'add' } | { kind: 'alone' } | { kind: 'remove'; key: SealKey } | null;

/** Somebody's own keys that open what goes to a place, beside its recovery kit or in its stead. */
export function SealKeys({ card }: { card: DestinationCard }) {
  const api = useApi();
  const now = useNow();
  const [asking, setAsking] = useState<Asking>(null);
  const [pending, setPending] = useState(false);
  const { id: place, name, sealKeys = [], keysAlone = false } = card;
  const change = async (keys: readonly SealKey[], alone: boolean): Promise<void> => {
    setPending(true);
    try {
      await api.kit.sealFor({ name: place, keys: keys.map(({ armored }) => armored), alone: alone && keys.length > 0 });
      setAsking(null);
    } catch (thrown) {
      const { message, hint } = toFailure(thrown, '');
      tell({ id: `keys ${place}`, state: 'danger', title: message, detail: hint, stays: true });
    } finally {
      setPending(false);
    }
  };
  return (
    <section className={css.box} aria-label={words.label(name)}>
      <h3>{words.title}</h3>
      <p className="two small">{sealKeys.length === 0 ? words.none : words.text}</p>
      {sealKeys.length > 0 && (
        <ul className={css.keys}>
          {sealKeys.map((key) => (
            <li key={key.fingerprint}>
              <SealKeyFacts sealKey={key} now={now} zone={timeZone()} />
              <Button
                size="small"
                label={words.removeLabel(key.label)}
                onPress={() => setAsking({ kind: 'remove', key })}
              >
                {words.remove}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {sealKeys.length > 0 && (
        <Switch
          checked={!keysAlone}
          disabled={pending}
          hint={words.kitTooHint}
          onChange={(kitToo) => (kitToo ? void change(sealKeys, false) : setAsking({ kind: 'alone' }))}
        >
          {words.kitToo}
        </Switch>
      )}
      {keysAlone && (
        <Banner tone="attention" title={words.aloneTitle}>
          <p>{words.aloneText}</p>
        </Banner>
      )}
      <Button size="small" icon="plus" onPress={() => setAsking({ kind: 'add' })}>
        {words.add}
      </Button>
      {asking?.kind === 'add' && (
        <AddSealKey
          known={sealKeys}
          pending={pending}
          onAdd={(key) => void change([...sealKeys, key], keysAlone)}
          onClose={() => setAsking(null)}
        />
      )}
      <ConfirmDialog
        open={asking?.kind === 'alone'}
        onClose={() => setAsking(null)}
        title={words.aloneAsk(name)}
        confirm={words.aloneAct}
        destroys
        pending={pending}
        onConfirm={() => void change(sealKeys, true)}
      >
        <p className="two">{words.aloneText}</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={asking?.kind === 'remove'}
        onClose={() => setAsking(null)}
        title={words.removeAsk(asking?.kind === 'remove' ? asking.key.label : '')}
        confirm={words.removeAct}
        destroys
        pending={pending}
        onConfirm={() =>
          asking?.kind === 'remove' &&
          void change(
            sealKeys.filter(({ fingerprint }) => fingerprint !== asking.key.fingerprint),
            keysAlone,
          )
        }
      >
        <p className="two">{words.removeText(keysAlone && sealKeys.length === 1)}</p>
      </ConfirmDialog>
    </section>
  );
}
