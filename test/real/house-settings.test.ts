import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { defaultPreferences } from '../../src/shared/preferences.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';

let houses: OpenedHouse[] = [];
afterEach(async () => {
  for (const house of houses.splice(0)) await house.close();
});
async function open(home?: string): Promise<OpenedHouse> {
  const house = await realHouse(home);
  houses.push(house);
  return house;
}
async function leave(house: OpenedHouse): Promise<void> {
  houses = houses.filter((one) => one !== house);
  await house.close();
}

describe('what a person chose is remembered', () => {
  test('only what is given changes, everybody is told, and the snapshot says the same', async () => {
    const house = await open();
    expect(await house.api.settings.show({})).toEqual(defaultPreferences);
    await house.api.settings.change({ theme: 'dark' });
    const chosen = await house.api.settings.change({ overdueAfterMs: 3 * 3_600_000, notify: undefined });
    expect(chosen).toEqual({ ...defaultPreferences, theme: 'dark', overdueAfterMs: 3 * 3_600_000 });
    expect((await house.api.app.snapshot({})).preferences).toEqual(chosen);
    const told = house.events.filter(({ name }) => name === 'settings.changed');
    expect(told.map(({ payload }) => payload)).toEqual([
      { preferences: { ...defaultPreferences, theme: 'dark' } },
      { preferences: chosen },
    ]);
  });

  test('the next start knows it, and so does a start after the catalog was lost', async () => {
    const house = await open();
    await house.api.settings.change({ theme: 'light', closeExplained: true });
    await leave(house);
    const again = await open(house.home);
    expect(await again.api.settings.show({})).toMatchObject({ theme: 'light', closeExplained: true });
    await leave(again);
    for (const name of ['catalog.sqlite', 'catalog.sqlite-wal', 'catalog.sqlite-shm'])
      rmSync(path.join(house.home, name), { force: true });
    const regained = await open(house.home);
    expect(await regained.api.settings.show({})).toMatchObject({ theme: 'light', closeExplained: true });
  });

  test('a value out of its range is refused and changes nothing', async () => {
    const { api } = await open();
    await expect(api.settings.change({ overdueAfterMs: 5 })).rejects.toMatchObject({ code: 'call.malformed' });
    await expect(api.settings.change({ theme: 'pink' as never })).rejects.toMatchObject({ code: 'call.malformed' });
    expect(await api.settings.show({})).toEqual(defaultPreferences);
  });
});

describe('a source is marked as production', () => {
  const add = {
    name: 'shop',
    settings: { kind: 'sqlite' as const, file: '/srv/shop.sqlite' },
    scope: wholeScope,
    digests: true,
    compressionLevel: 1,
    folders: [],
    secrets: {},
    replace: false,
  };

  test('a change that does not speak of the mark leaves it, one that does takes it away', async () => {
    const { api } = await open();
    expect((await api.source.add({ ...add, production: true })).production).toBe(true);
    expect((await api.source.add({ ...add, digests: false, replace: true })).production).toBe(true);
    expect(await api.source.list({})).toEqual([expect.objectContaining({ production: true, digests: false })]);
    expect((await api.source.add({ ...add, replace: true, production: false })).production).toBeUndefined();
  });
});
