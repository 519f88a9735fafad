/** One stream into one file, in one pass: zstd, a seal where one is asked for, a SHA-256 for every 64 MiB of what is stored, a private spool file. */
import { createHash, type Hash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Readable, TransformOptions } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, type ZstdCompress, type ZstdOptions } from 'node:zlib';
import { rangeSizeBytes, type ArtifactFacts } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import { freeBytesOn, saysDiskFull, syncFolder, systemCode, writeFully } from '../base/file.ts';
import { artifactName, type PackHead } from './name.ts';
import type { Sealer } from './seal.ts';

export interface PackOptions {
  signal: AbortSignal;
  /** zstd level, 1 to 19; default 1, which keeps up with a database. */
  level?: number;
  /** Called often, with the bytes read and the bytes stored so far. */
  onBytes?: (rawBytes: number, storedBytes: number) => void;
  /** Bytes that must stay free on the spool's disk; checked before the first byte and after every range. Default 0. */
  reserveBytes?: number;
  /** Seals what is stored; without it, it is stored as zstd alone. */
  sealer?: Sealer;
}

const chunkBytes = 256 * 1024;
const queueBytes = 1024 * 1024;

/**
 * Takes `body` to its end and leaves it in a new 0600 file in `spoolFolder`, on stable storage when this resolves.
 * Memory does not grow with the body. When it throws, the file is gone and the body destroyed.
 * @throws Fail spool.full, home.unusable; whatever the body failed with; the signal's reason.
 */
export async function pack(
  head: PackHead,
  body: Readable,
  spoolFolder: string,
  options: PackOptions,
): Promise<{ facts: ArtifactFacts; file: string }> {
  // The body may fail while the file is still being opened; the pipeline tells of it later.
  body.on('error', () => {});
  const file = path.join(spoolFolder, packedName(head, options.sealer));
  const { reserveBytes } = options;
  let handle: FileHandle | undefined;
  try {
    options.signal.throwIfAborted();
    await demandReserve(spoolFolder, reserveBytes);
    handle = await onSpool(open(file, 'wx', 0o600));
    const opened = handle;
    const take = async (chunk: Buffer, ranges: number): Promise<void> => {
      if (ranges > 0) await demandReserve(spoolFolder, reserveBytes);
      await onSpool(writeFully(opened, chunk));
    };
    const facts = await packInto(head, body, take, options);
    await onSpool(handle.sync());
    await onSpool(handle.close());
    await onSpool(syncFolder(spoolFolder));
    options.signal.throwIfAborted();
    return { file, facts };
  } catch (thrown) {
    body.destroy();
    await handle?.close().catch(() => {});
    if (handle !== undefined) await rm(file, { force: true });
    options.signal.throwIfAborted();
    throw thrown;
  }
}

/** What is sealed is not told by its name either. */
export const packedName = (head: PackHead, sealer: Sealer | undefined): string =>
  sealer === undefined ? artifactName(head) : `${artifactName({ ...head, name: 'database' })}.gpg`;

/**
 * The same pass into whatever takes its bytes, one chunk at a time and in their order.
 * @param take told how many ranges have ended with this chunk.
 * @throws whatever the body or `take` failed with; the signal's reason.
 */
export async function packInto(
  head: PackHead,
  body: Readable,
  take: (chunk: Buffer, rangesEnded: number) => Promise<void>,
  options: PackOptions,
): Promise<ArtifactFacts> {
  const stored = new Ranges();
  const rawSizeBytes = await stream(body, stored, take, options);
  const { sealer } = options;
  return {
    name: packedName(head, sealer),
    content: head.content,
    coding: sealer === undefined ? ['zstd'] : ['zstd', sealer.facts.method],
    ...stored.facts(),
    rawSizeBytes,
    rangeSizeBytes,
  };
}

/** Returns the raw bytes that went through. */
async function stream(
  body: Readable,
  stored: Ranges,
  take: (chunk: Buffer, rangesEnded: number) => Promise<void>,
  options: PackOptions,
): Promise<number> {
  let rawBytes = 0;
  const zstd = compressor(options.level ?? 1);
  async function* counted(source: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
    for await (const piece of gathered(source)) {
      rawBytes += piece.length;
      yield piece;
    }
    // Node 24.21 ends the frame twice when the end is told while bytes still wait, which adds an empty frame.
    await new Promise<void>((resolve) => zstd.write(Buffer.alloc(0), () => resolve()));
  }
  async function store(source: AsyncIterable<Buffer>): Promise<void> {
    for await (const chunk of source) {
      await take(chunk, stored.add(chunk));
      options.onBytes?.(rawBytes, stored.sizeBytes);
    }
  }
  const { sealer, signal } = options;
  if (sealer === undefined) await pipeline(body, counted, zstd, store, { signal });
  else await pipeline(body, counted, zstd, (bytes: AsyncIterable<Buffer>) => sealer.seal(bytes), store, { signal });
  options.onBytes?.(rawBytes, stored.sizeBytes);
  return rawBytes;
}

/**
 * The same bytes in pieces of 1 MiB: a program's output comes in small ones, and each would cost the compressor a change of
 * thread. A piece is valid until the next one is asked for.
 */
async function* gathered(source: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  const memory = Buffer.allocUnsafeSlow(queueBytes);
  let filled = 0;
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    for (let at = 0; at < bytes.length;) {
      const taken = bytes.copy(memory, filled, at);
      at += taken;
      filled += taken;
      if (filled < memory.length) continue;
      yield memory;
      filled = 0;
    }
  }
  if (filled > 0) yield memory.subarray(0, filled);
}

function compressor(level: number): ZstdCompress {
  const options: ZstdOptions & TransformOptions = {
    chunkSize: chunkBytes,
    // Room to compress ahead while the disk takes its time.
    readableHighWaterMark: queueBytes,
    // A piece is asked for when the one before it was compressed.
    writableHighWaterMark: 1,
    // Not ZSTD_c_nbWorkers: with it, Node 24.21 breaks on long streams (ERR_STREAM_PUSH_AFTER_EOF).
    params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 },
  };
  return createZstdCompress(options);
}

/** What has to be known of the stored bytes. */
class Ranges {
  sizeBytes = 0;
  readonly #ranges: string[] = [];
  #hash: Hash = createHash('sha256');
  #inRange = 0;

  /** @returns how many ranges ended with it. */
  add(chunk: Buffer): number {
    const before = this.#ranges.length;
    for (let offset = 0; offset < chunk.length;) {
      const piece = chunk.subarray(offset, offset + rangeSizeBytes - this.#inRange);
      this.#hash.update(piece);
      this.#inRange += piece.length;
      offset += piece.length;
      if (this.#inRange === rangeSizeBytes) this.#endRange();
    }
    this.sizeBytes += chunk.length;
    return this.#ranges.length - before;
  }

  facts(): { sizeBytes: number; ranges: string[] } {
    const last = this.#inRange === 0 ? [] : [this.#hash.copy().digest('hex')];
    return { sizeBytes: this.sizeBytes, ranges: [...this.#ranges, ...last] };
  }

  #endRange(): void {
    this.#ranges.push(this.#hash.digest('hex'));
    this.#hash = createHash('sha256');
    this.#inRange = 0;
  }
}

async function demandReserve(folder: string, reserveBytes: number | undefined): Promise<void> {
  if (reserveBytes === undefined) return;
  const freeBytes = await onSpool(freeBytesOn(folder));
  if (freeBytes >= reserveBytes) return;
  throw new Fail('spool.full', `The data folder's disk has ${freeBytes} bytes left; ${reserveBytes} must stay free.`);
}

/** What the operating system says about the spool, as a failure. Only its own calls go through here, never the body's. */
async function onSpool<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    if (saysDiskFull(thrown)) throw new Fail('spool.full', 'The disk of the data folder is full.', { cause: thrown });
    const code = systemCode(thrown);
    if (code === undefined) throw thrown;
    throw new Fail('home.unusable', `The data folder cannot take the backup (${code}).`, { cause: thrown });
  }
}
