import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { toFailure } from '../../shared/failure.ts';
import { type LockFact, type PlaceSetup } from '../../shared/place-admin.ts';
import { tell } from '../frame/shown.ts';
import { useApi } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { Badge } from '../ui/Badge.tsx';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { Section, Skeleton } from '../ui/Layout.tsx';
import { Moment } from '../ui/Time.tsx';
import { factGlyph, lockWords, setupWords as words } from '../words/place-setup.ts';
import { Advice } from './Advice.tsx';
import { Lifecycle } from './Lifecycle.tsx';
import { LockForm } from './LockForm.tsx';
import css from './Parts.module.css';

const facts = ['versioning', 'lock', 'encryption', 'publicBlock'] as const;

/** Versions, lock and lifecycle, asked of the place itself; what it does not tell says why. */
export function Setup({ card }: { card: DestinationCard }) {
  const { destination } = useApi();
  const asked = useAsked(`setup ${card.id}`, () => destination.setup({ name: card.id }));
  const setup = asked.value;
  return (
    <>
      <Section
        title={words.title}
        note={setup === null ? undefined : <Moment at={setup.at} form="ago" />}
        actions={
          <Button size="small" variant="link" onPress={asked.again} disabled={asked.asking}>
            {words.again}
          </Button>
        }
      >
        {asked.failure !== null && <FailureBox failure={asked.failure} title={words.failed} quiet />}
        {setup === null && asked.failure === null && <Skeleton width={320} />}
        {setup !== null && <Facts card={card} setup={setup} onChanged={asked.again} />}
      </Section>
      {setup !== null && <Lifecycle card={card} fact={setup.lifecycle} onChanged={asked.again} />}
      {setup !== null && setup.advice.length > 0 && <Advice advice={setup.advice} />}
    </>
  );
}

function Facts({ card, setup, onChanged }: { card: DestinationCard; setup: PlaceSetup; onChanged: () => void }) {
  return (
    <>
      <dl className={css.states}>
        {facts.map((fact) => (
          <div key={fact}>
            <dt>{words.facts[fact]}</dt>
            <dd>
              <Badge state={factGlyph[setup[fact].state]}>{words.state[setup[fact].state]}</Badge>
              <span className="two small">{setup[fact].words}</span>
            </dd>
          </div>
        ))}
      </dl>
      {setup.versioning.canSwitchOn && setup.versioning.state !== 'on' && <SwitchOn card={card} onDone={onChanged} />}
      {setup.lock.canSet && <Lock card={card} fact={setup.lock} onChanged={onChanged} />}
    </>
  );
}

function Lock({ card, fact, onChanged }: { card: DestinationCard; fact: LockFact; onChanged: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <div className={css.acts}>
      <Button size="small" onPress={() => setOpen(true)}>
        {lockWords.change}
      </Button>
      {open && (
        <LockForm
          card={card}
          fact={fact}
          onClose={() => setOpen(false)}
          onSet={() => {
            setOpen(false);
            onChanged();
          }}
        />
      )}
    </div>
  );
}

function SwitchOn({ card: { id: place, name }, onDone }: { card: DestinationCard; onDone: () => void }) {
  const { destination } = useApi();
  const [asking, setAsking] = useState(false);
  const [pending, setPending] = useState(false);
  const switchOn = async () => {
    setPending(true);
    const id = `versioning ${name}`;
    try {
      await destination.versioning({ name: place, on: true });
      tell({ id, state: 'stored', title: words.switchedOn(name) });
      onDone();
    } catch (thrown) {
      const { message, hint } = toFailure(thrown, '');
      tell({ id, state: 'danger', title: message, detail: hint, stays: true });
    }
    setPending(false);
    setAsking(false);
  };
  return (
    <div className={css.acts}>
      <Button size="small" onPress={() => setAsking(true)}>
        {words.switchOn}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={words.switchOnTitle(name)}
        confirm={words.switchOnAct}
        pending={pending}
        onConfirm={() => void switchOn()}
      >
        <p className="two">{words.switchOnText}</p>
      </ConfirmDialog>
    </div>
  );
}
