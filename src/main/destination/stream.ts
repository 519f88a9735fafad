import { Readable } from 'node:stream';

/**
 * A stream of what a generator yields. The generator is told by its signal that nobody reads on, so that what it waits
 * for cannot hold the end up; its `finally` has run when the stream closes. An abort comes up as the signal's own reason.
 */
export function streamOf(
  generate: (signal: AbortSignal) => AsyncGenerator<Buffer>,
  signal: AbortSignal | undefined,
): Readable {
  const over = new AbortController();
  const pieces = generate(over.signal);
  const onAbort = (): void => {
    stream.destroy(signal?.reason as Error);
  };
  const stream = new Readable({
    read() {
      pieces.next().then(
        ({ done, value }) => this.push(done === true ? null : value),
        (thrown: unknown) => this.destroy(thrown as Error),
      );
    },
    destroy(thrown, done) {
      signal?.removeEventListener('abort', onAbort);
      over.abort(thrown ?? new Error('The reader has gone.'));
      const finish = (): void => done(thrown);
      pieces.return(undefined).then(finish, finish);
    },
  });
  signal?.addEventListener('abort', onAbort, { once: true });
  return stream;
}
