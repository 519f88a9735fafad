import { useCallback, useEffect } from 'react';
import { type BackupCard } from '../../shared/artifact.ts';
import { type DiffReport } from '../../shared/diff.ts';
import { type BackupId } from '../../shared/id.ts';
import { useApi } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { useJobRun, type JobRun } from '../store/use-job-run.ts';

/** Earlier comparisons of a backup that are looked through for one with the same other side. */
const lookedThrough = 6;

export interface Comparison {
  /** The newest result, also one that was counted earlier. */
  report: DiffReport | null;
  /** When it was counted. */
  countedAt: number | null;
  run: JobRun;
  /** Whether an earlier result is still looked for. */
  looking: boolean;
  count: () => void;
  stop: () => void;
}

/** Compares a backup with the live source or with another backup. What was counted before is shown again with its time. */
export function useDiff(backupId: BackupId, against: BackupCard | null): Comparison {
  const api = useApi();
  const other = against?.backupId ?? 'live';
  const { run, start, cancel, reset } = useJobRun();
  const earlier = useAsked(`diff ${backupId} ${other}`, async () => {
    const jobs = await api.job.list({ kinds: ['diff'], backupId, state: 'succeeded', limit: lookedThrough });
    for (const job of jobs) {
      const { diff } = await api.job.show({ jobId: job.id });
      if (diff?.against === other) return { diff, countedAt: job.endedAt };
    }
    return null;
  });
  const count = useCallback(
    () => start(() => api.backup.diff({ backup: backupId, against: other })),
    [api, start, backupId, other],
  );

  useEffect(() => {
    // Another side is another question: what was counted for the one before says nothing of it.
    reset();
    // Two manifests are laid side by side in a moment, and nobody's database is read.
    if (other !== 'live') count();
  }, [other, reset, count]);

  const counted = run.state === 'over' ? { diff: run.result.diff, countedAt: run.result.job.endedAt } : null;
  const shown = counted !== null && counted.diff !== null ? counted : earlier.value;
  return {
    report: shown?.diff ?? null,
    countedAt: shown?.countedAt ?? null,
    run,
    looking: earlier.value === null && earlier.asking,
    count,
    stop: cancel,
  };
}
