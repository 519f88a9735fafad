import { startFauxqs, type FauxqsServer } from 'fauxqs';
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { S3Settings } from '../../src/shared/destination.ts';
import { systemClock } from '../../src/main/base/clock.ts';
import { Secret } from '../../src/main/base/secret.ts';
import { patient } from '../../src/main/destination/retry.ts';
import { createBucket, examineS3, s3Destination } from '../../src/main/destination/s3.ts';
import { splitting } from '../../src/main/destination/split.ts';
import { bodyOf, key } from '../../src/main/destination/destination.ts';
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

  it('SV-16 BS-14 a file in parts is cold while any part is, and a thaw asks for each that is', async () => {
    const place = splitting(open({ prefix: 'cold', storageClass: 'GLACIER' }), 1000);
    const name = key('data', 'set', '01-shop.bin');
    const bytes = randomBytes(2500);
    await place.put(name, bodyOf(bytes));
    const asked = () =>
      server.seen.filter(({ method, query }) => method === 'POST' && query.has('restore')).map((one) => one.name);
    const part = (number: number) => `cold/data/set/01-shop.bin.part-000${number}`;
    expect(await place.stat(name)).toMatchObject({
      parts: 3,
      cold: { storageClass: 'GLACIER', thawing: false },
    });
    await expect(place.get(name).then(buffer)).rejects.toMatchObject({ code: 'destination.archived' });
    // Two of them come already; the one in the middle was asked for by nobody.
    const ready = { readyAt: 0, goneAt: Number(new Date(8_640_000_000_000_000)) };
    for (const number of [1, 3]) Object.assign(server.objects.get(part(number)) ?? {}, { thaw: ready });
    expect((await place.stat(name))?.cold).toMatchObject({ thawing: false });
    await place.thaw?.(name, { days: 1, speed: 'standard' });
    expect(asked()).toEqual([part(2)]);
    expect((await place.stat(name))?.cold).toMatchObject({ thawing: true });
    server.laterMs += 6 * 3_600_000;
    expect((await place.stat(name))?.cold).toBeUndefined();
    expect((await buffer(await place.get(name))).equals(bytes)).toBe(true);
    await place.close();
  });

  splitSuite('a bucket', async () => open({ prefix: 'split' }));

  destinationSuite('a bucket', { open: async () => open({}) });
});
