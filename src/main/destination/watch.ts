/** A connection on which nothing moves has stalled: it is given up, and made again by whoever tries again. */
import type { Readable } from 'node:stream';
import { ServiceFail } from './service-fail.ts';

export interface Watch {
  /** Aborts with the caller's reason, or because nothing moved. */
  abortSignal: AbortSignal;
  /** Something moved. */
  touch: () => void;
}

export const stalled = (what: string): ServiceFail =>
  new ServiceFail('destination.unreachable', `Nothing moved on the connection for ${what}.`, {
    said: 'Stalled',
    status: undefined,
    transient: true,
    cause: undefined,
  });

/** Runs one request that fails where nothing moves for `idleMs`. */
export async function watched<T>(
  what: string,
  idleMs: number,
  signal: AbortSignal | undefined,
  work: (watch: Watch) => Promise<T>,
): Promise<T> {
  const idle = new AbortController();
  const timer = setTimeout(() => idle.abort(), idleMs);
  const signals = signal === undefined ? [idle.signal] : [idle.signal, signal];
  try {
    return await work({ abortSignal: AbortSignal.any(signals), touch: () => void timer.refresh() });
  } catch (thrown) {
    if (idle.signal.aborted && signal?.aborted !== true) throw stalled(what);
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}

/** What a stream brings; only the time in which somebody waits for it counts. */
export async function* unstalled(what: string, body: Readable, idleMs: number): AsyncGenerator<Buffer> {
  const chunks = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const timer = setTimeout(() => body.destroy(stalled(what)), idleMs);
  try {
    for (;;) {
      timer.refresh();
      const { done, value } = await chunks.next();
      if (done === true) return;
      clearTimeout(timer);
      yield value;
    }
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
}
