/** What a new owner does about the jobs of the one before. */
import { Fail, toFailure, type Failure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { endFamily } from './family.ts';
import { sweepJobFolders } from './folder.ts';
import type { JobStore } from './store.ts';

export interface RecoverOptions {
  store: JobStore;
  clock: Clock;
  log: Log;
  workFolder: string;
  /** Ends a job whose owner left it running. */
  left(job: Job, failure: Failure): Promise<void>;
  /** Takes a queued job over; a failure says why it cannot go on. */
  again(job: Job): Failure | undefined;
}

/** Kills the processes, ends the running jobs, queues the queued ones again, removes every job's folder. */
export async function recover(options: RecoverOptions): Promise<void> {
  const jobs = options.store.unfinished();
  // First the processes of all of them: none may write any more when the first job is looked at.
  for (const { jobId } of options.store.processes()) await endLeftOver(jobId, options);
  for (const job of jobs) {
    const failure = job.state === 'queued' ? options.again(job) : ownerLeft(job);
    if (failure !== undefined) await options.left(job, failure);
  }
  const swept = await sweepJobFolders(options.workFolder);
  if (jobs.length + swept > 0)
    options.log.info('Took over the jobs of an earlier owner.', { jobs: jobs.length, swept });
}

async function endLeftOver(jobId: JobId, options: RecoverOptions): Promise<void> {
  try {
    await endFamily(jobId, options);
  } catch (thrown) {
    options.log.error('A process of an earlier owner does not end.', { jobId, thrown });
  }
}

function ownerLeft(job: Job): Failure {
  const message =
    'The Holdfast that ran this job ended before the job did. Its processes were stopped; nothing partial was kept.';
  return toFailure(new Fail('home.owner-left', message), job.id);
}
