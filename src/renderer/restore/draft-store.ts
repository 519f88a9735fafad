/** The draft outlives the screen: leaving it keeps what was typed, coming back finds it. Passwords stay in memory. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { newDraft, restoreReducer, type RestoreDraft, type RestoreStep } from './draft.ts';

const drafts = createStore<{ draft: RestoreDraft }>(() => ({ draft: newDraft }));

export const useDraft = (): RestoreDraft => useStore(drafts, (state) => state.draft);

export function dispatch(step: RestoreStep): void {
  drafts.setState(({ draft }) => ({ draft: restoreReducer(draft, step) }));
}

/** What it is now, for an answer that comes late. */
export const draftNow = (): RestoreDraft => drafts.getState().draft;
