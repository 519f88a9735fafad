/** The way from a key to a file on an SFTP server: no part below the root may be a link that leads away. */
import path from 'node:path';
import type { Stats } from 'ssh2';
import { Fail } from '../../shared/failure.ts';
import type { Key } from '../base/key.ts';
import { Vanished } from './folder-path.ts';
import { saysAbsent, saysRefused, type SftpSession } from './sftp-session.ts';

/** A file of a key, and what is there; `stats` is undefined where nothing is. */
export interface RemoteFile {
  file: string;
  stats: Stats | undefined;
}

/** What is at a path itself, links not followed; undefined where nothing is. A link is refused. */
export async function lookAt(session: SftpSession, file: string): Promise<Stats | undefined> {
  let stats: Stats;
  try {
    stats = await session.ask<Stats>(file, (sftp, done) => sftp.lstat(file, done));
  } catch (thrown) {
    if (saysAbsent(thrown)) return undefined;
    throw thrown;
  }
  if (stats.isSymbolicLink()) throw new Fail('destination.symlink', `${file} is a symbolic link.`);
  return stats;
}

/**
 * What lies under a key (or the root, for `''`).
 * @throws Fail destination.symlink when a link lies on the way or at its end; destination.unreachable.
 */
export async function locateRemote(session: SftpSession, key: Key | ''): Promise<RemoteFile> {
  const root = await session.root();
  const files = pathsOf(root, key);
  // All at once: each question costs a round trip.
  const looks = await Promise.allSettled(files.map((file) => lookAt(session, file)));
  for (const look of looks) if (look.status === 'rejected') throw look.reason;
  const last = looks.at(-1);
  const stats = last?.status === 'fulfilled' ? last.value : undefined;
  return { file: files.at(-1) ?? root, stats: key === '' ? await lookAt(session, root) : stats };
}

function pathsOf(root: string, key: Key | ''): string[] {
  if (key === '') return [];
  const parts = key.split('/');
  return parts.map((_, index) => path.posix.join(root, ...parts.slice(0, index + 1)));
}

/**
 * The file of a key, in a folder that exists: missing folders (0700) are made.
 * @throws Vanished; Fail destination.not-a-file, destination.symlink, destination.unreachable.
 */
export async function prepareRemote(session: SftpSession, key: Key): Promise<RemoteFile> {
  const files = pathsOf(await session.root(), key);
  const looks = await Promise.allSettled(files.map((file) => lookAt(session, file)));
  for (const [index, file] of files.entries()) {
    const look = looks[index] as PromiseSettledResult<Stats | undefined>;
    if (look.status === 'rejected') throw look.reason;
    if (index === files.length - 1) return { file, stats: look.value };
    const there = look.value ?? (await makeRemoteFolder(session, file));
    if (!there.isDirectory())
      throw new Fail('destination.not-a-file', `${file} is in the way: a folder belongs there.`);
  }
  throw new Fail('destination.bad-key', 'A key has at least one part.');
}

async function makeRemoteFolder(session: SftpSession, folder: string): Promise<Stats> {
  try {
    await session.ask(folder, (sftp, done) => sftp.mkdir(folder, { mode: 0o700 }, done));
  } catch (thrown) {
    if (saysAbsent(thrown)) throw new Vanished(`The folder above ${folder} was taken away.`);
    // Another put made it in the same moment: a look tells.
    if (!saysRefused(thrown) || (await lookAt(session, folder)) === undefined) throw thrown;
  }
  const stats = await lookAt(session, folder);
  if (stats === undefined) throw new Vanished(`${folder} was taken away in the moment in which it was made.`);
  return stats;
}

/** Makes the root (0700) with the folders above it, or finds it there. */
export async function createRemoteRoot(session: SftpSession, root: string): Promise<void> {
  const parts = root.split('/').filter((part) => part !== '');
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const folder = `/${parts.slice(0, depth).join('/')}`;
    try {
      await session.ask<Stats>(folder, (sftp, done) => sftp.stat(folder, done));
    } catch (thrown) {
      if (!saysAbsent(thrown)) throw thrown;
      await makeRemoteFolder(session, folder);
    }
  }
  await session.root();
}

/** Removes a file; that it is gone already is no error. */
export async function removeIfThere(session: SftpSession, file: string): Promise<void> {
  try {
    await session.ask<void>(file, (sftp, done) => sftp.unlink(file, done));
  } catch (thrown) {
    if (!saysAbsent(thrown)) throw thrown;
  }
}

/** @throws Fail destination.not-a-file for a folder, a FIFO, a device or a socket. */
export function demandRemoteFile(stats: Stats, file: string): void {
  if (!stats.isFile()) throw new Fail('destination.not-a-file', `${file} is not a file.`);
}
