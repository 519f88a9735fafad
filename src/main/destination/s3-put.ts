/**
 * How an object comes to be in a bucket: in one request, or in parts that appear all at once when they are completed.
 * Each put carries a name of its own in the object's metadata, so that an answer that was lost on its way is told from
 * another put that was faster.
 */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type ListPartsCommandOutput,
} from '@aws-sdk/client-s3';
import { createHash, randomUUID } from 'node:crypto';
import { Fail } from '../../shared/failure.ts';
import { unfinishedPrefix, type Key } from '../base/key.ts';
import type { Body, PutOptions } from './destination.ts';
import { partSize, partsOf } from './pieces.ts';
import type { Bucket } from './s3-client.ts';
import { headObject } from './s3-read.ts';
import { defaultPartBytes, sendParts, unlessMine } from './sent-parts.ts';
import { ServiceFail } from './service-fail.ts';

const maxParts = 10_000;

/** What a put that broke off can be gone on with, by any process. The service itself knows the parts. */
interface Upload {
  id: string;
  put: string;
  partBytes: number;
}

interface Part {
  PartNumber: number;
  ETag: string;
}

const md5 = (bytes: Buffer): Buffer => createHash('md5').update(bytes).digest();

/**
 * Puts `body` under a key.
 * @param oneWinner whether the bucket honours `If-None-Match: *`.
 * @returns the name of this put, which the object bears.
 */
export async function putObject(
  bucket: Bucket,
  key: Key,
  body: Body,
  options: PutOptions,
  oneWinner: boolean,
): Promise<string> {
  const only = options.ifAbsent === true && oneWinner ? { IfNoneMatch: '*' } : {};
  const upload = uploadOf(options.resumeToken);
  const partBytes =
    upload?.partBytes ?? partSize(body.sizeBytes, bucket.settings.partBytes ?? defaultPartBytes, maxParts);
  if (body.sizeBytes > partBytes) return putInParts(bucket, key, body, options, { only, partBytes, upload });
  const put = randomUUID();
  for await (const bytes of partsOf(body, partBytes, options.signal)) {
    await unlessOurs(bucket, key, put, () =>
      bucket.ask(
        key,
        (client, abort) =>
          client.send(
            new PutObjectCommand({
              ...placeOf(bucket, key),
              ...keptAs(bucket, key, put),
              ...only,
              Body: bytes,
              ContentMD5: md5(bytes).toString('base64'),
            }),
            abort,
          ),
        { signal: options.signal },
      ),
    );
  }
  options.onProgress?.(body.sizeBytes);
  return put;
}

const placeOf = (bucket: Bucket, key: Key): { Bucket: string; Key: string } => ({
  Bucket: bucket.settings.bucket,
  Key: bucket.nameOf(key),
});

function keptAs({ settings }: Bucket, key: Key, put: string) {
  const { storageClass, encryption } = settings;
  return {
    Metadata: { 'holdfast-put': put },
    ContentType: 'application/octet-stream',
    // What is looked at to find backups has to be readable at once.
    ...(storageClass !== undefined && key.startsWith('data/') ? { StorageClass: storageClass as 'STANDARD' } : {}),
    ...(encryption?.by === 's3' ? { ServerSideEncryption: 'AES256' as const } : {}),
    ...(encryption?.by === 'kms'
      ? {
          ServerSideEncryption: 'aws:kms' as const,
          ...(encryption.keyId === undefined ? {} : { SSEKMSKeyId: encryption.keyId }),
        }
      : {}),
  };
}

const unlessOurs = (bucket: Bucket, key: Key, put: string, work: () => Promise<unknown>): Promise<void> =>
  unlessMine(key, work, async () => (await headObject(bucket, key))?.put === put);

async function putInParts(
  bucket: Bucket,
  key: Key,
  body: Body,
  options: PutOptions,
  how: { only: { IfNoneMatch?: string }; partBytes: number; upload: Upload | undefined },
): Promise<string> {
  const { signal } = options;
  const known = how.upload === undefined ? undefined : await storedParts(bucket, key, how.upload, signal);
  const upload = (known === undefined ? undefined : how.upload) ?? (await begin(bucket, key, how.partBytes, signal));
  options.onResumable?.(JSON.stringify(upload));
  try {
    const parts = await uploadParts(bucket, key, body, options, upload, known ?? new Map());
    signal?.throwIfAborted();
    await unlessOurs(bucket, key, upload.put, () =>
      bucket.ask(
        key,
        (client, abort) =>
          client.send(
            new CompleteMultipartUploadCommand({
              ...placeOf(bucket, key),
              ...how.only,
              UploadId: upload.id,
              MultipartUpload: { Parts: parts },
            }),
            abort,
          ),
        { signal },
      ),
    );
    return upload.put;
  } catch (thrown) {
    const passes = signal?.aborted === true || (thrown instanceof ServiceFail && thrown.transient);
    const goesOn = passes && options.onResumable !== undefined;
    // What cannot be taken back now is swept later; what went wrong first is what has to be told.
    if (!goesOn) await forgetUpload(bucket, key, upload.id).catch(() => {});
    throw thrown;
  }
}

async function begin(bucket: Bucket, key: Key, partBytes: number, signal: AbortSignal | undefined): Promise<Upload> {
  const put = randomUUID();
  const got = await bucket.ask(
    key,
    (client, abort) =>
      client.send(new CreateMultipartUploadCommand({ ...placeOf(bucket, key), ...keptAs(bucket, key, put) }), abort),
    { signal },
  );
  if (got.UploadId === undefined) throw new Fail('destination.unreachable', `The service began no upload of ${key}.`);
  return { id: got.UploadId, put, partBytes };
}

export const forgetUpload = async (bucket: Bucket, key: Key, id: string): Promise<void> => {
  await bucket.ask(
    key,
    (client) => client.send(new AbortMultipartUploadCommand({ ...placeOf(bucket, key), UploadId: id })),
    {
      once: true,
    },
  );
};

/** The parts of an upload by number; undefined where the service knows nothing of it any more. */
async function storedParts(
  bucket: Bucket,
  key: Key,
  upload: Upload,
  signal: AbortSignal | undefined,
): Promise<Map<number, string> | undefined> {
  const parts = new Map<number, string>();
  let marker: string | undefined;
  try {
    do {
      const page: ListPartsCommandOutput = await bucket.ask(
        key,
        (client, abort) =>
          client.send(
            new ListPartsCommand({
              ...placeOf(bucket, key),
              UploadId: upload.id,
              ...(marker === undefined ? {} : { PartNumberMarker: marker }),
            }),
            abort,
          ),
        { signal },
      );
      for (const { PartNumber, ETag } of page.Parts ?? [])
        if (PartNumber !== undefined && ETag !== undefined) parts.set(PartNumber, ETag);
      marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
  } catch (thrown) {
    if (thrown instanceof ServiceFail && thrown.status === 404) return undefined;
    throw thrown;
  }
  return parts;
}

async function uploadParts(
  bucket: Bucket,
  key: Key,
  body: Body,
  options: PutOptions,
  upload: Upload,
  known: ReadonlyMap<number, string>,
): Promise<Part[]> {
  const parts: Part[] = [];
  await sendParts(body, upload.partBytes, options, async (bytes, number) => {
    const sum = md5(bytes);
    // The body is read from its start in any case, so a part that is there is known by its content and not sent again.
    const there = known.get(number);
    const etag =
      there?.replaceAll('"', '') === sum.toString('hex')
        ? there
        : await sendPart(bucket, key, upload.id, number, bytes, sum, options.signal);
    parts.push({ PartNumber: number, ETag: etag });
  });
  return parts.toSorted((a, b) => a.PartNumber - b.PartNumber);
}

async function sendPart(
  bucket: Bucket,
  key: Key,
  id: string,
  number: number,
  bytes: Buffer,
  sum: Buffer,
  signal: AbortSignal | undefined,
): Promise<string> {
  const got = await bucket.ask(
    `${key}, part ${number}`,
    (client, abort) =>
      client.send(
        new UploadPartCommand({
          ...placeOf(bucket, key),
          UploadId: id,
          PartNumber: number,
          Body: bytes,
          ContentMD5: sum.toString('base64'),
        }),
        abort,
      ),
    { signal },
  );
  if (got.ETag === undefined) throw new Fail('destination.unreachable', `The service gave no receipt for ${key}.`);
  return got.ETag;
}

export function uploadOf(token: string | undefined): Upload | undefined {
  if (token === undefined) return undefined;
  try {
    const { id, put, partBytes } = JSON.parse(token) as Partial<Upload>;
    if (typeof id === 'string' && typeof put === 'string' && Number.isSafeInteger(partBytes) && Number(partBytes) > 0)
      return { id, put, partBytes: Number(partBytes) };
  } catch {
    // Not one of ours: it is ignored.
  }
  return undefined;
}

/**
 * Whether the bucket honours `If-None-Match: *`. Asked with an object of nothing that stays there: a key that may not
 * delete can ask, and the next time one request is enough.
 */
export async function honoursCondition(bucket: Bucket, signal: AbortSignal | undefined): Promise<boolean> {
  const ask = async (): Promise<'refused' | 'taken' | 'unknown'> => {
    try {
      await bucket.ask(
        'a conditional put',
        (client, abort) =>
          client.send(
            new PutObjectCommand({
              Bucket: bucket.settings.bucket,
              Key: bucket.nameOf(`${unfinishedPrefix}conditional`),
              Body: Buffer.alloc(0),
              IfNoneMatch: '*',
            }),
            abort,
          ),
        { signal },
      );
      return 'taken';
    } catch (thrown) {
      if (!(thrown instanceof ServiceFail)) throw thrown;
      if (thrown.code === 'destination.exists') return 'refused';
      if (thrown.status === 501 || thrown.status === 400) return 'unknown';
      throw thrown;
    }
  };
  const first = await ask();
  return first === 'refused' || (first === 'taken' && (await ask()) === 'refused');
}
