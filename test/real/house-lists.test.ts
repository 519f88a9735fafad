import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobKind } from '../../src/shared/job.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';
import { makeShop } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

let house: OpenedHouse;
const taken: string[] = [];

beforeAll(async () => {
  house = await realHouse();
  const { api } = house;
  const { name } = await api.sample.make({});
  for (let round = 0; round < 3; round += 1) {
    const { backup } = await house.result(api.backup.start({ name }));
    taken.unshift(backup?.card.backupId ?? '');
  }
  await house.result(api.backup.verify({ backup: taken[0] as string, level: 'restore' }));
  await house.result(api.backup.verify({ backup: taken[2] as string, level: 'read' }));
});
afterAll(() => house.close());

const idsOf = (cards: { backupId: string }[]): string[] => cards.map(({ backupId }) => backupId);

describe('lists of backups', () => {
  test('come in pages, by name and by verdict, and the tally agrees with them', async () => {
    const { api } = house;
    const first = await api.backup.list({ limit: 2 });
    expect(idsOf(first)).toEqual(taken.slice(0, 2));
    expect(idsOf(await api.backup.list({ limit: 2, before: first.at(-1)?.backupId }))).toEqual(taken.slice(2));
    expect(idsOf(await api.backup.list({ name: 'bookshop', verdict: 'unproven' }))).toEqual([taken[1]]);
    expect(await api.backup.tally({})).toEqual({ all: 3, proven: 1, partly: 1, failed: 0, unproven: 1 });
    expect(await api.backup.tally({ name: 'bookshop' })).toEqual(await api.backup.tally({}));
    await expect(api.backup.list({ name: 'nobody' })).rejects.toMatchObject({ code: 'source.unknown' });
    await expect(api.backup.tally({ name: 'nobody' })).rejects.toMatchObject({ code: 'source.unknown' });
  });

  test('BS-15 the chart of a source has its backups, oldest first, with the rows that the manifest counted', async () => {
    const points = await house.api.backup.trend({ name: 'bookshop', limit: 2 });
    expect(points.map(({ backupId }) => backupId)).toEqual([taken[1], taken[0]]);
    const { manifest } = await house.api.backup.show({ backup: taken[0] as string });
    const tables = manifest.inventory.form === 'plain' ? manifest.inventory.content.databases[0]?.tables : [];
    expect(points[1]?.rows).toBe(tables?.reduce((sum, { rows }) => sum + rows, 0));
    expect(points[1]?.durationMs).toBe(manifest.finishedAt - manifest.takenAt);
  });

  test('those of a source that was removed are still found by its name', async () => {
    const { api } = house;
    const file = makeShop(path.join(tempFolder('house'), 'shop.sqlite'), 'wal', 20);
    const add = {
      name: 'gone',
      settings: { kind: 'sqlite' as const, file },
      scope: wholeScope,
      digests: true,
      compressionLevel: 1,
      folders: [],
      secrets: {},
      replace: false,
    };
    await api.source.add(add);
    const { backup } = await house.result(api.backup.start({ name: 'gone' }));
    await api.source.remove({ name: 'gone' });
    expect(idsOf(await api.backup.list({ name: 'gone' }))).toEqual([backup?.card.backupId]);
    const shown = await api.backup.show({ backup: 'gone@latest' });
    expect(shown.card.backupId).toBe(backup?.card.backupId);
  });
});

describe('lists of jobs', () => {
  test('are filtered by kind, source and backup, and go on from a job', async () => {
    const { api } = house;
    const kindsOf = async (filter: object): Promise<JobKind[]> =>
      (await api.job.list({ limit: 50, ...filter })).map(({ kind }) => kind);
    expect(await kindsOf({ kinds: ['verify'] })).toEqual(['verify', 'verify']);
    expect(await kindsOf({ backupId: taken[0] })).toEqual(['verify', 'backup']);
    const sample = (await api.source.list({})).find(({ name }) => name === 'bookshop');
    const ofSource = await api.job.list({ limit: 50, sourceId: sample?.id });
    expect(ofSource.map(({ kind }) => kind)).toEqual(['verify', 'verify', 'backup', 'backup', 'backup']);
    const rest = await api.job.list({ limit: 50, sourceId: sample?.id, before: ofSource[1]?.id });
    expect(rest.map(({ id }) => id)).toEqual(ofSource.slice(2).map(({ id }) => id));
  });
});
