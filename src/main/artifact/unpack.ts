/** An artifact back into its content. What comes out was checked: each range before it was used, the size at the end. */
import { open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { constants, createZstdDecompress, type ZstdDecompress } from 'node:zlib';
import type { ArtifactFacts, Sealing } from '../../shared/artifact.ts';
import { Fail, type FailureCode } from '../../shared/failure.ts';
import { saysDiskFull, systemCode, writeFully } from '../base/file.ts';
import type { Key } from '../base/key.ts';
import { openRanges } from './range.ts';
import type { Shelf } from './shelf.ts';
import { unseal, type Keyring } from './unseal.ts';

export interface UnpackOptions {
  signal: AbortSignal;
  /** Called often, with the bytes of content so far. */
  onBytes?: (rawBytes: number) => void;
  /** How the set is sealed and what may open it; needed where it is. */
  opener?: Opener;
}

export interface Opener {
  sealing: Sealing;
  keyring: Keyring;
}

const chunkBytes = 256 * 1024;
/** Levels 1 to 19 need 8 MiB; a stored file that asks for more is not one of ours and would only take memory. */
const windowLogMax = 23;

/**
 * The raw content of an artifact. It ends only when every byte of it was there; it fails at the first byte too many.
 * Destroying it stops all reading.
 * @throws (as the stream's error) Fail artifact.missing, artifact.truncated, artifact.tampered, artifact.unreadable,
 * seal.no-key where nothing here opens it; destination.*; the signal's reason.
 */
export function unpack(shelf: Shelf, key: Key, facts: ArtifactFacts, options: UnpackOptions): Readable {
  const leaving = new AbortController();
  const content = expand(shelf, key, facts, { ...options, signal: AbortSignal.any([options.signal, leaving.signal]) });
  const onAbort = (): void => {
    readable.destroy(options.signal.reason as Error);
  };
  const readable = new Readable({
    highWaterMark: 4 * chunkBytes,
    read() {
      content.next().then(
        ({ done, value }) => readable.push(done === true ? null : value),
        (thrown: unknown) => readable.destroy(thrown as Error),
      );
    },
    destroy(thrown, done) {
      options.signal.removeEventListener('abort', onAbort);
      leaving.abort();
      const finish = (): void => done(thrown);
      content.return().then(finish, finish);
    },
  });
  if (options.signal.aborted) onAbort();
  else options.signal.addEventListener('abort', onAbort, { once: true });
  return readable;
}

/**
 * The raw content of an artifact in a new 0600 file, which is gone again when this throws. It is not forced to stable
 * storage: whoever keeps it does that.
 * @throws Fail as {@link unpack} does, and `options.whenFull` (default `spool.full`) or home.unusable for the file.
 */
export async function unpackTo(
  file: string,
  shelf: Shelf,
  key: Key,
  facts: ArtifactFacts,
  options: UnpackOptions & { whenFull?: FailureCode },
): Promise<void> {
  options.signal.throwIfAborted();
  const onFile = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (thrown) {
      if (saysDiskFull(thrown))
        throw new Fail(options.whenFull ?? 'spool.full', `The disk is full: ${file} could not be written.`, {
          cause: thrown,
        });
      throw new Fail('home.unusable', `${file} could not be written (${systemCode(thrown) ?? 'unknown'}).`, {
        cause: thrown,
      });
    }
  };
  const handle = await onFile(open(file, 'wx', 0o600));
  try {
    for await (const chunk of unpack(shelf, key, facts, options) as AsyncIterable<Buffer>)
      await onFile(writeFully(handle, chunk));
    await onFile(handle.close());
  } catch (thrown) {
    await handle.close().catch(() => {});
    await rm(file, { force: true });
    throw thrown;
  }
}

async function* expand(
  shelf: Shelf,
  key: Key,
  facts: ArtifactFacts,
  options: UnpackOptions,
): AsyncGenerator<Buffer, void, void> {
  const [first, second, ...others] = facts.coding;
  if (first !== 'zstd' || second === 'zstd' || second === 'age' || others.length > 0) {
    throw new Fail(
      'manifest.newer',
      `${key} is coded as ${facts.coding.join(', then ')}; this Holdfast cannot open it.`,
    );
  }
  const zstd = createZstdDecompress({
    chunkSize: chunkBytes,
    params: { [constants.ZSTD_d_windowLogMax]: windowLogMax },
  });
  // A frame can end before the bytes do, and its error then comes when nobody listens any more.
  zstd.on('error', () => {});
  const leaving = new AbortController();
  const stored = openRanges(shelf, key, facts, AbortSignal.any([options.signal, leaving.signal]));
  const feeding = feed(zstd, second === undefined ? stored : unsealed(stored, options.opener));
  // What it fails with is told below, when everything before it was given out.
  feeding.catch(() => {});
  let rawBytes = 0;
  try {
    for await (const chunk of zstd as AsyncIterable<Buffer>) {
      rawBytes += chunk.length;
      if (rawBytes > facts.rawSizeBytes)
        throw unreadable(key, `it expands to more than the ${facts.rawSizeBytes} bytes that were packed`);
      options.onBytes?.(rawBytes);
      yield chunk;
    }
    if (zstd.bytesWritten !== (await feeding)) throw unreadable(key, 'something follows its zstd frame');
  } catch (thrown) {
    throw isZstdError(thrown) ? unreadable(key, thrown.message, thrown) : thrown;
  } finally {
    leaving.abort();
    zstd.destroy();
    await feeding.catch(() => {});
  }
  if (rawBytes !== facts.rawSizeBytes)
    throw unreadable(key, `it expands to ${rawBytes} of the ${facts.rawSizeBytes} bytes that were packed`);
}

function unsealed(stored: AsyncIterable<Buffer>, opener: Opener | undefined): AsyncIterable<Buffer> {
  if (opener === undefined) throw new Error('A sealed artifact was opened without its keyring.');
  return unseal(stored, opener.sealing, opener.keyring);
}

/**
 * Writes every piece into `zstd`, one at a time: a piece's memory is used again once it was taken.
 * @returns how many bytes there were, whether or not `zstd` had use for them.
 */
async function feed(zstd: ZstdDecompress, pieces: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  const closed = new Promise<void>((resolve) => zstd.once('close', resolve));
  try {
    for await (const piece of pieces) {
      bytes += piece.length;
      await Promise.race([closed, new Promise<void>((resolve) => zstd.write(piece, () => resolve()))]);
      if (zstd.destroyed) return bytes;
    }
    zstd.end();
    return bytes;
  } catch (thrown) {
    zstd.destroy(thrown as Error);
    throw thrown;
  }
}

function isZstdError(thrown: unknown): thrown is Error {
  return (
    thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' && /^(?:ZSTD_|Z_)/.test(thrown.code)
  );
}

function unreadable(key: Key, why: string, cause?: unknown): Fail {
  return new Fail('artifact.unreadable', `${key} cannot be expanded: ${why}.`, { cause });
}
