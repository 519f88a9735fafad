/** Reading from an SFTP server, with many pieces on their way. */
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { FileEntryWithStats } from 'ssh2';
import type { Stored } from './destination.ts';
import { inKeyOrder, keyOrUndefined } from './folder-read.ts';
import { demandRemoteFile, lookAt } from './sftp-path.ts';
import { saysAbsent, type SftpSession } from './sftp-session.ts';
import { streamOf } from './stream.ts';

const pieceBytes = 32 * 1024;
const piecesAtOnce = 32;

/** The bytes of an open file from `from` to `to` (exclusive), or to its end; its handle is closed when the stream is. */
export function remoteStream(
  session: SftpSession,
  handle: Buffer,
  file: string,
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): Readable {
  return streamOf((over) => pieces(session, handle, file, from, to, over), signal);
}

async function* pieces(
  session: SftpSession,
  handle: Buffer,
  file: string,
  from: number,
  to: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const coming: Promise<Buffer>[] = [];
  let position = from;
  try {
    for (;;) {
      while (coming.length < piecesAtOnce && position < to) {
        const length = Math.min(pieceBytes, to - position);
        const piece = readFully(session, handle, file, position, length, signal);
        piece.catch(() => {});
        coming.push(piece);
        position += length;
      }
      const next = coming.shift();
      if (next === undefined) return;
      const bytes = await next;
      if (bytes.length === 0) return;
      yield bytes;
    }
  } finally {
    await session.ask(file, (sftp, done) => sftp.close(handle, done)).catch(() => {});
  }
}

/** A server may send less than it was asked for, and only the end is the end. */
async function readFully(
  session: SftpSession,
  handle: Buffer,
  file: string,
  position: number,
  length: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const memory = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const read = await session.ask<number | undefined>(
      file,
      (sftp, done) => sftp.read(handle, memory, filled, length - filled, position + filled, done),
      signal,
    );
    if (read === undefined || read === 0) break;
    filled += read;
  }
  return memory.subarray(0, filled);
}

/** Every file below a folder, in the order of the bytes of their keys. */
export async function* listRemote(
  session: SftpSession,
  folder: string,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Stored> {
  signal?.throwIfAborted();
  const entries = await remoteEntries(session, folder, signal);
  const named = entries.map((entry) => ({
    bytes: Buffer.from(entry.filename),
    isFolder: entry.attrs.isDirectory(),
    entry,
  }));
  for (const { entry, isFolder } of inKeyOrder(named)) {
    signal?.throwIfAborted();
    const name = entry.filename;
    const whole = prefix === '' ? name : `${prefix}/${name}`;
    const file = path.posix.join(folder, name);
    const nameable = keyOrUndefined(whole);
    if (nameable === undefined) continue;
    if (isFolder) {
      yield* listRemote(session, file, whole, signal);
      continue;
    }
    // Also what is a link, or has a name that is not UTF-8 and so cannot be found by it.
    const stats = entry.attrs.isFile() && !name.includes('\uFFFD') ? entry.attrs : await lookAt(session, file);
    if (stats === undefined) continue;
    demandRemoteFile(stats, file);
    yield { key: nameable, sizeBytes: stats.size, modifiedAt: stats.mtime * 1000 };
  }
}

/** What is in a folder; nothing where it has gone meanwhile. */
export async function remoteEntries(
  session: SftpSession,
  folder: string,
  signal?: AbortSignal,
): Promise<FileEntryWithStats[]> {
  try {
    return await session.ask<FileEntryWithStats[]>(folder, (sftp, done) => sftp.readdir(folder, done), signal);
  } catch (thrown) {
    if (saysAbsent(thrown)) return [];
    throw thrown;
  }
}
