/** The draft outlives the screen and the window: leaving it keeps what was typed, coming back finds it. Passwords stay in memory. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { BackupId } from '../../shared/id.ts';
import { z } from '../../shared/schema.ts';
import { routeOf } from '../route.ts';
import { readText, writeText } from '../store/kept-text.ts';
import { newDraft, restoreReducer, type RestoreDraft, type RestoreStep } from './draft.ts';
import { draftOf, keptText } from './kept.ts';

const textName = 'holdfast.restore';
const drafts = createStore<{ draft: RestoreDraft; met: boolean }>(() => {
  const draft = draftOf(readText(textName), wantedBackup());
  return { draft, met: draft !== newDraft };
});

function wantedBackup(): BackupId | null {
  const route = routeOf(window.location.hash);
  const id = z.safeParse(BackupId, route.screen === 'restore' ? route.backupId : null);
  return id.success ? id.data : null;
}

export const useDraft = (): RestoreDraft => useStore(drafts, (state) => state.draft);

export function dispatch(step: RestoreStep): void {
  drafts.setState(({ draft }) => ({ draft: restoreReducer(draft, step) }));
  writeText(textName, keptText(draftNow()));
}

/** What it is now, for an answer that comes late. */
export const draftNow = (): RestoreDraft => drafts.getState().draft;

/** Whether the draft is of an earlier window, and nobody has looked yet whether what it speaks of is still there. */
export const useMet = (): boolean => useStore(drafts, (state) => state.met);
export const looked = (): void => drafts.setState({ met: false });
