/** How a throw-away server is ended and its folder removed: by its owner, by its watchdog, or by whoever comes later. */
import { lstat, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { processStartTime } from '../../base/process.ts';
import { run } from '../../base/run.ts';

export interface KnownProcess {
  pid: number;
  /** From `processStartTime`: another process that was given the same number later is never touched. */
  startTime: string;
}

/** How long a server may take to end by itself: it gives its own children five seconds. */
const patienceMs = 7_000;
const pollMs = 20;

/** Folders of throw-away servers have this name and no other: nothing else is ever removed. */
export const scratchName = /^hf-[0-9a-f]{20}$/;

/**
 * Ends the server that works in `folder`, if there is one, with all its processes. Its data is not worth a goodbye.
 * @param known the server, where its owner had time to say so; else it is found by what it wrote in its folder.
 */
export async function endServer(folder: string, known: KnownProcess | null): Promise<void> {
  const pid = known !== null && (await isSame(known)) ? known.pid : await serverOf(folder);
  if (pid === null) return;
  const startTime = await processStartTime(pid);
  if (startTime === null) return;
  const server = { pid, startTime };
  const children = await childrenOf(pid);
  send(pid, 'SIGQUIT');
  if (await hasEnded(server, patienceMs)) return;
  send(pid, 'SIGKILL');
  for (const child of children) if (await isSame(child)) send(child.pid, 'SIGKILL');
  await hasEnded(server, patienceMs);
}

/** Removes a throw-away server's folder. Anything that is not one by name and kind is left alone. */
export async function removeScratchFolder(folder: string): Promise<void> {
  if (!path.isAbsolute(folder) || !scratchName.test(path.basename(folder))) return;
  const found = await lstat(folder).catch(() => null);
  if (found?.isDirectory() !== true) return;
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

export async function isSame(known: KnownProcess): Promise<boolean> {
  return (await processStartTime(known.pid)) === known.startTime;
}

/** The server that says in its lock file that it works here, and whose command line says so too. */
async function serverOf(folder: string): Promise<number | null> {
  const text = await readFile(path.join(folder, 'data', 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  if (!Number.isInteger(pid) || pid <= 1) return null;
  return (await commandLineOf(pid)).includes(path.basename(folder)) ? pid : null;
}

async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const { stdout } = await run('/bin/ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return stdout;
}

/** Every backend leads a group of its own, so a group kill would miss them. Only Linux says who they are. */
async function childrenOf(pid: number): Promise<KnownProcess[]> {
  if (process.platform !== 'linux') return [];
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  );
  const children: KnownProcess[] = [];
  for (const child of lists.join(' ').split(/\s+/).filter(Boolean).map(Number)) {
    const startTime = await processStartTime(child);
    if (startTime !== null) children.push({ pid: child, startTime });
  }
  return children;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

async function hasEnded(server: KnownProcess, withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += pollMs) {
    if (!(await isSame(server))) return true;
    await systemClock.sleep(pollMs);
  }
  return false;
}
