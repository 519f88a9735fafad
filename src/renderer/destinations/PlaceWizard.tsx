import { useEffect, useRef, useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { Bar } from '../frame/Bar.tsx';
import { PlaceAt } from '../frame/PlaceAt.tsx';
import { navigate } from '../navigate.ts';
import { href, type Route } from '../route.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { Content, Foot, Lead, Steps } from '../ui/Layout.tsx';
import { destinations as words } from '../words/destinations.ts';
import { placeWizard } from '../words/place-wizard.ts';
import { draftOf, isSealed, newPlace, placeSteps, type PlaceDraft } from './draft.ts';
import { changeNewPlace, forgetNewPlace, useNewPlace } from './draft-store.ts';
import { FinishStep } from './FinishStep.tsx';
import { KindStep } from './KindStep.tsx';
import { usePlaceWizard, type PlaceWizard as Wizard } from './use-place-wizard.ts';
import { hasPassed } from './use-place-test.ts';
import { WhereFields, WhereStep } from './WhereStep.tsx';
import css from '../frame/Wizard.module.css';

const { wizard: said } = placeWizard;
const list = href({ screen: 'destinations', place: null });

/** Adds a place, or changes one. */
export function PlaceWizard({ route }: { route: Extract<Route, { screen: 'destination-new' | 'destination-edit' }> }) {
  const place = route.screen === 'destination-edit' ? route.place : null;
  if (place === null) return <New />;
  return (
    <PlaceAt place={place} to={(one) => ({ screen: 'destination-edit', place: one })}>
      {(card) => <Edit key={card.id} found={card} />}
    </PlaceAt>
  );
}

function New() {
  const draft = useNewPlace();
  const wizard = usePlaceWizard(null, draft, changeNewPlace, forgetNewPlace);
  const { step } = draft;
  const changed = JSON.stringify(draft) !== JSON.stringify(newPlace);
  const leave = () => {
    forgetNewPlace();
    navigate({ screen: 'destinations', place: null });
  };
  return (
    <>
      <Bar
        title={said.addTitle}
        crumb={{ title: words.title, href: list }}
        steps={
          <Steps
            steps={placeSteps.map((one) => said.steps[one])}
            current={placeSteps.indexOf(step)}
            onGo={(index) => wizard.go(placeSteps[index] ?? step)}
          />
        }
      />
      <Content>
        <Form wizard={wizard} title={said.addTitle} onEnter={step === 'finish' ? wizard.save : wizard.next}>
          <Lead text={said.lead[step]} />
          {wizard.failure !== null && (
            <div className={css.failure}>
              <FailureBox failure={wizard.failure} />
            </div>
          )}
          {step === 'kind' && <KindStep wizard={wizard} />}
          {step === 'where' && <WhereStep wizard={wizard} />}
          {step === 'finish' && <FinishStep wizard={wizard} />}
        </Form>
      </Content>
      <NewFoot wizard={wizard} changed={changed} onLeave={leave} />
    </>
  );
}

function NewFoot({ wizard, changed, onLeave }: { wizard: Wizard; changed: boolean; onLeave: () => void }) {
  const [leaving, setLeaving] = useState(false);
  const { draft, test, saving } = wizard;
  const failed = test.state === 'failed' || (test.state === 'done' && !hasPassed(test));
  return (
    <Foot
      note={
        draft.step === 'finish' && !hasPassed(test) ? <span className="attention">{said.notTested}</span> : undefined
      }
    >
      <Button variant="quiet" onPress={() => (changed ? setLeaving(true) : onLeave())}>
        {said.cancel}
      </Button>
      {draft.step !== 'kind' && <Button onPress={wizard.back}>{said.back}</Button>}
      {draft.step === 'where' && test.state === 'done' && failed && (
        <Button onPress={wizard.nextUntested}>{said.nextUntested}</Button>
      )}
      {draft.step === 'finish' ? (
        <Button variant="primary" onPress={wizard.save} pending={saving}>
          {isSealed(draft) ? said.saveAndKit : said.save}
        </Button>
      ) : (
        <Button variant="primary" onPress={wizard.next} pending={test.state === 'running'}>
          {draft.step === 'where' && !hasPassed(test) ? said.testAndNext : said.next}
        </Button>
      )}
      <ConfirmDialog
        open={leaving}
        onClose={() => setLeaving(false)}
        title={said.discardTitle}
        confirm={said.discard}
        onConfirm={onLeave}
        destroys
      >
        <p className="two">{said.discardText}</p>
      </ConfirmDialog>
    </Foot>
  );
}

function Edit({ found }: { found: DestinationCard }) {
  // What was typed is held against what was there when the form was opened, whatever is announced meanwhile.
  const [card] = useState(found);
  const [draft, setDraft] = useState<PlaceDraft>(() => draftOf(card));
  const wizard = usePlaceWizard(
    card,
    draft,
    (part) => setDraft((before) => ({ ...before, ...part })),
    () => undefined,
  );
  const title = said.editTitle(card.name);
  const back = { screen: 'destinations', place: card.id } as const;
  return (
    <>
      <Bar title={title} crumb={{ title: card.name, href: href(back) }} />
      <Content>
        <Form wizard={wizard} title={title} onEnter={wizard.save}>
          <Lead text={said.editLead} note={said.editNote} />
          {wizard.failure !== null && (
            <div className={css.failure}>
              <FailureBox failure={wizard.failure} />
            </div>
          )}
          <div className={css.single}>
            <FinishStep wizard={wizard} nameOnly />
            <WhereFields wizard={wizard} />
          </div>
        </Form>
      </Content>
      <Foot>
        <Button variant="quiet" onPress={() => navigate(back)}>
          {said.cancel}
        </Button>
        <Button variant="primary" onPress={wizard.save} pending={wizard.saving}>
          {said.save}
        </Button>
      </Foot>
    </>
  );
}

function Form({
  wizard: { faults },
  title,
  onEnter,
  children,
}: {
  wizard: Wizard;
  title: string;
  onEnter: () => void;
  children: React.ReactNode;
}) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // Whoever pressed a button goes on typing where something is wrong.
    if (Object.keys(faults).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [faults]);
  return (
    <form
      ref={form}
      className={css.wizard}
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        onEnter();
      }}
    >
      {children}
      {/* Enter in any field goes on. */}
      <input type="submit" hidden />
    </form>
  );
}
