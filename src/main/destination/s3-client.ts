/** Requests to one bucket: signed, timed, tried again, and refused in stable codes. */
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { S3Settings } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { Key } from '../base/key.ts';
import type { Secret } from '../base/secret.ts';
import { asking } from './asking.ts';
import { keyOrUndefined } from './folder-read.ts';
import type { Pace } from './retry.ts';
import { tooShort } from './service-fail.ts';
import { s3Failure } from './s3-failure.ts';
import { throttled, type Throttle } from './throttle.ts';

const connectMs = 10_000;

/** A command whose body is sent to some service with its MD5. */
interface Summable {
  middlewareStack: {
    add(
      middleware: (next: (args: object) => Promise<unknown>) => (args: object) => Promise<unknown>,
      options: { step: 'build'; priority: 'low' },
    ): void;
  };
}

type Sent = { headers: Record<string, string>; body?: string };

/**
 * The same command, its body summed with MD5: calls that change a bucket have to carry a sum, and CRC32, which the client would
 * choose, is known to AWS and not to all of its kin. AWS takes either.
 */
export const summed = <T extends object>(command: T): T => before(command, sumUp);

/** The same command with another body. */
export const replaced = <T extends object>(command: T, body: string): T =>
  before(command, (request) => {
    request.body = body;
    request.headers['content-length'] = String(Buffer.byteLength(body));
    sumUp(request);
  });

function before<T extends object>(command: T, change: (request: Sent) => void): T {
  (command as unknown as Summable).middlewareStack.add(
    (next) => (args) => {
      change((args as { request: Sent }).request);
      return next(args);
    },
    { step: 'build', priority: 'low' },
  );
  return command;
}

function sumUp({ headers, body }: Sent): void {
  for (const name of Object.keys(headers))
    if (/^x-amz-(?:sdk-)?checksum-/.test(name.toLowerCase())) delete headers[name];
  headers['content-md5'] = createHash('md5')
    .update(body ?? '')
    .digest('base64');
}

export interface Bucket {
  settings: S3Settings;
  pace: Pace;
  /** One request with its retries. `what` is told in failures. */
  ask<T>(
    what: string,
    send: (client: S3Client, options: { abortSignal?: AbortSignal }) => Promise<T>,
    options?: { signal?: AbortSignal | undefined; once?: boolean },
  ): Promise<T>;
  /** The name in the bucket. */
  nameOf(key: string): string;
  /** Undefined for what cannot be a key of ours. */
  keyOf(name: string): Key | undefined;
  /** Throws what is wrong with the bucket, as far as a reading of its list tells. */
  examine(signal?: AbortSignal): Promise<void>;
  close(): void;
}

/**
 * A list that a proxy cut off before its first byte reads as one of nothing; every whole one says whether more follows.
 * @throws ServiceFail that is worth another try.
 */
export async function wholeList<T extends { IsTruncated?: boolean | undefined }>(
  what: string,
  asked: Promise<T>,
): Promise<T> {
  const page = await asked;
  if (page.IsTruncated === undefined) throw tooShort(what);
  return page;
}

/** Under the signature: the body that was hashed and signed as a whole goes out piece by piece. */
function slowDown(client: S3Client, throttle: Throttle): void {
  client.middlewareStack.add(
    (next) => async (given) => {
      const request = given.request as { body?: unknown };
      const { body } = request;
      if (Buffer.isBuffer(body) && body.length > 0) {
        // Whether there is a limit by now is asked for every request.
        if (!throttle.limited()) await throttle.take(body.length);
        else request.body = Readable.from(throttled([body], throttle), { objectMode: false });
      }
      return next(given);
    },
    { step: 'deserialize', priority: 'low', name: 'throttle' },
  );
}

export function openBucket(settings: S3Settings, secret: Secret | undefined, pace: Pace): Bucket {
  const { prefix, bucket } = settings;
  let client: S3Client | undefined;
  const asked = asking(pace, s3Failure);
  const opened = (): S3Client => {
    if (secret === undefined)
      throw new Fail('vault.missing-secret', `The secret access key of ${bucket} was not handed to this job.`);
    if (client !== undefined) return client;
    client = new S3Client({
      region: settings.region,
      ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
      forcePathStyle: settings.pathStyle,
      credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: secret.reveal() },
      // Tried again by `retrying`, which tells a full disk from a busy service.
      maxAttempts: 1,
      // Every request carries a signed SHA-256 and an MD5 of its body, which each of these services checks; the newer
      // checksums are not known to all of them.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: connectMs,
        socketTimeout: pace.idleMs,
        httpsAgent: { maxSockets: 50, keepAlive: true },
        httpAgent: { maxSockets: 50, keepAlive: true },
      },
    });
    const { throttle } = pace;
    if (throttle !== undefined) slowDown(client, throttle);
    return client;
  };
  const folder = prefix === '' ? '' : `${prefix}/`;
  const mine: Bucket = {
    settings,
    pace,
    ask: (what, send, options = {}) =>
      asked(what, () => send(opened(), options.signal === undefined ? {} : { abortSignal: options.signal }), options),
    nameOf: (key) => `${folder}${key}`,
    keyOf: (name) => (name.startsWith(folder) ? keyOrUndefined(name.slice(folder.length)) : undefined),
    async examine(signal) {
      await mine.ask(
        `the bucket ${bucket}`,
        (to, options) => to.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: folder, MaxKeys: 1 }), options),
        { signal },
      );
    },
    close() {
      client?.destroy();
      client = undefined;
    },
  };
  return mine;
}
