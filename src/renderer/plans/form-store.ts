/** Forms of plans outlive the screen and the window: what was typed is there again until it is saved or thrown away. */
import { useCallback, useState } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { readText, writeText } from '../store/kept-text.ts';
import { type PlanForm } from './form.ts';
import { formsOf, keptForms } from './kept.ts';

const textName = 'holdfast.plans';
const kept = createStore<{ forms: ReadonlyMap<string, PlanForm> }>(() => ({ forms: formsOf(readText(textName)) }));
kept.subscribe(({ forms }) => writeText(textName, keptForms(forms)));

/** @param first what the form begins with; `changed` says whether it is something else by now. */
export function useKeptForm(id: string, first: () => PlanForm) {
  const [start] = useState(first);
  const found = useStore(kept, (state) => state.forms.get(id));
  const form = found ?? start;
  const change = useCallback(
    (part: Partial<PlanForm>) =>
      kept.setState(({ forms }) => ({ forms: new Map(forms).set(id, { ...(forms.get(id) ?? start), ...part }) })),
    [id, start],
  );
  const forget = useCallback(
    () =>
      kept.setState(({ forms }) => {
        const rest = new Map(forms);
        rest.delete(id);
        return { forms: rest };
      }),
    [id],
  );
  return { form, change, forget, changed: found !== undefined };
}
