/** The job host of plain Node: a forked process, leader of a group of its own. */
import { fork, type ChildProcess } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import path from 'node:path';
import { childEnvironment } from '../base/environment.ts';
import type { JobHost } from './host.ts';
import { followJob, type HostOptions, type JobProcess, type ProcessEnd } from './host-side.ts';
import type { FromJob } from './message.ts';

/**
 * A job's heap is small and what streams through it dies young: a small nursery gives buffers back soon, and one thread
 * collects with a fifth less processor time than several, which would take it from the database server beside it.
 */
const collector = ['--max-semi-space-size=1', '--single-threaded-gc'] as const;

/** Runs every job in `workerFile` (absolute path), by the same program that runs this one. */
export function forkHost(workerFile: string, options: HostOptions = {}): JobHost {
  return { start: (job, handlers) => followJob(forked(workerFile), job, handlers, options) };
}

function forked(workerFile: string): JobProcess {
  const child = fork(workerFile, [], {
    execPath: process.execPath,
    // Flags of this process (an inspector, a loader) are not the job's.
    execArgv: [...collector],
    env: childEnvironment(codeCache()),
    serialization: 'advanced',
    // Its own group: a Ctrl-C of the terminal is the owner's to judge, and one kill reaches the whole family.
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const { pid } = child;
  return {
    pid,
    stderr: child.stderr,
    // A process that ended in the meantime is seen by its exit, not by the error of this message.
    tell: (message) => void (child.connected && child.send(message, () => {})),
    onMessage: (listen) => void child.on('message', (message) => listen(message as FromJob)),
    kill: () => {
      if (pid !== undefined) killGroup(child, pid);
    },
    closed: closing(child),
  };
}

/** Where this process keeps code that is compiled already, so does the job: a start is then twice as quick. */
function codeCache(): Record<string, string> {
  // Node names a folder of its own version in the one it was given.
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: path.dirname(folder) };
}

function closing(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      if (child.pid === undefined) reject(error);
    });
    child.once('exit', () => {
      if (child.pid !== undefined) sweepGroup(child.pid);
    });
    // `close` comes after the last message and the last line of standard error.
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
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
