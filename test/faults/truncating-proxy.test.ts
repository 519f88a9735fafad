/** A proxy that cuts answers and bodies short, under whole operations: what is not whole is never listed, proven, restored or believed. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { BackupId, JobId } from '../../src/shared/id.ts';
import { realHouse } from '../helpers/house.ts';
import { impatientHere, impatientJobHost } from '../helpers/impatient.ts';
import type { Mischief } from '../helpers/mischief.ts';
import { placesWorld, secretFor, type PlacesWorld } from '../helpers/places-world.ts';
import { tempFolder } from '../helpers/temp.ts';

const oneMiB = 2 ** 20;
type Asked = 'list' | 'data' | 'manifests';
type Direction = 'GET' | 'PUT';

describe.each(['s3', 'azure'] as const)('SV-1 SV-17 JO-13 a proxy that truncates before %s', (kind) => {
  const name = 'far';
  const folder = tempFolder(`truncated-${kind}`);
  let world: PlacesWorld;
  let backup: BackupId;
  let back: () => void;
  /** From now on whatever is asked for like this meets that. */
  const meets = (direction: Direction, what: Asked, mischief: Mischief | undefined): void => {
    const isIt = (method: string, key: string, lists: boolean): boolean =>
      method === direction && (what === 'list' ? lists : !lists && key.includes(`/${what}/`));
    if (kind === 's3')
      world.bucket.mischief = (seen) => (isIt(seen.method, `/${seen.name}`, seen.name === '') ? mischief : undefined);
    else
      world.azure.mischief = ({ method, url }) =>
        isIt(method, url.pathname, url.searchParams.get('comp') === 'list') ? mischief : undefined;
  };
  const lying = async (): Promise<string[]> => {
    if (kind === 's3') return [...world.bucket.objects.keys()];
    const names: string[] = [];
    for await (const blob of world.azure.container('backups').listBlobsFlat()) names.push(blob.name);
    return names;
  };
  const ended = async (asked: Promise<{ jobId: JobId }>) => world.house.api.job.wait(await asked);
  const cut = (atBytes: number, honest: boolean): Mischief => ({ kind: 'truncate', atBytes, honest });

  beforeAll(async () => {
    back = impatientHere();
    world = await placesWorld({
      folder,
      house: { host: impatientJobHost() },
      places: { [name]: { kind, seal: false } },
      fill: (db) => {
        db.exec('CREATE TABLE blobs (id INTEGER PRIMARY KEY, bytes BLOB)');
        for (let count = 0; count < 2; count += 1)
          db.prepare('INSERT INTO blobs (bytes) VALUES (?)').run(randomBytes(oneMiB));
      },
    });
    backup = (await world.backUp()).backupId;
  }, 60_000);
  afterEach(() => {
    if (kind === 's3') world.bucket.mischief = () => undefined;
    else world.azure.mischief = () => undefined;
  });
  afterAll(async () => {
    back();
    await world.close();
  });

  test('answers that are cut again and again are put together: a proof comes out proven', async () => {
    meets('GET', 'data', cut(700_000, true));
    const { verify } = await world.house.result(world.house.api.backup.verify({ backup, level: 'restore' }));
    expect(verify).toMatchObject({ verdict: 'proven', problems: [] });
  });

  test('where nothing arrives a proof is none, and the copy is not called damaged', async () => {
    meets('GET', 'data', cut(0, true));
    const { job, verify } = await ended(world.house.api.backup.verify({ backup, level: 'restore' }));
    expect(verify?.verdict ?? job.failure?.code).toBe('destination.unreachable');
    const { card } = await world.house.api.backup.show({ backup });
    expect(card.stored.map(({ state }) => state)).toEqual(['stored']);
  });

  test('nothing is restored from half of the bytes', async () => {
    const file = path.join(folder, 'restored.db');
    const { rehearse } = await ended(
      world.house.api.restore.rehearse({ backup, target: { kind: 'file', file }, secrets: {} }),
    );
    meets('GET', 'data', cut(0, false));
    const planId = rehearse?.planId as never;
    const { job } = await ended(world.house.api.restore.run({ planId, secrets: {} }));
    expect(job).toMatchObject({ state: 'failed', failure: { code: 'destination.unreachable' } });
    expect(existsSync(file)).toBe(false);
  });

  test('a list that ends too early, or is empty, is no list: nothing is found, looked at or removed by it', async () => {
    const [source] = await world.house.api.source.list({});
    const before = await lying();
    const { api } = world.house;
    for (const at of [150, 0]) {
      meets('GET', 'list', cut(at, true));
      const unreachable = { code: 'destination.unreachable' };
      await expect(api.destination.health({ name, again: true })).rejects.toMatchObject(unreachable);
      await expect(api.destination.sweep({ name, orphans: [backup] })).rejects.toMatchObject(unreachable);
      const preview = await api.retention.preview({ owner: { sourceId: source?.id as never }, clockIsRight: false });
      expect(preview.lines.flatMap(({ goes }) => goes)).toEqual([]);
    }
    const env = { passphraseFile: world.passphraseFile };
    const laptop = await realHouse(path.join(folder, 'laptop'), env, undefined, { host: impatientJobHost() });
    try {
      const settings = world.settingsOf(name);
      const asked = await laptop.api.destination.found({ name, settings, secret: secretFor[kind] ?? '' });
      expect((await laptop.api.job.wait(asked)).job.failure?.code).toBe('destination.unreachable');
      expect(await laptop.api.backup.list({})).toEqual([]);
      expect((await laptop.api.destination.list({})).map((card) => card.name)).toEqual(['This computer']);
    } finally {
      await laptop.close();
    }
    meets('GET', 'list', undefined);
    expect(await lying()).toEqual(before);
  });

  // Azure signs how long a request is, so whatever is shortened is refused in the same way.
  test.for(kind === 's3' ? (['data', 'manifests'] as const) : (['data'] as const))(
    '%s of which only half arrives are not listed, and nothing of them stays',
    async (what) => {
      const before = await lying();
      meets('PUT', what, { kind: 'shorten', toBytes: 100 });
      const { job } = await ended(world.house.api.backup.start({ name: 'shop' }));
      // Azure signs how long a request is, and takes what was shortened for a forgery.
      expect(job).toMatchObject({
        state: 'failed',
        failure: { code: kind === 's3' ? 'backup.kept' : 'destination.auth-failed' },
      });
      const id = job.backupId ?? '';
      expect((await world.house.api.backup.list({})).map(({ backupId }) => backupId)).not.toContain(id);
      const left = (await lying()).filter((one) => !before.includes(one));
      expect(left.filter((one) => (what === 'manifests' ? one.includes('/manifests/') : one.includes(id)))).toEqual([]);
      meets('PUT', what, undefined);
      const [kept] = await world.house.api.backup.waiting({});
      expect(kept?.backupId).toBe(kind === 's3' ? id : undefined);
      if (kind === 's3')
        for (const jobId of (await world.house.api.backup.carry({ backup: id })).jobIds)
          await world.house.result(Promise.resolve({ jobId }));
      const whole = kind === 's3' ? id : (await world.backUp()).backupId;
      const { verify } = await world.house.result(world.house.api.backup.verify({ backup: whole, level: 'read' }));
      expect(verify?.problems).toEqual([]);
    },
  );
});
