/** The terminal door as a person or a script uses it: a real process, a real data folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeCache } from './code-cache.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

export interface Ran {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** The one document that `--json` printed. Throws when stdout is anything else. */
  json<T = Record<string, unknown>>(): T;
}

export interface RunningDoor {
  child: ChildProcess;
  ended: Promise<Ran>;
  /** Resolves when standard error has said `text`; rejects when the process ends first. */
  says(text: string | RegExp): Promise<void>;
}

export interface HoldfastOptions {
  env?: Record<string, string>;
  input?: string;
  /** Standard input stays open: somebody sits at the terminal. */
  keepInput?: boolean;
}

/** Starts `holdfast …args` with its data folder in `home`. */
export function startHoldfast(home: string, args: readonly string[], options: HoldfastOptions = {}): RunningDoor {
  return startProgram('src/main/cli/main.ts', home, args, options);
}

/** Starts a program of this project (a path from its root) with its data folder in `home`. */
export function startProgram(
  program: string,
  home: string,
  args: readonly string[],
  options: HoldfastOptions = {},
): RunningDoor {
  const child = spawn(path.join(root, 'node_modules/.bin/node'), [path.join(root, program), ...args], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? home,
      HOLDFAST_HOME: home,
      ...codeCache(),
      ...options.env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const look of waiting) look();
  });
  child.stdin.on('error', () => {});
  if (options.keepInput !== true) child.stdin.end(options.input ?? '');
  const ended = new Promise<Ran>((resolve) => {
    child.once('close', (code, signal) => {
      const ran: Ran = {
        code,
        signal,
        stdout,
        stderr,
        json: () => {
          try {
            return JSON.parse(stdout);
          } catch {
            throw new Error(
              `stdout is not one JSON document.\nstdout: ${stdout.slice(0, 2000)}\nstderr: ${stderr.slice(-2000)}`,
            );
          }
        },
      };
      resolve(ran);
      for (const look of waiting) look();
    });
  });
  const says = (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = typeof text === 'string' ? stderr.includes(text) : text.test(stderr);
        if (found) {
          waiting.delete(look);
          resolve();
        } else if (child.exitCode !== null || child.signalCode !== null) {
          waiting.delete(look);
          reject(new Error(`The process ended without saying ${text}.\n${stderr.slice(-2000)}`));
        }
      };
      waiting.add(look);
      look();
    });
  return { child, ended, says };
}

/** Runs `holdfast …args` to its end. */
export function holdfast(home: string, args: readonly string[], options: HoldfastOptions = {}): Promise<Ran> {
  return startHoldfast(home, args, options).ended;
}

/** Runs a command that has to succeed and returns its JSON document. */
export async function holdfastJson<T = Record<string, unknown>>(
  home: string,
  args: readonly string[],
  options: HoldfastOptions = {},
): Promise<T> {
  const ran = await holdfast(home, [...args, '--json'], options);
  if (ran.code !== 0)
    throw new Error(`holdfast ${args.join(' ')} ended with ${ran.code}.\n${ran.stdout}\n${ran.stderr.slice(-3000)}`);
  return ran.json<T>();
}
