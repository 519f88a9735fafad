/** How places are set up, asked and changed through the house and from the terminal, and what the rules of a bucket may not take away. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackupCard } from '../../src/shared/artifact.ts';
import type { DestinationSettings } from '../../src/shared/destination.ts';
import type { LifecycleWish } from '../../src/shared/place-admin.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { account, accountKey, startAzurite, type Azurite } from '../helpers/azurite.ts';
import { accessKeyId, fakeS3, secretAccessKey, type FakeS3 } from '../helpers/fake-s3.ts';
import { holdfast } from '../helpers/holdfast.ts';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

const folder = tempFolder('setup');
const home = path.join(folder, 'home');
const passphraseFile = path.join(folder, 'passphrase');
const dayMs = 24 * 3_600_000;
const year: LifecycleWish = {
  cold: { afterDays: 30, storageClass: 'DEEP_ARCHIVE' },
  expireAfterDays: 365,
  versionsAfterDays: null,
};
const expiring = (expireAfterDays: number): LifecycleWish => ({ cold: null, expireAfterDays, versionsAfterDays: null });
let house: OpenedHouse;
let bucket: FakeS3;
let azure: Azurite;
let backup: BackupCard;

const preview = (wish: LifecycleWish | null) => house.api.destination.lifecyclePreview({ name: 'bucket', wish });
async function set(wish: LifecycleWish | null, accept = false) {
  const { token } = await preview(wish);
  return house.api.destination.lifecycle({ name: 'bucket', wish, token, accept });
}
const run = (...args: string[]) =>
  holdfast(home, [...args, '--json'], { env: { HOLDFAST_PASSPHRASE_FILE: passphraseFile } });

beforeAll(async () => {
  bucket = await fakeS3();
  azure = await startAzurite(['backups']);
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(passphraseFile, 'only for tests\n', { mode: 0o600 });
  house = await realHouse(home, { passphraseFile });
  const { api } = house;
  const s3: DestinationSettings = {
    kind: 's3',
    endpoint: bucket.endpoint,
    region: 'eu-test-1',
    bucket: 'backups',
    prefix: 'team',
    pathStyle: true,
    accessKeyId,
  };
  const blobs: DestinationSettings = {
    kind: 'azure',
    account,
    endpoint: azure.endpoint,
    container: 'backups',
    prefix: '',
    auth: 'key',
  };
  await api.destination.add({ name: 'bucket', settings: s3, secret: secretAccessKey, seal: false });
  await api.destination.add({ name: 'blobs', settings: blobs, secret: accountKey, seal: false });
  const file = makeDatabase(path.join(folder, 'shop.db'), (db) =>
    db.exec('CREATE TABLE a (b); INSERT INTO a VALUES (1)'),
  );
  await api.source.add({
    name: 'shop',
    settings: { kind: 'sqlite', file },
    scope: wholeScope,
    digests: true,
    compressionLevel: 3,
    folders: [],
    destinations: ['bucket', 'blobs'],
    secrets: {},
    replace: false,
  });
  backup = (await house.result(api.backup.start({ name: 'shop' }))).backup?.card as BackupCard;
}, 60_000);
afterAll(async () => {
  await house.close();
  await bucket.stop();
  await azure.stop();
});

describe('SV-16 a lifecycle and what is never deleted', () => {
  test('what no rule lets go is said, and set once somebody accepted it', async () => {
    const shown = await preview(year);
    expect(shown.sets).toMatchObject([{ id: 'holdfast team/data', prefix: 'team/data/', hits: ['data'] }]);
    expect(shown.clashes).toMatchObject([
      { code: 'beats-rule', grade: 'said', at: backup.takenAt + 365 * dayMs, words: expect.stringContaining('shop') },
    ]);
    expect(shown.notes.join(' ')).toContain('48 hours');
    expect(shown.goneNow.backups).toBe(0);
    await expect(set(year)).rejects.toMatchObject({ code: 'lifecycle.not-accepted' });
    expect(bucket.setup.lifecycle).toBeNull();
    expect((await set(year, true)).lifecycle).toMatchObject({ state: 'on', wish: year });
    expect((await house.api.audit.list({ limit: 1 }))[0]).toMatchObject({
      action: 'place.lifecycle-set',
      subject: 'bucket',
      details: { coldAfterDays: 30, storageClass: 'DEEP_ARCHIVE', expireAfterDays: 365 },
    });
  });

  test('a hold, a pin that ends later, the last backup that would go within a day: refused, and the rules stay as they were', async () => {
    const before = bucket.setup.lifecycle;
    const { backupId } = backup;
    const until = backup.takenAt + 500 * dayMs;
    await house.api.backup.pin({ backup: backupId, reason: 'the audit', until, hold: false });
    await expect(set(year, true)).rejects.toMatchObject({
      code: 'lifecycle.refused',
      message: expect.stringContaining('pin'),
    });
    await set(expiring(600), true);
    await house.api.backup.pin({ backup: backupId, reason: 'the court', until: null, hold: true });
    await expect(set(expiring(30_000), true)).rejects.toMatchObject({
      code: 'lifecycle.refused',
      message: expect.stringContaining('legal hold'),
    });
    await house.api.backup.unpin({ backup: backupId, liftHold: true });
    await expect(set(expiring(1), true)).rejects.toMatchObject({
      code: 'lifecycle.refused',
      message: expect.stringContaining('last backup'),
    });
    expect(bucket.setup.lifecycle).not.toBe(before);
    expect(bucket.setup.lifecycle).toContain('<Days>600</Days>');
    await set(year, true);
  });

  test('a pin that came after the rule was set is told at once, on the overview, and when the place is looked at', async () => {
    const { backupId, takenAt } = backup;
    const goneAt = takenAt + 365 * dayMs;
    const brief = await house.api.backup.pin({ backup: backupId, reason: 'a month', until: goneAt - 1, hold: false });
    expect(brief.beaten).toBeUndefined();
    const said = await house.api.backup.pin({ backup: backupId, reason: 'the court', until: null, hold: true });
    expect(said).toMatchObject({
      pin: { hold: true },
      beaten: [{ place: 'bucket', at: goneAt, ruleId: 'holdfast team/data' }],
    });
    const needs = async () => (await house.api.app.overview({})).sources.flatMap((source) => source.needs);
    const place = (await house.api.destination.list({})).find(({ name }) => name === 'bucket');
    expect((await needs()).filter(({ code }) => code === 'pin-beaten')).toMatchObject([
      {
        grade: 'attention',
        place: place?.id,
        backupId,
        action: 'protection',
        title: expect.stringMatching(/^bucket deletes a held backup/),
      },
    ]);
    const told = await run('pin', backupId, '--reason', 'the court', '--hold');
    expect(told.json()).toMatchObject({ beaten: [{ place: 'bucket', rule: 'holdfast team/data' }] });
    const { lifecycle } = await house.api.destination.setup({ name: 'bucket' });
    expect(lifecycle.clashes[0]).toMatchObject({ code: 'beats-hold', ruleId: 'holdfast team/data' });
    await house.api.backup.unpin({ backup: backup.backupId, liftHold: true });
    expect((await needs()).map(({ code }) => code)).not.toContain('pin-beaten');
  });

  test('rules of others that delete our manifests are told, and never changed', async () => {
    const mine = bucket.setup.lifecycle;
    const others =
      '<LifecycleConfiguration><Rule><ID>tidy</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status><Expiration><Days>90</Days></Expiration></Rule></LifecycleConfiguration>';
    bucket.setup.lifecycle = others;
    const { lifecycle } = await house.api.destination.setup({ name: 'bucket' });
    expect(lifecycle.rules).toMatchObject([
      { id: 'tidy', ours: false, hits: ['data', 'manifests', 'proofs', 'others'] },
    ]);
    expect(lifecycle.clashes.map(({ code, grade }) => `${code} ${grade}`)).toEqual([
      'removes-manifests said',
      'beats-rule said',
    ]);
    const { token } = await preview(year);
    bucket.setup.lifecycle = mine;
    await expect(
      house.api.destination.lifecycle({ name: 'bucket', wish: year, token, accept: true }),
    ).rejects.toMatchObject({ code: 'lifecycle.moved' });
  });

  test('a class that the service does not have, and a place that has no lifecycle, are refused', async () => {
    const before = bucket.setup.lifecycle;
    await expect(set({ ...year, cold: { afterDays: 30, storageClass: 'ATTIC' } }, true)).rejects.toMatchObject({
      code: 'destination.unsupported',
    });
    expect(bucket.setup.lifecycle).toBe(before);
    await expect(house.api.destination.lifecyclePreview({ name: 'This computer', wish: year })).rejects.toMatchObject({
      code: 'destination.unsupported',
    });
  });

  test('versions are switched on, in the trail, and what a key could destroy gets less', async () => {
    expect((await house.api.destination.rights({ name: 'bucket' })).words).toContain('for good');
    await house.api.destination.versioning({ name: 'bucket', on: true });
    expect((await house.api.audit.list({ limit: 1 }))[0]).toMatchObject({
      action: 'place.versioned',
      subject: 'bucket',
    });
    bucket.denied.set(accessKeyId, new Set(['s3:DeleteObjectVersion']));
    const { rights, words } = await house.api.destination.rights({ name: 'bucket' });
    expect(rights).toMatchObject([
      { what: 'overwrite', answer: 'yes' },
      { what: 'remove', answer: 'yes' },
      { what: 'remove-version', answer: 'no' },
      { what: 'bypass-lock', answer: 'none' },
      { what: 'change-versioning', answer: 'unknown' },
      { what: 'change-lifecycle', answer: 'unknown' },
      { what: 'change-policy', answer: 'unknown' },
      { what: 'delete-place', answer: 'unknown' },
    ]);
    expect(words).toContain('older versions bring them back');
    bucket.denied.set(accessKeyId, new Set(['s3:DeleteObject', 's3:DeleteObjectVersion']));
    expect((await house.api.destination.rights({ name: 'bucket' })).rights[1]).toMatchObject({ answer: 'no' });
    bucket.denied.clear();
  });
});

describe('SV-22 the object lock of a bucket', () => {
  const month = { mode: 'compliance' as const, days: 30 };

  test('it is said what it means, set once that was accepted, and a lock that came in between is not written over', async () => {
    await expect(house.api.destination.lockPreview({ name: 'bucket', wish: month })).rejects.toMatchObject({
      code: 'lock.not-enabled',
    });
    bucket.setup.lock = 'without-default';
    const shown = await house.api.destination.lockPreview({ name: 'bucket', wish: month });
    expect(shown.before).toBeNull();
    expect(shown.words.join(' ')).toMatch(/30 days are over.*retention.*Compliance gives way to nobody.*whole bucket/);
    const asked = { name: 'bucket', wish: month, token: shown.token };
    await expect(house.api.destination.lock({ ...asked, accept: false })).rejects.toMatchObject({
      code: 'lock.not-accepted',
    });
    bucket.setup.lock = { mode: 'GOVERNANCE', days: 3 };
    await expect(house.api.destination.lock({ ...asked, accept: true })).rejects.toMatchObject({ code: 'lock.moved' });
    expect(bucket.setup.lock).toEqual({ mode: 'GOVERNANCE', days: 3 });
    bucket.setup.lock = 'without-default';
    expect((await house.api.destination.lock({ ...asked, accept: true })).lock).toMatchObject({
      ...month,
      canSet: true,
    });
    expect(bucket.setup.lock).toEqual({ mode: 'COMPLIANCE', days: 30 });
    expect((await house.api.audit.list({ limit: 1 }))[0]).toMatchObject({
      action: 'place.lock-set',
      subject: 'bucket',
      details: month,
    });
  });

  test('what cannot be a lock is refused, and so is a place that has none', async () => {
    for (const days of [0, 36_501])
      await expect(
        house.api.destination.lockPreview({ name: 'bucket', wish: { ...month, days } }),
      ).rejects.toMatchObject({
        code: 'call.malformed',
      });
    for (const name of ['blobs', 'This computer'])
      await expect(house.api.destination.lockPreview({ name, wish: month })).rejects.toMatchObject({
        code: 'destination.unsupported',
      });
    const setup = await house.api.destination.setup({ name: 'blobs' });
    expect(setup.lock.canSet).toBe(false);
  });

  test('from the terminal: shown, set with --accept, taken away', async () => {
    const lock = ['destination', 'lock', 'bucket'];
    const week = [...lock, '--days', '7', '--mode', 'governance'];
    expect((await run(...week)).json()).toMatchObject({ before: month, words: expect.anything() });
    expect(bucket.setup.lock).toEqual({ mode: 'COMPLIANCE', days: 30 });
    expect((await run(...week, '--accept')).json()).toMatchObject({ lock: { mode: 'governance', days: 7 } });
    expect((await run(...lock, '--off', '--accept')).code).toBe(0);
    expect(bucket.setup.lock).toBe('without-default');
    expect((await run(...lock, '--days', '36501', '--mode', 'governance')).code).toBe(2);
    expect((await run(...lock, '--off', '--mode', 'governance')).code).toBe(2);
  });
});

describe('SV-17 how a container is set up', () => {
  test('what a key does not reach is said, with what to paste for the data alone', async () => {
    const setup = await house.api.destination.setup({ name: 'blobs' });
    expect(setup).toMatchObject({
      versioning: { canSwitchOn: false },
      lifecycle: { state: 'unknown', canSet: false },
      publicBlock: { state: 'on' },
    });
    const policy = JSON.parse(setup.advice[0]?.paste ?? '') as { rules: { definition: unknown }[] };
    expect(policy.rules[0]?.definition).toMatchObject({ filters: { prefixMatch: ['backups/data/'] } });
    await expect(house.api.destination.versioning({ name: 'blobs', on: true })).rejects.toMatchObject({
      code: 'destination.unsupported',
    });
    const { rights, words } = await house.api.destination.rights({ name: 'blobs' });
    expect(rights.map(({ what, answer }) => `${what} ${answer}`)).toEqual([
      'overwrite yes',
      'remove yes',
      'remove-version none',
      'delete-place yes',
    ]);
    expect(words).toContain('the place itself');
  });
});

describe('SV-16 from the terminal', () => {
  test('it is shown, refused without --accept, set, and taken away', async () => {
    const shown = await run('destination', 'setup', 'bucket');
    expect([shown.code, shown.json()]).toEqual([
      1,
      expect.objectContaining({ versioning: expect.objectContaining({ state: 'on' }) }),
    ]);
    const cold = ['destination', 'lifecycle', 'bucket', '--cold-after', '60', '--class', 'GLACIER'];
    expect((await run(...cold)).json()).toMatchObject({
      sets: [{ words: ['Moves it to GLACIER after 60 days.'] }],
      clashes: [],
    });
    expect((await run(...cold, '--expire-after', '400', '--yes')).stdout).toContain('lifecycle.not-accepted');
    expect((await run(...cold, '--expire-after', '400', '--yes', '--accept')).code).toBe(0);
    expect(bucket.setup.lifecycle).toContain('<Days>400</Days>');
    expect((await run('destination', 'lifecycle', 'bucket', '--none', '--yes')).code).toBe(0);
    expect(bucket.setup.lifecycle).toBeNull();
    expect((await run('destination', 'setup', 'bucket')).code).toBe(0);
    expect((await run('destination', 'lifecycle', 'bucket', '--cold-after', '3')).code).toBe(2);
    expect((await run('destination', 'versioning', 'bucket')).code).toBe(2);
    const rights = await run('destination', 'rights', 'bucket');
    expect(rights.json<{ advice: { paste: string }[] }>().advice[0]?.paste).toContain('s3:PutObject');
  });
});
