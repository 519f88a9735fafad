/** Reading a range over HTTP. A connection that breaks, stalls or ends too early is made again where it stopped. */
import { Readable } from 'node:stream';
import { Fail } from '../../shared/failure.ts';
import type { Key } from '../base/key.ts';
import { pause, type Pace } from './retry.ts';
import { ServiceFail, tooShort } from './service-fail.ts';
import { streamOf } from './stream.ts';

export interface Range {
  from: number;
  to: number;
}

/** An answer on its way. */
export interface Coming {
  body: Readable;
  etag: string | undefined;
  /** Where the last wanted byte ends. */
  end: number;
}

export interface RangeSource {
  pace: Pace;
  /** Undefined where the range is beyond the end. An object that has another `etag` fails with status 412. */
  open(range: Range, etag: string | undefined, signal: AbortSignal | undefined): Promise<Coming | undefined>;
  failureOf(thrown: unknown): unknown;
}

/** @throws Fail artifact.missing, destination.* before a stream is there. */
export async function readRange(
  source: RangeSource,
  key: Key,
  range: Range,
  signal: AbortSignal | undefined,
): Promise<Readable> {
  const first = await source.open(range, undefined, signal);
  if (first === undefined) return Readable.from([]);
  return streamOf((over) => reading(source, key, range, first, over), signal);
}

async function* reading(
  source: RangeSource,
  key: Key,
  { from, to }: Range,
  first: Coming,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let coming: Coming | undefined = first;
  let position = from;
  let failures = 0;
  try {
    while (position < first.end) {
      try {
        coming ??= await reopened(source, key, { from: position, to }, first, signal);
        if (coming === undefined) throw tooShort(key);
        for await (const chunk of coming.body as AsyncIterable<Buffer>) {
          position += chunk.length;
          failures = 0;
          yield chunk;
        }
        if (position < first.end) throw tooShort(key);
      } catch (thrown) {
        signal.throwIfAborted();
        const failure = source.failureOf(thrown);
        coming?.body.destroy();
        coming = undefined;
        failures += 1;
        if (failures >= source.pace.attempts || !(failure instanceof ServiceFail) || !failure.transient) throw failure;
        await pause(failures, source.pace, signal);
      }
    }
  } finally {
    coming?.body.destroy();
  }
}

async function reopened(
  source: RangeSource,
  key: Key,
  range: Range,
  first: Coming,
  signal: AbortSignal,
): Promise<Coming | undefined> {
  try {
    return await source.open(range, first.etag, signal);
  } catch (thrown) {
    if (thrown instanceof ServiceFail && thrown.status === 412)
      throw new Fail('destination.changed', `${key} was replaced while it was read.`, { cause: thrown });
    throw thrown;
  }
}
