/** Asks for a job and stays with it to its end. */
import type { JobResult } from '../../shared/contract/job-result.ts';
import { Fail, fromFailure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/id.ts';
import type { Progress } from '../../shared/job.ts';
import type { Api, Context } from './command.ts';
import { bytes } from '../../shared/bytes.ts';
import { count } from '../../shared/plural.ts';
import { duration } from './format.ts';
import { words } from './words.ts';

/** A job that somebody else cancelled. */
export class CancelledElsewhere extends Error {
  readonly jobId: JobId;

  constructor(jobId: JobId) {
    super('The job was cancelled.');
    this.jobId = jobId;
  }
}

/**
 * Runs `ask`, follows the job it names and gives back what it came to. An interrupt cancels the job and is thrown when
 * the job has ended; a job that came to its end all the same has succeeded.
 * @throws Fail with the job's failure, Interrupted, CancelledElsewhere
 */
export async function follow(context: Context, ask: (api: Api) => Promise<{ jobId: JobId }>): Promise<JobResult> {
  const api = await context.api();
  return followOn(context, api, ask);
}

/** The same on a house that is not this command's own. */
export async function followOn(
  context: Context,
  api: Api,
  ask: (api: Api) => Promise<{ jobId: JobId }>,
): Promise<JobResult> {
  const { terminal, interrupts } = context;
  if (interrupts.happened) throw interrupts.reason();
  const result = await interrupts.hold(async (onInterrupt) => {
    let jobId: JobId | undefined;
    const stop = api.job.progressed((event) => {
      if (event.jobId === jobId) terminal.progress(event.progress.phase, progressLine(event.progress));
    });
    try {
      ({ jobId } = await ask(api));
      const asked = jobId;
      onInterrupt(() => void cancel(api, asked));
      if ((await api.job.show({ jobId })).job.state === 'queued') terminal.progress(words.queued, words.queued);
      return await api.job.wait({ jobId });
    } finally {
      stop();
    }
  });
  const { job } = result;
  if (job.state === 'failed' && job.failure !== null) throw fromFailure(job.failure);
  if (job.state === 'cancelled') throw interrupts.happened ? interrupts.reason() : new CancelledElsewhere(job.id);
  return result;
}

async function cancel(api: Api, jobId: JobId): Promise<void> {
  try {
    await api.job.cancel({ jobId });
  } catch (thrown) {
    // It ended in this moment: then there is nothing to cancel, and its end is what counts.
    if (!(thrown instanceof Fail)) throw thrown;
  }
}

/** `Dumping  1.2 GB of 3.4 GB  35 %  120 MB/s  18 s left  public.orders` */
export function progressLine(progress: Progress): string {
  const { phase, totalBytes, rate, leftMs, rows, table } = progress;
  const known = totalBytes !== null && totalBytes > 0 && progress.bytes <= totalBytes;
  const parts = [
    phase,
    progress.bytes === 0 ? '' : known ? `${bytes(progress.bytes)} of ${bytes(totalBytes)}` : bytes(progress.bytes),
    known && progress.bytes > 0 ? `${Math.floor((progress.bytes * 100) / totalBytes)} %` : '',
    rows > 0 ? `${count(rows)} rows` : '',
    rate > 0 ? `${bytes(rate)}/s` : '',
    leftMs === null || leftMs === 0 ? '' : `${duration(leftMs)} left`,
    table ?? '',
  ];
  return parts.filter((part) => part !== '').join('  ');
}
