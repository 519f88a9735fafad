/** Reading from a bucket. A connection that breaks, stalls or ends too early is made again where it stopped. */
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type GetObjectCommandOutput,
  type HeadObjectCommandOutput,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { Fail } from '../../shared/failure.ts';
import type { Key } from '../base/key.ts';
import type { Stored } from './destination.ts';
import { pause } from './retry.ts';
import type { Bucket } from './s3-client.ts';
import { S3Fail, s3Failure } from './s3-failure.ts';
import { streamOf } from './stream.ts';

interface Range {
  from: number;
  to: number;
}

interface Coming {
  body: Readable;
  etag: string | undefined;
  /** Where the last wanted byte ends. */
  end: number;
}

/** @throws Fail artifact.missing, destination.* before a stream is there. */
export async function readObject(
  bucket: Bucket,
  key: Key,
  range: Range,
  signal: AbortSignal | undefined,
): Promise<Readable> {
  const first = await openRange(bucket, key, range, undefined, signal);
  if (first === undefined) return Readable.from([]);
  return streamOf((over) => reading(bucket, key, range, first, over), signal);
}

async function* reading(
  bucket: Bucket,
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
        coming ??= await openRange(bucket, key, { from: position, to }, first.etag, signal);
        if (coming === undefined) throw tooShort(key);
        for await (const chunk of coming.body as AsyncIterable<Buffer>) {
          position += chunk.length;
          failures = 0;
          yield chunk;
        }
        if (position < first.end) throw tooShort(key);
      } catch (thrown) {
        signal.throwIfAborted();
        const failure = s3Failure(thrown, key, true);
        coming?.body.destroy();
        coming = undefined;
        failures += 1;
        if (failures >= bucket.pace.attempts || !(failure instanceof S3Fail) || !failure.transient) throw failure;
        await pause(failures, bucket.pace, signal);
      }
    }
  } finally {
    coming?.body.destroy();
  }
}

const tooShort = (key: Key): S3Fail =>
  new S3Fail('destination.unreachable', `The answer for ${key} ended too early.`, {
    said: 'Truncated',
    status: undefined,
    transient: true,
    cause: undefined,
  });

/** Undefined where the range is beyond the end. */
async function openRange(
  bucket: Bucket,
  key: Key,
  { from, to }: Range,
  etag: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Coming | undefined> {
  let got: GetObjectCommandOutput;
  try {
    got = await bucket.ask(
      key,
      (client, options) =>
        client.send(
          new GetObjectCommand({
            Bucket: bucket.settings.bucket,
            Key: bucket.nameOf(key),
            // Always a range: its answer tells the whole size, which a proxy that cuts the body off leaves as it is.
            Range: `bytes=${from}-${to === Infinity ? '' : to - 1}`,
            ...(etag === undefined ? {} : { IfMatch: etag }),
          }),
          options,
        ),
      { signal },
    );
  } catch (thrown) {
    if (thrown instanceof S3Fail && (thrown.status === 416 || thrown.said === 'InvalidRange')) return undefined;
    if (thrown instanceof S3Fail && thrown.status === 412)
      throw new Fail('destination.changed', `${key} was replaced while it was read.`, { cause: thrown });
    throw thrown;
  }
  const total = Number(/\/([0-9]+)$/.exec(got.ContentRange ?? '')?.[1] ?? from + (got.ContentLength ?? 0));
  return { body: got.Body as Readable, etag: got.ETag, end: Math.min(to, total) };
}

export interface Headed extends Stored {
  /** Who put it; see s3-put.ts. */
  put: string | undefined;
}

/** What is stored under a key; undefined where nothing is. */
export async function headObject(bucket: Bucket, key: Key, signal?: AbortSignal): Promise<Headed | undefined> {
  let got: HeadObjectCommandOutput;
  try {
    got = await bucket.ask(
      key,
      (client, options) =>
        client.send(new HeadObjectCommand({ Bucket: bucket.settings.bucket, Key: bucket.nameOf(key) }), options),
      { signal },
    );
  } catch (thrown) {
    const status = thrown instanceof S3Fail ? thrown.status : undefined;
    if (status === undefined || status >= 500) throw thrown;
    // An answer to HEAD has no body that could say why: the list of the bucket tells.
    await bucket.examine(signal).catch((why: unknown) => {
      // Who may not list may still read and write.
      if (!(status === 404 && why instanceof S3Fail && why.code === 'destination.permission')) throw why;
    });
    if (status === 404) return undefined;
    throw thrown;
  }
  return {
    key,
    sizeBytes: got.ContentLength ?? 0,
    modifiedAt: got.LastModified?.getTime() ?? 0,
    put: got.Metadata?.['holdfast-put'],
  };
}

/**
 * Everything below a folder, page by page, in the order of the keys' bytes. S3 itself lists in that order; of a service
 * that does not, everything is read before the first is told.
 */
export async function* listObjects(
  bucket: Bucket,
  prefix: Key | '',
  signal: AbortSignal | undefined,
): AsyncGenerator<Stored> {
  let last: Buffer | undefined;
  const pages = pagesOf(bucket, prefix, signal);
  for await (const page of pages) {
    let sorted = page;
    if (!isInOrder(page, last)) {
      const rest = [...page];
      for await (const more of pages) rest.push(...more);
      sorted = rest.toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
      if (!isInOrder(sorted, last))
        throw new Fail('destination.unreachable', 'The service lists the bucket in no order that can be followed.');
    }
    for (const stored of sorted) {
      signal?.throwIfAborted();
      yield stored;
    }
    signal?.throwIfAborted();
    last = sorted.length === 0 ? last : Buffer.from((sorted.at(-1) as Stored).key);
  }
}

function isInOrder(page: readonly Stored[], after: Buffer | undefined): boolean {
  let last = after;
  for (const { key } of page) {
    const bytes = Buffer.from(key);
    if (last !== undefined && Buffer.compare(last, bytes) >= 0) return false;
    last = bytes;
  }
  return true;
}

async function* pagesOf(bucket: Bucket, prefix: Key | '', signal: AbortSignal | undefined): AsyncGenerator<Stored[]> {
  let token: string | undefined;
  do {
    const page: ListObjectsV2CommandOutput = await bucket.ask(
      `the bucket ${bucket.settings.bucket}`,
      (client, options) =>
        client.send(
          new ListObjectsV2Command({
            Bucket: bucket.settings.bucket,
            Prefix: bucket.nameOf(prefix === '' ? '' : `${prefix}/`),
            EncodingType: 'url',
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
          options,
        ),
      { signal },
    );
    yield (page.Contents ?? []).flatMap(({ Key: name, Size: sizeBytes = 0, LastModified }) => {
      const key = name === undefined ? undefined : bucket.keyOf(page.EncodingType === 'url' ? decoded(name) : name);
      return key === undefined ? [] : [{ key, sizeBytes, modifiedAt: LastModified?.getTime() ?? 0 }];
    });
    token = page.NextContinuationToken;
    if (page.IsTruncated === true && token === undefined)
      throw new Fail('destination.unreachable', 'The list of the bucket ended too early.');
  } while (token !== undefined);
}

const decoded = (name: string): string => decodeURIComponent(name.replaceAll('+', '%20'));
