/** Who has a file open. Locks alone lie: an idle program in rollback mode holds none, and writes on after a swap. */
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { run } from '../../base/run.ts';

export interface Holder {
  pid: number;
  program: string;
}

export interface Holders {
  found: Holder[];
  /** Whether every process could be looked into. */
  complete: boolean;
}

const lsof = '/usr/sbin/lsof';

/**
 * Every other process that has one of these files open, by whatever name it opened it. Windows does not say who it is,
 * but refuses to rename a file that is open: there the list is empty and not complete.
 */
export async function holdersOf(files: readonly string[]): Promise<Holders> {
  const wanted = await identitiesOf(files);
  if (wanted.size === 0) return { found: [], complete: true };
  if (process.platform === 'linux') return linuxHolders(wanted);
  if (process.platform === 'darwin') return lsofHolders(files);
  return { found: [], complete: false };
}

async function identitiesOf(files: readonly string[]): Promise<Set<string>> {
  const identities = new Set<string>();
  for (const file of files) {
    const facts = await stat(file, { bigint: true }).catch(() => undefined);
    if (facts !== undefined) identities.add(`${facts.dev}:${facts.ino}`);
  }
  return identities;
}

async function linuxHolders(wanted: ReadonlySet<string>): Promise<Holders> {
  const found: Holder[] = [];
  let complete = true;
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const holds = await holdsAny(pid, wanted);
    if (holds === undefined) complete = false;
    else if (holds) found.push({ pid, program: await programOf(pid) });
  }
  return { found, complete };
}

/** Undefined: we may not look into it. One that has ended holds nothing. */
async function holdsAny(pid: number, wanted: ReadonlySet<string>): Promise<boolean | undefined> {
  const folder = `/proc/${pid}/fd`;
  let open: string[];
  try {
    open = await readdir(folder);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? undefined : false;
  }
  for (const descriptor of open) {
    const target = await readlink(`${folder}/${descriptor}`).catch(() => '');
    // Sockets and pipes have no path.
    if (!target.startsWith('/')) continue;
    const facts = await stat(`${folder}/${descriptor}`, { bigint: true }).catch(() => undefined);
    if (facts !== undefined && wanted.has(`${facts.dev}:${facts.ino}`)) return true;
  }
  return false;
}

async function programOf(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim() || 'a program';
}

/** Prints `p123`, `cname` for each process; ends with 1 when there is none. */
async function lsofHolders(files: readonly string[]): Promise<Holders> {
  const { stdout } = await run(lsof, ['-F', 'pc', '--', ...files]);
  const found: Holder[] = [];
  for (const line of stdout.split('\n')) {
    if (line.startsWith('p')) found.push({ pid: Number(line.slice(1)), program: 'a program' });
    const last = found.at(-1);
    if (line.startsWith('c') && last !== undefined) last.program = line.slice(1);
  }
  return { found: found.filter((one) => one.pid !== process.pid), complete: true };
}

/** `python3 (process 4711), node (process 12)` */
export const named = (holders: readonly Holder[]): string =>
  holders.map(({ program, pid }) => `${program} (process ${pid})`).join(', ');
