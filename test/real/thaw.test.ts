/** A backup whose data went cold: it says so, is asked for, and is proven once it can be read. */
import path from 'node:path';
import { writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackupCard } from '../../src/shared/artifact.ts';
import type { JobId } from '../../src/shared/id.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { systemClock, type Clock } from '../../src/main/base/clock.ts';
import { plainSurroundings } from '../../src/main/base/surroundings.ts';
import { accessKeyId, fakeS3, secretAccessKey, type FakeS3 } from '../helpers/fake-s3.ts';
import { passDays } from '../helpers/fake-s3-setup.ts';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';
import { movedClock } from '../helpers/moved-clock.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { startHoldfast } from '../helpers/holdfast.ts';
import { tempFolder } from '../helpers/temp.ts';

const folder = tempFolder('thaw');
const hourMs = 3_600_000;
const passphraseFile = path.join(folder, 'passphrase');
/** One that stays, as the window's does. */
const opened = (clock: Clock = systemClock): Promise<OpenedHouse> =>
  realHouse(path.join(folder, 'home'), { passphraseFile }, clock, {
    schedule: { surroundings: plainSurroundings() },
  });
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

const rowsIn = (file: string): unknown[] => {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare('SELECT b FROM a ORDER BY b').pluck().all();
  } finally {
    database.close();
  }
};

beforeAll(async () => {
  bucket = await fakeS3();
  writeFileSync(passphraseFile, 'only for tests\n', { mode: 0o600 });
  house = await opened();
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

  test('its copies say how they stand: archived, thawing until when, readable', async () => {
    const { backupId } = backup;
    const [before] = await house.api.backup.archived({ backup: backupId });
    expect(before).toMatchObject({ state: 'archived', storageClass: 'GLACIER', goesBack: true, readyAt: null });
    expect(before?.sizeBytes).toBe(backup.sizeBytes);
    expect(before?.speeds).toEqual([
      { speed: 'expedited', hours: 1 },
      { speed: 'standard', hours: 5 },
      { speed: 'bulk', hours: 12 },
    ]);
    const first = await house.api.backup.thaw({ backup: backupId });
    await says(first.jobId, 'Thawing');
    const { job } = await house.api.job.show(first);
    const readyAt = (job.startedAt ?? 0) + 5 * hourMs;
    expect(job.progress?.leftMs).toBeGreaterThan(4.9 * hourMs);
    const [asked] = await house.api.backup.archived({ backup: backupId });
    expect(asked).toMatchObject({ state: 'thawing', readyAt, jobId: first.jobId });

    // Whoever asks again after a stop is told of the same hour.
    await house.api.job.cancel(first);
    await house.api.job.wait(first);
    expect(await house.api.backup.archived({ backup: backupId })).toMatchObject([{ readyAt, jobId: null }]);
    const second = await house.api.backup.thaw({ backup: backupId, speed: 'expedited' });
    await says(second.jobId, 'Thawing, up to 5 hours');
    expect(await house.api.backup.archived({ backup: backupId })).toMatchObject([{ readyAt, jobId: second.jobId }]);
    bucket.laterMs += 6 * hourMs;
    await house.result(Promise.resolve(second));
    expect(await house.api.backup.archived({ backup: backupId })).toMatchObject([{ state: 'readable', files: 0 }]);
    bucket.laterMs += 8 * 24 * hourMs;
  });

  test('a restore that waits for it goes on by itself, rehearsed first', async () => {
    const { backupId } = backup;
    const file = path.join(folder, 'thawed.db');
    const target = { kind: 'file' as const, file };
    const asked = await house.api.restore.thawFirst({ backup: backupId, target, secrets: {}, run: true });
    await says(asked.jobId, 'Thawing');
    bucket.laterMs += 6 * hourMs;
    const thawed = await house.result(Promise.resolve(asked));
    const rehearsed = await house.result(Promise.resolve({ jobId: thawed.next as JobId }));
    expect(rehearsed.job).toMatchObject({ kind: 'rehearse', after: asked.jobId });
    const restored = await house.result(Promise.resolve({ jobId: rehearsed.next as JobId }));
    expect(restored.restore).toMatchObject({ verdict: 'equal', backupId });
    expect(rowsIn(file)).toEqual([1, 2]);
    expect(restored.next).toBeUndefined();
    bucket.laterMs += 8 * 24 * hourMs;
  });

  test('one that replaces the live file stops where its name is to be typed', async () => {
    const target = { kind: 'original' as const };
    const asked = await house.api.restore.thawFirst({ backup: backup.backupId, target, secrets: {}, run: true });
    await says(asked.jobId, 'Thawing');
    bucket.laterMs += 6 * hourMs;
    const thawed = await house.result(Promise.resolve(asked));
    const rehearsed = await house.result(Promise.resolve({ jobId: thawed.next as JobId }));
    expect(rehearsed.rehearse?.replaces?.confirm).toBeTruthy();
    expect(rehearsed.next).toBeUndefined();
    expect(await house.api.restore.list({})).toEqual([]);
    bucket.laterMs += 8 * 24 * hourMs;
  });

  test('when Holdfast leaves while it waits, the next one waits on, and the restore follows', async () => {
    const file = path.join(folder, 'after.db');
    const target = { kind: 'file' as const, file };
    const { backupId } = backup;
    const asked = await house.api.restore.thawFirst({ backup: backupId, target, secrets: {}, run: true });
    await says(asked.jobId, 'Thawing');
    const [{ readyAt } = { readyAt: null }] = await house.api.backup.archived({ backup: backupId });
    await house.close();
    house = await opened();
    const [again] = await house.api.job.list({ limit: 1, kinds: ['thaw'], backupId });
    expect(again?.id).not.toBe(asked.jobId);
    await says(again?.id as JobId, 'Thawing');
    expect(await house.api.backup.archived({ backup: backupId })).toMatchObject([{ readyAt, jobId: again?.id }]);
    bucket.laterMs += 6 * hourMs;
    const thawed = await house.result(Promise.resolve({ jobId: again?.id as JobId }));
    const rehearsed = await house.result(Promise.resolve({ jobId: thawed.next as JobId }));
    const restored = await house.result(Promise.resolve({ jobId: rehearsed.next as JobId }));
    expect(restored.restore?.verdict).toBe('equal');
  });

  test('SV-12 a copy whose age passed the rule of its place counts its thaw in the time to bring back', async () => {
    const thawMs = async () => (await house.api.app.overview({})).sources.find(({ name }) => name === 'shop')?.thawMs;
    const [newest] = await house.api.backup.list({ name: 'shop', limit: 1 });
    const card = (await house.api.destination.list({})).find(({ name }) => name === 'bucket');
    expect(card?.rules).toMatchObject({ cools: [{ afterDays: 30, storageClass: 'GLACIER' }], expires: [] });
    expect(await thawMs()).toBeUndefined();
    await house.close();
    house = await opened(movedClock((newest?.takenAt ?? 0) + 31 * 24 * hourMs));
    expect(await thawMs()).toBe(12 * hourMs);
    await house.close();
    house = await opened();
  });

  test('`restore --thaw` waits in the terminal and restores', async () => {
    await house.close();
    bucket.laterMs += 8 * 24 * hourMs;
    const { backupId } = backup;
    const file = path.join(folder, 'terminal.db');
    const env = { HOLDFAST_PASSPHRASE_FILE: passphraseFile };
    const args = ['restore', backupId, '--to-file', file, '--thaw', '--speed', 'bulk', '--json'];
    const running = startHoldfast(house.home, args, { env });
    await running.says('up to 12 hours');
    bucket.laterMs += 13 * hourMs;
    const ran = await running.ended;
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stderr).toContain('has to be thawed');
    expect(ran.json()).toMatchObject({ verdict: 'equal', backupId });
    expect(rowsIn(file)).toEqual([1, 2]);
    const stray = await startHoldfast(house.home, ['restore', backupId, '--to-file', file, '--speed', 'bulk'], { env })
      .ended;
    expect(stray.code).toBe(2);
    house = await opened();
  });
});
