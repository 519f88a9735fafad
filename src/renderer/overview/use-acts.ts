import { useMemo } from 'react';
import { toFailure } from '../../shared/failure.ts';
import { type JobId } from '../../shared/id.ts';
import { type Need, type SourceStanding } from '../../shared/overview.ts';
import { tell } from '../frame/shown.ts';
import { useBackUp } from '../frame/use-back-up.ts';
import { navigate } from '../navigate.ts';
import { useApi } from '../store/hooks.ts';

export interface Acts {
  backUp: (name: string) => void;
  prove: (name: string) => void;
  stop: (jobId: JobId) => void;
  open: (name: string) => void;
  restore: (name: string) => void;
  /** What the button of a need does. */
  answer: (need: Need, standing: SourceStanding) => void;
}

/** What can be done to a source from here; where it does not begin, a notice says why. */
export function useActs(): Acts {
  const api = useApi();
  const backUp = useBackUp();
  return useMemo(() => {
    const guarded = (id: string, begun: Promise<unknown>): void => {
      begun.catch((thrown: unknown) => {
        const { message, hint } = toFailure(thrown, '');
        tell({ id, state: 'danger', title: message, detail: hint, stays: true });
      });
    };
    const acts: Omit<Acts, 'answer'> = {
      backUp,
      prove: (name) => guarded(`prove ${name}`, api.backup.verify({ backup: `${name}@latest`, level: 'restore' })),
      stop: (jobId) => guarded(`stop ${jobId}`, api.job.cancel({ jobId })),
      open: (name) => navigate({ screen: 'backups', source: name, backupId: null }),
      restore: (name) => navigate({ screen: 'restore', source: name, backupId: null }),
    };
    const answer: Acts['answer'] = ({ action, jobId, place, backupId }, { name }) => {
      switch (action) {
        case 'kit':
          return navigate(place === undefined ? { screen: 'overview' } : { screen: 'kit', place });
        case 'keys':
          return navigate({ screen: 'destinations', place: place ?? null });
        case 'back-up':
        case 'try-again':
          return acts.backUp(name);
        case 'carry':
          return guarded(`carry ${name}`, api.backup.carry({ backup: backupId ?? `${name}@latest` }));
        case 'prove':
          return acts.prove(name);
        case 'look':
          if (backupId !== undefined) return navigate({ screen: 'backups', source: name, backupId });
          return jobId === null ? acts.open(name) : navigate({ screen: 'activity', jobId });
        case 'schedule':
          return navigate({ screen: 'plan-new' });
        case 'retention':
          return navigate({ screen: 'retention', source: name });
        case 'copies':
        case 'reading':
        case 'protection':
          return navigate({ screen: 'destinations', place: place ?? null, part: action });
        case 'goals':
          return navigate({ screen: 'sources', name });
        case 'connection':
          return navigate({ screen: 'source-edit', name });
      }
    };
    return { ...acts, answer };
  }, [api, backUp]);
}
