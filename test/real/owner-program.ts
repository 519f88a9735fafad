/** An owner in a process of its own, which can be frozen and killed. Run by itself it is that process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/main/base/clock.ts';
import { readEnvironment } from '../../src/main/base/environment.ts';
import { openDoor } from '../../src/main/serve/door.ts';
import type { JobId } from '../../src/shared/id.ts';
import { jobId, testHouse } from './owner-house.ts';

export interface Program {
  freeze(): void;
  kill(): void;
  /** Kills it and waits until it is gone. */
  die(): Promise<void>;
  /** Resolves when its house was asked this. */
  heard(call: string): Promise<void>;
}

/** Starts an owner; resolves when it owns the folder. One job runs in it and never ends. */
export async function startProgram(home: string): Promise<Program> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), home], { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = follow(child);
  await said('owner');
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    freeze: () => void child.kill('SIGSTOP'),
    kill: () => void child.kill('SIGKILL'),
    async die() {
      child.kill('SIGKILL');
      await ended;
    },
    heard: said,
  };
}

/** Waits for a line that begins with a word, also when it was said before. */
function follow(child: ChildProcess): (word: string) => Promise<void> {
  let text = '';
  const looks = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (more: string) => {
    text += more;
    for (const look of looks) look();
  });
  return (word) =>
    new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error(`The program ended before it said ${word}: ${text}`)));
      const look = (): void => {
        if (text.split('\n').some((line) => line.startsWith(word))) resolve();
      };
      looks.add(look);
      look();
    });
}

const [, file, home] = process.argv;
if (file === fileURLToPath(import.meta.url) && home !== undefined) {
  const house = testHouse(new Map<JobId, 'running'>([[jobId(1), 'running']]), home);
  house.calls.push = (...calls) => {
    process.stdout.write(`${calls.join('\n')}\n`);
    return calls.length;
  };
  const door = await openDoor({ ...readEnvironment(), home }, systemClock, async () => house);
  process.stdout.write(`${door.role()}\n`);
  // Its parent's end is its own.
  process.stdin.resume().once('end', () => process.exit(0));
}
