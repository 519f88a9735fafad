/**
 * How a blob comes to be: in one request, or in blocks that appear all at once when their list is committed. A block is named after
 * its number and its MD5, so a later put knows by the name which of them are there. Blocks that are never committed are listed
 * nowhere, and Azure forgets them after a week.
 */
import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Key } from '../base/key.ts';
import type { Container } from './azure-client.ts';
import { headBlob } from './azure-read.ts';
import type { Body, PutOptions } from './destination.ts';
import { partSize, partsOf } from './pieces.ts';
import type { Pace } from './retry.ts';
import { defaultPartBytes, sendParts, unlessMine } from './sent-parts.ts';
import { ServiceFail } from './service-fail.ts';
import { throttled } from './throttle.ts';

const maxBlocks = 50_000;
/** A body goes to the network in pieces of this size, so that its progress can be seen. */
const pieceBytes = 256 * 1024;

/** What a put that broke off can be gone on with, by any process. Azure itself knows the blocks. */
interface Upload {
  put: string;
  partBytes: number;
}

const md5 = (bytes: Buffer): Buffer => createHash('md5').update(bytes).digest();

/** Puts `body` under a key. @returns the name of this put, which the blob bears. */
export async function putBlob(container: Container, key: Key, body: Body, options: PutOptions): Promise<string> {
  const known = uploadOf(options.resumeToken);
  const partBytes =
    known?.partBytes ?? partSize(body.sizeBytes, container.settings.partBytes ?? defaultPartBytes, maxBlocks);
  const upload = known ?? { put: randomUUID(), partBytes };
  const isMine = async (): Promise<boolean> => (await headBlob(container, key))?.put === upload.put;
  if (body.sizeBytes <= partBytes) {
    for await (const bytes of partsOf(body, partBytes, options.signal))
      await unlessMine(key, () => putWhole(container, key, bytes, upload, options), isMine);
    options.onProgress?.(body.sizeBytes);
    return upload.put;
  }
  const there = known === undefined ? new Set<string>() : await waitingBlocks(container, key, options.signal);
  options.onResumable?.(JSON.stringify(upload));
  const names: string[] = [];
  await sendParts(body, partBytes, options, async (bytes, number) => {
    const sum = md5(bytes);
    const name = blockName(number, sum);
    names[number - 1] = name;
    if (there.has(name)) return;
    await container.ask(
      `${key}, block ${number}`,
      (client, { abortSignal, touch }) =>
        client
          .getBlockBlobClient(container.nameOf(key))
          .stageBlock(name, piecesOf(bytes, container.pace), bytes.length, {
            abortSignal,
            onProgress: touch,
            transactionalContentMD5: sum,
          }),
      { signal: options.signal },
    );
  });
  options.signal?.throwIfAborted();
  await unlessMine(key, () => commit(container, key, names, upload, options), isMine);
  return upload.put;
}

/** All names of one blob's blocks have to be of one length. */
function blockName(number: number, sum: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return Buffer.concat([bytes, sum]).toString('base64');
}

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}

const piecesOf =
  (bytes: Buffer, { throttle }: Pace) =>
  (): NodeJS.ReadableStream =>
    Readable.from(throttle === undefined ? slices(bytes) : throttled(slices(bytes), throttle), { objectMode: false });

function putWhole(
  container: Container,
  key: Key,
  bytes: Buffer,
  upload: Upload,
  { signal, ifAbsent }: PutOptions,
): Promise<unknown> {
  const sum = md5(bytes);
  return container.ask(
    key,
    (client, { abortSignal, touch }) =>
      client.getBlockBlobClient(container.nameOf(key)).upload(piecesOf(bytes, container.pace), bytes.length, {
        ...keptAs(container, key, upload.put),
        blobHTTPHeaders: { blobContentType: 'application/octet-stream', blobContentMD5: sum },
        transactionalContentMD5: sum,
        conditions: ifAbsent === true ? { ifNoneMatch: '*' } : {},
        abortSignal,
        onProgress: touch,
      }),
    { signal },
  );
}

function commit(
  container: Container,
  key: Key,
  names: string[],
  upload: Upload,
  { signal, ifAbsent }: PutOptions,
): Promise<unknown> {
  return container.ask(
    key,
    (client, { abortSignal }) =>
      client.getBlockBlobClient(container.nameOf(key)).commitBlockList(names, {
        ...keptAs(container, key, upload.put),
        blobHTTPHeaders: { blobContentType: 'application/octet-stream' },
        conditions: ifAbsent === true ? { ifNoneMatch: '*' } : {},
        abortSignal,
      }),
    { signal },
  );
}

function keptAs({ settings }: Container, key: Key, put: string) {
  return {
    metadata: { holdfastput: put },
    // What is looked at to find backups has to be readable at once.
    ...(settings.tier !== undefined && key.startsWith('data/') ? { tier: settings.tier } : {}),
  };
}

/** Names of the blocks that wait for their list. */
async function waitingBlocks(
  container: Container,
  key: Key,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  try {
    const { uncommittedBlocks = [] } = await container.ask(
      key,
      (client, { abortSignal }) =>
        client.getBlockBlobClient(container.nameOf(key)).getBlockList('uncommitted', { abortSignal }),
      { signal },
    );
    return new Set(uncommittedBlocks.map(({ name }) => name));
  } catch (thrown) {
    if (thrown instanceof ServiceFail && thrown.status === 404) return new Set();
    throw thrown;
  }
}

function uploadOf(token: string | undefined): Upload | undefined {
  if (token === undefined) return undefined;
  try {
    const { put, partBytes } = JSON.parse(token) as Partial<Upload>;
    if (typeof put === 'string' && Number.isSafeInteger(partBytes) && Number(partBytes) > 0)
      return { put, partBytes: Number(partBytes) };
  } catch {
    // Not one of ours: it is ignored.
  }
  return undefined;
}
