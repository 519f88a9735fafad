/** Runs programs: an absolute path and an argv array, never a shell; a scrubbed environment; cancel ends the whole group. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { childEnvironment } from './environment.ts';

export interface RunOptions {
  cwd?: string;
  /** Added to the scrubbed environment. Never a secret: any program of the same account can read it. */
  env?: Record<string, string>;
  /** Aborting ends the program with SIGTERM, after `graceMs` with SIGKILL. */
  signal?: AbortSignal;
  /** Default 3 000. */
  graceMs?: number;
  /** Run as another account; only root may. */
  uid?: number;
  gid?: number;
  /** `ignore` gives the program an empty standard input. */
  stdin?: 'pipe' | 'ignore';
  /** How much of the end of standard error is kept; default 64 KiB. */
  stderrBytes?: number;
  /** Called for every whole line of standard error. */
  onErrorLine?: (line: string) => void;
  /** Open file descriptors for the child beyond the first three are not passed; the child leads a group of its own. */
  detached?: boolean;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The end of what the program said on standard error. */
  stderr: string;
}

export interface Running {
  pid: number;
  stdin: Writable | null;
  stdout: Readable;
  /** Resolves when the program has ended and its output was read; rejects only if it could not be started. */
  ended: Promise<Ended>;
  kill(signal?: NodeJS.Signals): void;
}

type Observer = (event: { kind: 'started' | 'ended'; pid: number; program: string }) => void;
let observer: Observer = () => {};

/** The job process tells its owner of every child, so that none can be left behind. */
export function observeChildren(next: Observer): void {
  observer = next;
}

/** Starts a program. Whoever calls reads `stdout` to its end. */
export function start(program: string, args: readonly string[], options: RunOptions = {}): Running {
  const child: ChildProcess = spawn(program, args, {
    shell: false,
    windowsHide: true,
    stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'],
    env: childEnvironment(options.env),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
    detached: options.detached ?? false,
  });
  const kill = (signal: NodeJS.Signals = 'SIGTERM'): void => {
    child.kill(signal);
  };
  const stderr = keepTail(child, options.stderrBytes ?? 64 * 1024, options.onErrorLine);
  if (child.pid !== undefined) observer({ kind: 'started', pid: child.pid, program });
  const stop = endOnAbort(options.signal, options.graceMs ?? 3_000, kill);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', (error) => {
      stop();
      if (child.pid === undefined) reject(error);
    });
    child.once('close', (code, signal) => {
      stop();
      if (child.pid !== undefined) observer({ kind: 'ended', pid: child.pid, program });
      resolve({ code, signal, stderr: stderr() });
    });
  });
  // Whoever awaits `ended` later still gets the rejection; until then it must not count as unhandled.
  ended.catch(() => {});
  return { pid: child.pid ?? -1, stdin: child.stdin, stdout: child.stdout as Readable, ended, kill };
}

export interface Attended {
  /** Resolves when it has ended; rejects where it could not be started. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts a person's own program in this terminal: with their whole environment, their standard streams and their folder.
 * The only start without a scrubbed environment, because the program is theirs and not one of ours.
 * @param options with `quiet` its standard output goes to standard error.
 */
export function attend(program: string, args: readonly string[], options: { cwd: string; quiet: boolean }): Attended {
  const child = spawn(program, args, {
    shell: false,
    cwd: options.cwd,
    stdio: ['inherit', options.quiet ? 2 : 'inherit', 'inherit'],
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', (error) => {
      if (child.pid === undefined) reject(error);
    });
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return { ended, kill: (signal) => void child.kill(signal) };
}

/** Runs a program to its end and returns what it printed (at most `maxBytes`, default 16 MiB). */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions & { maxBytes?: number; input?: string } = {},
): Promise<Ended & { stdout: string }> {
  const running = start(program, args, options.input === undefined ? options : { ...options, stdin: 'pipe' });
  if (options.input !== undefined) {
    running.stdin?.on('error', () => {});
    running.stdin?.end(options.input);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of running.stdout as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= (options.maxBytes ?? 16 * 1024 * 1024)) chunks.push(chunk);
  }
  return { ...(await running.ended), stdout: Buffer.concat(chunks).toString('utf8') };
}

function keepTail(child: ChildProcess, maxBytes: number, onLine?: (line: string) => void): () => string {
  let tail = '';
  let open = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    tail = (tail + text).slice(-maxBytes);
    if (onLine === undefined) return;
    const lines = (open + text).split('\n');
    open = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  child.stderr?.on('end', () => {
    if (open !== '' && onLine !== undefined) onLine(open);
    open = '';
  });
  return () => tail;
}

function endOnAbort(
  signal: AbortSignal | undefined,
  graceMs: number,
  kill: (signal: NodeJS.Signals) => void,
): () => void {
  if (signal === undefined) return () => {};
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    kill('SIGTERM');
    timer = setTimeout(() => kill('SIGKILL'), graceMs);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  };
}
