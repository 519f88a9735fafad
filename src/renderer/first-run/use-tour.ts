/** The round of the sample as it really stands, and its next act. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { type JobResult } from '../../shared/contract/job-result.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { type BackupId, type JobId, type RestoreId } from '../../shared/id.ts';
import { type Job } from '../../shared/job.ts';
import { type Source } from '../../shared/source.ts';
import { hasEnded, useApi, useHeld } from '../store/hooks.ts';
import { firstRunWords as words } from '../words/first-run.ts';
import { type Tour, tourOf } from './tour.ts';

const nothing = { backup: null, verify: null, rehearse: null, restore: null, diff: null, probe: null };

/** Jobs of the sample, oldest first; a rehearsal is known by the backup that it read. */
function useSampleJobs(sample: Source | null): readonly Job[] {
  return useHeld(
    useShallow((state) => {
      if (sample === null) return [];
      const backups = new Set((state.backups.get(sample.id) ?? []).map((card) => card.backupId));
      return state.jobs.filter(
        (job) => job.sourceId === sample.id || (job.backupId !== null && backups.has(job.backupId)),
      );
    }),
  );
}

/** What each of them came to, asked once for every one that has ended. */
function useResults(jobs: readonly Job[]): readonly JobResult[] {
  const { job: calls } = useApi();
  const [ended, setEnded] = useState<ReadonlyMap<JobId, JobResult>>(new Map());
  useEffect(() => {
    for (const job of jobs) {
      if (!hasEnded(job) || ended.has(job.id)) continue;
      calls.show({ jobId: job.id }).then(
        (result) => setEnded((before) => (before.has(job.id) ? before : new Map(before).set(job.id, result))),
        () => undefined,
      );
    }
  }, [calls, jobs, ended]);
  return useMemo(
    () =>
      jobs.flatMap((job): JobResult[] => {
        const known = ended.get(job.id);
        if (known !== undefined) return [known];
        // One that has ended is still on its way until it is known what it came to.
        return [{ job: hasEnded(job) ? { ...job, state: 'running' } : job, ...nothing }];
      }),
    [jobs, ended],
  );
}

export interface TourActs {
  /** Makes the sample and backs it up. */
  start: () => void;
  backUp: () => void;
  prove: (backupId: BackupId) => void;
  damage: (backupId: BackupId) => void;
  restore: (backupId: BackupId) => void;
  undo: (restoreId: RestoreId) => void;
  remove: () => Promise<boolean>;
}

export function useTour() {
  const sample = useHeld((state) => state.sources.find((source) => source.sample === true) ?? null);
  const jobs = useSampleJobs(sample);
  const results = useResults(jobs);
  const tour: Tour = useMemo(() => tourOf(sample, results), [sample, results]);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [asking, setAsking] = useState(false);
  const acts = useActs(sample, setFailure, setAsking);
  return { sample, tour, jobs, acts, failure, asking };
}

function useActs(
  sample: Source | null,
  setFailure: (failure: Failure | null) => void,
  setAsking: (asking: boolean) => void,
): TourActs {
  const { sample: samples, backup, restore, job } = useApi();
  const act = useCallback(
    async (doing: () => Promise<unknown>): Promise<boolean> => {
      setFailure(null);
      setAsking(true);
      try {
        await doing();
        return true;
      } catch (thrown) {
        setFailure(toFailure(thrown, ''));
        return false;
      } finally {
        setAsking(false);
      }
    },
    [setFailure, setAsking],
  );
  return useMemo(
    () => ({
      start: () =>
        void act(async () => {
          const { name } = await samples.make({});
          await backup.start({ name });
        }),
      backUp: () => void act(async () => sample !== null && backup.start({ name: sample.name })),
      prove: (backupId) => void act(() => backup.verify({ backup: backupId, level: 'restore' })),
      damage: (backupId) =>
        void act(async () => {
          await samples.damage({});
          await backup.diff({ backup: backupId, against: 'live' });
        }),
      restore: (backupId) =>
        void act(async () => {
          const { jobId } = await restore.rehearse({ backup: backupId, target: { kind: 'original' }, secrets: {} });
          const { rehearse: plan, job: ended } = await job.wait({ jobId });
          // A rehearsal that failed says so itself, as a step of the round.
          if (plan === null || ended.state !== 'succeeded') return;
          if (!plan.canRun) throw words.blocked(plan);
          const confirm = plan.replaces === undefined ? {} : { confirm: plan.replaces.confirm };
          await restore.run({ planId: plan.planId, secrets: {}, ...confirm });
        }),
      undo: (restoreId) => void act(() => restore.undo({ restoreId })),
      remove: () => act(() => samples.remove({})),
    }),
    [act, samples, backup, restore, job, sample],
  );
}
