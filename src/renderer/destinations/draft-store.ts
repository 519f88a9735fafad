/** The draft of a new place outlives the screen and the window. Its secret does not. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { readText, writeText } from '../store/kept-text.ts';
import { newPlace, type PlaceDraft } from './draft.ts';
import { keptDraft, keptText } from './kept.ts';

const textName = 'holdfast.destination';
const kept = createStore<{ draft: PlaceDraft }>(() => ({ draft: keptDraft(readText(textName)) }));
kept.subscribe(({ draft }) => writeText(textName, keptText(draft, newPlace)));

export const useNewPlace = (): PlaceDraft => useStore(kept, (state) => state.draft);
export const changeNewPlace = (part: Partial<PlaceDraft>): void =>
  kept.setState(({ draft }) => ({ draft: { ...draft, ...part } }));
export const forgetNewPlace = (): void => kept.setState({ draft: newPlace });
