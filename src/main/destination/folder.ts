/** A folder of this machine (a disk, a stick, a mounted share) as a place for backups. */
import { mkdir, rmdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { Fail } from '../../shared/failure.ts';
import { systemClock, type Clock } from '../base/clock.ts';
import { freeBytesOn, syncFolder, systemCode } from '../base/file.ts';
import type { Key } from '../base/key.ts';
import type { Destination, PutOptions, Stored } from './destination.ts';
import { onFolder } from './folder-error.ts';
import { demandFile, locate, look, prepare, realRoot, Vanished } from './folder-path.ts';
import { putFile } from './folder-put.ts';
import { listFolder, openFile, readStream } from './folder-read.ts';

/**
 * Makes the folder (0700) with the folders above it, or finds it there. This is the only thing that makes a root: once it
 * is a place for backups, a root that is gone means that its disk is gone.
 * @throws Fail destination.permission, destination.full, destination.not-a-file, destination.unreachable.
 */
export async function createFolder(root: string): Promise<void> {
  try {
    await onFolder(root, () => mkdir(root, { recursive: true, mode: 0o700 }));
  } catch (thrown) {
    // A link to a folder may be a root, and mkdir calls everything that is there EEXIST.
    if (!(thrown instanceof Fail) || systemCode(thrown.cause) !== 'EEXIST') throw thrown;
    throw new Fail('destination.not-a-file', `${root} is there and is not a folder.`, { cause: thrown.cause });
  }
  const real = await realRoot(root);
  await onFolder(root, () => syncFolder(path.dirname(real)));
}

/**
 * The place in the folder `root`, an absolute path. The root may be a symbolic link; below it none is followed.
 * Files are 0600 in folders 0700.
 */
export function folderDestination(root: string, clock: Clock = systemClock): Destination {
  return {
    features: { atomicPut: true, oneWinner: true, rangeRead: true, freeSpace: true, resume: false },

    async put(key, body, options = {}) {
      options.signal?.throwIfAborted();
      const { file } = await putPrepared(root, key, options, (found) => putFile(found, body, options, clock));
      const stats = await look(file);
      if (stats === undefined) throw new Fail('destination.unreachable', `${file} was stored and is gone.`);
      return stored(key, stats);
    },

    async get(key, { from = 0, to = Infinity, signal } = {}) {
      signal?.throwIfAborted();
      const { file, stats } = await locate(root, key);
      if (stats === undefined) throw new Fail('artifact.missing', `${key} is not in ${root}.`);
      demandFile(stats, file);
      if (from >= stats.size || to <= from) return Readable.from([]);
      const handle = await openFile(file);
      if (signal?.aborted === true) {
        await handle.close();
        throw signal.reason;
      }
      return readStream(handle, file, from, to, signal);
    },

    async stat(key) {
      const { file, stats } = await locate(root, key);
      if (stats === undefined) return undefined;
      demandFile(stats, file);
      return stored(key, stats);
    },

    async *list(prefix, signal) {
      signal?.throwIfAborted();
      const { file, stats } = await locate(root, prefix);
      if (stats?.isDirectory() === true) yield* listFolder(file, prefix, signal);
    },

    async remove(key) {
      const { file, stats } = await locate(root, key);
      if (stats === undefined) return;
      demandFile(stats, file);
      await onFolder(file, () => ignoring('ENOENT', unlink(file)));
      await onFolder(file, () => ignoring('ENOENT', syncFolder(path.dirname(file))));
      await pruneAbove(file, key);
    },

    async freeBytes() {
      const real = await realRoot(root);
      return onFolder(root, () => freeBytesOn(real));
    },

    async close() {},
  };
}

/** How often a put starts again because removals keep taking its folder away. */
const maxAttempts = 20;

/** Puts into a folder that a removal may take away in the same moment; then it is made again. */
async function putPrepared(
  root: string,
  key: Key,
  options: PutOptions,
  put: (file: string) => Promise<void>,
): Promise<{ file: string }> {
  for (let attempt = 1; ; attempt += 1) {
    let file: string | undefined;
    try {
      const found = await prepare(root, key);
      file = found.file;
      if (found.stats !== undefined) {
        demandFile(found.stats, file);
        if (options.ifAbsent === true) throw new Fail('destination.exists', `${file} is there already.`);
      }
      await put(file);
      return { file };
    } catch (thrown) {
      if (hasVanished(thrown) && attempt < maxAttempts) continue;
      if (file !== undefined) await pruneAbove(file, key);
      if (thrown instanceof Vanished) throw new Fail('destination.unreachable', thrown.message, { cause: thrown });
      throw thrown;
    }
  }
}

function hasVanished(thrown: unknown): boolean {
  return thrown instanceof Vanished || (thrown instanceof Fail && systemCode(thrown.cause) === 'ENOENT');
}

/** Folders of a set that is gone go too; `data`, `manifests` and the like stay. */
async function pruneAbove(file: string, key: Key): Promise<void> {
  let folder = path.dirname(file);
  for (let depth = key.split('/').length - 1; depth >= 2; depth -= 1) {
    try {
      await rmdir(folder);
    } catch {
      // It still holds something, or somebody else removed it.
      return;
    }
    folder = path.dirname(folder);
  }
}

async function ignoring(code: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (thrown) {
    if (systemCode(thrown) !== code) throw thrown;
  }
}

function stored(key: Key, stats: { size: number; mtimeMs: number }): Stored {
  return { key, sizeBytes: stats.size, modifiedAt: Math.round(stats.mtimeMs) };
}
