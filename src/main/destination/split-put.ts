/** How a data file comes to lie in parts: one after the other, each of them whole or not there, so that a put that broke off goes on with the first that is missing. */
import { createHash } from 'node:crypto';
import { Fail, failures } from '../../shared/failure.ts';
import type { Key } from '../base/key.ts';
import { piecesFrom, type Pieces } from '../base/piecewise.ts';
import type { Body, Destination, PutOptions, Stored } from './destination.ts';
import { demandHash, wrongSize } from './folder-put.ts';
import { joined, maxParts, partKey, type Part } from './parts.ts';

export interface SplitPlace {
  inner: Destination;
  /** The parts that are there now, in their order. */
  look(signal?: AbortSignal): Promise<Part[]>;
}

/** What a put in parts goes on with. Which parts are there, the place itself tells. */
interface PartsToken {
  partBytes: number;
  /** Of the part that broke off, where the place goes on inside it. */
  inner?: string;
  part(whole: Key): Key;
  number: number;
}

const tokenPattern = /^parts:(\d{1,15}):(\d{1,4}):(.*)$/s;

export function partsToken(token: string | undefined): PartsToken | undefined {
  const found = token === undefined ? null : tokenPattern.exec(token);
  if (found === null) return undefined;
  const [, partBytes = '', number = '', inner = ''] = found;
  return {
    partBytes: Number(partBytes),
    number: Number(number),
    part: (whole) => partKey(whole, Number(number)),
    ...(inner === '' ? {} : { inner }),
  };
}

/**
 * @throws Fail destination.too-many-parts before anything is sent; what the place fails with. Parts that arrived stay where
 * the put can be gone on with, as `PutOptions.onResumable` says; else those of this put are removed.
 */
export async function putInParts(
  place: SplitPlace,
  name: Key,
  body: Body,
  partBytes: number,
  options: PutOptions,
): Promise<Stored> {
  const { inner } = place;
  const { signal, ifAbsent = false } = options;
  const count = demandFewParts(body.sizeBytes, partBytes, name);
  if (ifAbsent && (await inner.stat(name)) !== undefined) throw taken(name);
  const before = await place.look(signal);
  const token = partsToken(options.resumeToken);
  // An upload in one piece, of a time when the place took more.
  if (options.resumeToken !== undefined && token === undefined) await inner.giveUp?.(name, options.resumeToken);
  if (ifAbsent && token === undefined && joinedSize(before) === body.sizeBytes) throw taken(name);
  const there = new Map(before.map((part) => [part.number, part]));
  // Under `ifAbsent` nothing else has these names: a part of the right size is of an earlier try. What is replaced is sent in full.
  const goesOn = ifAbsent || token?.partBytes === partBytes;
  const digests = body.sha256 === undefined ? undefined : await digestsOf(body, body.sha256, partBytes, signal);
  const sequence = new Sequence(body);
  const made: Key[] = [];
  options.onResumable?.(`parts:${partBytes}:1:`);
  try {
    for (let number = 1; number <= count; number += 1) {
      signal?.throwIfAborted();
      const from = (number - 1) * partBytes;
      const sizeBytes = Math.min(partBytes, body.sizeBytes - from);
      const part = partKey(name, number);
      const old = there.get(number);
      if (!goesOn || old?.sizeBytes !== sizeBytes || (await inner.stat(part)) === undefined) {
        const sha256 = digests?.[number - 1];
        const piece: Body = {
          sizeBytes,
          open: (start = 0) => sequence.open(from + start, from + sizeBytes),
          ...(sha256 === undefined ? {} : { sha256 }),
        };
        await inner.put(part, piece, {
          ...(signal === undefined ? {} : { signal }),
          ifAbsent: ifAbsent && old === undefined,
          ...(token?.inner === undefined || token.number !== number ? {} : { resumeToken: token.inner }),
          ...toldOf(options, partBytes, number, from),
        });
        made.push(part);
      }
      options.onProgress?.(from + sizeBytes);
    }
    for (const { key: extra, number } of before) if (number > count) await inner.remove(extra);
    if (!ifAbsent) await inner.remove(name);
    // A list may still tell of what was just removed.
    const parts = (await place.look(signal)).filter(({ number }) => number <= count);
    if (parts.length !== count || joinedSize(parts) !== body.sizeBytes)
      throw new Fail(
        'destination.hash-mismatch',
        `${name} was stored in ${count} parts, and they are not what was sent.`,
      );
    return joined(name, parts);
  } catch (thrown) {
    if (!staysFor(thrown, options)) for (const part of made.toReversed()) await inner.remove(part).catch(() => {});
    throw thrown;
  } finally {
    sequence.close();
  }
}

/** @throws Fail destination.too-many-parts */
function demandFewParts(sizeBytes: number, partBytes: number, name: string): number {
  const count = Math.ceil(sizeBytes / partBytes);
  if (count <= maxParts) return count;
  throw new Fail(
    'destination.too-many-parts',
    `${name} would lie there in ${count} parts; at most ${maxParts} can be counted.`,
  );
}

function toldOf(options: PutOptions, partBytes: number, number: number, from: number): PutOptions {
  const { onResumable, onProgress } = options;
  return {
    ...(onResumable === undefined
      ? {}
      : { onResumable: (token) => onResumable(`parts:${partBytes}:${number}:${token}`) }),
    ...(onProgress === undefined ? {} : { onProgress: (bytes) => onProgress(from + bytes) }),
  };
}

/** Whether what arrived is left for a later put. */
function staysFor(thrown: unknown, { signal, onResumable }: PutOptions): boolean {
  if (onResumable === undefined) return false;
  return signal?.aborted === true || (thrown instanceof Fail && failures[thrown.code].retryable);
}

const joinedSize = (parts: readonly Part[]): number => parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

const taken = (name: Key): Fail => new Fail('destination.exists', `${name} is there already, or just being written.`);

/** Of each part, so that the place keeps nothing but the very bytes that were announced as a whole. */
async function digestsOf(
  body: Body,
  sha256: string,
  partBytes: number,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const whole = createHash('sha256');
  const digests: string[] = [];
  let part = createHash('sha256');
  let inPart = 0;
  for await (const chunk of body.open()) {
    signal?.throwIfAborted();
    whole.update(chunk);
    for (let offset = 0; offset < chunk.length;) {
      const piece = chunk.subarray(offset, offset + partBytes - inPart);
      part.update(piece);
      offset += piece.length;
      inPart += piece.length;
      if (inPart < partBytes) continue;
      digests.push(part.digest('hex'));
      part = createHash('sha256');
      inPart = 0;
    }
  }
  if (inPart > 0) digests.push(part.digest('hex'));
  demandHash(whole.digest('hex'), sha256);
  return digests;
}

/** Parts read one after the other come from one stream of the body: it is begun again only where somebody reads from elsewhere. */
class Sequence {
  readonly #body: Body;
  #pieces: Pieces | undefined;
  #chunks: AsyncIterator<Buffer> | undefined;
  #position = 0;
  #rest: Buffer = Buffer.alloc(0);

  constructor(body: Body) {
    this.#body = body;
  }

  open(from: number, to: number): Pieces {
    return piecesFrom(() => this.#read(from, to));
  }

  close(): void {
    this.#pieces?.destroy();
    this.#pieces = undefined;
    this.#chunks = undefined;
  }

  async *#read(from: number, to: number): AsyncGenerator<Buffer> {
    if (this.#chunks === undefined || this.#position !== from) this.#begin(from);
    while (this.#position < to) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks?.next();
        if (next === undefined || next.done === true) throw wrongSize(this.#body, String(this.#position));
        this.#rest = next.value;
      }
      const piece = this.#rest.subarray(0, to - this.#position);
      this.#rest = this.#rest.subarray(piece.length);
      this.#position += piece.length;
      yield piece;
    }
    // What a body has too much is seen where it should end.
    if (to === this.#body.sizeBytes && (this.#rest.length > 0 || (await this.#chunks?.next())?.done !== true))
      throw wrongSize(this.#body, `more than ${to}`);
  }

  #begin(from: number): void {
    this.close();
    const pieces = this.#body.open(from);
    this.#pieces = pieces;
    this.#chunks = pieces[Symbol.asyncIterator]();
    this.#position = from;
    this.#rest = Buffer.alloc(0);
  }
}
