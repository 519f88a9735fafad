/** A lost laptop: an empty data folder, a bucket that several machines and two teams use, and one kit. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DestinationSettings } from '../../src/shared/destination.ts';
import type { FoundReport } from '../../src/shared/found.ts';
import type { MachineId, SourceId } from '../../src/shared/id.ts';
import { accessKeyId, fakeS3, secretAccessKey, type FakeS3 } from '../helpers/fake-s3.ts';
import { startHoldfast, type Ran } from '../helpers/holdfast.ts';
import { realHouse } from '../helpers/house.ts';
import { digitsOnPage } from '../helpers/kit-page.ts';
import { lettersOf, multiply } from '../helpers/many-sets.ts';
import { makeDatabase } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

const more = 40;
const folder = tempFolder('found-again');
const passphrase = path.join(folder, 'passphrase');
const kit = path.join(folder, 'kit.html');
let bucket: FakeS3;
let newest: string;
let many: string[];
let fresh = 0;

type Told = Omit<FoundReport, 'destination'> & { destination: { keyId: string | null; provenAt: string | null } };

const run = (home: string, args: string[], input = ''): Promise<Ran> =>
  startHoldfast(home, [...args, '--json'], { env: { HOLDFAST_PASSPHRASE_FILE: passphrase }, input }).ended;
async function done<T = Record<string, unknown>>(home: string, args: string[], input = ''): Promise<T> {
  const ran = await run(home, args, input);
  expect(ran.code, ran.stderr + ran.stdout).toBe(0);
  return ran.json<T>();
}
/** @returns its code and its message */
async function refused(home: string, args: string[], input = ''): Promise<[string, string]> {
  const ran = await run(home, args, input);
  expect(ran.code, ran.stderr + ran.stdout).toBe(3);
  const { code, message } = ran.json<{ code: string; message: string }>();
  return [code, message];
}
const at = (prefix: string): string[] => [
  '--s3',
  `backups/${prefix}`,
  '--region',
  'eu-test-1',
  '--endpoint',
  bucket.endpoint,
  '--path-style',
  '--access-key-id',
  accessKeyId,
  '--secret-stdin',
];
const secretLine = `${secretAccessKey}\n`;
const search = (prefix: string, ...kitOptions: string[]): string[] => [
  'found-again',
  'bucket',
  ...at(prefix),
  ...kitOptions,
];
/** As if it had never been stored. */
function takeOut(backupId: string): void {
  for (const name of bucket.objects.keys()) if (name.includes(backupId)) bucket.objects.delete(name);
}
/** The data folder of a laptop that was bought today. */
const laptop = (): string => path.join(folder, `laptop-${(fresh += 1)}`);
const digitsOf = (file: string): string => digitsOnPage(file).join(' ');

/** A machine with one source, and a backup of it under this prefix; its kit is printed. */
async function team(name: string, prefix: string, page: string): Promise<string> {
  const home = path.join(folder, name);
  const file = makeDatabase(path.join(folder, `${name}.db`), (db) => {
    db.exec(`CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO orders SELECT i, '${name} ' || i FROM n;`);
  });
  await done(home, ['destination', 'add', 'bucket', ...at(prefix)], secretLine);
  await done(home, ['source', 'add', name, '--file', file, '--destination', 'bucket']);
  const { backupId } = await done<{ backupId: string }>(home, ['backup', name]);
  await done(home, ['kit', 'print', 'bucket', '--to', page]);
  return backupId;
}

beforeAll(async () => {
  writeFileSync(passphrase, 'only for tests\n', { mode: 0o600 });
  bucket = await fakeS3();
  newest = await team('shop', 'team', kit);
  await team('rival', 'team', path.join(folder, 'rival-kit.html'));
  many = multiply(bucket, {
    prefix: 'team/',
    backupId: newest,
    secret: digitsOf(kit),
    count: more,
    change: (number) =>
      number % 2 === 0
        ? {}
        : {
            machine: { id: `mac-${lettersOf(1)}` as MachineId, name: 'till' },
            source: { id: `src-${lettersOf(1)}` as SourceId, name: 'till', kind: 'sqlite' },
          },
  });
}, 120_000);
afterAll(() => bucket.stop());

describe('BS-4 JO-13 CV-2 a lost laptop is survived with a place and its kit', () => {
  test('everything of the team is listed with the machines that made it, and nothing in the place is touched', async () => {
    const home = laptop();
    const before = [...bucket.objects].map(([name, { etag }]) => `${name} ${etag}`);
    bucket.seen.length = 0;
    const report = await done<Told>(home, search('team', '--kit-file', kit), secretLine);
    expect(bucket.seen.filter(({ method }) => !['GET', 'HEAD'].includes(method))).toEqual([]);
    expect([...bucket.objects].map(([name, { etag }]) => `${name} ${etag}`)).toEqual(before);
    expect(report).toMatchObject({ backups: more + 1, added: more + 1, skippedInAll: 0, withoutManifest: 0 });
    expect(report.sources).toMatchObject([
      { name: 'shop', backups: more / 2 + 1, setUp: false, kind: 'sqlite' },
      { name: 'till', backups: more / 2, setUp: false, machine: { id: `mac-${lettersOf(1)}`, name: 'till' } },
    ]);
    expect(report.closed).toEqual([{ keyId: expect.stringMatching(/^secret-/), backups: 1 }]);
    expect(report.destination.provenAt).not.toBeNull();
    const listed = await done<{ source: string }[]>(home, ['list']);
    expect(listed).toHaveLength(more + 1);
    expect(await done(home, ['verify', 'shop@latest'])).toMatchObject({ backupId: newest, verdict: 'proven' });
    const restored = path.join(folder, 'restored.db');
    await done(home, ['restore', 'till@latest', '--to-file', restored]);
    const database = new Database(restored, { readonly: true });
    expect(database.prepare('SELECT count(*) AS n FROM orders').get()).toEqual({ n: 500 });
    database.close();
  }, 120_000);

  test('a source that is known from its backups alone is set up again, and goes on with them', async () => {
    const home = laptop();
    await done(home, search('team', '--kit-stdin'), `${secretLine}${digitsOf(kit).toUpperCase()}\n`);
    const [code, message] = await refused(home, ['backup', 'shop']);
    expect([code, message]).toEqual(['source.unknown', expect.stringContaining('known from its backups alone')]);
    const set = ['source', 'add', 'shop', '--file', path.join(folder, 'shop.db'), '--destination', 'bucket'];
    expect((await refused(home, [...set, '--join', 'nobody']))[0]).toBe('source.unknown');
    await done(home, [...set, '--join', 'shop']);
    const { backupId } = await done<{ backupId: string }>(home, ['backup', 'shop']);
    const listed = await done<{ backupId: string; sourceId: string }[]>(home, ['list', 'shop']);
    expect(listed[0]?.backupId).toBe(backupId);
    expect(listed).toHaveLength(more / 2 + 2);
    expect(new Set(listed.map(({ sourceId }) => sourceId)).size).toBe(1);
    expect((await refused(home, [...set, '--join', 'shop', '--replace']))[0]).toBe('source.joins-other');
    takeOut(backupId);
  }, 120_000);

  test('a place that is known is read again, and the newer one is new', async () => {
    const home = laptop();
    await done(home, search('team', '--kit-file', kit), secretLine);
    const [id = ''] = multiply(bucket, {
      prefix: 'team/',
      backupId: newest,
      secret: digitsOf(kit),
      count: 1,
      change: () => ({ machine: { id: `mac-${lettersOf(2)}` as MachineId, name: 'laptop of Eva' } }),
    });
    const report = await done<Told>(home, ['found-again', 'bucket']);
    expect(report).toMatchObject({ backups: more + 2, added: 1 });
    expect(report.sources.map(({ machine }) => machine.name)).toContain('laptop of Eva');
    expect((await refused(home, search('team', '--kit-file', kit), secretLine))[0]).toBe('destination.exists');
    takeOut(id);
  }, 120_000);
});

describe('JO-13 BS-16 after a rotation there are two kits', () => {
  test('the newest finds what is sealed with it, the earlier one is entered, and the place is read again', async () => {
    const pages = [path.join(folder, 'kit-2026.html'), path.join(folder, 'kit-2027.html')];
    const first = await team('rotated', 'rotated', pages[0] as string);
    const owner = path.join(folder, 'rotated');
    await done(owner, ['kit', 'rotate', 'bucket']);
    const { backupId: second } = await done<{ backupId: string }>(owner, ['backup', 'rotated']);
    await done(owner, ['kit', 'print', 'bucket', '--to', pages[1] as string]);
    const home = laptop();
    const found = await done<Told>(home, search('rotated', '--kit-file', pages[1] as string), secretLine);
    expect(found).toMatchObject({ backups: 1, closed: [{ backups: 1 }] });
    await done(home, ['kit', 'enter', 'bucket', '--secret-stdin'], `${digitsOf(pages[0] as string)}\n`);
    expect(await done<Told>(home, ['found-again', 'bucket'])).toMatchObject({ backups: 2, added: 1, closed: [] });
    const listed = await done<{ backupId: string }[]>(home, ['list']);
    expect(listed.map(({ backupId }) => backupId).toSorted()).toEqual([first, second].toSorted());
    expect(await done(home, ['verify', first])).toMatchObject({ verdict: 'proven' });
  }, 120_000);
});

describe('JO-13 what is not there, or not ours, is told, and nothing is kept of it', () => {
  const home = laptop();
  const kept = async (): Promise<string[]> =>
    (await done<{ destination: string }[]>(home, ['destination', 'list'])).map(({ destination }) => destination);

  test('another kit, no kit, no kit at all', async () => {
    const wrong = path.join(folder, 'wrong.txt');
    writeFileSync(wrong, '0'.repeat(64));
    const [code, message] = await refused(home, search('team', '--kit-file', wrong), secretLine);
    expect([code, message]).toEqual(['kit.other-place', expect.stringMatching(/needs secret-\w+ or secret-\w+/)]);
    expect((await refused(home, search('team', '--no-kit'), secretLine))[0]).toBe('seal.no-key');
    writeFileSync(wrong, 'a shopping list');
    expect((await refused(home, search('team', '--kit-file', wrong), secretLine))[0]).toBe('kit.unreadable');
    expect(await kept()).toEqual(['This computer']);
  }, 60_000);

  test('an empty place, other people’s things, a list that is cut short', async () => {
    const empty = await refused(home, search('empty', '--kit-file', kit), secretLine);
    expect(empty).toEqual(['destination.no-backups', 'bucket is empty.']);
    const some = [...bucket.objects.values()][0] as NonNullable<ReturnType<typeof bucket.objects.get>>;
    for (const name of ['holiday.jpg', 'cats/1.jpg']) bucket.objects.set(`photos/${name}`, some);
    const photos = await refused(home, search('photos', '--kit-file', kit), secretLine);
    expect(photos).toEqual(['destination.no-backups', expect.stringContaining('cats/1.jpg, holiday.jpg')]);
    const cut = new Map([...bucket.objects].filter(([name]) => name.startsWith('team/manifests/')));
    for (const name of cut.keys()) bucket.objects.delete(name);
    const [none, why] = await refused(home, search('team', '--kit-file', kit), secretLine);
    expect([none, why]).toEqual(['destination.no-backups', expect.stringContaining('may be cut short')]);
    for (const [name, object] of cut) bucket.objects.set(name, object);
    expect((await refused(home, search('team', '--kit-file', kit), 'not the secret\n'))[0]).toBe(
      'destination.auth-failed',
    );
    expect(await kept()).toEqual(['This computer']);
  }, 60_000);

  test('data without a manifest, a manifest without data, and a manifest that somebody changed', async () => {
    const manifest = `team/manifests/${newest}.jsonl`;
    const before = new Map(bucket.objects);
    const [first = '', second = '', third = ''] = many;
    bucket.objects.delete(`team/manifests/${first}.jsonl`);
    for (const name of before.keys()) if (name.includes(`data/${second}/`)) bucket.objects.delete(name);
    const changed = before.get(manifest) as NonNullable<ReturnType<typeof bucket.objects.get>>;
    const forged = changed.bytes.toString().replace(newest, third);
    bucket.objects.set(`team/manifests/${third}.jsonl`, { ...changed, bytes: Buffer.from(forged) });
    const report = await done<Told>(home, search('team', '--kit-file', kit), secretLine);
    expect(report.withoutManifest).toBe(1);
    expect(report.skipped.map(({ key }) => key).toSorted()).toEqual([second, `manifests/${third}.jsonl`].toSorted());
    expect(report.backups).toBe(more + 1 - 3);
    for (const [name, object] of before) bucket.objects.set(name, object);
  }, 60_000);
});

describe('JO-13 a search goes on beside everything else', () => {
  const settings = (): DestinationSettings => ({
    kind: 's3',
    endpoint: bucket.endpoint,
    region: 'eu-test-1',
    bucket: 'backups',
    prefix: 'team',
    pathStyle: true,
    accessKeyId,
  });

  test('it tells how far it is and announces what it found; cancelled, the place has never been', async () => {
    const house = await realHouse(laptop(), { passphraseFile: passphrase });
    try {
      const asked = { name: 'bucket', settings: settings(), secret: secretAccessKey, kit: digitsOf(kit) };
      let reading = 0;
      const reached = new Promise<void>((resolve) => {
        bucket.mischief = ({ name }) => {
          if (!name.startsWith('team/manifests/')) return undefined;
          reading += 1;
          if (reading === 10) resolve();
          return reading >= 10 ? { kind: 'stall' } : undefined;
        };
      });
      const { jobId } = await house.api.destination.found(asked);
      await reached;
      await house.api.job.cancel({ jobId });
      expect((await house.api.job.wait({ jobId })).job.state).toBe('cancelled');
      bucket.mischief = () => undefined;
      expect((await house.api.destination.list({})).map(({ name }) => name)).toEqual(['This computer']);
      expect(await house.api.backup.list({})).toEqual([]);
      const index = readFileSync(path.join(house.home, 'vault.json'), 'utf8');

      const { find } = await house.result(house.api.destination.found(asked));
      expect(find?.backups).toBe(more + 1);
      expect(readFileSync(path.join(house.home, 'vault.json'), 'utf8')).not.toBe(index);
      const announced = house.events.filter(({ name }) => name === 'backup.added');
      expect(announced).toHaveLength(more + 1);
      const told = house.events.filter(({ name }) => name === 'job.progressed').map(({ payload }) => payload);
      expect(told).toContainEqual(
        expect.objectContaining({ progress: expect.objectContaining({ phase: 'Reading manifests' }) }),
      );
    } finally {
      await house.close();
    }
  }, 60_000);

  test('SV-20 a folder in which nothing is sealed needs no kit, and refuses one', async () => {
    const disk = path.join(folder, 'disk');
    const first = path.join(folder, 'shop');
    await done(first, ['destination', 'add', 'disk', '--folder', disk]);
    await done(first, ['source', 'add', 'plain', '--file', path.join(folder, 'shop.db'), '--destination', 'disk']);
    const { backupId } = await done<{ backupId: string }>(first, ['backup', 'plain']);
    await done(first, ['verify', 'plain@latest']);
    const house = await realHouse(laptop(), { passphraseFile: passphrase });
    try {
      const asked = { name: 'disk', settings: { kind: 'folder' as const, path: disk } };
      const refusedKit = await house.api.destination.found({ ...asked, kit: digitsOf(kit) });
      expect((await house.api.job.wait(refusedKit)).job.failure?.code).toBe('kit.other-place');
      const { find } = await house.result(house.api.destination.found(asked));
      expect(find).toMatchObject({ backups: 1, closed: [], skipped: [], sources: [{ name: 'plain' }] });
      expect(find?.destination).not.toHaveProperty('recovery');
      // The proof that was kept beside it is known with it.
      expect(await house.api.backup.list({})).toMatchObject([{ backupId, verdict: 'proven' }]);
    } finally {
      await house.close();
    }
  }, 60_000);
});
