/** A place in memory, for tests of what uses a place. It passes the same suite as the real ones. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Destination, Key, Stored } from '../../src/main/destination/destination.ts';
import { Fail } from '../../src/shared/failure.ts';

export interface MemoryDestination extends Destination {
  /** The stored bytes themselves: a test may change them behind everybody's back. */
  files: Map<string, Buffer>;
}

export function memoryDestination(): MemoryDestination {
  const files = new Map<string, Buffer>();
  const stored = (name: string, bytes: Buffer): Stored => ({
    key: name as Key,
    sizeBytes: bytes.length,
    modifiedAt: 1,
  });
  return {
    files,
    features: { atomicPut: true, oneWinner: true, rangeRead: true, freeSpace: false, resume: false },
    async put(name, body, options = {}) {
      options.signal?.throwIfAborted();
      const chunks: Buffer[] = [];
      let arrived = 0;
      const stream = body.open();
      const onAbort = (): void => void stream.destroy(options.signal?.reason as Error);
      options.signal?.addEventListener('abort', onAbort, { once: true });
      for await (const chunk of stream) {
        options.signal?.throwIfAborted();
        // A body may use its memory again.
        chunks.push(Buffer.from(chunk));
        arrived += chunk.length;
        if (arrived > body.sizeBytes) break;
        options.onProgress?.(arrived);
      }
      options.signal?.removeEventListener('abort', onAbort);
      const bytes = Buffer.concat(chunks);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      if (bytes.length !== body.sizeBytes || (body.sha256 !== undefined && body.sha256 !== sha256)) {
        throw new Fail('destination.hash-mismatch', 'The bytes that arrived are not the ones that were announced.');
      }
      if (options.ifAbsent === true && files.has(name))
        throw new Fail('destination.exists', `${name} is there already.`);
      files.set(name, bytes);
      return stored(name, bytes);
    },
    async get(name, { from = 0, to = Infinity, signal } = {}) {
      signal?.throwIfAborted();
      const bytes = files.get(name);
      if (bytes === undefined) throw new Fail('artifact.missing', `${name} is not there.`);
      const wanted = bytes.subarray(from, Math.max(from, to));
      const stream = Readable.from(
        (function* pieces() {
          for (let offset = 0; offset < wanted.length; offset += 65_536) yield wanted.subarray(offset, offset + 65_536);
        })(),
        { objectMode: false },
      );
      signal?.addEventListener('abort', () => stream.destroy(signal.reason as Error), { once: true });
      return stream;
    },
    async stat(name) {
      const bytes = files.get(name);
      return bytes === undefined ? undefined : stored(name, bytes);
    },
    async *list(prefix, signal) {
      const start = prefix === '' ? '' : `${prefix}/`;
      const names = [...files.keys()].filter((name) => name.startsWith(start));
      for (const name of names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
        signal?.throwIfAborted();
        const bytes = files.get(name);
        if (bytes !== undefined) yield stored(name, bytes);
      }
    },
    async remove(name) {
      files.delete(name);
    },
    async freeBytes() {
      return null;
    },
    async close() {},
  };
}
