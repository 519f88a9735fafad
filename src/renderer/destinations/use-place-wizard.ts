import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { isSameAccount } from '../../shared/saved-password.ts';
import { navigate } from '../navigate.ts';
import { tell } from '../frame/shown.ts';
import { useApi, useHeld } from '../store/hooks.ts';
import { placeWizard as words } from '../words/place-wizard.ts';
import { checkName, checkWhere, settingsOf } from './check.ts';
import {
  isSealed,
  placeSteps,
  secretOf,
  suggestedName,
  type PlaceDraft,
  type PlaceFaults,
  type PlaceStep,
} from './draft.ts';
import { faultsOf } from './fault-field.ts';
import { hasPassed, type PlaceTest, usePlaceTest } from './use-place-test.ts';

/** What is typed of a place, and what is wrong with it. */
export interface PlaceForm {
  /** The one that is changed; null where it is new. */
  card: DestinationCard | null;
  draft: PlaceDraft;
  change: (part: Partial<PlaceDraft>) => void;
  secret: string;
  setSecret: (secret: string) => void;
  /** Whether the secret that is kept for this place serves, so that none has to be typed. */
  secretKept: boolean;
  faults: PlaceFaults;
}

export interface PlaceWizard extends PlaceForm {
  failure: Failure | null;
  test: PlaceTest;
  startTest: () => Promise<void>;
  saving: boolean;
  go: (step: PlaceStep) => void;
  next: () => void;
  /** Goes on although the test did not pass. */
  nextUntested: () => void;
  back: () => void;
  save: () => void;
}

const isEmpty = (faults: PlaceFaults): boolean => Object.keys(faults).length === 0;

/** What adds a place, or changes `card`. The secret lives here, and goes into the calls and nowhere else. */
export function usePlaceWizard(
  card: DestinationCard | null,
  draft: PlaceDraft,
  keep: (part: Partial<PlaceDraft>) => void,
  forget: () => void,
): PlaceWizard {
  const api = useApi();
  const taken = useHeld((state) => state.destinations).flatMap((one) => (one.id === card?.id ? [] : [one.name]));
  const [secret, setSecret] = useState('');
  const [faults, setFaults] = useState<PlaceFaults>({});
  const [failure, setFailure] = useState<Failure | null>(null);
  const [saving, setSaving] = useState(false);
  const { test, start, forget: forgetTest } = usePlaceTest();

  const settings = settingsOf(draft);
  const secretKept = card !== null && settings !== null && isSameAccount(card.settings, settings);
  const clear = () => {
    setFaults({});
    setFailure(null);
  };
  const change = (part: Partial<PlaceDraft>) => {
    if ('kind' in part || 'folder' in part || 'sftp' in part || 's3' in part || 'azure' in part) forgetTest();
    clear();
    keep(part);
  };
  const go = (step: PlaceStep) => {
    clear();
    keep({ step });
  };
  const fail = (thrown: unknown) => {
    const failed = toFailure(thrown, '');
    const found = faultsOf(failed, draft);
    if (found === null) setFailure(failed);
    else {
      if (card === null) keep({ step: 'where' });
      setFaults(found);
    }
  };
  const givenSecret = secret === '' || secretOf(draft) === 'none' ? {} : { secret };

  const isWhole = (): boolean => {
    const found = checkWhere(draft, secret, secretKept);
    setFaults(found);
    return isEmpty(found) && settings !== null;
  };
  const runTest = async (): Promise<boolean> => {
    if (!isWhole() || settings === null) return false;
    setFailure(null);
    const ended = await start((attempt) => api.destination.test({ settings, ...givenSecret, attempt }));
    if (ended === null) return false;
    if (ended.state === 'failed') setFaults(faultsOf(ended.failure, draft) ?? {});
    if (ended.state === 'done') {
      const step = ended.report.steps.find(({ outcome }) => outcome === 'failed');
      const { code = null, message = '' } = step ?? {};
      if (code !== null) setFaults(faultsOf({ code: code as Failure['code'], message, hint: '' }, draft) ?? {});
    }
    return hasPassed(ended);
  };
  const toFinish = () => {
    const name = draft.nameIsOwn ? {} : { name: suggestedName(draft, taken) };
    clear();
    keep({ step: 'finish', ...name });
  };
  const next = () => {
    if (draft.step === 'kind') go('where');
    else if (draft.step === 'where') {
      if (hasPassed(test)) toFinish();
      else void runTest().then((passed) => passed && toFinish());
    }
  };

  const show = (saved: DestinationCard, title: string) => {
    forget();
    tell({ id: `saved ${saved.id}`, state: 'stored', title });
    // What is sealed is protected once its kit is on paper: that is the last step.
    const unproven = card === null && saved.seal === true && saved.recovery?.provenAt === null;
    navigate({ screen: unproven ? 'kit' : 'destinations', place: saved.id }, 'replace');
  };
  const save = () => {
    const name = draft.name.trim();
    // A place that keeps its name takes it from nobody, though a folder that came with a source may share it.
    const named = name === card?.name ? {} : checkName(name, taken);
    const found = { ...checkWhere(draft, secret, secretKept), ...named };
    setFaults(found);
    if (!isEmpty(found) || settings === null) return;
    setSaving(true);
    setFailure(null);
    const asked =
      card === null
        ? api.destination.add({ name, settings, ...givenSecret, seal: isSealed(draft) })
        : api.destination.change({
            name: card.id,
            ...(name === card.name ? {} : { newName: name }),
            ...(JSON.stringify(settings) === JSON.stringify(card.settings) ? {} : { settings }),
            ...givenSecret,
          });
    asked
      .then(
        (saved) => show(saved, card === null ? words.wizard.added(saved.name) : words.wizard.changed(saved.name)),
        fail,
      )
      .finally(() => setSaving(false));
  };

  const index = placeSteps.indexOf(draft.step);
  return {
    card,
    draft,
    change,
    secret,
    setSecret: (text) => {
      forgetTest();
      clear();
      setSecret(text);
    },
    secretKept,
    faults,
    failure,
    test,
    startTest: async () => void (await runTest()),
    saving,
    go,
    next,
    nextUntested: () => isWhole() && toFinish(),
    back: () => go(placeSteps[Math.max(0, index - 1)] ?? 'kind'),
    save,
  };
}
