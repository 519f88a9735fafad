import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { useBackUp } from '../frame/use-back-up.ts';
import { navigate } from '../navigate.ts';
import { useApi, useHeld } from '../store/hooks.ts';
import { check } from './check.ts';
import { wizardSteps, type Faults, type WizardState, type WizardStep } from './draft.ts';
import { faultsOf, stepOf, type Asked } from './fault-field.ts';
import { addInput, testInput } from './input.ts';
import { freeName } from './name.ts';
import { reduce, type WizardAction } from './reducer.ts';
import { type TestHappening } from './test-state.ts';
import { useProbe } from './use-probe.ts';
import { forgetWizard, keepWizard } from './wizard-keep.ts';

export type Busy = 'nothing' | 'reading' | 'saving';

export interface Wizard {
  state: WizardState;
  dispatch: (action: WizardAction) => void;
  busy: Busy;
  /** Whether anything was filled in that leaving would lose. */
  dirty: boolean;
  back: () => void;
  next: () => void;
  /** Goes on although the test did not pass, or was not made. */
  nextUntested: () => void;
  go: (step: WizardStep) => void;
  test: { start: () => void; stop: () => void };
  save: (thenBackUp: boolean) => void;
  /** Forgets what was kept of it. */
  forget: () => void;
  /** Forgets everything and leaves. */
  leave: () => void;
}

const isEmpty = (faults: Faults): boolean => Object.keys(faults).length === 0;

/** What a person wrote, as one text to compare. */
const written = ({ url, envFile, draft, content, finish }: WizardState): string =>
  JSON.stringify({ url, envFile, draft, content, finish });

/** The wizard: its state, and what it asks of the house. `start` may be further than the `first` it began with. */
export function useWizard(key: string, start: WizardState, first: WizardState): Wizard {
  const api = useApi();
  const [state, dispatch] = useReducer(reduce, start);
  const [busy, setBusy] = useState<Busy>('nothing');
  const takenNames = useHeld((held) => held.sources).map((source) => source.name);
  const moveOn = useRef(false);
  const done = useRef(false);
  const firstState = useRef(first);
  const probe = useProbe(useCallback((happening: TestHappening) => dispatch({ do: 'test', happening }), []));

  // At each change: a window that is closed asks nobody first.
  useEffect(() => {
    if (done.current) return;
    if (state.way !== firstState.current.way || written(state) !== written(firstState.current)) keepWizard(key, state);
    else forgetWizard(key);
  }, [key, state]);

  const startTest = useCallback(
    (of: WizardState) => {
      const faults = check(of, 'connection', []);
      const input = testInput(of);
      if (!isEmpty(faults)) dispatch({ do: 'faults', faults });
      else if (input !== null && input !== 'again') probe.start(() => api.source.test(input));
    },
    [api, probe],
  );

  // A test that was asked for by Continue leads on when it has passed.
  const { test } = state;
  useEffect(() => {
    if (test.state === 'running' || !moveOn.current) return;
    moveOn.current = false;
    if (test.state === 'done' && test.report.ok) dispatch({ do: 'step', step: 'content' });
  }, [test]);

  const go = (step: WizardStep) => dispatch({ do: 'step', step });
  const index = wizardSteps.indexOf(state.step);

  const fail = (failure: Failure, asked?: Asked) => {
    const found = faultsOf(failure, asked);
    const [field] = Object.keys(found.faults) as (keyof Faults)[];
    if (field !== undefined && asked === undefined) go(stepOf(field));
    dispatch({ do: 'faults', ...found });
  };

  /** What was read is tested at once: whoever gave an address wants to know whether it works. */
  const read = async () => {
    setBusy('reading');
    const asked = state.way === 'url' ? 'url' : 'envFile';
    try {
      const draft = await api.source.read(asked === 'url' ? { url: state.url.trim() } : { envFile: state.envFile });
      const action: WizardAction = { do: 'read', read: draft };
      dispatch(action);
      go('connection');
      startTest(reduce(state, action));
    } catch (thrown) {
      fail(toFailure(thrown, ''), asked);
    } finally {
      setBusy('nothing');
    }
  };

  const next = () => {
    const faults = check(state, state.step, takenNames);
    if (!isEmpty(faults)) {
      dispatch({ do: 'faults', faults });
      return;
    }
    switch (state.step) {
      case 'way':
        if (state.way === 'url' || state.way === 'env') void read();
        else {
          // The form of the chosen kind is taken up, with what it had before.
          if (state.way === 'form') dispatch({ do: 'server', change: {} });
          go('connection');
          if (state.way === 'file') startTest(state);
        }
        return;
      case 'connection': {
        const passed = test.state === 'done' && test.report.ok;
        if (passed) go('content');
        else {
          moveOn.current = true;
          startTest(state);
        }
        return;
      }
      case 'content':
        // Two sources may well be called the same by whoever made them.
        if (!state.nameIsOwn && state.origin.kind === 'new')
          dispatch({ do: 'suggest', name: freeName(state.finish.name, takenNames) });
        go('finish');
        return;
      case 'finish':
    }
  };

  const forget = () => {
    done.current = true;
    forgetWizard(key);
  };
  const leave = () => {
    forget();
    const { origin } = state;
    navigate({ screen: 'sources', name: origin.kind === 'edit' ? origin.source.name : null });
  };

  const backUp = useBackUp();
  const save = (thenBackUp: boolean) => {
    const wrong = wizardSteps.find((step) => step !== 'way' && !isEmpty(check(state, step, takenNames)));
    const input = addInput(state);
    if (wrong !== undefined || input === null) {
      const step = wrong ?? 'way';
      go(step);
      dispatch({ do: 'faults', faults: check(state, step, takenNames) });
      return;
    }
    setBusy('saving');
    api.source.add(input).then(
      ({ name }) => {
        forget();
        if (thenBackUp) backUp(name);
        navigate(
          thenBackUp ? { screen: 'backups', source: name, backupId: null } : { screen: 'sources', name },
          'replace',
        );
      },
      (thrown: unknown) => {
        setBusy('nothing');
        fail(toFailure(thrown, ''));
      },
    );
  };

  return {
    state,
    dispatch,
    busy,
    dirty: written(state) !== written(first),
    back: () => go(wizardSteps[Math.max(0, index - 1)] ?? 'way'),
    next,
    nextUntested: () => {
      const faults = check(state, 'connection', takenNames);
      if (isEmpty(faults)) go('content');
      else dispatch({ do: 'faults', faults });
    },
    go,
    test: { start: () => startTest(state), stop: probe.stop },
    save,
    forget,
    leave,
  };
}
