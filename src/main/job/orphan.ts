/** Processes of jobs whose owner is gone. */
import type { Clock } from '../base/clock.ts';
import { processStartTime } from '../base/process.ts';

/** A process as it was remembered. The start time makes sure that a number used again is not mistaken for it. */
export interface ProcessFact {
  pid: number;
  startTime: string;
}

const patienceMs = 5_000;

/**
 * Kills the process, with its group where it leads one, if it is still the same one; returns when it is gone.
 * @returns `absent` where there was nothing to kill, `alive` where it does not go (stuck in the kernel, or not ours).
 */
export async function killOrphan(fact: ProcessFact, clock: Clock): Promise<'absent' | 'killed' | 'alive'> {
  const same = async (): Promise<boolean> => (await processStartTime(fact.pid)) === fact.startTime;
  if (!(await same())) return 'absent';
  for (const target of process.platform === 'win32' ? [fact.pid] : [-fact.pid, fact.pid]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // Not the leader of a group, or gone in this moment.
    }
  }
  const until = clock.elapsed() + patienceMs;
  while (await same()) {
    if (clock.elapsed() > until) return 'alive';
    await clock.sleep(10);
  }
  return 'killed';
}
