/** A backup whose data went cold: it says so, is asked for, and is proven once it can be read. */
import path from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackupCard } from '../../src/shared/artifact.ts';
import type { JobId } from '../../src/shared/id.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { accessKeyId, fakeS3, secretAccessKey, type FakeS3 } from '../helpers/fake-s3.ts';
import { passDays } from '../helpers/fake-s3-setup.ts';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

const folder = tempFolder('thaw');
const hourMs = 3_600_000;
let house: OpenedHouse;
let bucket: FakeS3;
let backup: BackupCard;

const backUp = async () => (await house.result(house.api.backup.start({ name: 'shop' }))).backup?.card as BackupCard;
/** Until the job has said so. */
const says = async (jobId: JobId, what: string): Promise<void> => {
  await expect
    .poll(async () => (await house.api.job.show({ jobId })).job.progress?.phase ?? '', {
      timeout: 20_000,
      interval: 50,
    })
    .toContain(what);
};

beforeAll(async () => {
  bucket = await fakeS3();
  const passphraseFile = path.join(folder, 'passphrase');
  writeFileSync(passphraseFile, 'only for tests\n', { mode: 0o600 });
  house = await realHouse(path.join(folder, 'home'), { passphraseFile });
  const { api } = house;
  await api.destination.add({
    name: 'bucket',
    settings: {
      kind: 's3',
      endpoint: bucket.endpoint,
      region: 'eu-test-1',
      bucket: 'backups',
      prefix: '',
      pathStyle: true,
      accessKeyId,
    },
    secret: secretAccessKey,
    seal: true,
  });
  const file = makeDatabase(path.join(folder, 'shop.db'), (db) =>
    db.exec('CREATE TABLE a (b); INSERT INTO a VALUES (1), (2)'),
  );
  await api.source.add({
    name: 'shop',
    settings: { kind: 'sqlite', file },
    scope: wholeScope,
    digests: true,
    compressionLevel: 3,
    folders: [],
    destinations: ['bucket'],
    secrets: {},
    replace: false,
  });
  backup = await backUp();
  const wish = { cold: { afterDays: 30, storageClass: 'GLACIER' }, expireAfterDays: null, versionsAfterDays: null };
  const { token } = await api.destination.lifecyclePreview({ name: 'bucket', wish });
  await api.destination.lifecycle({ name: 'bucket', wish, token, accept: false });
  passDays(bucket, 31);
}, 60_000);
afterAll(async () => {
  await house.close();
  await bucket.stop();
});

describe('SV-16 a backup whose data is archived', () => {
  test('a proof, a rehearsal say so at once, with how long it takes; its manifest is read all the same', async () => {
    const { backupId } = backup;
    const proof = await house.api.job.wait(await house.api.backup.verify({ backup: backupId, level: 'restore' }));
    expect(proof.job.failure).toMatchObject({
      code: 'destination.archived',
      message: expect.stringContaining('5 hours'),
      hint: expect.stringContaining(`holdfast thaw ${backupId}`),
    });
    const target = { kind: 'file' as const, file: path.join(folder, 'back.db') };
    const rehearsed = await house.api.job.wait(
      await house.api.restore.rehearse({ backup: backupId, target, secrets: {} }),
    );
    expect(rehearsed.job.failure?.code).toBe('destination.archived');
    expect((await house.api.destination.health({ name: 'bucket', again: true })).withoutData).toEqual([]);
  });

  test('a speed that its class does not have is refused', async () => {
    const data = [...bucket.objects].filter(([name]) => name.startsWith('data/'));
    for (const [, kept] of data) kept.headers['x-amz-storage-class'] = 'DEEP_ARCHIVE';
    const asked = await house.api.backup.thaw({ backup: backup.backupId, speed: 'expedited' });
    expect((await house.api.job.wait(asked)).job.failure).toMatchObject({ code: 'destination.unsupported' });
    for (const [, kept] of data) kept.headers['x-amz-storage-class'] = 'GLACIER';
  });

  test('it is asked for once, holds up nobody, and is proven as soon as it can be read', async () => {
    const { backupId } = backup;
    const asks = () => bucket.seen.filter(({ method, query }) => method === 'POST' && query.has('restore')).length;
    const before = asks();
    const first = await house.api.backup.thaw({ backup: backupId, days: 3, prove: 'restore' });
    await says(first.jobId, 'up to 5 hours');
    const asked = asks() - before;
    // The source is free: its next backup is made while this one thaws.
    const next = await backUp();
    expect(next.backupId).not.toBe(backupId);
    await house.api.job.cancel(first);
    expect((await house.api.job.wait(first)).job.state).toBe('cancelled');

    const second = await house.api.backup.thaw({ backup: backupId, days: 3, prove: 'restore' });
    await says(second.jobId, 'Thawing');
    expect(asks() - before).toBe(asked);
    bucket.laterMs += 6 * hourMs;
    const { thaw } = await house.result(Promise.resolve(second));
    expect(thaw).toMatchObject({ backupId, thawed: asked, files: asked });
    expect(thaw?.readableUntil).toBe((thaw?.endedAt ?? 0) + 3 * 24 * hourMs);
    const [proof] = await house.api.job.list({ limit: 1, kinds: ['verify'], backupId });
    const proven = await house.result(Promise.resolve({ jobId: proof?.id as JobId }));
    expect(proven.verify).toMatchObject({ verdict: 'proven', level: 'restore' });
    expect((await house.api.audit.list({ limit: 10 })).map(({ action }) => action)).toContain('backup.thawed');
    expect((await house.result(house.api.backup.thaw({ backup: backupId }))).thaw).toMatchObject({ thawed: 0 });

    bucket.laterMs += 4 * 24 * hourMs;
    const again = await house.api.job.wait(await house.api.backup.verify({ backup: backupId, level: 'read' }));
    expect(again.job.failure?.code).toBe('destination.archived');
  });
});
