/** A database file where a person keeps it: its real place, who it is, and what SQLite keeps beside it. */
import { lstatSync, realpathSync } from 'node:fs';
import { link, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder, systemCode } from '../../base/file.ts';

/** Files that SQLite would take for parts of a database of that name. */
export const sidecars = ['-wal', '-shm', '-journal'] as const;

export const withSidecars = (file: string): string[] => [file, ...sidecars.map((suffix) => file + suffix)];

/** Whether the name is taken; a symbolic link that leads nowhere takes it too. */
export const isTaken = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false }) !== undefined;

/** Where the file really is; what leads to it by a symbolic link goes on doing so. */
export function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** By what a file is known under all of its names; null where there is none. Opens nothing. */
export async function identityOf(file: string): Promise<string | null> {
  const facts = await stat(file, { bigint: true }).catch(() => undefined);
  return facts === undefined ? null : `${facts.dev}:${facts.ino}`;
}

export async function moveSidecars(from: string, to: string): Promise<void> {
  for (const suffix of sidecars) {
    if (isTaken(from + suffix)) await rename(from + suffix, to + suffix);
  }
}

/** Gives the live file its second name. Sidecars are there only where it could not be opened: they belong to it. */
export async function putAside(live: string, keepAs: string, onLinked: () => void): Promise<void> {
  try {
    await link(live, keepAs);
  } catch (thrown) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(systemCode(thrown) ?? '')) throw thrown;
    // No second names on this file system (FAT, some shares). The note says what to do when we are killed right here.
    await rename(live, keepAs);
  }
  onLinked();
  await moveSidecars(live, keepAs);
  await syncFolder(path.dirname(live));
}

/** As if {@link putAside} had not been. A live file that is another one by now is left alone. */
export async function takeBack(live: string, keepAs: string): Promise<void> {
  const kept = await identityOf(keepAs);
  if (kept === null) return;
  const now = await identityOf(live);
  if (now !== null && now !== kept) return;
  await moveSidecars(keepAs, live);
  if (now === null) await rename(keepAs, live);
  else await unlink(keepAs);
  await syncFolder(path.dirname(live));
}
