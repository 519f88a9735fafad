/** A wizard that was left goes on where it was, as long as the window is open. Nothing of it is written anywhere. */
import type { WizardState } from './draft.ts';

const kept = new Map<string, WizardState>();

export const keptWizard = (key: string): WizardState | undefined => kept.get(key);

/** A test that runs goes on as a job, but nobody will have watched its end. */
export function keepWizard(key: string, state: WizardState): void {
  kept.set(key, state.test.state === 'running' ? { ...state, test: { state: 'none' } } : state);
}

export const forgetWizard = (key: string): void => void kept.delete(key);
