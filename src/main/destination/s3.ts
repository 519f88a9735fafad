/** A bucket of S3, or of a service that speaks its language, as a place for backups. */
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  type BucketLocationConstraint,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
} from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import type { S3Settings } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import { systemClock, type Clock } from '../base/clock.ts';
import type { Key } from '../base/key.ts';
import type { Secret } from '../base/secret.ts';
import type { Destination } from './destination.ts';
import { patient, type Pace } from './retry.ts';
import { asSent } from './sent-parts.ts';
import { openBucket } from './s3-client.ts';
import { ServiceFail } from './service-fail.ts';
import { forgetUpload, honoursCondition, putObject, uploadOf } from './s3-put.ts';
import { headObject, listObjects, readObject } from './s3-read.ts';
import { thawObject } from './s3-thaw.ts';
import type { SweepAct } from './unfinished.ts';

/** An upload can be gone on with for so long; what is older is given up. */
const uploadAgeMs = 7 * 24 * 60 * 60 * 1000;

/** @param secret the secret access key. */
export function s3Destination(
  settings: S3Settings,
  secret: Secret | undefined,
  pace: Pace = patient(systemClock),
): Destination {
  const bucket = openBucket(settings, secret, pace);
  const features: Destination['features'] = {
    atomicPut: true,
    rangeRead: true,
    freeSpace: false,
    resume: true,
    oneWinner: undefined,
  };
  const remove = async (key: Key): Promise<void> => {
    await bucket.ask(key, (client) =>
      client.send(new DeleteObjectCommand({ Bucket: settings.bucket, Key: bucket.nameOf(key) })),
    );
  };
  return {
    features,

    async put(key, body, options = {}) {
      const { signal } = options;
      signal?.throwIfAborted();
      if (options.ifAbsent === true) {
        features.oneWinner ??= await honoursCondition(bucket, signal);
        // Said before the bytes go on their way; in a bucket without conditions it is also all that can be said.
        if ((await headObject(bucket, key, signal)) !== undefined)
          throw new Fail('destination.exists', `${key} is there already.`);
      }
      const put = await putObject(bucket, key, body, options, features.oneWinner === true);
      return asSent(key, body, put, await headObject(bucket, key, signal), () => remove(key));
    },

    async get(key, { from = 0, to = Infinity, signal } = {}) {
      signal?.throwIfAborted();
      if (to > from) return readObject(bucket, key, { from, to }, signal);
      if ((await headObject(bucket, key, signal)) === undefined)
        throw new Fail('artifact.missing', `${key} is not in ${settings.bucket}.`);
      return Readable.from([]);
    },

    async stat(key) {
      const there = await headObject(bucket, key);
      if (there === undefined) return undefined;
      const { put: _put, ...stored } = there;
      return stored;
    },

    async *list(prefix, signal) {
      signal?.throwIfAborted();
      yield* listObjects(bucket, prefix, signal);
    },

    remove,

    async giveUp(key, resumeToken) {
      const upload = uploadOf(resumeToken);
      if (upload === undefined) return;
      await forgetUpload(bucket, key, upload.id).catch((thrown: unknown) => {
        // The put that failed gave it up itself, or the service did.
        if (!(thrown instanceof ServiceFail && thrown.status === 404)) throw thrown;
      });
    },

    thaw: (key, options) => thawObject(bucket, key, options),

    freeBytes: async () => null,

    async close() {
      bucket.close();
    },
  };
}

/**
 * Makes a bucket that only its owner can read; one of ours that is there already stays as it is.
 * @throws Fail destination.permission where the name is somebody else's, or this key may not make buckets.
 */
export async function createBucket(
  settings: S3Settings,
  secret: Secret | undefined,
  pace: Pace = patient(systemClock),
): Promise<void> {
  const bucket = openBucket(settings, secret, pace);
  // AWS alone wants to be told the region, and not of its first one.
  const elsewhere = settings.endpoint === undefined && settings.region !== 'us-east-1';
  const where = { CreateBucketConfiguration: { LocationConstraint: settings.region as BucketLocationConstraint } };
  try {
    await bucket.ask(`the bucket ${settings.bucket}`, (client) =>
      client.send(new CreateBucketCommand({ Bucket: settings.bucket, ...(elsewhere ? where : {}) })),
    );
  } catch (thrown) {
    if (!(thrown instanceof ServiceFail && thrown.said === 'BucketAlreadyOwnedByYou')) throw thrown;
  } finally {
    bucket.close();
  }
}

/** @throws Fail destination.* when the bucket is not there, or this key may not look into it. */
export async function examineS3(
  settings: S3Settings,
  secret: Secret | undefined,
  pace: Pace = patient(systemClock),
): Promise<void> {
  const bucket = openBucket(settings, secret, pace);
  try {
    await bucket.examine();
  } finally {
    bucket.close();
  }
}

/**
 * Gives up uploads that nobody went on with for a week, of names that only Holdfast gives. Younger ones may belong to
 * another machine, or may still be gone on with.
 * @returns how many it gave up.
 */
export async function sweepS3(
  settings: S3Settings,
  secret: Secret | undefined,
  clock: Clock,
  act: SweepAct = 'remove',
): Promise<number> {
  const pace = patient(clock);
  const bucket = openBucket(settings, secret, pace);
  let swept = 0;
  let markers: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
  try {
    while (markers !== undefined) {
      const from: { KeyMarker?: string; UploadIdMarker?: string } = markers;
      const page: ListMultipartUploadsCommandOutput = await bucket.ask('open uploads', (client) =>
        client.send(new ListMultipartUploadsCommand({ Bucket: settings.bucket, Prefix: bucket.nameOf(''), ...from })),
      );
      for (const { Key: name, UploadId: id, Initiated } of page.Uploads ?? []) {
        const key = name === undefined ? undefined : bucket.keyOf(name);
        if (key === undefined || id === undefined || Initiated === undefined || !oursPattern.test(key)) continue;
        if (pace.clock.now() - Initiated.getTime() <= uploadAgeMs) continue;
        if (act === 'remove') await forgetUpload(bucket, key, id);
        swept += 1;
      }
      markers =
        page.IsTruncated === true && page.NextKeyMarker !== undefined
          ? {
              KeyMarker: page.NextKeyMarker,
              ...(page.NextUploadIdMarker === undefined ? {} : { UploadIdMarker: page.NextUploadIdMarker }),
            }
          : undefined;
    }
    return swept;
  } finally {
    bucket.close();
  }
}

/** The folders that Holdfast writes into: a bucket may be shared with others. */
const oursPattern = /^(?:data|manifests|proofs)\//;
