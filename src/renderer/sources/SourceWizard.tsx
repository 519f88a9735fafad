import { useEffect, useRef, useState } from 'react';
import { Bar } from '../frame/Bar.tsx';
import { href, type Route } from '../route.ts';
import { useHeld, useSource } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { Content, EmptyState, Foot, Lead, Steps } from '../ui/Layout.tsx';
import { frame } from '../words/frame.ts';
import { sources as words } from '../words/sources.ts';
import { sourceWizard } from '../words/source-wizard.ts';
import { ConnectionStep } from './ConnectionStep.tsx';
import { ContentStep } from './ContentStep.tsx';
import { newWizard, wizardSteps, type WizardState } from './draft.ts';
import { FinishStep } from './FinishStep.tsx';
import { wizardOf } from './input.ts';
import { useWizard, type Wizard } from './use-wizard.ts';
import { WayStep } from './WayStep.tsx';
import css from '../frame/Wizard.module.css';
import { keptWizard } from './wizard-keep.ts';

type WizardRoute = Extract<Route, { screen: 'source-new' | 'source-edit' }>;

/** Adds a source, or changes one. */
export function SourceWizard({ route }: { route: WizardRoute }) {
  const name = route.screen === 'source-edit' ? route.name : null;
  const source = useSource(name);
  const destinations = useHeld((state) => state.destinations);
  const [round, setRound] = useState(0);
  if (name !== null && source === undefined) {
    return (
      <>
        <Bar title={frame.screens.sources} />
        <Content>
          <EmptyState icon="plug" title={words.gone(name)}>
            {words.goneText}
          </EmptyState>
        </Content>
      </>
    );
  }
  const key = name === null ? 'new' : `edit ${name}`;
  const first = source === undefined ? newWizard : wizardOf(source, destinations);
  return <Open key={`${key} ${round}`} id={key} first={first} again={() => setRound(round + 1)} />;
}

function Open({ id, first, again }: { id: string; first: WizardState; again: () => void }) {
  // The source may change under an open wizard; what is being written is not thrown away for it.
  const [kept] = useState(() => keptWizard(id, first));
  const start = kept ?? first;
  const wizard = useWizard(id, start, first);
  const { state } = wizard;
  const { origin } = state;
  const title =
    origin.kind === 'new' ? sourceWizard.wizard.addTitle : sourceWizard.wizard.editTitle(origin.source.name);
  const steps = origin.kind === 'new' ? wizardSteps : wizardSteps.filter((step) => step !== 'way');
  const nameOf = (step: (typeof steps)[number]) =>
    step === 'connection' && state.draft.kind === 'sqlite'
      ? sourceWizard.wizard.connectionOfFile
      : sourceWizard.wizard.steps[step];
  const form = useRef<HTMLFormElement>(null);
  const { faults } = state;
  useEffect(() => {
    // Whoever pressed Continue goes on typing where something is wrong.
    if (Object.keys(faults).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [faults]);
  return (
    <>
      <Bar
        title={title}
        crumb={{ title: frame.screens.sources, href: href({ screen: 'sources', name: null }) }}
        steps={
          <Steps
            steps={steps.map(nameOf)}
            current={steps.indexOf(state.step)}
            onGo={(step) => wizard.go(steps[step] ?? state.step)}
          />
        }
      />
      <Content>
        <form
          ref={form}
          className={css.wizard}
          onSubmit={(event) => {
            event.preventDefault();
            if (state.step !== 'finish') wizard.next();
          }}
          aria-label={title}
        >
          <Lead text={sourceWizard.wizard.lead[state.step]} />
          {kept !== undefined && wizard.dirty && state.step === kept.step && (
            <p className="small three">
              {sourceWizard.wizard.goesOn}{' '}
              <Button
                variant="link"
                size="small"
                onPress={() => {
                  wizard.forget();
                  again();
                }}
              >
                {sourceWizard.wizard.startOver}
              </Button>
            </p>
          )}
          {state.failure !== null && (
            <div className={css.failure}>
              <FailureBox
                failure={state.failure}
                {...(state.step === 'finish' ? { title: sourceWizard.wizard.failed } : {})}
              />
            </div>
          )}
          {state.step === 'way' && <WayStep wizard={wizard} />}
          {state.step === 'connection' && <ConnectionStep wizard={wizard} />}
          {state.step === 'content' && <ContentStep wizard={wizard} />}
          {state.step === 'finish' && <FinishStep wizard={wizard} />}
          {/* Enter in any field goes on. */}
          <input type="submit" hidden />
        </form>
      </Content>
      <WizardFoot wizard={wizard} firstStep={steps[0] === state.step} />
    </>
  );
}

function WizardFoot({ wizard, firstStep }: { wizard: Wizard; firstStep: boolean }) {
  const { state, busy } = wizard;
  const [leaving, setLeaving] = useState(false);
  const testing = state.test.state === 'running';
  const untested =
    state.step === 'connection' &&
    (state.test.state === 'failed' ||
      state.test.state === 'cancelled' ||
      (state.test.state === 'done' && !state.test.report.ok));
  const notTested =
    state.step === 'finish' && !(state.test.state === 'done' && state.test.report.ok) && state.origin.kind === 'new';
  return (
    <Foot note={notTested ? <span className="attention">{sourceWizard.wizard.testFirst}</span> : undefined}>
      <Button variant="quiet" onPress={() => (wizard.dirty ? setLeaving(true) : wizard.leave())}>
        {sourceWizard.wizard.cancel}
      </Button>
      {!firstStep && <Button onPress={wizard.back}>{sourceWizard.wizard.back}</Button>}
      {untested && <Button onPress={wizard.nextUntested}>{sourceWizard.wizard.nextUntested}</Button>}
      {state.step === 'finish' ? (
        <>
          <Button onPress={() => wizard.save(false)} disabled={busy === 'saving'}>
            {sourceWizard.wizard.save}
          </Button>
          <Button variant="primary" onPress={() => wizard.save(true)} pending={busy === 'saving'}>
            {sourceWizard.wizard.saveAndBackUp}
          </Button>
        </>
      ) : (
        <Button variant="primary" onPress={wizard.next} pending={busy === 'reading' || testing}>
          {busy === 'reading'
            ? sourceWizard.wizard.reading
            : state.step === 'connection' && state.test.state !== 'done'
              ? sourceWizard.wizard.testAndNext
              : sourceWizard.wizard.next}
        </Button>
      )}
      <ConfirmDialog
        open={leaving}
        onClose={() => setLeaving(false)}
        title={sourceWizard.wizard.discardTitle}
        confirm={sourceWizard.wizard.discard}
        onConfirm={wizard.leave}
        destroys
      >
        <p className="two">
          {state.origin.kind === 'new' ? sourceWizard.wizard.discardText : sourceWizard.wizard.discardEditText}
        </p>
      </ConfirmDialog>
    </Foot>
  );
}
