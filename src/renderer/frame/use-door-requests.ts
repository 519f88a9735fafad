import { useEffect } from 'react';
import { navigate } from '../navigate.ts';
import { useDoor } from '../store/hooks.ts';
import { openPalette, openSheet } from './shown.ts';

/** Shows what a menu, the tray or a notification asks for. */
export function useDoorRequests(): void {
  const { door } = useDoor();
  useEffect(
    () =>
      door.asked(({ what, subject }) => {
        switch (what) {
          case 'overview':
          case 'settings':
            return navigate({ screen: what });
          case 'backups':
          case 'restore':
            return navigate({ screen: what, source: subject, backupId: null });
          case 'activity':
            return navigate({ screen: what, jobId: subject });
          case 'plans':
            return navigate({ screen: what, planId: subject });
          case 'add-source':
            return navigate({ screen: 'source-new' });
          case 'find':
            return openPalette(true);
          case 'shortcuts':
            return openSheet(true);
        }
      }),
    [door],
  );
}
