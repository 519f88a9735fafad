/** One name that means two things: two folders, or the sources of two machines that share a place. Nobody guesses. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackupCard } from '../../src/shared/artifact.ts';
import { holdfast } from '../helpers/holdfast.ts';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';
import { sqliteSource } from '../helpers/places-world.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

const folder = tempFolder('names');
const shared = path.join(folder, 'shared');
const home = path.join(folder, 'ours');
let house: OpenedHouse;
let theirs: BackupCard;
let ours: BackupCard;

async function backUp(door: OpenedHouse): Promise<BackupCard> {
  const { backup } = await door.result(door.api.backup.start({ name: 'shop' }));
  if (backup?.card === undefined) throw new Error('A backup came to nothing.');
  return backup.card;
}
const thrown = async (work: Promise<unknown>): Promise<{ code: string; message: string }> =>
  work.then(
    () => ({ code: 'none', message: '' }),
    (failure: unknown) => failure as { code: string; message: string },
  );
const manifests = (): string[] => readdirSync(path.join(shared, 'manifests')).toSorted();

beforeAll(async () => {
  const file = makeDatabase(path.join(folder, 'shop.db'), (db) => db.exec('CREATE TABLE a (b)'));
  const other = await realHouse(path.join(folder, 'theirs'));
  await other.api.source.add({ ...sqliteSource('shop', file), folders: [shared] });
  theirs = await backUp(other);
  await other.close();
  house = await realHouse(home);
  const folders = [shared, path.join(folder, 'a', 'backups'), path.join(folder, 'b', 'backups')];
  await house.api.source.add({ ...sqliteSource('shop', file), folders });
  ours = await backUp(house);
  const found = await house.result(house.api.destination.found({ name: 'shared' }));
  if (found.find?.added !== 1) throw new Error('The other machine’s backup was not found.');
}, 60_000);
afterAll(() => house.close());

describe('BS-18 a name that means two things deletes and restores nothing', () => {
  test('two folders of one name: every call names both, and takes the id of one', async () => {
    const { api } = house;
    const twins = (await api.destination.list({})).filter(({ name }) => name === 'backups');
    const known = twins.map(({ id, settings }) => `${id} (${settings.kind === 'folder' ? settings.path : ''})`);
    expect(known).toHaveLength(2);
    for (const work of [
      api.destination.remove({ name: 'backups' }),
      api.destination.sweep({ name: 'backups', orphans: [] }),
      api.scrub.start({ name: 'backups' }),
      api.backup.purgePreview({ what: { backup: ours.backupId }, places: ['backups'] }),
    ]) {
      const { code, message } = await thrown(work);
      expect(code).toBe('destination.ambiguous');
      for (const one of known) expect(message).toContain(one);
    }
    const id = twins[1]?.id ?? '';
    const preview = await api.backup.purgePreview({ what: { backup: ours.backupId }, places: [id] });
    expect(preview.places.map(({ destination }) => destination)).toEqual([id]);

    // What the window asks of the one that is open: neither takes its name from the other, nor is tested for it.
    expect(await api.destination.change({ name: id, maxBytesPerSecond: 2_000_000 })).toMatchObject({
      id,
      name: 'backups',
    });
    await api.destination.test({ name: id });
    expect(await api.scrub.state({ name: id })).toMatchObject([{ destination: id, backups: 1 }]);
    const after = (await api.destination.list({})).filter(({ name }) => name === 'backups');
    expect(after.map((card) => [card.maxBytesPerSecond ?? null, card.tested !== undefined])).toEqual([
      [null, false],
      [2_000_000, true],
    ]);
    const taken = await thrown(api.destination.change({ name: id, newName: 'shared' }));
    expect(taken.code).toBe('destination.exists');
  });

  test('two machines’ sources of one name: what is set up here is meant to read, and nothing is meant to destroy', async () => {
    const { api } = house;
    expect((await api.backup.show({ backup: 'shop@latest' })).card.backupId).toBe(ours.backupId);
    const refused = await thrown(api.backup.purgePreview({ what: { source: 'shop' } }));
    expect(refused.code).toBe('source.ambiguous');
    for (const said of [ours.sourceId, theirs.sourceId, 'set up here', 'mac-']) expect(refused.message).toContain(said);
    const preview = await api.backup.purgePreview({ what: { source: theirs.sourceId } });
    expect(preview).toMatchObject({ backups: [{ backupId: theirs.backupId, never: ['other-machine'] }] });
    expect(preview.confirm).toContain('of another machine');

    // Where none is set up here, the newest of two is nobody's in particular.
    await api.source.remove({ name: 'shop' });
    for (const work of [
      api.backup.show({ backup: 'shop@latest' }),
      api.backup.verify({ backup: 'shop@latest', level: 'read' }),
      api.backup.pin({ backup: 'shop@latest', reason: 'x', until: null, hold: false }),
    ])
      expect((await thrown(work)).code).toBe('source.ambiguous');
    const latest = await api.backup.show({ backup: `${theirs.sourceId}@latest` });
    expect(latest.card.backupId).toBe(theirs.backupId);
    expect(await api.backup.list({ name: theirs.sourceId })).toMatchObject([{ backupId: theirs.backupId }]);
  });

  test('the terminal says the same, and goes on with the id', async () => {
    await house.close();
    const before = manifests();
    const target = path.join(folder, 'back.db');
    const restore = await holdfast(home, ['restore', 'shop@latest', '--to-file', target]);
    expect([restore.code, existsSync(target)]).toEqual([3, false]);
    expect(restore.stderr).toContain(theirs.sourceId);
    const purge = await holdfast(home, ['purge', '--source', 'shop', '--reason', 'x', '--confirm', 'x']);
    expect([purge.code, manifests()]).toEqual([3, before]);
    expect(purge.stderr).toContain('Write the id (src-…)');
    const remove = await holdfast(home, ['destination', 'remove', 'backups']);
    expect(remove.code).toBe(3);
    expect(remove.stderr).toContain('Write the id (dst-…)');
    const done = await holdfast(home, ['restore', `${theirs.sourceId}@latest`, '--to-file', target]);
    expect([done.code, existsSync(target)], done.stderr).toEqual([0, true]);
    house = await realHouse(home);
  });
});
