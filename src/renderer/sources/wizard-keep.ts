/** Wizards that were left go on where they were. In this window they are whole; what outlives it has no secret. */
import { z } from '../../shared/schema.ts';
import { readText, writeText } from '../store/kept-text.ts';
import type { WizardState } from './draft.ts';
import { keptOf, KeptWizard, wizardFrom } from './kept.ts';

const textName = 'holdfast.sources';
const most = 20;
const Kept = z.strictObject({
  version: z.literal(1),
  wizards: z.array(z.tuple([z.string().check(z.maxLength(100)), KeptWizard])).check(z.maxLength(most)),
});

const kept = new Map<string, WizardState>();
const written = new Map(wizardsIn(readText(textName)));

/** What is no such text is as if nothing had been kept. */
function wizardsIn(text: string | null): [string, KeptWizard][] {
  if (text === null) return [];
  try {
    const parsed = z.safeParse(Kept, JSON.parse(text));
    return parsed.success ? parsed.data.wizards : [];
  } catch {
    return [];
  }
}

/** @param first what the wizard begins with where nothing was kept of it. */
export function keptWizard(key: string, first: WizardState): WizardState | undefined {
  const earlier = written.get(key);
  return kept.get(key) ?? (earlier === undefined ? undefined : (wizardFrom(earlier, first) ?? undefined));
}

/** A test that runs goes on as a job, but nobody will have watched its end. */
export function keepWizard(key: string, state: WizardState): void {
  kept.set(key, state.test.state === 'running' ? { ...state, test: { state: 'none' } } : state);
  // The newest last: the oldest are the first to go.
  written.delete(key);
  written.set(key, keptOf(state));
  write();
}

export function forgetWizard(key: string): void {
  kept.delete(key);
  if (written.delete(key)) write();
}

function write(): void {
  const wizards = [...written].slice(-most);
  writeText(textName, wizards.length === 0 ? null : JSON.stringify({ version: 1, wizards }));
}
