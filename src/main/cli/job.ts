/** `holdfast jobs`, `log` and `cancel`. */
import { JobId } from '../../shared/id.ts';
import { Fail } from '../../shared/failure.ts';
import type { Job, LogLine } from '../../shared/job.ts';
import { z } from '../../shared/schema.ts';
import { wholeNumber, type Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { duration, iso, isoOrNull, moment, table } from './format.ts';
import { words } from './words.ts';

const jobs: Command = {
  name: 'jobs',
  usage: '[--limit N]',
  summary: 'what ran and what runs, newest first',
  options: { limit: { type: 'string' } },
  places: { least: 0, most: 0 },
  async run(args, context) {
    const limit = wholeNumber(args, 'limit', 20, 1, 1_000);
    const found = await (await context.api()).job.list({ limit });
    const rows = found.map((job) => [
      job.id,
      job.kind,
      job.state,
      moment(job.queuedAt),
      took(job),
      job.failure?.code ?? '',
    ]);
    const titles = ['JOB', 'KIND', 'STATE', 'ASKED', 'TOOK', 'FAILURE'].map((title) => ({ title }));
    return { json: found.map(jobJson), text: rows.length === 0 ? words.noJobs : table(titles, rows) };
  },
};

const took = (job: Job): string =>
  job.startedAt === null || job.endedAt === null ? '' : duration(job.endedAt - job.startedAt);

const jobJson = (job: Job): Record<string, unknown> => ({
  ...job,
  queuedAt: iso(job.queuedAt),
  startedAt: isoOrNull(job.startedAt),
  endedAt: isoOrNull(job.endedAt),
});

const log: Command = {
  name: 'log',
  usage: 'JOB',
  summary: 'the log of a job',
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const lines = await (await context.api()).job.log({ jobId: jobIdOf(args) });
    return {
      json: lines.map((line) => ({ ...line, at: iso(line.at) })),
      text: lines.length === 0 ? words.noLog : lines.map(logText).join('\n'),
    };
  },
};

function logText(line: LogLine): string {
  const facts = Object.keys(line.facts).length === 0 ? '' : `  ${JSON.stringify(line.facts)}`;
  return `${iso(line.at)}  ${line.level.padEnd(5)}  ${line.message}${facts}`;
}

const cancel: Command = {
  name: 'cancel',
  usage: 'JOB',
  summary: 'cancel a job and wait until it has cleaned up',
  options: {},
  places: { least: 1, most: 1 },
  async run(args, context) {
    const jobId = jobIdOf(args);
    const api = await context.api();
    await api.job.cancel({ jobId });
    const { job } = await api.job.wait({ jobId });
    return { json: jobJson(job), text: words.jobCancelled(job), yes: job.state === 'cancelled' };
  },
};

function jobIdOf(args: Arguments): JobId {
  const parsed = z.safeParse(JobId, args.positionals[0]);
  if (!parsed.success) throw new Fail('job.unknown', 'This is not the id of a job.');
  return parsed.data;
}

export const jobCommands: Command[] = [jobs, log, cancel];
