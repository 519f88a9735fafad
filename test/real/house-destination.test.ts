/** What the house does with its places, on a real data folder and a bucket that checks signatures. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { S3Settings } from '../../src/shared/destination.ts';
import type { RetentionRule } from '../../src/shared/retention.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { accessKeyId, fakeS3, secretAccessKey, type FakeS3 } from '../helpers/fake-s3.ts';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

const nothing = {
  timeZone: 'UTC',
  daily: null,
  weekly: null,
  monthly: null,
  yearly: null,
  keepDays: null,
  maxBytes: null,
};
const code = (value: string) => expect.objectContaining({ code: value });

describe('BS-10 SV-1 a place is changed', () => {
  const work = tempFolder('places');
  let bucket: FakeS3;
  let house: OpenedHouse;
  const settings = (change: Partial<S3Settings> = {}): S3Settings => ({
    kind: 's3',
    endpoint: bucket.endpoint,
    region: 'eu-test-1',
    bucket: 'backups',
    prefix: 'p',
    pathStyle: true,
    accessKeyId,
    ...change,
  });

  beforeAll(async () => {
    bucket = await fakeS3();
    const passphraseFile = path.join(work, 'passphrase');
    writeFileSync(passphraseFile, 'correct horse battery staple\n', { mode: 0o600 });
    house = await realHouse(undefined, { passphraseFile });
    await house.api.destination.add({ name: 'cloud', settings: settings(), secret: secretAccessKey, seal: true });
    const disk = path.join(work, 'disk');
    mkdirSync(disk);
    await house.api.destination.add({ name: 'disk', settings: { kind: 'folder', path: disk }, seal: false });
    makeDatabase(path.join(work, 'shop.db'), (db) => db.exec('CREATE TABLE t (x); INSERT INTO t VALUES (1)'));
    await house.api.source.add({
      name: 'shop',
      settings: { kind: 'sqlite', file: path.join(work, 'shop.db') },
      scope: wholeScope,
      digests: true,
      compressionLevel: 3,
      folders: [],
      destinations: ['cloud', 'disk'],
      secrets: {},
      replace: false,
    });
    await house.result(house.api.backup.start({ name: 'shop' }));
  });
  afterAll(async () => {
    await house.close();
    await bucket.stop();
  });

  test('only what is given changes, and everybody is told', async () => {
    const card = await house.api.destination.change({ name: 'cloud', newName: 'bucket' });
    expect(card).toMatchObject({ name: 'bucket', seal: true, settings: settings() });
    const cold = await house.api.destination.change({
      name: 'bucket',
      settings: settings({ storageClass: 'GLACIER_IR' }),
    });
    expect(cold).toMatchObject({ name: 'bucket', settings: { storageClass: 'GLACIER_IR' } });
    expect(house.events.findLast(({ name }) => name === 'destination.changed')?.payload).toEqual({ card: cold });
    await expect(house.api.destination.change({ name: 'bucket', newName: 'disk' })).rejects.toEqual(
      code('destination.exists'),
    );
    await house.result(house.api.backup.start({ name: 'shop' }));
    expect(
      [...bucket.objects].filter(([, { headers }]) => headers['x-amz-storage-class'] === 'GLACIER_IR'),
    ).not.toEqual([]);
    const [first] = await house.api.audit
      .list({ limit: 1000 })
      .then((all) => all.filter(({ action }) => action === 'place.changed'));
    expect(first).toMatchObject({ subject: 'bucket' });
    expect(readFileSync(path.join(house.home, 'settings.json'), 'utf8')).toContain('GLACIER_IR');
  });

  test('SV-1 BS-14 limits are set, stay when something else changes, and are taken away; nonsense is refused', async () => {
    const { change } = house.api.destination;
    const limits = { maxBytesPerSecond: 2_000_000, maxFileBytes: 100_000_000 };
    expect(await change({ name: 'bucket', ...limits })).toMatchObject(limits);
    expect(await change({ name: 'bucket', settings: settings() })).toMatchObject(limits);
    expect(readFileSync(path.join(house.home, 'settings.json'), 'utf8')).toContain('"maxFileBytes": 100000000');
    for (const wrong of [{ maxBytesPerSecond: 9_999 }, { maxFileBytes: 1_000_000 }, { maxFileBytes: 2_000_000.5 }])
      await expect(change({ name: 'bucket', ...wrong })).rejects.toEqual(code('call.malformed'));
    const without = await change({ name: 'bucket', maxBytesPerSecond: null, maxFileBytes: null });
    expect(Object.keys(without)).not.toContain('maxBytesPerSecond');
    expect(Object.keys(without)).not.toContain('maxFileBytes');
  });

  test('a wrong secret, another account without its secret and another kind are not kept', async () => {
    const before = await house.api.destination.list({});
    const change = (given: Partial<Parameters<typeof house.api.destination.change>[0]>) =>
      house.api.destination.change({ name: 'bucket', ...given });
    await expect(change({ secret: 'not the secret' })).rejects.toEqual(code('destination.auth-failed'));
    await expect(change({ settings: settings({ accessKeyId: 'AKIAOTHER' }) })).rejects.toEqual(
      code('vault.missing-secret'),
    );
    // The saved secret would be used against somebody else's server.
    await expect(change({ settings: settings({ endpoint: 'http://127.0.0.1:1' }) })).rejects.toEqual(
      code('vault.missing-secret'),
    );
    await expect(change({ settings: { kind: 'folder', path: work } })).rejects.toEqual(code('destination.other-place'));
    expect(await house.api.destination.list({})).toEqual(before);
    const report = await house.api.destination.test({ name: 'bucket' });
    expect(report.steps.every(({ outcome }) => outcome === 'ok')).toBe(true);
  });

  test('a new address has to hold the backups: a moved disk does, an empty one does not', async () => {
    const to = (folder: string) =>
      house.api.destination.change({ name: 'disk', settings: { kind: 'folder', path: path.join(work, folder) } });
    mkdirSync(path.join(work, 'empty'));
    await expect(to('empty')).rejects.toEqual(code('destination.other-place'));
    await expect(to('nowhere')).rejects.toEqual(code('destination.unreachable'));
    await expect(
      house.api.destination.change({ name: 'bucket', settings: settings({ prefix: 'other' }) }),
    ).rejects.toEqual(code('destination.other-place'));
    renameSync(path.join(work, 'disk'), path.join(work, 'moved'));
    expect(await to('moved')).toMatchObject({ settings: { path: path.join(work, 'moved') } });
    await house.result(house.api.backup.verify({ backup: 'shop@latest', level: 'read' }));
    await expect(
      house.api.destination.add({
        name: 'again',
        settings: { kind: 'folder', path: path.join(work, 'moved') },
        seal: false,
      }),
    ).rejects.toEqual(code('destination.exists'));
  });

  test('SV-1 a login for deletions alone: what stores cannot remove, what removes is told to no backup', async () => {
    const [deleter, deleterSecret] = ['AKIDDELETER', 'only for deletions'];
    bucket.keys.set(deleter, deleterSecret);
    const removals: string[] = [];
    bucket.mischief = ({ method, headers }) => {
      const who = /Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
      if (method === 'DELETE') removals.push(who);
      if (method === 'PUT' && who === deleter) return { kind: 'answer', status: 403, code: 'AccessDenied' };
      return method === 'DELETE' && who !== deleter ? { kind: 'answer', status: 403, code: 'AccessDenied' } : undefined;
    };
    const login = { kind: 's3', accessKeyId: deleter } as const;
    const change = (deletion: { login: typeof login; secret: string } | null) =>
      house.api.destination.change({ name: 'bucket', deletion });
    await expect(change({ login, secret: 'wrong' })).rejects.toEqual(code('destination.auth-failed'));
    expect(await change({ login, secret: deleterSecret })).toMatchObject({ deletion: login });
    expect(readFileSync(path.join(house.home, 'settings.json'), 'utf8')).not.toContain(deleterSecret);

    expect(await house.api.destination.test({ name: 'bucket' })).toMatchObject({ mayRemove: false });
    await house.result(house.api.backup.start({ name: 'shop' }));
    const { source } = await house.api.source.show({ name: 'shop' });
    const owner = { sourceId: source.id };
    const rule: RetentionRule = { ...nothing, keepLast: 1 };
    const preview = await house.api.retention.set({ owner, rule, places: [] });
    removals.length = 0;
    const { jobIds } = await house.api.retention.apply({ previewId: preview.previewId });
    for (const jobId of jobIds) await house.result(Promise.resolve({ jobId }));
    expect(new Set(removals)).toEqual(new Set([deleter]));
    const left = [...bucket.objects.keys()].filter((name) => name.startsWith('p/manifests/'));
    // Of three one goes: the last and the last that was read are never removed.
    expect(left).toHaveLength(2);

    // An upload that nobody went on with for a week is swept by the same login.
    const initiatedAt = new Date(Date.now() - 8 * 24 * 3_600_000);
    bucket.uploads.set('old', {
      name: 'p/data/bk-20200101-000000-aaaaaaaa/dump',
      initiatedAt,
      headers: {},
      parts: new Map(),
    });
    removals.length = 0;
    expect(await house.api.destination.sweep({ name: 'bucket', orphans: [] })).toMatchObject({ unfinished: 1 });
    expect([bucket.uploads.has('old'), removals]).toEqual([false, [deleter]]);
    expect(await change(null)).not.toHaveProperty('deletion');
    bucket.mischief = () => undefined;
  });
});
