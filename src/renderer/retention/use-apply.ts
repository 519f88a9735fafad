/** From a draft to its preview, from a preview that a person has seen to its jobs, and what these came to. */
import { useCallback, useState } from 'react';
import { toFailure, type Failure } from '../../shared/failure.ts';
import type { RetentionOwner, RetentionPreview, RetentionSettings } from '../../shared/retention.ts';
import { useApi } from '../store/hooks.ts';
import { useJobRun, type JobRun } from '../store/use-job-run.ts';

export type ApplyState =
  | { state: 'idle' }
  | { state: 'asking' }
  | { state: 'seen'; preview: RetentionPreview; applying: boolean }
  | { state: 'applied'; preview: RetentionPreview }
  | { state: 'failed'; failure: Failure };

export interface Applying {
  now: ApplyState;
  /** Of the first prune, where any was asked for. */
  run: JobRun;
  look: (owner: RetentionOwner, draft: RetentionSettings | null) => void;
  apply: (onApplied: () => void) => void;
  reset: () => void;
}

export function useApply(): Applying {
  const api = useApi();
  const [now, setNow] = useState<ApplyState>({ state: 'idle' });
  const { run, follow, reset: forget } = useJobRun();
  const fail = useCallback((thrown: unknown) => setNow({ state: 'failed', failure: toFailure(thrown, '') }), []);
  const look = useCallback<Applying['look']>(
    (owner, draft) => {
      setNow({ state: 'asking' });
      forget();
      api.retention
        .preview({ owner, clockIsRight: false, brief: true, ...(draft === null ? {} : { draft }) })
        .then((preview) => setNow({ state: 'seen', preview, applying: false }), fail);
    },
    [api, fail, forget],
  );
  const apply = useCallback<Applying['apply']>(
    (onApplied) => {
      if (now.state !== 'seen') return;
      const { preview } = now;
      setNow({ ...now, applying: true });
      api.retention.apply({ previewId: preview.previewId }).then(({ jobIds }) => {
        setNow({ state: 'applied', preview });
        if (jobIds[0] !== undefined) follow(jobIds[0]);
        onApplied();
      }, fail);
    },
    [api, fail, follow, now],
  );
  return { now, run, look, apply, reset: useCallback(() => setNow({ state: 'idle' }), []) };
}
