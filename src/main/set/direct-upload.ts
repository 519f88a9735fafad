/**
 * One stream of unknown length into a place, without a file in between: cut into parts that are held in memory, so that each of
 * them is put whole, with its SHA-256, and a place that stumbles is tried again with the same bytes.
 */
import { createHash } from 'node:crypto';
import { bytes } from '../../shared/bytes.ts';
import { Fail } from '../../shared/failure.ts';
import { piecesFrom } from '../base/piecewise.ts';
import type { Body, Destination, Key } from '../destination/destination.ts';
import { maxParts, partKey } from '../destination/parts.ts';

const pieceBytes = 1024 * 1024;

export interface DirectOptions {
  partBytes: number;
  signal: AbortSignal;
  /** Bytes that have arrived in the place so far. */
  onArrived: (bytes: number) => void;
}

/** Two parts are in memory at most: one that fills, and one on its way. */
export class DirectUpload {
  readonly #place: Destination;
  readonly #name: Key;
  readonly #options: DirectOptions;
  #filling: Buffer;
  /** The other part's memory, which is on its way or waits. */
  #other: Buffer | undefined;
  #filled = 0;
  #parts = 0;
  #arrived = 0;
  #sending: Promise<void> = Promise.resolve();
  #failure: { thrown: unknown } | undefined;

  constructor(place: Destination, name: Key, options: DirectOptions) {
    this.#place = place;
    this.#name = name;
    this.#options = options;
    this.#filling = Buffer.allocUnsafeSlow(options.partBytes);
  }

  /** Resolves when there is room for more. @throws what the place failed with; Fail destination.too-many-parts. */
  async take(chunk: Buffer): Promise<void> {
    for (let offset = 0; offset < chunk.length;) {
      // A part goes only when it is certain that something follows: what fits into one part is one file.
      if (this.#filled === this.#filling.length) await this.#sendPart();
      const copied = chunk.copy(this.#filling, this.#filled, offset);
      this.#filled += copied;
      offset += copied;
    }
  }

  /** Resolves when everything lies there. */
  async end(): Promise<void> {
    if (this.#parts === 0) await this.#put(this.#name, this.#filling.subarray(0, this.#filled));
    else await this.#sendPart();
    await this.#sent();
  }

  /** Nothing of it stays, as far as the place lets us. */
  async takeBack(): Promise<void> {
    await this.#sending;
    // By their names: a list may not tell yet what has just been put.
    for (let number = this.#parts; number > 0; number -= 1) await this.#place.remove(partKey(this.#name, number));
    await this.#place.remove(this.#name);
  }

  async #sendPart(): Promise<void> {
    await this.#sent();
    this.#parts += 1;
    if (this.#parts > maxParts)
      throw new Fail(
        'destination.too-many-parts',
        `${this.#name} is larger than ${bytes(maxParts * this.#options.partBytes)}, and can be streamed no further.`,
      );
    const full = this.#filling.subarray(0, this.#filled);
    this.#sending = this.#put(partKey(this.#name, this.#parts), full).catch((thrown: unknown) => {
      this.#failure ??= { thrown };
    });
    const free = this.#other ?? Buffer.allocUnsafeSlow(this.#options.partBytes);
    this.#other = this.#filling;
    this.#filling = free;
    this.#filled = 0;
  }

  async #sent(): Promise<void> {
    await this.#sending;
    if (this.#failure !== undefined) throw this.#failure.thrown;
  }

  async #put(name: Key, part: Buffer): Promise<void> {
    const { signal, onArrived } = this.#options;
    await this.#place.put(name, inMemory(part), { signal, ifAbsent: true });
    this.#arrived += part.length;
    onArrived(this.#arrived);
  }
}

/** In pieces, so that no place makes a second large block of it. */
function inMemory(whole: Buffer): Body {
  return {
    sizeBytes: whole.length,
    sha256: createHash('sha256').update(whole).digest('hex'),
    open: (from = 0) => piecesFrom(() => pieces(whole, from)),
  };
}

async function* pieces(whole: Buffer, from: number): AsyncGenerator<Buffer> {
  for (let offset = from; offset < whole.length; offset += pieceBytes)
    yield whole.subarray(offset, offset + pieceBytes);
}
