/** A limit of a place, through job processes and their owner: counted by a clock that jumps over every sleep. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../src/main/base/clock.ts';
import type { JobResult } from '../../src/shared/contract/job-result.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { accessKeyId, fakeS3, secretAccessKey, type FakeS3 } from '../helpers/fake-s3.ts';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

const bytesPerSecond = 400_000;

describe('SV-1 a place with a limit', () => {
  const folder = tempFolder('limit');
  let passedMs = 0;
  // What the owner's buckets wait is time that passes; nothing else in this house waits by this clock.
  const clock: Clock = {
    ...systemClock,
    elapsed: () => passedMs,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      passedMs += ms;
    },
  };
  let bucket: FakeS3;
  let house: OpenedHouse;
  const sentBytes = (): number =>
    [...bucket.objects]
      .filter(([name]) => name.includes('/data/') || name.startsWith('data/'))
      .reduce((sum, [, { bytes }]) => sum + bytes.length, 0);
  /** How long it would have taken, in seconds, and what was sent meanwhile. */
  async function during(work: () => Promise<unknown>): Promise<{ seconds: number; bytes: number }> {
    const [beforeMs, beforeBytes] = [passedMs, sentBytes()];
    await work();
    return { seconds: (passedMs - beforeMs) / 1_000, bytes: sentBytes() - beforeBytes };
  }
  const backUp = (): Promise<JobResult> => house.result(house.api.backup.start({ name: 'shop' }));

  beforeAll(async () => {
    bucket = await fakeS3();
    writeFileSync(path.join(folder, 'passphrase'), 'only for tests\n', { mode: 0o600 });
    house = await realHouse(path.join(folder, 'home'), { passphraseFile: path.join(folder, 'passphrase') }, clock);
    const settings = (prefix: string) => ({
      kind: 's3' as const,
      endpoint: bucket.endpoint,
      region: 'eu-test-1',
      bucket: 'backups',
      prefix,
      pathStyle: true,
      accessKeyId,
    });
    const add = (name: string) =>
      house.api.destination.add({ name, settings: settings(name), secret: secretAccessKey, seal: false });
    await add('cloud');
    await add('later');
    makeDatabase(path.join(folder, 'shop.db'), (db) =>
      db.exec('CREATE TABLE noise (bytes BLOB); INSERT INTO noise VALUES (randomblob(1000000)), (randomblob(1000000))'),
    );
    await house.api.source.add({
      name: 'shop',
      settings: { kind: 'sqlite', file: path.join(folder, 'shop.db') },
      scope: wholeScope,
      digests: false,
      compressionLevel: 1,
      folders: [],
      destinations: ['cloud'],
      secrets: {},
      replace: false,
    });
  });
  afterAll(async () => {
    await house.close();
    await bucket.stop();
  });

  test('none waits without it; with it a backup takes its bytes divided by it, and no longer', async () => {
    expect((await during(backUp)).seconds).toBe(0);
    await house.api.destination.change({ name: 'cloud', maxBytesPerSecond: bytesPerSecond });
    const { seconds, bytes } = await during(backUp);
    expect(bytes).toBeGreaterThan(2_000_000);
    expect(seconds).toBeGreaterThan(bytes / bytesPerSecond - 0.25);
    // The manifest and what lies beside it go by the same limit.
    expect(seconds).toBeLessThan((bytes + 100_000) / bytesPerSecond + 1);
  });

  test('two copies at once share it, and it is gone when it is taken away', async () => {
    await house.api.destination.change({ name: 'later', maxBytesPerSecond: bytesPerSecond });
    const { seconds, bytes } = await during(async () => {
      const { jobIds } = await house.api.backup.carry({ destination: 'later', missing: true });
      expect(jobIds).toHaveLength(2);
      await Promise.all(jobIds.map((jobId) => house.result(Promise.resolve({ jobId }))));
    });
    expect(bytes).toBeGreaterThan(4_000_000);
    expect(seconds).toBeGreaterThan(bytes / bytesPerSecond - 0.25);
    await house.api.destination.change({ name: 'cloud', maxBytesPerSecond: null });
    expect((await during(backUp)).seconds).toBe(0);
  });
});
