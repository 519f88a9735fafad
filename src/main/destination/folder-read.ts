/** Reading from a folder of backups. */
import { Buffer, isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { open, readdir, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { Fail } from '../../shared/failure.ts';
import { systemCode } from '../base/file.ts';
import { key, type Key } from '../base/key.ts';
import type { Stored } from './destination.ts';
import { folderFailure, onFolder } from './folder-error.ts';
import { demandFile, look } from './folder-path.ts';

const readBytes = 1024 * 1024;

/** Opens a file and nothing else: a link is not followed, a FIFO does not make us wait. */
export async function openFile(file: string): Promise<FileHandle> {
  // Windows has neither flag, and nothing that needs them.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await onFolder(file, () => open(file, flags));
  try {
    demandFile(await onFolder(file, () => handle.stat()), file);
    return handle;
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

/** The bytes of an open file from `from` to `to` (exclusive), or to its end; it is closed when the stream is. */
export function readStream(
  handle: FileHandle,
  file: string,
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): Readable {
  let position = from;
  const onAbort = (): void => {
    stream.destroy(signal?.reason as Error);
  };
  const stream = new Readable({
    highWaterMark: readBytes,
    read() {
      const wanted = Math.min(readBytes, to - position);
      if (wanted <= 0) {
        this.push(null);
        return;
      }
      handle.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, position).then(
        ({ bytesRead, buffer }) => {
          position += bytesRead;
          this.push(bytesRead === 0 ? null : buffer.subarray(0, bytesRead));
        },
        (thrown: unknown) => this.destroy(folderFailure(thrown, file) as Error),
      );
    },
    destroy(thrown, done) {
      signal?.removeEventListener('abort', onAbort);
      const finish = (): void => done(thrown);
      handle.close().then(finish, finish);
    },
  });
  signal?.addEventListener('abort', onAbort, { once: true });
  return stream;
}

/** Every file below a folder, in the order of the bytes of their keys. */
export async function* listFolder(
  folder: string,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Stored> {
  signal?.throwIfAborted();
  for (const { name, isFolder } of await entriesOf(folder)) {
    signal?.throwIfAborted();
    const whole = prefix === '' ? name : `${prefix}/${name}`;
    const file = path.join(folder, name);
    const nameable = keyOrUndefined(whole);
    if (nameable === undefined) continue;
    const stats = await look(file);
    // Removed since the folder was read.
    if (stats === undefined) continue;
    if (isFolder && stats.isDirectory()) yield* listFolder(file, whole, signal);
    else {
      demandFile(stats, file);
      yield { key: nameable, sizeBytes: stats.size, modifiedAt: Math.round(stats.mtimeMs) };
    }
  }
}

async function entriesOf(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
  const entries = await onFolder(folder, async () => {
    try {
      return await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
    } catch (thrown) {
      // A folder whose last file was removed meanwhile.
      if (systemCode(thrown) === 'ENOENT') return [];
      throw thrown;
    }
  });
  return inKeyOrder(
    entries
      // A name that is not UTF-8 is nothing we wrote and could not be a key.
      .filter((entry) => isUtf8(entry.name))
      .map((entry) => ({ bytes: entry.name, isFolder: entry.isDirectory(), name: entry.name.toString('utf8') })),
  );
}

/** `a/b` comes after `a-b`: a folder sorts as if its name ended with the `/` that its keys go on with. */
export function inKeyOrder<Entry extends { bytes: Buffer; isFolder: boolean }>(entries: Entry[]): Entry[] {
  return entries
    .map((entry) => ({ entry, bytes: entry.isFolder ? Buffer.concat([entry.bytes, Buffer.from('/')]) : entry.bytes }))
    .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ entry }) => entry);
}

/** Names that cannot be keys were not put by us: they are not ours to list. Unfinished files are such. */
export function keyOrUndefined(name: string): Key | undefined {
  try {
    return key(name);
  } catch (thrown) {
    if (thrown instanceof Fail) return undefined;
    throw thrown;
  }
}
