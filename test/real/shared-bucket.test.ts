/** Two machines of two teams, with the same names and kits of their own, in one folder of one bucket at the same moment. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeS3, type FakeS3 } from '../helpers/fake-s3.ts';
import type { OpenedHouse } from '../helpers/house.ts';
import { addBucket, addSource, makeSource, oneMiB, uploadWorld } from '../helpers/uploads.ts';

describe('BS-10 SV-1 a bucket that two teams share', () => {
  let server: FakeS3;
  let houses: OpenedHouse[];
  beforeEach(async () => {
    server = await fakeS3();
    houses = await Promise.all(
      ['ada', 'bob'].map(async (name) => {
        const world = uploadWorld(name);
        const house = await world.open();
        await addBucket(house, 'bucket', server, true);
        await addSource(house, makeSource(world.folder, 6 * oneMiB), ['bucket']);
        return house;
      }),
    );
  });
  afterEach(async () => {
    await Promise.all(houses.map((house) => house.close()));
    await server.stop();
  });

  test('both back up at once: each lists, proves and cares for its own, and sweeps nothing of the other', async () => {
    const made = await Promise.all(houses.map((house) => house.result(house.api.backup.start({ name: 'app' }))));
    const ids = made.map(({ backup }) => backup?.card.backupId ?? '');
    expect(new Set(ids).size).toBe(2);
    for (const [index, house] of houses.entries()) {
      const own = ids[index] ?? '';
      expect((await house.api.backup.list({})).map(({ backupId }) => backupId)).toEqual([own]);
      const { verify } = await house.result(house.api.backup.verify({ backup: own, level: 'restore' }));
      expect(verify).toMatchObject({ verdict: 'proven', problems: [] });
      const health = await house.api.destination.health({ name: 'bucket', again: true });
      expect(health).toMatchObject({ backups: 2, unknownBackups: 1, orphans: [], withoutData: [], unfinished: 0 });
      const { removed } = await house.api.destination.sweep({ name: 'bucket', orphans: [ids[1 - index] ?? ''] });
      expect(removed).toEqual([]);
    }
    // Its data and its manifest.
    for (const id of ids) expect([...server.objects.keys()].filter((name) => name.includes(id))).toHaveLength(2);
  });
});
