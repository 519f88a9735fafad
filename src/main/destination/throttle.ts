/** Bytes on their way to a place that may not take all of the line. */
import { piecesFrom } from '../base/piecewise.ts';
import type { Body, Destination } from './destination.ts';

export interface Throttle {
  /** Whether there is a limit, as far as is known here: who asked last was told. */
  limited(): boolean;
  /** How much goes at once: little enough that the line stays smooth. */
  pieceBytes(): number;
  /** Resolves when so many bytes may go. */
  take(bytes: number, signal?: AbortSignal): Promise<void>;
}

/** Without a limit it is asked from time to time whether there is one now. */
const freePieceBytes = 4 * 1024 * 1024;

/** An eighth of what goes in a second, at most 256 KiB. */
export const pieceFor = (bytesPerSecond: number | undefined): number =>
  bytesPerSecond === undefined ? freePieceBytes : Math.min(256 * 1024, Math.max(2_048, Math.floor(bytesPerSecond / 8)));

/** The same bytes, each piece once it may go. */
export async function* throttled(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  throttle: Throttle,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (let offset = 0; offset < chunk.length;) {
      const piece = chunk.subarray(offset, offset + throttle.pieceBytes());
      await throttle.take(piece.length, signal);
      offset += piece.length;
      yield piece;
    }
  }
}

/** For places that write what they read: what a body gives is slowed down. A file that is linked sends nothing, and is not. */
export function throttlePuts(inner: Destination, throttle: Throttle): Destination {
  return {
    ...inner,
    get features() {
      return inner.features;
    },
    put: (key, body, options = {}) => inner.put(key, slowed(body, throttle, options.signal), options),
  };
}

function slowed(body: Body, throttle: Throttle, signal: AbortSignal | undefined): Body {
  return {
    ...body,
    open: (from = 0) =>
      piecesFrom(async function* slow(over) {
        const pieces = body.open(from);
        over.addEventListener('abort', () => void pieces.destroy(over.reason as Error), { once: true });
        yield* throttled(pieces, throttle, signal === undefined ? over : AbortSignal.any([signal, over]));
      }),
  };
}
