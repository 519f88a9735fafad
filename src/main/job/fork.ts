/** The job host of plain Node: a forked process, leader of a group of its own. */
import { fork, type ChildProcess } from 'node:child_process';
import { Fail, toFailure } from '../../shared/failure.ts';
import { systemClock, type Clock } from '../base/clock.ts';
import { childEnvironment } from '../base/environment.ts';
import { processStartTime } from '../base/process.ts';
import type { Redactor } from '../base/secret.ts';
import type { JobHost, JobStart, RunningJob } from './host.ts';
import type { FromJob, JobEnd, JobHandlers, ToJob } from './message.ts';
import { redactorFor } from './redactor.ts';

export interface ForkOptions {
  /** How long a cancelled job may take to clean up before it is killed; default 10 000. */
  graceMs?: number;
  clock?: Clock;
}

const stderrBytes = 16 * 1024;

/** Runs every job in `workerFile` (absolute path), by the same program that runs this one. */
export function forkHost(workerFile: string, options: ForkOptions = {}): JobHost {
  const { graceMs = 10_000, clock = systemClock } = options;
  return {
    async start(job, handlers) {
      const child = forked(workerFile);
      const fate: Fate = { overran: false };
      const ended = endOf(child, job, fate, handlers, clock);
      if (child.pid === undefined) {
        const end = await ended;
        throw new Fail(
          'job.crashed',
          end.kind === 'failed' ? end.failure.message : 'The job process could not be started.',
        );
      }
      tell(child, { kind: 'order', jobId: job.jobId, order: job.order, jobFolder: job.jobFolder });
      const startTime = await processStartTime(child.pid);
      const grace = (): Promise<void> => clock.sleep(graceMs, afterwards(ended));
      return running(child, { pid: child.pid, startTime, ended }, fate, grace);
    },
  };
}

function forked(workerFile: string): ChildProcess {
  return fork(workerFile, [], {
    execPath: process.execPath,
    // Flags of this process (an inspector, a loader) are not the job's.
    execArgv: [],
    env: childEnvironment(),
    serialization: 'advanced',
    // Its own group: a Ctrl-C of the terminal is the owner's to judge, and one kill reaches the whole family.
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

function tell(child: ChildProcess, message: ToJob): void {
  // A process that ended in the meantime is seen by its exit, not by this error.
  if (child.connected) child.send(message, () => {});
}

/** What was decided about a process, for whoever explains its end. */
interface Fate {
  /** It was cancelled, did not end in time and was killed. */
  overran: boolean;
}

function running(
  child: ChildProcess,
  facts: Pick<RunningJob, 'pid' | 'startTime' | 'ended'>,
  fate: Fate,
  grace: () => Promise<void>,
): RunningJob {
  const kill = (): void => killGroup(child, facts.pid);
  let cancelled = false;
  return {
    ...facts,
    kill,
    cancel() {
      if (cancelled) return;
      cancelled = true;
      tell(child, { kind: 'cancel' });
      grace().then(
        () => {
          fate.overran = true;
          kill();
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

/** Kills the process with its children, while its number cannot belong to anybody else yet. */
function killGroup(child: ChildProcess, pid: number): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  sweepGroup(pid);
}

/** What the job started and did not end. Its group outlives it only as long as somebody is in it. */
function sweepGroup(pid: number): void {
  if (process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody left, as it should be.
  }
}

function endOf(child: ChildProcess, job: JobStart, fate: Fate, handlers: JobHandlers, clock: Clock): Promise<JobEnd> {
  const stderr = keepErrors(child, redactorFor(job.order));
  const note = (message: string, facts: Record<string, unknown>): void =>
    handlers.log({ at: clock.now(), level: 'error', message, facts });
  let said: JobEnd | undefined;
  child.on('message', (message) => {
    said = hear(message as FromJob, handlers) ?? said;
  });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(crash(job, `The job process could not be started: ${error.message}.`));
    });
    child.once('exit', () => {
      if (child.pid !== undefined) sweepGroup(child.pid);
    });
    // `close` comes after the last message and the last line of standard error.
    child.once('close', (code, signal) => {
      if (said !== undefined) return resolve(said);
      if (stderr() !== '') note('Standard error of the job process', { stderr: stderr() });
      if (fate.overran) {
        note('The job did not stop in time after its cancel and was killed.', {});
        return resolve({ kind: 'cancelled' });
      }
      resolve(crash(job, describeCrash(code, signal, stderr())));
    });
  });
}

/** The end of what the process says on standard error, without its secrets. */
function keepErrors(child: ChildProcess, redactor: Redactor): () => string {
  let tail = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
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
    case 'done':
    case 'failed':
    case 'cancelled':
      return message;
    case 'ready':
      return undefined;
  }
}

function crash(job: JobStart, message: string): JobEnd {
  return { kind: 'failed', failure: toFailure(new Fail('job.crashed', message), job.jobId) };
}

function describeCrash(code: number | null, signal: NodeJS.Signals | null, stderr: string): string {
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
