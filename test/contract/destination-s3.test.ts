import { startFauxqs, type FauxqsServer } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { S3Settings } from '../../src/shared/destination.ts';
import { systemClock } from '../../src/main/base/clock.ts';
import { Secret } from '../../src/main/base/secret.ts';
import { patient } from '../../src/main/destination/retry.ts';
import { createBucket, examineS3, s3Destination } from '../../src/main/destination/s3.ts';
import { fakeS3, s3SettingsOf, secretAccessKey, type FakeS3 } from '../helpers/fake-s3.ts';
import { destinationSuite } from './destination.suite.ts';
import { splitSuite } from './split.suite.ts';
import { smallParts, throttleSuite } from './throttle.suite.ts';

const pace = { ...patient(systemClock), attempts: 3, firstDelayMs: 10 };
const partBytes = 8 * 1024 * 1024;

describe('S3 as fauxqs has it, without conditions and in an order of its own', () => {
  let server: FauxqsServer;
  beforeAll(async () => {
    server = await startFauxqs({ port: 0, logger: false });
    server.createBucket('backups');
  });
  afterAll(() => server.stop());

  const settings = (change: Partial<S3Settings>): S3Settings => ({
    ...s3SettingsOf({ endpoint: `http://127.0.0.1:${server.port}` }, { region: 'us-east-1', accessKeyId: 'test' }),
    ...change,
  });
  const secret = new Secret('test');

  it('a bucket is made where it is not there, and one of ours stays as it is', async () => {
    const made = settings({ bucket: 'made' });
    await expect(examineS3(made, secret, pace)).rejects.toMatchObject({ code: 'destination.no-bucket' });
    await createBucket(made, secret, pace);
    await createBucket(made, secret, pace);
    await examineS3(made, secret, pace);
  });

  destinationSuite('a bucket', {
    looksFirst: true,
    open: async () => s3Destination(settings({ prefix: 'team/a', partBytes }), secret, pace),
  });
});

describe('S3 that checks signatures, sums and conditions', () => {
  let server: FakeS3;
  beforeAll(async () => {
    server = await fakeS3();
  });
  afterAll(() => server.stop());

  const open = (change: Partial<S3Settings>, more = {}) =>
    s3Destination(s3SettingsOf(server, change), new Secret(secretAccessKey), { ...pace, ...more });

  throttleSuite((throttle) => open(smallParts, { throttle }));

  splitSuite('a bucket', async () => open({ prefix: 'split' }));

  destinationSuite('a bucket', { open: async () => open({}) });
});
