import { useCallback } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { toFailure } from '../../shared/failure.ts';
import { tell } from '../frame/shown.ts';
import { useApi } from '../store/hooks.ts';
import { destinations as words } from '../words/destinations.ts';

type Place = Pick<DestinationCard, 'name'>;

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
      for (const { name } of places) {
        const id = `test ${name}`;
        try {
          const { steps } = await api.destination.test({ name });
          const failed = steps.find(({ outcome }) => outcome === 'failed');
          if (failed === undefined) passed.push(name);
          else
            tell({ id, state: 'danger', title: words.testing.toldFailed(name), detail: failed.message, stays: true });
        } catch (thrown) {
          tellFailure(id, thrown);
        }
      }
      if (passed.length > 0) tell({ id: 'tests passed', state: 'stored', title: words.testing.told(passed) });
    },
    [api],
  );
  const seal = useCallback<PlaceActs['seal']>(
    async ({ name }, on) => {
      const id = `seal ${name}`;
      try {
        await api.kit.seal({ name, on });
        tell({ id, state: 'stored', title: on ? words.sealing.done(name) : words.sealing.offDone(name) });
        return true;
      } catch (thrown) {
        return tellFailure(id, thrown);
      }
    },
    [api],
  );
  const remove = useCallback<PlaceActs['remove']>(
    async ({ name }) => {
      const id = `remove ${name}`;
      try {
        await api.destination.remove({ name });
        tell({ id, state: 'stored', title: words.removal.done(name) });
        return true;
      } catch (thrown) {
        return tellFailure(id, thrown);
      }
    },
    [api],
  );
  const carry = useCallback<PlaceActs['carry']>(
    async ({ name }) => {
      const id = `carry ${name}`;
      try {
        const { jobIds } = await api.backup.carry({ destination: name });
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
