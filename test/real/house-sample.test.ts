import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';

const houses: OpenedHouse[] = [];
afterEach(async () => {
  for (const house of houses.splice(0)) await house.close();
});
async function open(): Promise<OpenedHouse> {
  const house = await realHouse();
  houses.push(house);
  return house;
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

describe('the built-in sample', () => {
  test('is made once, marked, in the data folder, and steps aside for a source of its name', async () => {
    const { api, home } = await open();
    const file = path.join(home, 'sample', 'bookshop.sqlite');
    await api.source.add({
      name: 'bookshop',
      settings: { kind: 'sqlite', file: '/srv/real-bookshop.sqlite' },
      scope: { part: 'all', schemas: [], tables: [], excludeTables: [] },
      digests: true,
      compressionLevel: 1,
      folders: [],
      secrets: {},
      replace: false,
    });
    const made = await api.sample.make({});
    expect(made).toMatchObject({ name: 'bookshop-2', sample: true, settings: { kind: 'sqlite', file } });
    expect(await api.sample.make({})).toEqual(made);
    expect(await api.source.list({})).toHaveLength(2);
  });

  test('is backed up, proven and damaged, and the difference is the orders that went', async () => {
    const house = await open();
    const { api } = house;
    const { name } = await api.sample.make({});
    const { backup } = await house.result(api.backup.start({ name }));
    const backupId = backup?.card.backupId as string;
    const { verify } = await house.result(api.backup.verify({ backup: backupId, level: 'restore' }));
    expect(verify?.verdict).toBe('proven');
    const { rows } = await api.sample.damage({});
    expect(rows).toBeGreaterThan(0);
    const { diff } = await house.result(api.backup.diff({ backup: backupId, against: 'live' }));
    const orders = diff?.tables.find((table) => table.name === 'order');
    expect((orders?.before ?? 0) - (orders?.after ?? 0)).toBe(rows);
    expect(await api.sample.damage({})).toEqual({ rows: 0 });
  });

  test('goes with its file, its backups and their proofs, and leaves the backups of others', async () => {
    const house = await open();
    const { api, home } = house;
    const { name, id } = await api.sample.make({});
    const first = await house.result(api.backup.start({ name }));
    await house.result(api.backup.verify({ backup: `${name}@latest`, level: 'restore' }));
    await house.result(api.backup.start({ name }));
    const file = path.join(home, 'sample', 'bookshop.sqlite');
    await api.source.add({
      name: 'other',
      settings: { kind: 'sqlite', file },
      scope: { part: 'all', schemas: [], tables: [], excludeTables: [] },
      digests: true,
      compressionLevel: 1,
      folders: [],
      secrets: {},
      replace: false,
    });
    const other = await house.result(api.backup.start({ name: 'other' }));
    const otherId = other.backup?.card.backupId as string;

    await api.sample.remove({});

    expect(existsSync(path.join(home, 'sample'))).toBe(false);
    expect((await api.source.list({})).map((source) => source.name)).toEqual(['other']);
    expect((await api.backup.list({})).map((card) => card.backupId)).toEqual([otherId]);
    const left = filesBelow(path.join(home, 'backups'));
    expect(left.toSorted()).toEqual(['01-bookshop.sqlite.zst', 'HOW-TO-RESTORE.txt', `${otherId}.jsonl`]);
    const { backups } = await api.catalog.rebuild({});
    expect(backups).toBe(1);

    const firstId = first.backup?.card.backupId;
    expect(house.events).toContainEqual({ name: 'backup.removed', payload: { backupId: firstId } });
    expect(house.events).toContainEqual({ name: 'source.removed', payload: { sourceId: id } });
    const trail = await api.audit.list({ limit: 100 });
    expect(trail.filter((entry) => entry.action === 'backup.deleted')).toHaveLength(2);
    expect(trail.find((entry) => entry.action === 'source.removed')).toMatchObject({ actor: 'ada (test)' });
    await expect(api.sample.damage({})).rejects.toMatchObject({ code: 'source.unknown' });
    expect(await api.sample.remove({})).toEqual({});
  });

  test('goes with what a restore into its place had kept, which can then not be undone', async () => {
    const house = await open();
    const { api } = house;
    const { name } = await api.sample.make({});
    await house.result(api.backup.start({ name }));
    await api.sample.damage({});
    const target = { kind: 'original' as const };
    const asked = api.restore.rehearse({ backup: `${name}@latest`, target, secrets: {} });
    const { rehearse } = await house.result(asked);
    if (rehearse === null) throw new Error('The rehearsal came to nothing.');
    const { planId, replaces } = rehearse;
    await house.result(api.restore.run({ planId, secrets: {}, confirm: replaces?.confirm }));
    expect(await api.restore.list({})).toMatchObject([{ state: 'kept' }]);
    await api.sample.remove({});
    expect(await api.restore.list({})).toMatchObject([{ state: 'released' }]);
    expect((await api.audit.list({ limit: 50 })).map(({ action }) => action)).toContain('restore.released');
  });

  test('whose file was deleted is made again under the same source', async () => {
    const { api, home } = await open();
    const made = await api.sample.make({});
    rmSync(path.join(home, 'sample'), { recursive: true });
    expect(await api.sample.make({})).toEqual(made);
    expect((await api.sample.damage({})).rows).toBeGreaterThan(0);
  });

  test('stays known while a place of its backups cannot be reached, and can be removed later', async () => {
    const house = await open();
    const { api, home } = house;
    const { name } = await api.sample.make({});
    await house.result(api.backup.start({ name }));
    const backups = path.join(home, 'backups');
    renameSync(backups, `${backups}-away`);
    await expect(api.sample.remove({})).rejects.toMatchObject({ code: 'destination.unreachable' });
    expect(await api.backup.list({})).toHaveLength(1);
    expect((await api.source.list({})).map((source) => source.name)).toEqual([name]);
    renameSync(`${backups}-away`, backups);
    await api.sample.remove({});
    expect(await api.backup.list({})).toEqual([]);
  });

  test('ends a running job of its own before it goes', async () => {
    const house = await open();
    const { name } = await house.api.sample.make({});
    const { jobId } = await house.api.backup.start({ name });
    await house.api.sample.remove({});
    const { job } = await house.api.job.show({ jobId });
    expect(['cancelled', 'succeeded']).toContain(job.state);
    expect(await house.api.backup.list({})).toEqual([]);
    expect((await house.api.catalog.rebuild({})).backups).toBe(0);
  });
});
