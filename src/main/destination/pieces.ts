/** A body cut into parts, and checked as a whole at the end. */
import { createHash } from 'node:crypto';
import type { Body } from './destination.ts';
import { demandHash, wrongSize } from './folder-put.ts';

/**
 * Parts of exactly `partBytes`, each valid until it is given back to `memory`, the last one shorter; a body of nothing is one empty part. The last part comes only once
 * size and SHA-256 of the whole are the announced ones.
 * @throws Fail destination.hash-mismatch; the body's own error; the signal's reason.
 */
export async function* partsOf(
  body: Body,
  partBytes: number,
  signal: AbortSignal | undefined,
  memory = new PartMemory(),
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const stream = body.open();
  const onAbort = (): void => {
    stream.destroy(signal?.reason as Error);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  const partFrom = (start: number): Buffer => memory.take(Math.min(partBytes, body.sizeBytes - start));
  let arrived = 0;
  let start = 0;
  let filled = 0;
  let part = partFrom(start);
  try {
    for await (const chunk of stream) {
      signal?.throwIfAborted();
      arrived += chunk.length;
      if (arrived > body.sizeBytes) throw wrongSize(body, `more than ${body.sizeBytes}`);
      if (body.sha256 !== undefined) hash.update(chunk);
      for (let at = 0; at < chunk.length;) {
        // Only what is certainly not the last part goes before the end.
        if (filled === partBytes) {
          yield part;
          start += partBytes;
          part = partFrom(start);
          filled = 0;
        }
        const taken = chunk.copy(part, filled, at);
        filled += taken;
        at += taken;
      }
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stream.destroy();
  }
  signal?.throwIfAborted();
  if (arrived !== body.sizeBytes) throw wrongSize(body, String(arrived));
  if (body.sha256 !== undefined) demandHash(hash.digest('hex'), body.sha256);
  yield part.subarray(0, filled);
}

/** Memory for parts, used again: the collector would let a hundred megabytes gather before it gives any back. */
export class PartMemory {
  readonly #free: Buffer[] = [];

  take(sizeBytes: number): Buffer {
    const at = this.#free.findIndex(({ length }) => length >= sizeBytes);
    return at < 0 ? Buffer.allocUnsafeSlow(sizeBytes) : (this.#free.splice(at, 1)[0] as Buffer).subarray(0, sizeBytes);
  }

  /** Nobody reads this part any more. */
  give(part: Buffer): void {
    this.#free.push(Buffer.from(part.buffer));
  }
}

/** Parts of a chosen size, larger where there would be more of them than the service takes. */
export function partSize(sizeBytes: number, chosenBytes: number, maxParts: number): number {
  const oneMiB = 1024 * 1024;
  return Math.max(chosenBytes, Math.ceil(sizeBytes / maxParts / oneMiB) * oneMiB);
}
