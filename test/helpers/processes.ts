import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The processes that this one started and that still run, by `ps`; zombies are left out. */
export async function childrenOf(parent: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, ppid, stat]) => Number(ppid) === parent && stat?.startsWith('Z') === false)
    .map(([pid]) => Number(pid));
}
