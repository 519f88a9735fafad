import { useCallback } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { toFailure } from '../../shared/failure.ts';
import { tell } from '../frame/shown.ts';
import { useApi } from '../store/hooks.ts';
import { destinations as words } from '../words/destinations.ts';

/** Two folders may share a name: what is asked names its place by its id. */
type Place = Pick<DestinationCard, 'id' | 'name'>;

export interface PlaceActs {
  /** Tests each, one after the other, and tells what that came to. */
  test: (places: readonly Place[]) => Promise<void>;
  seal: (place: Place, on: boolean) => Promise<boolean>;
  /** Brings there now what waits for it or was given up. */
  carry: (place: Place) => Promise<boolean>;
  /** False where it was refused; why was told. */
  remove: (place: Place) => Promise<boolean>;
}

function tellFailure(id: string, thrown: unknown): false {
  const { message, hint } = toFailure(thrown, '');
  tell({ id, state: 'danger', title: message, detail: hint, stays: true });
  return false;
}

/** What can be done with a place from a list; the state that follows is announced by the house. */
export function usePlaceActs(): PlaceActs {
  const api = useApi();
  const test = useCallback<PlaceActs['test']>(
    async (places) => {
      const passed: string[] = [];
      for (const { id: place, name } of places) {
        const id = `test ${place}`;
        try {
          const { steps } = await api.destination.test({ name: place });
          const failed = steps.find(({ outcome }) => outcome === 'failed');
          if (failed === undefined) passed.push(name);
          else
            // Its row says so from now on.
            tell({ id, state: 'danger', title: words.testing.toldFailed(name), detail: failed.message });
        } catch (thrown) {
          tellFailure(id, thrown);
        }
      }
      if (passed.length > 0) tell({ id: 'tests passed', state: 'stored', title: words.testing.told(passed) });
    },
    [api],
  );
  const seal = useCallback<PlaceActs['seal']>(
    async ({ id: place, name }, on) => {
      const id = `seal ${place}`;
      try {
        await api.kit.seal({ name: place, on });
        tell({ id, state: 'stored', title: on ? words.sealing.done(name) : words.sealing.offDone(name) });
        return true;
      } catch (thrown) {
        return tellFailure(id, thrown);
      }
    },
    [api],
  );
  const remove = useCallback<PlaceActs['remove']>(
    async ({ id: place, name }) => {
      const id = `remove ${place}`;
      try {
        await api.destination.remove({ name: place });
        tell({ id, state: 'stored', title: words.removal.done(name) });
        return true;
      } catch (thrown) {
        return tellFailure(id, thrown);
      }
    },
    [api],
  );
  const carry = useCallback<PlaceActs['carry']>(
    async ({ id: place, name }) => {
      const id = `carry ${place}`;
      try {
        const { jobIds } = await api.backup.carry({ destination: place });
        tell({ id, state: 'working', title: words.carrying.begun(name, jobIds.length) });
        return true;
      } catch (thrown) {
        return tellFailure(id, thrown);
      }
    },
    [api],
  );
  return { test, seal, carry, remove };
}
