import { startFauxqs, type FauxqsServer } from 'fauxqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { S3Settings } from '../../src/shared/destination.ts';
import type { LifecycleWish } from '../../src/shared/place-admin.ts';
import { systemClock } from '../../src/main/base/clock.ts';
import { Secret } from '../../src/main/base/secret.ts';
import { bodyOf, key, type Destination } from '../../src/main/destination/destination.ts';
import { patient } from '../../src/main/destination/retry.ts';
import { s3Destination } from '../../src/main/destination/s3.ts';
import { plainAdmin } from '../../src/main/destination/plain-admin.ts';
import { s3Admin } from '../../src/main/destination/s3-admin.ts';
import type { Version } from '../../src/main/destination/versions.ts';
import { openBucket } from '../../src/main/destination/s3-client.ts';
import { s3Rights } from '../../src/main/destination/s3-rights.ts';
import { s3Versions } from '../../src/main/destination/s3-versions.ts';
import { accessKeyId, fakeS3, secretAccessKey, type FakeS3 } from '../helpers/fake-s3.ts';
import { newSetup, passDays } from '../helpers/fake-s3-setup.ts';

const pace = { ...patient(systemClock), attempts: 2, firstDelayMs: 10 };
const glacier: LifecycleWish = {
  cold: { afterDays: 30, storageClass: 'GLACIER' },
  expireAfterDays: 365,
  versionsAfterDays: 60,
};

describe('SV-16 how a bucket is set up', () => {
  let server: FakeS3;
  const settings = (): S3Settings => ({
    kind: 's3',
    endpoint: server.endpoint,
    region: 'eu-test-1',
    bucket: 'backups',
    prefix: 'team/a',
    pathStyle: true,
    accessKeyId,
  });
  const open = () => s3Admin(settings(), new Secret(secretAccessKey), pace);
  const place = (): Destination => s3Destination(settings(), new Secret(secretAccessKey), pace);

  beforeAll(async () => {
    server = await fakeS3();
  });
  beforeEach(() => {
    server.setup = newSetup();
    server.versioning = false;
    server.versions = [];
    server.objects.clear();
    server.denied.clear();
    server.laterMs = 0;
  });
  afterAll(() => server.stop());

  test('versions are switched on, and stay on', async () => {
    const admin = open();
    expect((await admin.look()).versioning).toMatchObject({ state: 'off', canSwitchOn: true });
    await admin.switchVersioningOn();
    await admin.switchVersioningOn();
    expect((await admin.look()).versioning).toMatchObject({ state: 'on', canSwitchOn: false });
    server.setup.versioning = 'Suspended';
    expect((await admin.look()).versioning).toMatchObject({ state: 'suspended', canSwitchOn: true });
    admin.close();
  });

  test('a rule goes to the data alone: after 30 days it is cold, after 365 it is gone, and manifests are as they were', async () => {
    const admin = open();
    const store = place();
    for (const name of ['data', 'manifests', 'proofs'])
      await store.put(key(name, 'x.jsonl'), bodyOf(Buffer.from(name)));
    server.objects.set('team/b/data/theirs', {
      bytes: Buffer.from('b'),
      etag: '"b"',
      modifiedAt: new Date(),
      headers: {},
    });
    await admin.setLifecycle({ ...glacier, versionsAfterDays: null }, (await admin.look()).lifecycle.digest);
    expect((await admin.look()).lifecycle).toMatchObject({
      state: 'on',
      wish: { ...glacier, versionsAfterDays: null },
      rules: [{ ours: true, enabled: true, prefix: 'team/a/data/', hits: ['data'] }],
    });

    passDays(server, 29);
    await expect(store.get(key('data', 'x.jsonl'))).resolves.toBeDefined();
    passDays(server, 2);
    await expect(store.get(key('data', 'x.jsonl'))).rejects.toMatchObject({ code: 'destination.archived' });
    await expect(store.get(key('manifests', 'x.jsonl'))).resolves.toBeDefined();
    passDays(server, 335);
    expect([...server.objects.keys()].filter((name) => !name.includes('.holdfast')).toSorted()).toEqual([
      'team/a/manifests/x.jsonl',
      'team/a/proofs/x.jsonl',
      'team/b/data/theirs',
    ]);
    admin.close();
    await store.close();
  });

  test('rules of others stay to the letter; ours are replaced, and taken away', async () => {
    const theirs =
      '<Rule><ID>theirs</ID><Filter><And><Prefix>logs/</Prefix><Tag><Key>keep</Key><Value>no</Value></Tag></And></Filter><Status>Enabled</Status><Expiration><Days>7</Days></Expiration></Rule>';
    server.setup.lifecycle = `<LifecycleConfiguration>${theirs}</LifecycleConfiguration>`;
    const admin = open();
    await admin.setLifecycle(glacier, (await admin.look()).lifecycle.digest);
    await admin.setLifecycle({ ...glacier, expireAfterDays: 400 }, (await admin.look()).lifecycle.digest);
    const { lifecycle } = await admin.look();
    expect(lifecycle.rules.map(({ id }) => id)).toEqual([
      'theirs',
      'holdfast team/a/data',
      'holdfast team/a/manifests',
      'holdfast team/a/proofs',
    ]);
    expect(lifecycle.rules[0]).toMatchObject({ ours: false, hits: ['others'] });
    expect(server.setup.lifecycle).toContain('<Key>keep</Key><Value>no</Value>');
    await admin.setLifecycle(null, lifecycle.digest);
    expect((await admin.look()).lifecycle.rules.map(({ id }) => id)).toEqual(['theirs']);

    server.setup.lifecycle = null;
    await admin.setLifecycle(glacier, (await admin.look()).lifecycle.digest);
    await admin.setLifecycle(null, (await admin.look()).lifecycle.digest);
    expect(server.setup.lifecycle).toBeNull();
    admin.close();
  });

  test('beside a rule of the first form, ours take that form: S3 takes no mixture', async () => {
    server.setup.lifecycle =
      '<LifecycleConfiguration><Rule><ID>old</ID><Prefix>logs/</Prefix><Status>Enabled</Status><Expiration><Days>7</Days></Expiration></Rule></LifecycleConfiguration>';
    const admin = open();
    await admin.setLifecycle(glacier, (await admin.look()).lifecycle.digest);
    const { rules, wish } = (await admin.look()).lifecycle;
    expect(rules.map(({ prefix }) => prefix)).toEqual(['logs/', 'team/a/data/', 'team/a/manifests/', 'team/a/proofs/']);
    expect(wish).toEqual(glacier);
    admin.close();
  });

  test('rules that somebody changed in between are not written over', async () => {
    const admin = open();
    const { digest } = (await admin.look()).lifecycle;
    const other =
      '<LifecycleConfiguration><Rule><ID>new</ID><Filter><Prefix>x/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>';
    server.setup.lifecycle = other;
    await expect(admin.setLifecycle(glacier, digest)).rejects.toMatchObject({ code: 'lifecycle.moved' });
    expect(server.setup.lifecycle).toBe(other);
    admin.close();
  });

  test('lock, encryption and what may not be read are said in words', async () => {
    const admin = open();
    expect((await admin.look()).lock).toMatchObject({ state: 'off', mode: null });
    server.setup.lock = 'without-default';
    expect((await admin.look()).lock).toMatchObject({ state: 'on', mode: null, days: null });
    server.setup.lock = { mode: 'COMPLIANCE', days: 30 };
    server.setup.encryption = null;
    server.setup.unknown = new Set(['encryption']);
    server.denied.set(accessKeyId, new Set(['s3:GetBucketVersioning', 's3:GetLifecycleConfiguration']));
    expect(await admin.look()).toMatchObject({
      lock: { state: 'on', mode: 'compliance', days: 30 },
      encryption: { state: 'none' },
      versioning: { state: 'unknown', words: expect.stringContaining('s3:GetBucketVersioning') },
      lifecycle: { state: 'unknown', canSet: false },
    });
    admin.close();
  });

  test('SV-22 a lock holds what is stored from then on: compliance to nobody, and what was there before is as it was', async () => {
    server.versioning = true;
    server.setup.lock = 'without-default';
    const admin = open();
    const store = place();
    const versions = s3Versions(settings(), new Secret(secretAccessKey));
    const kept = async () => {
      const found: Version[] = [];
      for await (const version of versions.list(key('data'))) if (!version.isMark) found.push(version);
      return found;
    };
    await store.put(key('data', 'before'), bodyOf(Buffer.from('before')));
    expect((await admin.look()).lock).toMatchObject({ state: 'on', mode: null, refusal: null });
    const month = { mode: 'compliance' as const, days: 30 };
    await admin.setLock(month, null);
    expect(server.setup.lock).toEqual({ mode: 'COMPLIANCE', days: 30 });
    expect((await admin.look()).lock).toMatchObject({ state: 'on', ...month });
    await store.put(key('data', 'after'), bodyOf(Buffer.from('after')));

    // By name it is removed: a mark hides it, and its bytes stay.
    for (const name of ['before', 'after']) await store.remove(key('data', name));
    expect(await store.stat(key('data', 'after'))).toBeUndefined();
    const refused: unknown[] = [];
    for (const version of await kept()) await versions.remove(version).catch((thrown: unknown) => refused.push(thrown));
    expect(refused).toMatchObject([
      { code: 'destination.locked', message: expect.stringMatching(/data\/after is locked until 20.*nobody/) },
    ]);
    expect((await kept()).map(({ name }) => name)).toEqual(['team/a/data/after']);

    // A key that may not is another thing, and is told as such.
    server.denied.set(accessKeyId, new Set(['s3:DeleteObjectVersion']));
    for (const version of server.versions) if (version.lock !== null) version.lock.until = new Date(0);
    const [last] = await kept();
    if (last === undefined) throw new Error('It is gone.');
    await expect(versions.remove(last)).rejects.toMatchObject({ code: 'destination.permission' });
    server.denied.clear();
    await versions.remove(last);
    expect(await kept()).toEqual([]);
    versions.close();
    admin.close();
    await store.close();
  });

  test('SV-22 a lock is taken away from what comes, and not written over what somebody else set', async () => {
    server.setup.lock = { mode: 'GOVERNANCE', days: 7 };
    const admin = open();
    const week = { mode: 'governance' as const, days: 7 };
    await expect(admin.setLock({ ...week, days: 8 }, null)).rejects.toMatchObject({ code: 'lock.moved' });
    expect(server.setup.lock).toEqual({ mode: 'GOVERNANCE', days: 7 });
    await admin.setLock(null, week);
    expect(server.setup.lock).toBe('without-default');
    expect((await admin.look()).lock).toMatchObject({ state: 'on', mode: null, days: null });
    admin.close();
  });

  test('SV-22 no lock where the bucket was made without one, where a key may not, and where the service has none', async () => {
    const admin = open();
    const month = { mode: 'governance' as const, days: 30 };
    await expect(admin.setLock(month, null)).rejects.toMatchObject({ code: 'lock.not-enabled' });
    server.setup.lock = 'without-default';
    server.denied.set(accessKeyId, new Set(['s3:PutBucketObjectLockConfiguration']));
    await expect(admin.setLock(month, null)).rejects.toMatchObject({ code: 'destination.permission' });
    server.denied.clear();
    await expect(admin.setLock({ ...month, days: 36_501 }, null)).rejects.toMatchObject({
      code: 'destination.unsupported',
    });
    expect(server.setup.lock).toBe('without-default');
    admin.close();
    for (const [endpoint, service] of [
      ['https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com', 'Cloudflare R2'],
      ['https://fra1.digitaloceanspaces.com', 'DigitalOcean Spaces'],
    ] as const) {
      // It is refused before anything is asked.
      const elsewhere = s3Admin({ ...settings(), endpoint }, new Secret(secretAccessKey), pace);
      await expect(elsewhere.setLock(month, null)).rejects.toMatchObject({
        code: 'destination.unsupported',
        message: expect.stringContaining(service),
      });
      elsewhere.close();
    }
    await expect(plainAdmin({ kind: 'folder', path: '/backups' }).setLock(month, null)).rejects.toMatchObject({
      code: 'destination.unsupported',
    });
  });

  test('what a key could destroy is measured with objects of its own', async () => {
    const bucket = openBucket(settings(), new Secret(secretAccessKey), pace);
    const asked = async (refusesNonsense = false) => {
      const admin = open();
      const { lock } = await admin.look();
      admin.close();
      const rights = await s3Rights(bucket, { lock, refusesNonsense });
      return Object.fromEntries(rights.map(({ what, answer }) => [what, answer]));
    };
    expect(await asked()).toMatchObject({
      'remove-version': 'none',
      'bypass-lock': 'none',
      'change-policy': 'unknown',
    });
    server.setup.versioning = 'Enabled';
    server.versioning = true;
    server.setup.lock = 'without-default';
    expect(await asked(true)).toMatchObject({
      'remove-version': 'yes',
      'bypass-lock': 'yes',
      'change-versioning': 'perhaps',
      'change-lifecycle': 'perhaps',
      'change-policy': 'perhaps',
      'delete-place': 'unknown',
    });
    expect([...server.objects.keys()].filter((name) => name.includes('/tests/'))).toEqual([]);
    expect(server.setup).toMatchObject({ versioning: 'Enabled', lifecycle: null });

    const denied = [
      'DeleteObjectVersion',
      'BypassGovernanceRetention',
      'PutBucketVersioning',
      'PutLifecycleConfiguration',
    ];
    server.denied.set(accessKeyId, new Set([...denied, 'PutBucketPolicy'].map((name) => `s3:${name}`)));
    expect(await asked(true)).toMatchObject({
      'remove-version': 'no',
      'bypass-lock': 'no',
      'change-versioning': 'no',
      'change-lifecycle': 'no',
      'change-policy': 'no',
    });
    bucket.close();
  });
});

describe('SV-16 a bucket of fauxqs, which knows lifecycles and no versions', () => {
  let server: FauxqsServer;
  beforeAll(async () => {
    server = await startFauxqs({ port: 0, logger: false });
    server.createBucket('backups');
  });
  afterAll(() => server.stop());

  test('rules are set, read and taken away', async () => {
    const admin = s3Admin(
      {
        kind: 's3',
        endpoint: `http://127.0.0.1:${server.port}`,
        region: 'us-east-1',
        bucket: 'backups',
        prefix: '',
        pathStyle: true,
        accessKeyId: 'test',
      },
      new Secret('test'),
      pace,
    );
    await admin.setLifecycle(glacier, (await admin.look()).lifecycle.digest);
    expect((await admin.look()).lifecycle).toMatchObject({ state: 'on', wish: glacier });
    await admin.setLifecycle(null, (await admin.look()).lifecycle.digest);
    expect((await admin.look()).lifecycle).toMatchObject({ state: 'off', wish: null });
    admin.close();
  });
});
