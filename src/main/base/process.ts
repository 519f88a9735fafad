/** Which process a number means: numbers are used again, a number together with its start is not. */
import { readFile } from 'node:fs/promises';
import { run } from './run.ts';

/**
 * When the process of this id was started, as an opaque text to be compared with an earlier answer: equal means that it
 * is still the same process. Null when there is none, or when it has ended and only waits to be collected.
 */
export async function processStartTime(pid: number): Promise<string | null> {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  if (process.platform === 'linux') return linuxStartTime(pid);
  return process.platform === 'win32' ? windowsStartTime(pid) : posixStartTime(pid);
}

async function linuxStartTime(pid: number): Promise<string | null> {
  const stat = await textOf(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The program's name comes second, in brackets, and may itself hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ticks] = [fields[0], fields[19]];
  if (ticks === undefined || state === 'Z' || state === 'X') return null;
  // Ticks count from the boot: after a restart another process can have the same number and the same ticks.
  const boot = (await textOf('/proc/sys/kernel/random/boot_id'))?.trim() ?? '';
  return `${boot}:${ticks}`;
}

async function posixStartTime(pid: number): Promise<string | null> {
  const { code, stdout } = await run('/bin/ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)], {
    env: { TZ: 'UTC' },
  });
  const found = /^(\S+)\s+(\S.*)$/.exec(stdout.trim());
  if (code !== 0 || found?.[1]?.startsWith('Z') === true) return null;
  return found?.[2] ?? null;
}

async function windowsStartTime(pid: number): Promise<string | null> {
  const { code, stdout } = await run('C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe', [
    '-NoProfile',
    '-NonInteractive',
    '-Command',
    `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`,
  ]);
  return code === 0 && stdout.trim() !== '' ? stdout.trim() : null;
}

/** Null when it is gone: between the question and the answer a process may end. */
async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return null;
  }
}
