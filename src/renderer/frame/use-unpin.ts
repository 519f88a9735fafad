import { useCallback } from 'react';
import { toFailure } from '../../shared/failure.ts';
import { type BackupId } from '../../shared/id.ts';
import { useApi } from '../store/hooks.ts';
import { pinWords as words } from '../words/pin.ts';
import { tell } from './shown.ts';

/** Takes a pin away; a notice says why where it stays. */
export function useUnpin(): (backupId: BackupId, liftHold: boolean) => void {
  const api = useApi();
  return useCallback(
    (backupId, liftHold) => {
      api.backup.unpin({ backup: backupId, liftHold }).catch((thrown: unknown) => {
        const { message, hint } = toFailure(thrown, '');
        tell({
          id: `unpin ${backupId}`,
          state: 'danger',
          title: words.notUnpinned,
          detail: `${message} ${hint}`,
          stays: true,
        });
      });
    },
    [api],
  );
}
