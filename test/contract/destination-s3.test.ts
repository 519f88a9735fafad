import { startFauxqs, type FauxqsServer } from 'fauxqs';
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { S3Settings } from '../../src/shared/destination.ts';
import { systemClock } from '../../src/main/base/clock.ts';
import { Secret } from '../../src/main/base/secret.ts';
import { patient } from '../../src/main/destination/retry.ts';
import { createBucket, examineS3, s3Destination } from '../../src/main/destination/s3.ts';
import { bodyOf, key } from '../../src/main/destination/destination.ts';
import { countingThrottle } from '../helpers/counting-throttle.ts';
import { accessKeyId, fakeS3, secretAccessKey, type FakeS3 } from '../helpers/fake-s3.ts';
import { destinationSuite } from './destination.suite.ts';
import { splitSuite } from './split.suite.ts';

const pace = { ...patient(systemClock), attempts: 3, firstDelayMs: 10 };
const partBytes = 8 * 1024 * 1024;

describe('S3 as fauxqs has it, without conditions and in an order of its own', () => {
  let server: FauxqsServer;
  beforeAll(async () => {
    server = await startFauxqs({ port: 0, logger: false });
    server.createBucket('backups');
  });
  afterAll(() => server.stop());

  it('a bucket is made where it is not there, and one of ours stays as it is', async () => {
    const settings: S3Settings = {
      kind: 's3',
      endpoint: `http://127.0.0.1:${server.port}`,
      region: 'us-east-1',
      bucket: 'made',
      prefix: '',
      pathStyle: true,
      accessKeyId: 'test',
    };
    const secret = new Secret('test');
    await expect(examineS3(settings, secret, pace)).rejects.toMatchObject({ code: 'destination.no-bucket' });
    await createBucket(settings, secret, pace);
    await createBucket(settings, secret, pace);
    await examineS3(settings, secret, pace);
  });

  destinationSuite('a bucket', {
    looksFirst: true,
    open: async () =>
      s3Destination(
        {
          kind: 's3',
          endpoint: `http://127.0.0.1:${server.port}`,
          region: 'us-east-1',
          bucket: 'backups',
          prefix: 'team/a',
          pathStyle: true,
          accessKeyId: 'test',
          partBytes,
        },
        new Secret('test'),
        pace,
      ),
  });
});

describe('S3 that checks signatures, sums and conditions', () => {
  let server: FakeS3;
  beforeAll(async () => {
    server = await fakeS3();
  });
  afterAll(() => server.stop());

  it('SV-1 every byte of a body in parts asks before it goes, in small pieces, and arrives as it was', async () => {
    const throttle = countingThrottle(100_000);
    const place = s3Destination(
      {
        kind: 's3',
        endpoint: server.endpoint,
        region: 'eu-test-1',
        bucket: 'backups',
        prefix: 'slow',
        pathStyle: true,
        accessKeyId,
        partBytes: 5 * 1024 * 1024,
      },
      new Secret(secretAccessKey),
      { ...pace, throttle },
    );
    const bytes = randomBytes(6 * 1024 * 1024 + 5);
    await place.put(key('data', 'slow', 'x'), bodyOf(bytes));
    expect(throttle.total()).toBe(bytes.length);
    expect(Math.max(...throttle.pieces)).toBe(100_000);
    expect((await buffer(await place.get(key('data', 'slow', 'x')))).equals(bytes)).toBe(true);
    await place.close();
  });

  splitSuite('a bucket', async () =>
    s3Destination(
      {
        kind: 's3',
        endpoint: server.endpoint,
        region: 'eu-test-1',
        bucket: 'backups',
        prefix: 'split',
        pathStyle: true,
        accessKeyId,
      },
      new Secret(secretAccessKey),
      pace,
    ),
  );

  destinationSuite('a bucket', {
    open: async () =>
      s3Destination(
        {
          kind: 's3',
          endpoint: server.endpoint,
          region: 'eu-test-1',
          bucket: 'backups',
          prefix: '',
          pathStyle: true,
          accessKeyId,
        },
        new Secret(secretAccessKey),
        pace,
      ),
  });
});
