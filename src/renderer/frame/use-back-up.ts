import { useCallback } from 'react';
import { toFailure } from '../../shared/failure.ts';
import { useApi } from '../store/hooks.ts';
import { frame } from '../words/frame.ts';
import { tell } from './shown.ts';

/** Starts a backup of a source; where it does not begin, a notice says why. */
export function useBackUp(): (name: string) => void {
  const api = useApi();
  return useCallback(
    (name: string) => {
      api.backup.start({ name }).catch((thrown: unknown) => {
        const { message, hint } = toFailure(thrown, '');
        tell({
          id: `not started ${name}`,
          state: 'danger',
          title: frame.notStarted(name),
          detail: `${message} ${hint}`,
          stays: true,
        });
      });
    },
    [api],
  );
}
