/** Bytes that are asked for piece by piece. */

/**
 * Bytes in pieces; each is valid until the next one is asked for. Who destroys it reads no more: what is being waited for is
 * rejected with the reason. A stream is one, too.
 */
export interface Pieces extends AsyncIterable<Buffer> {
  destroy(reason?: Error): unknown;
}

/**
 * What a generator yields, one piece at a time and none ahead, so that it may use its memory again. Its signal is aborted
 * when nobody reads on; its `finally` runs then.
 */
export function piecesFrom(generate: (over: AbortSignal) => AsyncGenerator<Buffer>): Pieces {
  const over = new AbortController();
  let pieces: AsyncGenerator<Buffer> | undefined;
  return {
    [Symbol.asyncIterator]: () => (pieces ??= generate(over.signal)),
    destroy(reason = new Error('The reader has gone.')) {
      over.abort(reason);
      // Where it waits for the next question it would never end by itself.
      void pieces?.return(undefined).catch(() => {});
    },
  };
}
