import { useCallback } from 'react';
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import { type PathPurpose } from '../../shared/door.ts';
import { toFailure } from '../../shared/failure.ts';
import { useDoor, useHeld } from '../store/hooks.ts';
import { tell } from './shown.ts';

export interface Browsing {
  purpose: PathPurpose;
  suggestedName: string;
  /** Where to begin; empty is at home. */
  folder: string;
  /** Answers whoever asked; null where nothing was chosen. */
  answer: (path: string | null) => void;
}

const browsing = createStore<{ open: Browsing | null }>(() => ({ open: null }));

export const useBrowsing = (): Browsing | null => useStore(browsing, (state) => state.open);

/** Ends the browsing with what was chosen. */
export function endBrowsing(path: string | null): void {
  const { open } = browsing.getState();
  browsing.setState({ open: null });
  open?.answer(path);
}

function browse(purpose: PathPurpose, suggestedName: string, folder: string): Promise<string | null> {
  endBrowsing(null);
  return new Promise((answer) => {
    browsing.setState({ open: { purpose, suggestedName, folder, answer } });
  });
}

export type ChoosePath = (purpose: PathPurpose, suggestedName?: string, folder?: string) => Promise<string | null>;

/** Opens the dialog where this file should be, with it in sight; nothing is taken that a person does not choose. */
export function chooseBeside(choosePath: ChoosePath, purpose: PathPurpose, file: string): Promise<string | null> {
  const cut = Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'));
  return choosePath(purpose, file.slice(cut + 1), file.slice(0, Math.max(cut, 1)));
}

/** Asks for a path: by the system's dialog where the door has one, by ours where it has none. */
export function useChoosePath(): ChoosePath {
  const { door } = useDoor();
  const dialogs = useHeld((state) => state.door?.dialogs ?? false);
  return useCallback<ChoosePath>(
    async (purpose, suggestedName = '', folder = '') => {
      if (!dialogs) return browse(purpose, suggestedName, folder);
      try {
        const chosen = await door.choose({
          purpose,
          ...(suggestedName === '' ? {} : { suggestedName }),
          ...(folder === '' ? {} : { folder }),
        });
        return chosen?.path ?? null;
      } catch (thrown) {
        const { message, hint } = toFailure(thrown, '');
        tell({ id: 'choose path', state: 'danger', title: message, detail: hint });
        return null;
      }
    },
    [door, dialogs],
  );
}
