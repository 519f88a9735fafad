/** Reading from a container. */
import { Readable } from 'node:stream';
import { Fail } from '../../shared/failure.ts';
import type { Key } from '../base/key.ts';
import type { Container } from './azure-client.ts';
import { azureFailure } from './azure-failure.ts';
import type { Stored } from './destination.ts';
import { inKeyOrder } from './ordered-list.ts';
import { readRange, type Coming, type Range } from './ranged-read.ts';
import { ServiceFail } from './service-fail.ts';
import { unstalled } from './watch.ts';

/** More than a blob can have. */
const everything = 2 ** 48;

/** @throws Fail artifact.missing, destination.* before a stream is there. */
export const readBlob = (
  container: Container,
  key: Key,
  range: Range,
  signal: AbortSignal | undefined,
): Promise<Readable> =>
  readRange(
    {
      pace: container.pace,
      open: (part, etag, over) => openRange(container, key, part, etag, over),
      failureOf: (thrown) => azureFailure(thrown, key, true),
    },
    key,
    range,
    signal,
  );

/** Undefined where the range is beyond the end. */
async function openRange(
  container: Container,
  key: Key,
  { from, to }: Range,
  etag: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Coming | undefined> {
  try {
    const got = await container.ask(
      key,
      (client, { abortSignal }) =>
        // Always a range: its answer tells the whole size, which a proxy that cuts the body off leaves as it is.
        client.getBlobClient(container.nameOf(key)).download(from, Math.min(to - from, everything), {
          abortSignal,
          maxRetryRequests: 0,
          ...(etag === undefined ? {} : { conditions: { ifMatch: etag } }),
        }),
      { signal },
    );
    const total = Number(/\/([0-9]+)$/.exec(got.contentRange ?? '')?.[1] ?? from + (got.contentLength ?? 0));
    const body = Readable.from(unstalled(key, got.readableStreamBody as Readable, container.pace.idleMs));
    return { body, etag: got.etag, end: Math.min(to, total) };
  } catch (thrown) {
    if (thrown instanceof ServiceFail && (thrown.status === 416 || thrown.said === 'InvalidRange')) return undefined;
    throw thrown;
  }
}

export interface HeadedBlob extends Stored {
  /** Who put it; see azure-put.ts. */
  put: string | undefined;
}

/** What is stored under a key; undefined where nothing is. */
export async function headBlob(container: Container, key: Key, signal?: AbortSignal): Promise<HeadedBlob | undefined> {
  try {
    const got = await container.ask(
      key,
      (client, { abortSignal }) => client.getBlobClient(container.nameOf(key)).getProperties({ abortSignal }),
      { signal },
    );
    return {
      key,
      sizeBytes: got.contentLength ?? 0,
      modifiedAt: got.lastModified?.getTime() ?? 0,
      put: got.metadata?.['holdfastput'],
      ...(got.accessTier === 'Archive'
        ? { cold: { storageClass: 'Archive', thawing: got.archiveStatus !== undefined } }
        : {}),
    };
  } catch (thrown) {
    const status = thrown instanceof ServiceFail ? thrown.status : undefined;
    if (status === undefined || status >= 500) throw thrown;
    if ((thrown as ServiceFail).said === 'BlobNotFound') return undefined;
    // An answer to HEAD has no body that could say why: the list of the container tells.
    await container.examine(signal).catch((why: unknown) => {
      // Who may not list may still read and write.
      if (!(status === 404 && why instanceof ServiceFail && why.code === 'destination.permission')) throw why;
    });
    if (status === 404) return undefined;
    throw thrown;
  }
}

/** Everything below a folder. */
export const listBlobs = (
  container: Container,
  prefix: Key | '',
  signal: AbortSignal | undefined,
): AsyncGenerator<Stored> => inKeyOrder(pagesOf(container, prefix, signal), signal);

async function* pagesOf(
  container: Container,
  prefix: Key | '',
  signal: AbortSignal | undefined,
): AsyncGenerator<Stored[]> {
  let token: string | undefined;
  do {
    const { value: page, done } = await container.ask(
      `the container ${container.settings.container}`,
      (client, { abortSignal }) =>
        client
          .listBlobsFlat({ prefix: container.nameOf(prefix === '' ? '' : `${prefix}/`), abortSignal })
          .byPage({ maxPageSize: 1000, ...(token === undefined ? {} : { continuationToken: token }) })
          .next(),
      { signal },
    );
    if (done === true) {
      if (token === undefined) return;
      throw new Fail('destination.unreachable', 'The list of the container ended too early.');
    }
    yield page.segment.blobItems.flatMap(({ name, properties }) => {
      const key = container.keyOf(name);
      return key === undefined
        ? []
        : [{ key, sizeBytes: properties.contentLength ?? 0, modifiedAt: properties.lastModified.getTime() }];
    });
    token = page.continuationToken === '' ? undefined : page.continuationToken;
  } while (token !== undefined);
}
