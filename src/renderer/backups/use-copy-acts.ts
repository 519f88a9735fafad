import { useState } from 'react';
import { toFailure } from '../../shared/failure.ts';
import { type BackupId, type DestinationId } from '../../shared/id.ts';
import { tell } from '../frame/shown.ts';
import { useApi, useRunningJobs } from '../store/hooks.ts';

export interface CopyActs {
  /** Whether a job is on the copies of this backup, whoever asked for it. */
  busy: boolean;
  /** Brings the backup into this place, from the spool or from a place that has it. */
  carry: (place: DestinationId) => void;
}

/** What can be done about the copies of one backup; how it ends is announced by the states of the copies. */
export function useCopyActs(backupId: BackupId): CopyActs {
  const api = useApi();
  const [asking, setAsking] = useState(false);
  const running = useRunningJobs().some(
    (job) => job.backupId === backupId && (job.kind === 'repair' || job.kind === 'carry'),
  );
  const run = (id: string, ask: () => Promise<unknown>) => {
    setAsking(true);
    ask()
      .catch((thrown: unknown) => {
        const { message, hint } = toFailure(thrown, '');
        tell({ id, state: 'danger', title: message, detail: hint, stays: true });
      })
      .finally(() => setAsking(false));
  };
  return {
    busy: asking || running,
    carry: (place) => run(`carry ${backupId}`, () => api.backup.carry({ backup: backupId, destination: place })),
  };
}
