import { type BackupId } from '../../shared/id.ts';
import { type Job } from '../../shared/job.ts';
import { type VerifyLevel } from '../../shared/verify.ts';
import { useApi, useRunningJobs } from '../store/hooks.ts';
import { useJobRun, type JobRun } from '../store/use-job-run.ts';

export interface Prove {
  start: (level: VerifyLevel) => void;
  /** A proof of this backup that waits or runs, whoever asked for it. */
  running: Job | null;
  /** The one asked for here. */
  run: JobRun;
  stop: () => void;
}

export function useProve(backupId: BackupId): Prove {
  const api = useApi();
  const { run, start } = useJobRun();
  const running = useRunningJobs().find((job) => job.kind === 'verify' && job.backupId === backupId) ?? null;
  return {
    start: (level) => {
      if (running === null && run.state !== 'asking') start(() => api.backup.verify({ backup: backupId, level }));
    },
    running,
    run,
    stop: () => {
      // Where it has ended meanwhile there is nothing to stop.
      if (running !== null) api.job.cancel({ jobId: running.id }).catch(() => undefined);
    },
  };
}
