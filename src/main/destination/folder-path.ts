/** The way from a key to a file, one part at a time: no part below the root may be a link that leads away. */
import type { Stats } from 'node:fs';
import { lstat, mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { Fail } from '../../shared/failure.ts';
import { syncFolder, systemCode } from '../base/file.ts';
import type { Key } from '../base/key.ts';
import { onFolder } from './folder-error.ts';

/** A file of a key, and what is there; `stats` is undefined where nothing is. */
export interface Located {
  file: string;
  stats: Stats | undefined;
}

/**
 * The root's own path, which may be a link. A root that is gone is a share that is not mounted: it is never made again here.
 * @throws Fail destination.unreachable, destination.permission.
 */
export async function realRoot(root: string): Promise<string> {
  const real = await onFolder(root, () => realpath(root));
  const stats = await onFolder(root, () => lstat(real));
  if (!stats.isDirectory()) throw new Fail('destination.unreachable', `${root} is not a folder.`);
  return real;
}

/**
 * What lies under a key (or the root, for `''`).
 * @throws Fail destination.symlink when a link lies on the way or at its end; destination.unreachable.
 */
export async function locate(root: string, key: Key | ''): Promise<Located> {
  let file = await realRoot(root);
  let stats: Stats | undefined = await look(file);
  const parts = key === '' ? [] : key.split('/');
  for (const [index, part] of parts.entries()) {
    file = path.join(file, part);
    // Below a file there is nothing.
    stats = index > 0 && stats?.isDirectory() !== true ? undefined : await look(file);
  }
  return { file, stats };
}

/** A removal took an empty folder away that a put had just made or found. The put starts again. */
export class Vanished extends Error {}

/**
 * The file of a key, in a folder that exists: missing folders (0700) are made, and their names are durable.
 * @throws Vanished; Fail destination.not-a-file, destination.symlink, destination.unreachable.
 */
export async function prepare(root: string, key: Key): Promise<Located> {
  let folder = await realRoot(root);
  const parts = key.split('/');
  const name = parts.pop() as string;
  for (const part of parts) {
    const next = path.join(folder, part);
    if ((await look(next)) === undefined) await makeFolder(next);
    const there = await look(next);
    if (there === undefined) throw new Vanished(`${next} was taken away in the moment in which it was made.`);
    if (!there.isDirectory())
      throw new Fail('destination.not-a-file', `${next} is in the way: a folder belongs there.`);
    folder = next;
  }
  const file = path.join(folder, name);
  return { file, stats: await look(file) };
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (thrown) {
    // Another put made it in the same moment.
    if (systemCode(thrown) === 'EEXIST') return;
    await onFolder(folder, () => Promise.reject(thrown as Error));
  }
  await onFolder(folder, () => syncFolder(path.dirname(folder)));
}

/** What is at a path itself, links not followed; undefined where nothing is. A link is refused. */
export async function look(file: string): Promise<Stats | undefined> {
  const stats = await onFolder(file, async () => {
    try {
      return await lstat(file);
    } catch (thrown) {
      const code = systemCode(thrown);
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw thrown;
    }
  });
  if (stats?.isSymbolicLink() === true) throw new Fail('destination.symlink', `${file} is a symbolic link.`);
  return stats;
}

/** @throws Fail destination.not-a-file for a folder, a FIFO, a device or a socket. */
export function demandFile(stats: Stats, file: string): void {
  if (!stats.isFile()) throw new Fail('destination.not-a-file', `${file} is not a file.`);
}
