/** The job host of Electron: a utility process for each job. Plain Node's fork is shut off by the fuses. */
import { app, utilityProcess, type Details, type UtilityProcess } from 'electron';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { systemClock } from '../base/clock.ts';
import { childEnvironment } from '../base/environment.ts';
import type { JobHost } from '../job/host.ts';
import { followJob, type HostOptions, type JobProcess, type ProcessEnd } from '../job/host-side.ts';
import type { FromJob } from '../job/message.ts';
import { killOrphan, type ProcessFact } from '../job/orphan.ts';

/** How long Electron may take to tell why a process is gone, after it told that it is. */
const reasonWithinMs = 200;
let started = 0;

/** Runs every job in `workerFile` (absolute path). */
export function utilityHost(workerFile: string, options: HostOptions = {}): JobHost {
  return { start: async (job, handlers) => followJob(await forked(workerFile), job, handlers, options) };
}

async function forked(workerFile: string): Promise<JobProcess> {
  started += 1;
  const name = `Holdfast job ${started}`;
  const child = utilityProcess.fork(workerFile, [], {
    env: childEnvironment(),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe'],
    serviceName: name,
  });
  const family = new JobFamily();
  const reason = reasonOf(name);
  const exited = new Promise<number>((resolve) => child.once('exit', resolve));
  const pid = await Promise.race([
    new Promise<number | undefined>((resolve) => child.once('spawn', () => resolve(child.pid))),
    exited.then(() => undefined),
  ]);
  const stderr = child.stderr as Readable | null;
  const drained = ended(stderr);
  return {
    pid,
    stderr,
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port between processes, not a window
    tell: (message) => child.postMessage(message),
    onMessage(listen) {
      child.on('message', (message: FromJob) => {
        family.take(message);
        listen(message);
      });
    },
    kill: () => kill(child),
    closed: closing(pid, exited, { reason, drained, family }),
  };
}

interface Ending {
  reason: { known: Promise<Details>; forget(): void };
  drained: Promise<void>;
  family: JobFamily;
}

async function closing(pid: number | undefined, exited: Promise<number>, ending: Ending): Promise<ProcessEnd> {
  const code = await exited;
  try {
    if (pid === undefined) throw new Error(`it ended with code ${code}`);
    await Promise.race([ending.drained, systemClock.sleep(reasonWithinMs)]);
    await ending.family.end();
    if (code === 0) return { code, signal: null };
    const details = await Promise.race([ending.reason.known, systemClock.sleep(reasonWithinMs)]);
    return { code, signal: details === undefined ? null : signalOf(details) };
  } finally {
    ending.reason.forget();
  }
}

/** On POSIX the status of waitpid carries the signal in its lowest bits; `killed` and `crashed` say that there was one. */
function signalOf({ reason, exitCode }: Details): NodeJS.Signals | null {
  if (process.platform === 'win32' || !['killed', 'crashed', 'oom'].includes(reason)) return null;
  const number = exitCode & 0x7f;
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return (found?.[0] as NodeJS.Signals | undefined) ?? null;
}

function reasonOf(name: string): Ending['reason'] {
  let hear = (_event: unknown, _details: Details): void => {};
  const known = new Promise<Details>((resolve) => {
    hear = (_event, details) => {
      if (details.type === 'Utility' && details.name === name) resolve(details);
    };
    app.on('child-process-gone', hear);
  });
  return { known, forget: () => void app.off('child-process-gone', hear) };
}

function ended(stream: Readable | null): Promise<void> {
  return new Promise((resolve) => {
    if (stream === null) return resolve();
    stream.once('end', resolve);
    stream.once('close', resolve);
  });
}

/** Electron's own kill asks politely; a job that must be killed was asked before. */
function kill(child: UtilityProcess): void {
  const { pid } = child;
  if (pid !== undefined && process.platform !== 'win32') {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in this moment.
    }
  }
  child.kill();
}

/**
 * The programs of one job, as it told of them. A utility process leads no group that one kill could reach, so they are
 * ended one by one; each by its number together with its start, so that nothing else is hit.
 */
class JobFamily {
  readonly #children = new Map<number, ProcessFact>();

  take(message: FromJob): void {
    if (message.kind !== 'child') return;
    if (message.event === 'ended') this.#children.delete(message.pid);
    else if (message.startTime !== null)
      this.#children.set(message.pid, { pid: message.pid, startTime: message.startTime });
  }

  async end(): Promise<void> {
    for (const child of this.#children.values()) await killOrphan(child, systemClock);
  }
}
