/**
 * The integrity protected packet of a sealed message, as it is written (RFC 4880, 5.13: SEIPDv1 with AES-256). Node's own cipher
 * and hash are two to four times as quick as the library's stream, and memory is what one part of each frame needs.
 */
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { tags } from './packet.ts';

/** A block of noise, and its last two bytes again. */
const noiseBytes = 16;
/** A body of unknown length comes in parts of 2 ** 17 bytes; its last part says its own length. */
const partPower = 17;
const partBytes = 2 ** partPower;
/** Before the bytes of a part: a tag, where it is the first, and at most five octets of length. */
const roomBefore = 6;
/** Binary, no file name, no date. */
const literalHead = Buffer.from([0x62, 0, 0, 0, 0, 0]);
const markHeader = Buffer.from([tags.mark, 20]);

/** @param bytes each piece is valid until the next one is asked for. What is given out has memory of its own. */
export function sealedPacket(bytes: AsyncIterable<Buffer>, sessionKey: Uint8Array): AsyncGenerator<Buffer, void, void> {
  return framed(tags.sealed, protectedBytes(bytes, sessionKey));
}

async function* protectedBytes(
  bytes: AsyncIterable<Buffer>,
  sessionKey: Uint8Array,
): AsyncGenerator<Buffer, void, void> {
  const cipher = createCipheriv('aes-256-cfb', sessionKey, Buffer.alloc(16));
  const hash = createHash('sha1');
  const noise = randomBytes(noiseBytes);
  const prefix = Buffer.concat([noise, noise.subarray(-2)]);
  hash.update(prefix);
  // The version of the packet, which alone is not encrypted.
  yield Buffer.concat([Buffer.from([1]), cipher.update(prefix)]);
  for await (const piece of framed(tags.literal, literalBody(bytes))) {
    hash.update(piece);
    yield cipher.update(piece);
  }
  hash.update(markHeader);
  yield cipher.update(Buffer.concat([markHeader, hash.digest()]));
}

async function* literalBody(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  yield literalHead;
  yield* bytes;
}

/** One packet around a body whose length is not known before its end. */
async function* framed(tag: number, body: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const parts = new Parts(tag);
  for await (const piece of body) {
    for (let at = 0; at < piece.length;) {
      if (parts.isFull()) yield parts.next();
      at += parts.take(piece, at);
    }
  }
  yield parts.last();
}

class Parts {
  #memory = Buffer.allocUnsafe(roomBefore + partBytes);
  #filled = 0;
  /** Before the first part alone. */
  #tag: readonly number[];

  constructor(tag: number) {
    this.#tag = [tag];
  }

  /** A full part is held until something follows: the last one has another header. */
  isFull(): boolean {
    return this.#filled === partBytes;
  }

  /** @returns how many bytes were taken. */
  take(piece: Buffer, from: number): number {
    const taken = piece.copy(this.#memory, roomBefore + this.#filled, from);
    this.#filled += taken;
    return taken;
  }

  next(): Buffer {
    const part = this.#headed([224 + partPower]);
    this.#memory = Buffer.allocUnsafe(roomBefore + partBytes);
    this.#filled = 0;
    return part;
  }

  last(): Buffer {
    return this.#headed(lengthOf(this.#filled));
  }

  #headed(length: readonly number[]): Buffer {
    const header = Buffer.from([...this.#tag, ...length]);
    this.#tag = [];
    const from = roomBefore - header.length;
    header.copy(this.#memory, from);
    return this.#memory.subarray(from, roomBefore + this.#filled);
  }
}

/** A length as a new header says it (RFC 4880, 4.2.2). */
function lengthOf(sizeBytes: number): number[] {
  if (sizeBytes < 192) return [sizeBytes];
  if (sizeBytes < 8384) return [192 + ((sizeBytes - 192) >> 8), (sizeBytes - 192) & 255];
  const length = Buffer.alloc(5, 255);
  length.writeUInt32BE(sizeBytes, 1);
  return [...length];
}
