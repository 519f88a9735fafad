/** What the wizard asks of the house, and how answers reach the draft. */
import { useCallback, useEffect } from 'react';
import { type JobResult } from '../../shared/contract/job-result.ts';
import { toFailure } from '../../shared/failure.ts';
import { type Job } from '../../shared/job.ts';
import { type ThawChoice } from '../frame/ThawDialog.tsx';
import { hasEnded, useApi, useHeld, useJob } from '../store/hooks.ts';
import { type Client } from '../store/store.ts';
import { dispatch, draftNow, useDraft } from './draft-store.ts';
import { isUnderWay, secretsOf, type Outcome } from './draft.ts';
import { questionOf, type RehearseRequest } from './request.ts';

/** Asks for a rehearsal of what the draft says, or shows the one that is still true. */
export function useRehearse(): (request: RehearseRequest) => void {
  const { restore } = useApi();
  return useCallback(
    (request) => {
      const { inputs } = draftNow();
      dispatch({ type: 'rehearsal-wanted', question: questionOf(request, inputs) });
      const draft = draftNow();
      if (draft.at !== 'rehearsing' || draft.jobId !== null) return;
      restore.rehearse({ ...request, secrets: secretsOf(inputs) }).then(
        ({ jobId }) => dispatch({ type: 'rehearsal-begun', jobId }),
        (thrown: unknown) => dispatch({ type: 'rehearsal-refused', failure: toFailure(thrown, '') }),
      );
    },
    [restore],
  );
}

/** Asks for a thaw, after which the rehearsal, and a restore that replaces nothing, follow by themselves. */
export function useThawFirst(): (request: RehearseRequest, choice: ThawChoice & { place: string }) => Promise<void> {
  const { restore } = useApi();
  return useCallback(
    async (request, choice) => {
      const { inputs } = draftNow();
      const { jobId } = await restore.thawFirst({ ...request, ...choice, secrets: secretsOf(inputs), run: true });
      dispatch({ type: 'thaw-wanted' });
      dispatch({ type: 'thaw-begun', jobId });
    },
    [restore],
  );
}

/** Runs the plan that was rehearsed, and nothing else. */
export function useRunRestore(): () => void {
  const { restore } = useApi();
  return useCallback(() => {
    const draft = draftNow();
    if (draft.at !== 'rehearsed' || draft.asking) return;
    const { plan } = draft.kept;
    dispatch({ type: 'restore-wanted' });
    const confirm = plan.replaces === undefined ? {} : { confirm: draft.typed };
    restore.run({ planId: plan.planId, secrets: secretsOf(draft.inputs), ...confirm }).then(
      ({ jobId }) => dispatch({ type: 'restore-begun', jobId }),
      (thrown: unknown) => dispatch({ type: 'restore-refused', failure: toFailure(thrown, '') }),
    );
  }, [restore]);
}

/** Listens for the end of the draft's job, wherever the screen is. */
export function useFollowJob(): Job | undefined {
  const { job: jobs } = useApi();
  const draft = useDraft();
  const jobId = isUnderWay(draft) && 'jobId' in draft ? draft.jobId : null;
  const job = useJob(jobId);
  const over = job === undefined || hasEnded(job);
  useEffect(() => {
    if (jobId === null || !over) return;
    jobs.show({ jobId }).then(
      (result) => (result.job.kind === 'thaw' ? tellThaw(jobs, result) : tell(result)),
      (thrown: unknown) => tellLost(jobId, thrown),
    );
  }, [jobs, jobId, over]);
  return job;
}

function tell(result: JobResult): void {
  const { job, rehearse } = result;
  if (!hasEnded(job)) return;
  if (job.kind === 'restore') {
    dispatch({ type: 'restore-ended', jobId: job.id, outcome: outcomeOf(result) });
  } else if (rehearse === null) {
    dispatch({ type: 'rehearsal-failed', jobId: job.id, failure: job.failure });
  } else {
    dispatch({ type: 'rehearsal-ended', jobId: job.id, plan: rehearse });
    // After a thaw the restore begins by itself, where nothing has to be typed.
    if (result.next !== undefined) dispatch({ type: 'restore-begun', jobId: result.next });
  }
}

/** A thaw whose Holdfast left is waited for by another job of the next one. */
async function tellThaw(jobs: Client['api']['job'], { job, next }: JobResult): Promise<void> {
  if (!hasEnded(job)) return;
  const { id: jobId, backupId, state, failure } = job;
  if (state === 'succeeded') {
    dispatch({ type: 'thaw-ended', jobId, next: next ?? null });
    return;
  }
  const [newest] = backupId === null ? [] : await jobs.list({ kinds: ['thaw'], backupId, limit: 1 });
  if (newest !== undefined && newest.id !== jobId && !hasEnded(newest))
    dispatch({ type: 'thaw-begun', jobId: newest.id });
  else dispatch({ type: 'thaw-failed', jobId, failure });
}

function outcomeOf({ job, restore }: JobResult): Outcome {
  if (restore !== null) return { kind: 'report', report: restore };
  return job.failure === null ? { kind: 'cancelled' } : { kind: 'failed', failure: job.failure };
}

function tellLost(jobId: Job['id'], thrown: unknown): void {
  const failure = toFailure(thrown, '');
  dispatch({ type: 'thaw-failed', jobId, failure });
  dispatch({ type: 'rehearsal-failed', jobId, failure });
  dispatch({ type: 'restore-ended', jobId, outcome: { kind: 'failed', failure } });
}

/** A restore or rehearsal that is going on and that this window did not begin: the newest one. */
export function useUnownedJob(): Job | undefined {
  return useHeld((state) =>
    state.jobs.find((job) => !hasEnded(job) && (job.kind === 'restore' || job.kind === 'rehearse')),
  );
}
