/** Reading from a bucket. */
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type GetObjectCommandOutput,
  type HeadObjectCommandOutput,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { Fail } from '../../shared/failure.ts';
import type { Key } from '../base/key.ts';
import type { Cold, Stored } from './destination.ts';
import { inKeyOrder } from './ordered-list.ts';
import { readRange, type Coming, type Range } from './ranged-read.ts';
import { wholeList, type Bucket } from './s3-client.ts';
import { s3Failure } from './s3-failure.ts';
import { ServiceFail } from './service-fail.ts';

/** @throws Fail artifact.missing, destination.* before a stream is there. */
export const readObject = (
  bucket: Bucket,
  key: Key,
  range: Range,
  signal: AbortSignal | undefined,
): Promise<Readable> =>
  readRange(
    {
      pace: bucket.pace,
      open: (part, etag, over) => openRange(bucket, key, part, etag, over),
      failureOf: (thrown) => s3Failure(thrown, key, true),
    },
    key,
    range,
    signal,
  );

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
    if (thrown instanceof ServiceFail && (thrown.status === 416 || thrown.said === 'InvalidRange')) return undefined;
    throw thrown;
  }
  const total = Number(/\/([0-9]+)$/.exec(got.ContentRange ?? '')?.[1] ?? from + (got.ContentLength ?? 0));
  return { body: got.Body as Readable, etag: got.ETag, end: Math.min(to, total) };
}

export interface Headed extends Stored {
  /** Who put it; see s3-put.ts. */
  put: string | undefined;
}

/**
 * What is stored under a key; undefined where nothing is.
 * @param again the list has answered since it was asked first
 */
export async function headObject(
  bucket: Bucket,
  key: Key,
  signal?: AbortSignal,
  again = false,
): Promise<Headed | undefined> {
  let got: HeadObjectCommandOutput;
  try {
    got = await bucket.ask(
      key,
      (client, options) =>
        client.send(new HeadObjectCommand({ Bucket: bucket.settings.bucket, Key: bucket.nameOf(key) }), options),
      { signal },
    );
  } catch (thrown) {
    const status = thrown instanceof ServiceFail ? thrown.status : undefined;
    if (status === undefined || status >= 500) throw thrown;
    // An answer to HEAD has no body that could say why: the list of the bucket tells.
    await bucket.examine(signal).catch((why: unknown) => {
      // Who may not list may still read and write.
      if (!(status === 404 && why instanceof ServiceFail && why.code === 'destination.permission')) throw why;
    });
    if (status === 404) return undefined;
    // With the answer to a list the client has learnt what time it is there; a refused HEAD alone tells it nothing.
    if (status === 403 && !again) return headObject(bucket, key, signal, true);
    throw thrown;
  }
  return {
    key,
    sizeBytes: got.ContentLength ?? 0,
    modifiedAt: got.LastModified?.getTime() ?? 0,
    put: got.Metadata?.['holdfast-put'],
    ...coldOf(got),
  };
}

const archives = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html: `x-amz-restore`, `x-amz-archive-status`. */
function coldOf({ StorageClass, ArchiveStatus, Restore }: HeadObjectCommandOutput): { cold?: Cold } {
  const storageClass = ArchiveStatus ?? StorageClass ?? '';
  if (ArchiveStatus === undefined && !archives.has(storageClass)) return {};
  // Without a request that goes on, an expiry date says until when the copy that was asked for is there.
  if (Restore?.includes('ongoing-request="false"') === true) return {};
  return { cold: { storageClass, thawing: Restore?.includes('ongoing-request="true"') === true } };
}

/** Everything below a folder. */
export const listObjects = (
  bucket: Bucket,
  prefix: Key | '',
  signal: AbortSignal | undefined,
): AsyncGenerator<Stored> => inKeyOrder(pagesOf(bucket, prefix, signal), signal);

async function* pagesOf(bucket: Bucket, prefix: Key | '', signal: AbortSignal | undefined): AsyncGenerator<Stored[]> {
  let token: string | undefined;
  do {
    const page: ListObjectsV2CommandOutput = await bucket.ask(
      `the bucket ${bucket.settings.bucket}`,
      (client, options) =>
        wholeList(
          'the list of the bucket',
          client.send(
            new ListObjectsV2Command({
              Bucket: bucket.settings.bucket,
              Prefix: bucket.nameOf(prefix === '' ? '' : `${prefix}/`),
              EncodingType: 'url',
              ...(token === undefined ? {} : { ContinuationToken: token }),
            }),
            options,
          ),
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
