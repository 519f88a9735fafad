/** A body cut into parts that are held in memory one at a time, and checked as a whole at the end. */
import { createHash } from 'node:crypto';
import type { Body } from './destination.ts';
import { demandHash, wrongSize } from './folder-put.ts';

/**
 * Parts of exactly `partBytes`, the last one shorter; a body of nothing is one empty part. The last part comes only once
 * size and SHA-256 of the whole are the announced ones.
 * @throws Fail destination.hash-mismatch; the body's own error; the signal's reason.
 */
export async function* partsOf(body: Body, partBytes: number, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const stream = body.open();
  const onAbort = (): void => {
    stream.destroy(signal?.reason as Error);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  let arrived = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      arrived += chunk.length;
      if (arrived > body.sizeBytes) throw wrongSize(body, `more than ${body.sizeBytes}`);
      if (body.sha256 !== undefined) hash.update(chunk);
      held.push(chunk);
      heldBytes += chunk.length;
      // Only what is certainly not the last part goes before the end.
      while (heldBytes > partBytes) {
        const all = Buffer.concat(held);
        yield all.subarray(0, partBytes);
        held = [all.subarray(partBytes)];
        heldBytes -= partBytes;
      }
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stream.destroy();
  }
  signal?.throwIfAborted();
  if (arrived !== body.sizeBytes) throw wrongSize(body, String(arrived));
  if (body.sha256 !== undefined) demandHash(hash.digest('hex'), body.sha256);
  yield Buffer.concat(held);
}

/** Parts of a chosen size, larger where there would be more of them than the service takes. */
export function partSize(sizeBytes: number, chosenBytes: number, maxParts: number): number {
  const oneMiB = 1024 * 1024;
  return Math.max(chosenBytes, Math.ceil(sizeBytes / maxParts / oneMiB) * oneMiB);
}
