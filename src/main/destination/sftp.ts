/** A folder of an SFTP server as a place for backups, over the SSH library that tunnels use. */
import path from 'node:path';
import { Readable } from 'node:stream';
import type { Stats } from 'ssh2';
import type { SftpSettings } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { Clock } from '../base/clock.ts';
import { unfinishedPrefix, type Key } from '../base/key.ts';
import type { Secret } from '../base/secret.ts';
import type { SshSurroundings } from '../ssh/hop.ts';
import type { Destination, PutOptions, Stored } from './destination.ts';
import { Vanished } from './folder-path.ts';
import { createRemoteRoot, demandRemoteFile, locateRemote, lookAt, prepareRemote, removeIfThere } from './sftp-path.ts';
import { isLost, putRemote } from './sftp-put.ts';
import { listRemote, remoteEntries, remoteStream } from './sftp-read.ts';
import { readToken } from './sftp-resume.ts';
import { saysAbsent, sftpSession, type SftpSession } from './sftp-session.ts';
import type { Throttle } from './throttle.ts';
import { isAbandoned, type SweepAct } from './unfinished.ts';

/**
 * The place in `settings.path`, an absolute path on the server, which may be a symbolic link; below it none is followed.
 * @param secret the password, or the passphrase of the key; undefined where none is needed.
 */
export function sftpDestination(
  settings: SftpSettings,
  secret: Secret | undefined,
  surroundings: SshSurroundings,
  throttle?: Throttle,
): Destination {
  const session = sftpSession(settings, secret, surroundings);
  const features = { atomicPut: true, oneWinner: true, rangeRead: true, freeSpace: true, resume: true };
  return {
    features,

    async put(key, body, options = {}) {
      options.signal?.throwIfAborted();
      features.atomicPut = await session.has('posix-rename@openssh.com');
      features.resume = await session.has('fsync@openssh.com');
      const file = await whileItGoesOn(options, (now) =>
        putPrepared(session, key, now, (found) => putRemote(session, found, body, now, throttle)),
      );
      const stats = await lookAt(session, file);
      if (stats === undefined) throw new Fail('destination.unreachable', `${file} was stored and is gone.`);
      return stored(key, stats);
    },

    async get(key, { from = 0, to = Infinity, signal } = {}) {
      signal?.throwIfAborted();
      const { file, stats } = await locateRemote(session, key);
      const absent = (): Fail => new Fail('artifact.missing', `${key} is not in ${settings.path}.`);
      if (stats === undefined) throw absent();
      demandRemoteFile(stats, file);
      if (from >= stats.size || to <= from) return Readable.from([]);
      const handle = await session
        .ask<Buffer>(file, (sftp, done) => sftp.open(file, 'r', done))
        .catch((thrown: unknown) => {
          throw saysAbsent(thrown) ? absent() : thrown;
        });
      return remoteStream(session, handle, file, from, Math.min(to, stats.size), signal);
    },

    async stat(key) {
      const { file, stats } = await locateRemote(session, key);
      if (stats === undefined) return undefined;
      demandRemoteFile(stats, file);
      return stored(key, stats);
    },

    async *list(prefix, signal) {
      signal?.throwIfAborted();
      const { file, stats } = await locateRemote(session, prefix);
      if (stats?.isDirectory() === true) yield* listRemote(session, file, prefix, signal);
    },

    async remove(key) {
      const { file, stats } = await locateRemote(session, key);
      if (stats === undefined) return;
      demandRemoteFile(stats, file);
      await removeIfThere(session, file);
      await pruneAbove(session, file, key);
    },

    async giveUp(key, resumeToken) {
      const left = readToken(resumeToken);
      if (left === undefined) return;
      const file = path.posix.join(await session.root(), key);
      await removeIfThere(session, path.posix.join(path.posix.dirname(file), left.name));
      await pruneAbove(session, file, key);
    },

    async freeBytes() {
      await session.root();
      const free = await session.freeBytes();
      features.freeSpace = free !== null;
      return free;
    },

    async close() {
      session.close();
    },
  };
}

/** Makes the root of a new place, or finds it there. @throws Fail destination.* */
export async function createSftpFolder(
  settings: SftpSettings,
  secret: Secret | undefined,
  surroundings: SshSurroundings,
): Promise<void> {
  const session = sftpSession(settings, secret, surroundings);
  try {
    await createRemoteRoot(session, settings.path);
  } finally {
    session.close();
  }
}

/**
 * Removes what ended processes left unfinished anywhere below the root, and the folder of a set that held nothing else.
 * @returns how many files it removed.
 */
export async function sweepSftp(
  settings: SftpSettings,
  secret: Secret | undefined,
  surroundings: SshSurroundings,
  clock: Clock,
  act: SweepAct = 'remove',
): Promise<number> {
  const session = sftpSession(settings, secret, surroundings);
  try {
    return await sweepBelow(session, await session.root(), 0, { clock, act });
  } finally {
    session.close();
  }
}

async function sweepBelow(
  session: SftpSession,
  folder: string,
  depth: number,
  how: { clock: Clock; act: SweepAct },
): Promise<number> {
  let swept = 0;
  for (const { filename, attrs } of await remoteEntries(session, folder)) {
    const file = path.posix.join(folder, filename);
    // A link is neither followed nor removed.
    if (attrs.isDirectory()) swept += await sweepBelow(session, file, depth + 1, how);
    else if (attrs.isFile() && filename.startsWith(unfinishedPrefix)) {
      if (!(await isAbandoned(filename, attrs.mtime * 1000, how.clock))) continue;
      if (how.act === 'remove') await removeIfThere(session, file);
      swept += 1;
    }
  }
  // What is not empty stays. The first level always does: other puts come and go there.
  if (how.act === 'remove' && swept > 0 && depth >= 2)
    await session.ask(folder, (sftp, done) => sftp.rmdir(folder, done)).catch(() => {});
  return swept;
}

/** A connection that breaks is made again, as long as each brings the upload further. */
async function whileItGoesOn(options: PutOptions, put: (options: PutOptions) => Promise<string>): Promise<string> {
  const { onResumable, signal } = options;
  if (onResumable === undefined) return put(options);
  let token = options.resumeToken;
  const told = (given: string): void => {
    token = given;
    onResumable(given);
  };
  for (;;) {
    const before = readToken(token)?.bytes ?? 0;
    try {
      return await put({ ...options, onResumable: told, ...(token === undefined ? {} : { resumeToken: token }) });
    } catch (thrown) {
      const further = (readToken(token)?.bytes ?? 0) > before;
      if (!further || signal?.aborted === true || !isLost(thrown)) throw thrown;
    }
  }
}

/** How often a put starts again because removals keep taking its folder away. */
const maxAttempts = 20;

async function putPrepared(
  session: SftpSession,
  key: Key,
  options: PutOptions,
  put: (file: string) => Promise<void>,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    let file: string | undefined;
    try {
      const found = await prepareRemote(session, key);
      file = found.file;
      if (found.stats !== undefined) {
        demandRemoteFile(found.stats, file);
        if (options.ifAbsent === true) throw new Fail('destination.exists', `${file} is there already.`);
      }
      await put(file);
      return file;
    } catch (thrown) {
      if ((thrown instanceof Vanished || saysAbsent(thrown)) && attempt < maxAttempts) continue;
      if (file !== undefined) await pruneAbove(session, file, key);
      if (thrown instanceof Vanished) throw new Fail('destination.unreachable', thrown.message, { cause: thrown });
      throw thrown;
    }
  }
}

/** Folders of a set that is gone go too; `data`, `manifests` and the like stay. */
async function pruneAbove(session: SftpSession, file: string, key: Key): Promise<void> {
  let folder = path.posix.dirname(file);
  for (let depth = key.split('/').length - 1; depth >= 2; depth -= 1) {
    const empty = folder;
    try {
      await session.ask(empty, (sftp, done) => sftp.rmdir(empty, done));
    } catch {
      // It still holds something, or somebody else removed it.
      return;
    }
    folder = path.posix.dirname(folder);
  }
}

function stored(key: Key, stats: Stats): Stored {
  return { key, sizeBytes: stats.size, modifiedAt: stats.mtime * 1000 };
}
