/** Processes to kill, as Linux tells of them. */
import { readFileSync, readdirSync } from 'node:fs';

export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** Kills them at once, the first first. @returns whether any of them was still there */
export function killAll(pids: readonly number[]): boolean {
  let killed = 0;
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
      killed += 1;
    } catch {
      // It ended in this moment.
    }
  }
  return killed > 0;
}
