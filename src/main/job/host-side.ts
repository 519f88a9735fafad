/** What every host does with a job process once it runs: one order in, words out, and an end that is explained. */
import type { Readable } from 'node:stream';
import { Fail, toFailure } from '../../shared/failure.ts';
import { systemClock, type Clock } from '../base/clock.ts';
import { processStartTime } from '../base/process.ts';
import type { Redactor } from '../base/secret.ts';
import type { JobStart, RunningJob } from './host.ts';
import type { FromJob, JobEnd, JobHandlers, ToJob } from './message.ts';
import { redactorFor } from './redactor.ts';

export interface HostOptions {
  /** How long a cancelled job may take to clean up before it is killed; default 10 000. */
  graceMs?: number;
  clock?: Clock;
}

/** How a process ended. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One started process, however it was started. */
export interface JobProcess {
  /** Undefined where it could not be started; `closed` then rejects with the reason. */
  pid: number | undefined;
  stderr: Readable | null;
  /** To a process that has ended: nothing happens. */
  tell(message: ToJob): void;
  onMessage(listen: (message: FromJob) => void): void;
  /** Ends it with its children at once. */
  kill(): void;
  /** Resolves after the last message and the last line of standard error. */
  closed: Promise<ProcessEnd>;
}

const stderrBytes = 16 * 1024;

/** @throws Fail `job.crashed` when the process could not be started. */
export async function followJob(
  child: JobProcess,
  job: JobStart,
  handlers: JobHandlers,
  options: HostOptions = {},
): Promise<RunningJob> {
  const { graceMs = 10_000, clock = systemClock } = options;
  const fate: Fate = { overran: false };
  const ended = endOf(child, job, fate, handlers, clock);
  if (child.pid === undefined) {
    const end = await ended;
    const message = end.kind === 'failed' ? end.failure.message : 'The job process could not be started.';
    throw new Fail('job.crashed', message);
  }
  child.tell({ kind: 'order', jobId: job.jobId, order: job.order, jobFolder: job.jobFolder });
  const startTime = await processStartTime(child.pid);
  const grace = (): Promise<void> => clock.sleep(graceMs, afterwards(ended));
  return running(child, { pid: child.pid, startTime, ended }, fate, grace);
}

/** What was decided about a process, for whoever explains its end. */
interface Fate {
  /** It was cancelled, did not end in time and was killed. */
  overran: boolean;
}

function running(
  child: JobProcess,
  facts: Pick<RunningJob, 'pid' | 'startTime' | 'ended'>,
  fate: Fate,
  grace: () => Promise<void>,
): RunningJob {
  let cancelled = false;
  return {
    ...facts,
    kill: () => child.kill(),
    cancel(leaving = false) {
      if (cancelled) return;
      cancelled = true;
      child.tell({ kind: 'cancel', ...(leaving ? { leaving } : {}) });
      grace().then(
        () => {
          fate.overran = true;
          child.kill();
        },
        // It ended in time: there is nothing left to kill.
        () => {},
      );
    },
  };
}

/** Aborts when the job has ended. */
function afterwards(ended: Promise<JobEnd>): AbortSignal {
  const controller = new AbortController();
  void ended.then(() => controller.abort());
  return controller.signal;
}

async function endOf(
  child: JobProcess,
  job: JobStart,
  fate: Fate,
  handlers: JobHandlers,
  clock: Clock,
): Promise<JobEnd> {
  const stderr = keepErrors(child.stderr, redactorFor(job.order));
  const note = (message: string, facts: Record<string, unknown>): void =>
    handlers.log({ at: clock.now(), level: 'error', message, facts });
  let said: JobEnd | undefined;
  child.onMessage((message) => {
    if (message.kind === 'asks-to-send') return void answer(child, message, handlers);
    said = hear(message, handlers) ?? said;
    if (said === message) child.tell({ kind: 'heard' });
  });
  let end: ProcessEnd;
  try {
    end = await child.closed;
  } catch (thrown) {
    return crash(job, `The job process could not be started: ${(thrown as Error).message}.`);
  }
  if (said !== undefined) return said;
  if (stderr() !== '') note('Standard error of the job process', { stderr: stderr() });
  if (fate.overran) {
    note('The job did not stop in time after its cancel and was killed.', {});
    return { kind: 'cancelled' };
  }
  return crash(job, describeCrash(end, stderr()));
}

async function answer(
  child: JobProcess,
  { number, place, bytes }: Extract<FromJob, { kind: 'asks-to-send' }>,
  handlers: JobHandlers,
): Promise<void> {
  // A limit that cannot be kept must not keep a backup from its place.
  const bytesPerSecond = (await handlers.sends?.(place, bytes).catch(() => null)) ?? null;
  child.tell({ kind: 'may-send', number, bytesPerSecond });
}

/** The end of what the process says on standard error, without its secrets. */
function keepErrors(stream: Readable | null, redactor: Redactor): () => string {
  let tail = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (text: string) => {
    tail = (tail + text).slice(-stderrBytes);
  });
  return () => redactor.clean(tail).trim();
}

/** Hands a message on; gives back how the job ended, if that is what it says. */
function hear(message: FromJob, handlers: JobHandlers): JobEnd | undefined {
  switch (message.kind) {
    case 'progress':
      handlers.progress(message.progress);
      return undefined;
    case 'phase':
      handlers.phase(message.name);
      return undefined;
    case 'child': {
      const { kind: _, ...event } = message;
      handlers.child(event);
      return undefined;
    }
    case 'log':
      handlers.log(message.line);
      return undefined;
    case 'told':
      handlers.told(message.fact);
      return undefined;
    case 'released':
      handlers.released();
      return undefined;
    case 'done':
    case 'failed':
    case 'cancelled':
      return message;
    case 'ready':
    case 'asks-to-send':
      return undefined;
  }
}

function crash(job: JobStart, message: string): JobEnd {
  return { kind: 'failed', failure: toFailure(new Fail('job.crashed', message), job.jobId) };
}

function describeCrash({ code, signal }: ProcessEnd, stderr: string): string {
  const last = lastWords(stderr);
  return `The process of this job ${howItEnded(code, signal)}.${last === '' ? '' : ` Its last words: ${last}`}`;
}

function howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === 'SIGKILL') return 'was killed (SIGKILL), by somebody or for want of memory';
  return signal === null ? `ended with code ${code ?? 'unknown'} and without a word` : `was ended by ${signal}`;
}

/** The lines that say what was wrong: no stack, no quoted source, no version of Node. */
function lastWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => /\w/.test(line) && !/^\s+at |^Node\.js v|^\s/.test(line));
  return lines.slice(-3).join(' | ').slice(-500);
}
