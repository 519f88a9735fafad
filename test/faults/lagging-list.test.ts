/** A bucket whose lists lag behind what was put and removed: nothing goes by mistake, and nothing is called lost that is there. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { BackupCard } from '../../src/shared/artifact.ts';
import type { RetentionPreview } from '../../src/shared/retention.ts';
import { realHouse } from '../helpers/house.ts';
import { movedClock, movedJobHost } from '../helpers/moved-clock.ts';
import { placesWorld, secretFor, type PlacesWorld } from '../helpers/places-world.ts';
import { tempFolder } from '../helpers/temp.ts';

const day = 24 * 3_600_000;
const oneMiB = 2 ** 20;
const name = 'bucket';
/** No operation here lists one folder so often. */
const forNow = 1_000;

describe('SV-1 BS-18 BD-17 a bucket whose lists lag', () => {
  /** Two days on: what was written in this minute would be old enough to be swept. */
  const clock = movedClock(Date.now() + 2 * day);
  const folder = tempFolder('lagging');
  let world: PlacesWorld;
  const cards: BackupCard[] = [];
  const idOf = (index: number): string => cards[index]?.backupId ?? '';
  const manifestOf = (index: number): string => `h/manifests/${idOf(index)}.jsonl`;
  const look = () => world.house.api.destination.health({ name, again: true });
  const caughtUp = (): void => {
    world.bucket.lagging.unlisted.clear();
    world.bucket.lagging.ghosts.clear();
  };

  beforeAll(async () => {
    world = await placesWorld({
      folder,
      clock,
      house: { host: movedJobHost(clock) },
      places: { [name]: { kind: 's3', seal: false } },
      fill: (db) => {
        db.exec('CREATE TABLE blobs (id INTEGER PRIMARY KEY, bytes BLOB)');
        for (let count = 0; count < 3; count += 1)
          db.prepare('INSERT INTO blobs (bytes) VALUES (?)').run(randomBytes(oneMiB));
      },
    });
    // Job processes live on that day, and what the owner asks by itself it asks today.
    world.bucket.maxSkewMs = 3 * day;
    world.bucket.listsLag = forNow;
    // The first is one file, the others lie in parts.
    cards.push(await world.backUp());
    await world.house.api.destination.change({ name, maxFileBytes: oneMiB });
    for (let made = 0; made < 2; made += 1) cards.push(await world.backUp());
  }, 60_000);
  afterEach(() => {
    world.bucket.listsLag = 0;
    caughtUp();
  });
  afterAll(() => world.close());

  test('a backup, in one file or in parts, is stored and proven though no list tells of it yet', async () => {
    expect(world.bucket.lagging.unlisted.size).toBeGreaterThan(10);
    for (const { backupId, stored } of cards) {
      expect(stored.map(({ state }) => state)).toEqual(['stored']);
      const asked = world.house.api.backup.verify({ backup: backupId, level: 'restore' });
      expect((await world.house.result(asked)).verify).toMatchObject({ verdict: 'proven', problems: [] });
    }
  });

  test('data whose manifest is not listed yet is no orphan, and no sweep removes it', async () => {
    world.bucket.lagging.unlisted.set(manifestOf(1), forNow);
    expect(await look()).toMatchObject({ backups: 3, orphans: [], withoutData: [], hints: [] });
    const before = world.bucket.objects.size;
    const report = await world.house.api.destination.sweep({ name, orphans: [idOf(1)] });
    expect(report.removed).toEqual([]);
    expect(world.bucket.objects.size).toBe(before);
  });

  test('a manifest whose data are not listed yet has not lost them', async () => {
    for (const key of world.bucket.objects.keys())
      if (key.includes(`data/${idOf(2)}/`)) world.bucket.lagging.unlisted.set(key, forNow);
    expect(await look()).toMatchObject({ backups: 3, withoutData: [], orphans: [], hints: [] });
  });

  test('on a new laptop what is not listed yet is not found, and is as soon as it is listed', async () => {
    world.bucket.lagging.unlisted.set(manifestOf(2), forNow);
    const laptop = await realHouse(path.join(folder, 'laptop'), { passphraseFile: world.passphraseFile }, clock);
    try {
      const settings = world.settingsOf(name);
      const secret = secretFor[settings.kind] ?? '';
      const first = await laptop.result(laptop.api.destination.found({ name, settings, secret }));
      expect(first.find).toMatchObject({ backups: 2, withoutManifest: 1, skipped: [] });
      caughtUp();
      const second = await laptop.result(laptop.api.destination.found({ name }));
      expect(second.find).toMatchObject({ backups: 3, added: 1, withoutManifest: 0, skipped: [] });
    } finally {
      await laptop.close();
    }
  });

  test('a rule removes nothing while the list is short, and the same rule does its work when it is not', async () => {
    const [source] = await world.house.api.source.list({});
    const asked = (): Promise<RetentionPreview> =>
      world.house.api.retention.set({
        owner: { sourceId: source?.id as never },
        rule: {
          timeZone: 'UTC',
          keepLast: 1,
          daily: null,
          weekly: null,
          monthly: null,
          yearly: null,
          keepDays: null,
          maxBytes: null,
        },
        places: [],
      });
    world.bucket.lagging.unlisted.set(manifestOf(0), forNow);
    const before = new Set(world.bucket.objects.keys());
    const short = await asked();
    expect(short).toMatchObject({ backups: 0, lines: [{ stopped: { code: 'retention.list-short' }, goes: [] }] });
    caughtUp();
    const whole = await asked();
    expect(whole.backups).toBe(2);
    // Whole when it was looked at, and short when it is to be done.
    world.bucket.lagging.unlisted.set(manifestOf(0), forNow);
    await expect(world.house.api.retention.apply({ previewId: whole.previewId })).rejects.toMatchObject({
      code: 'retention.moved',
    });
    expect(new Set(world.bucket.objects.keys())).toEqual(before);
    caughtUp();
    // From here on what is removed is listed still.
    world.bucket.listsLag = forNow;
    const { previewId } = await asked();
    for (const jobId of (await world.house.api.retention.apply({ previewId })).jobIds)
      expect((await world.house.result(Promise.resolve({ jobId }))).prune?.removed).toHaveLength(2);
    expect([...world.bucket.objects.keys()].filter((key) => key.includes('/manifests/'))).toEqual([manifestOf(2)]);
    expect([...world.bucket.lagging.ghosts.keys()]).toEqual(expect.arrayContaining([manifestOf(0), manifestOf(1)]));
    expect(await look()).toMatchObject({ withoutData: [], orphans: [] });
    const again = await world.house.result(world.house.api.destination.found({ name }));
    expect(again.find).toMatchObject({ backups: 1, added: 0 });
    expect((await world.house.api.backup.list({})).map(({ backupId }) => backupId)).toEqual([idOf(2)]);
    caughtUp();
    expect(await look()).toMatchObject({ backups: 1, withoutData: [], orphans: [], hints: [] });
  });
});
