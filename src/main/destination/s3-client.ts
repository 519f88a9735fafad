/** Requests to one bucket: signed, timed, tried again, and refused in stable codes. */
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import type { S3Settings } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { Key } from '../base/key.ts';
import type { Secret } from '../base/secret.ts';
import { asking } from './asking.ts';
import { keyOrUndefined } from './folder-read.ts';
import type { Pace } from './retry.ts';
import { s3Failure } from './s3-failure.ts';
import { throttled, type Throttle } from './throttle.ts';

const connectMs = 10_000;

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
