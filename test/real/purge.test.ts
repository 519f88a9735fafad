/** Destruction on request: what is shown first, what has to be typed, what goes, what stays, and the record of it. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackupCard } from '../../src/shared/artifact.ts';
import type { PurgeSubject } from '../../src/shared/purge.ts';
import type { FakeS3 } from '../helpers/fake-s3.ts';
import { holdfast } from '../helpers/holdfast.ts';
import type { OpenedHouse } from '../helpers/house.ts';
import { placesWorld, type PlacesWorld } from '../helpers/places-world.ts';
import { tempFolder } from '../helpers/temp.ts';

const folder = tempFolder('purge');
const home = path.join(folder, 'home');
const disk = path.join(folder, 'disk');
const passphraseFile = path.join(folder, 'passphrase');
let world: PlacesWorld;
let house: OpenedHouse;
let bucket: FakeS3;
/** Oldest first. */
let cards: BackupCard[];

const preview = (what: PurgeSubject, places?: string[]) =>
  house.api.backup.purgePreview({ what, ...(places === undefined ? {} : { places }) });
/** As a person does who types what is asked for. */
async function purge(what: PurgeSubject, places?: string[]) {
  const { token, confirm } = await preview(what, places);
  const asked = { what, token, confirm, reason: 'art. 17, case 4711', ...(places === undefined ? {} : { places }) };
  const { purge: report } = await house.result(house.api.backup.purge(asked));
  if (report === undefined) throw new Error('no report');
  return report;
}
/** Every name that speaks of a backup, in both places. */
const traces = (backupId: string): string[] => [
  ...(readdirSync(disk, { recursive: true }) as string[]).filter((name) => name.includes(backupId)),
  ...[...bucket.objects.keys()].filter((name) => name.includes(backupId)),
];
/** Rehearsed restores of it that the catalog keeps. */
async function rehearsals(backupId: string): Promise<number> {
  const catalog = new Database(path.join(home, 'catalog.sqlite'), { readonly: true });
  const count = catalog.prepare('SELECT count(*) FROM plans WHERE backup_id = ?').pluck().get(backupId) as number;
  catalog.close();
  return count;
}
const stays = (): string[] => bucket.versions.filter(({ kept }) => kept !== null).map(({ name }) => name);

beforeAll(async () => {
  world = await placesWorld({
    folder,
    places: { disk: { kind: 'folder', seal: false }, bucket: { kind: 's3', seal: false } },
    fill: (db) => db.exec('CREATE TABLE people (name TEXT); INSERT INTO people VALUES (1)'),
  });
  ({ house, bucket } = world);
  bucket.versioning = true;
  cards = [];
  for (let made = 0; made < 5; made += 1) cards.push(await world.backUp());
}, 60_000);
afterAll(() => world.close());

describe('BS-16 BS-18 SV-22 purge on request', () => {
  test('a preview changes nothing; what was not shown, or not typed, is refused', async () => {
    const { backupId = '' } = cards[0] ?? {};
    const what = { backup: backupId };
    const shown = await preview(what);
    expect(shown).toMatchObject({ source: 'shop', confirm: `purge ${backupId}` });
    expect(shown.backups).toMatchObject([{ backupId, never: [], staysIn: [] }]);
    expect(shown.places.map(({ backups, unreachable }) => [backups, unreachable])).toEqual([
      [1, null],
      [1, null],
    ]);
    expect(shown.places[1]?.keeps.join()).toContain('keeps versions');
    expect(shown.notCovered.join()).toContain('Catalogs of other machines');
    const asked = { what, token: shown.token, confirm: shown.confirm, reason: 'x' };
    await expect(house.api.backup.purge({ ...asked, confirm: 'purge' })).rejects.toMatchObject({
      code: 'purge.not-confirmed',
    });
    await expect(house.api.backup.purge({ ...asked, token: 'another' })).rejects.toMatchObject({ code: 'purge.moved' });
    await expect(house.api.backup.purge({ ...asked, places: ['disk'] })).rejects.toMatchObject({ code: 'purge.moved' });
    expect(traces(backupId)).not.toEqual([]);
  });

  test('every object and older version goes, in every place; the record says what went where, and the trail has its digest', async () => {
    const card = cards[0] as BackupCard;
    const { backupId } = card;
    await house.result(house.api.backup.verify({ backup: backupId, level: 'restore' }));
    expect(traces(backupId).some((name) => name.includes('proofs'))).toBe(true);
    const target = { kind: 'file' as const, file: path.join(folder, 'rehearsed.db') };
    await house.result(house.api.restore.rehearse({ backup: backupId, target, secrets: {} }));
    expect(await rehearsals(backupId)).toBe(1);
    const logs = (await house.api.job.list({ limit: 50, backupId })).map(({ id }) =>
      path.join(home, 'logs', `${id}.ndjson`),
    );
    expect(logs.filter((file) => existsSync(file))).not.toEqual([]);

    const report = await purge({ backup: backupId });
    expect(report).toMatchObject({ stopped: [], remains: [] });
    expect(report.removed.map(({ objects, versions }) => [objects.length, versions])).toEqual([
      [3, 0],
      [3, 3],
    ]);
    expect(traces(backupId)).toEqual([]);
    expect(stays().filter((name) => name.includes(backupId))).toEqual([]);
    expect((await house.api.backup.list({ name: 'shop' })).map((one) => one.backupId)).not.toContain(backupId);
    expect(logs.filter((file) => existsSync(file))).toEqual([]);
    expect(await rehearsals(backupId)).toBe(0);

    const text = readFileSync(report.record?.file ?? '', 'utf8');
    const [data] = report.removed[0]?.objects.filter(({ digests }) => digests.length > 0) ?? [];
    for (const said of ['art. 17, case 4711', 'ada (test)', backupId, data?.digests[0] ?? '-', 'disk (', 'bucket ('])
      expect(text).toContain(said);
    const trail = await house.api.audit.list({ limit: 10 });
    const sha256 = createHash('sha256').update(text).digest('hex');
    expect(trail[0]).toMatchObject({ action: 'purge.recorded', details: { recordSha256: sha256, destroyed: 2 } });
    expect(trail.map(({ action }) => action)).toContain('backup.purged');
    expect(trail.find(({ action }) => action === 'purge.asked')?.details).toMatchObject({
      reason: 'art. 17, case 4711',
    });
    expect(await house.api.audit.check({})).toMatchObject({ intact: true });
    expect(text).not.toContain('people');
  });

  test('in one place only: it stays in the other, and stays a backup', async () => {
    const { backupId = '' } = cards[1] ?? {};
    const shown = await preview({ backup: backupId }, ['disk']);
    expect(shown.backups[0]?.staysIn).toHaveLength(1);
    await purge({ backup: backupId }, ['disk']);
    const { card } = await house.api.backup.show({ backup: backupId });
    expect(card.stored.map(({ state }) => state)).toEqual(['stored']);
    expect(traces(backupId).every((name) => name.startsWith('h/'))).toBe(true);
  });

  test('what a lock keeps is told, and so is a place that is away; asking again finishes it', async () => {
    const { backupId = '' } = cards[2] ?? {};
    const until = new Date('2100-01-01T00:00:00.000Z');
    for (const version of bucket.versions)
      if (version.name.includes(`data/${backupId}`)) version.lock = { mode: 'COMPLIANCE', until };
    renameSync(disk, `${disk}.away`);
    const shown = await preview({ backup: backupId });
    expect(shown.places[0]?.unreachable).toMatchObject({ code: 'destination.unreachable' });
    const report = await purge({ backup: backupId });
    expect(report.stopped).toMatchObject([{ backupId, failure: { code: 'destination.unreachable' } }]);
    expect(report.remains).toMatchObject([
      { code: 'destination.locked', words: expect.stringContaining('is locked until 2100-01-01') },
    ]);
    expect(report.remains[0]?.words).toContain('bucket still keeps 1 older version');
    // The lock of one did not keep the others.
    expect(stays().filter((name) => name.includes(backupId))).toEqual([expect.stringContaining(`data/${backupId}`)]);
    expect(readFileSync(report.record?.file ?? '', 'utf8')).toContain('an object lock');
    renameSync(`${disk}.away`, disk);
    const { card } = await house.api.backup.show({ backup: backupId });
    expect(card.stored).toHaveLength(1);
    expect(await purge({ backup: backupId })).toMatchObject({ stopped: [], removed: [{ backupId }] });
    expect(traces(backupId)).toEqual([]);
    await expect(house.api.backup.show({ backup: backupId })).rejects.toMatchObject({ code: 'backup.unknown' });
  });

  test('a legal hold stops it; a pin, the last and the last proven one go only by name', async () => {
    const { backupId = '' } = cards[4] ?? {};
    await house.result(house.api.backup.verify({ backup: backupId, level: 'restore' }));
    await house.api.backup.pin({ backup: backupId, reason: 'case 12', until: null, hold: true });
    await expect(preview({ source: 'shop' })).rejects.toMatchObject({ code: 'purge.held' });
    await house.api.backup.unpin({ backup: backupId, liftHold: true });
    await house.api.backup.pin({ backup: backupId, reason: 'critical', until: null, hold: false });
    expect(await preview({ backup: backupId }, ['disk'])).toMatchObject({ confirm: `purge ${backupId}, 1 pinned` });
    const shown = await preview({ source: 'shop' });
    expect(shown.confirm).toBe('purge 3 backups of shop, the last, the last proven, 1 pinned');
    expect(shown.backups[0]?.never).toEqual(['last', 'last-proven', 'pinned']);
  });

  test('JO-13 killed in the middle: what was destroyed is on the record, what is half says so, and asking again finishes it', async () => {
    const { backupId = '' } = cards[3] ?? {};
    const { token, confirm } = await preview({ backup: backupId });
    const stalled = new Promise<void>((resolve) => {
      bucket.mischief = ({ method, name }) => {
        if (method !== 'DELETE' || !name.includes('/data/')) return undefined;
        resolve();
        return { kind: 'stall' };
      };
    });
    const { jobId } = await house.api.backup.purge({ what: { backup: backupId }, token, confirm, reason: 'kill' });
    await stalled;
    const catalog = new Database(path.join(home, 'catalog.sqlite'), { readonly: true });
    const facts = catalog.prepare('SELECT process FROM jobs WHERE id = ?').pluck().get(jobId) as string;
    catalog.close();
    process.kill((JSON.parse(facts) as { pid: number }).pid, 'SIGKILL');
    expect((await house.api.job.wait({ jobId })).job.state).toBe('failed');
    bucket.mischief = () => undefined;
    const { card } = await house.api.backup.show({ backup: backupId });
    expect(card.stored).toMatchObject([
      { state: 'damaged', message: expect.stringContaining('Purge it again') as string },
    ]);
    const record = readFileSync(path.join(home, 'purges', `purge-${jobId}.txt`), 'utf8');
    expect(record).toContain('failed before its end');
    expect(record).toContain(`${backupId} in disk`);
    expect(record).not.toContain(`${backupId} in bucket`);
    await purge({ backup: backupId });
    expect(traces(backupId)).toEqual([]);
    expect(readdirSync(path.join(home, 'purges')).filter((name) => name.endsWith('.ndjson'))).toEqual([]);
  });

  test('from the terminal, every backup of a source that was removed', async () => {
    await house.api.source.remove({ name: 'shop' });
    await house.close();
    const env = { HOLDFAST_PASSPHRASE_FILE: passphraseFile };
    const shown = await holdfast(home, ['purge', '--source', 'shop', '--preview'], { env });
    expect(shown.code, shown.stderr).toBe(0);
    expect(shown.stdout).toContain('THE LAST BACKUP');
    expect(shown.stdout).toContain('not covered:');
    const asked = ['purge', '--source', 'shop', '--reason', 'asked by letter'];
    const unasked = await holdfast(home, asked, { env });
    expect(unasked.code).toBe(2);
    const wrong = await holdfast(home, [...asked, '--confirm', 'purge 2 backups of shop'], { env });
    expect(wrong.code).toBe(3);
    expect(wrong.stderr).toContain('Nothing was destroyed.');
    const confirm = 'purge 2 backups of shop, the last, the last proven, 1 pinned';
    const done = await holdfast(home, [...asked, '--confirm', confirm, '--json'], { env });
    expect(done.code, done.stderr + done.stdout).toBe(0);
    expect(done.json<{ removed: unknown[] }>().removed).toHaveLength(3);
    mkdirSync(path.join(disk, 'data'), { recursive: true });
    expect(readdirSync(path.join(disk, 'data'))).toEqual([]);
    expect([...bucket.objects.keys()].filter((name) => /data|manifests|proofs/.test(name))).toEqual([]);
    house = await world.reopen();
    expect(await house.api.backup.list({})).toEqual([]);
  });
});
