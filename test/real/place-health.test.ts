/** How a place is, found out from what lies there; and the removal of what belongs to no backup. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackupCard } from '../../src/shared/artifact.ts';
import type { FakeS3 } from '../helpers/fake-s3.ts';
import { holdfast } from '../helpers/holdfast.ts';
import type { OpenedHouse } from '../helpers/house.ts';
import { placesWorld, type PlacesWorld } from '../helpers/places-world.ts';
import { tempFolder } from '../helpers/temp.ts';

const folder = tempFolder('health');
const home = path.join(folder, 'home');
const disk = path.join(folder, 'disk');
const passphraseFile = path.join(folder, 'passphrase');
const day = 24 * 3_600_000;
let world: PlacesWorld;
let house: OpenedHouse;
let bucket: FakeS3;
let first: BackupCard;
let second: BackupCard;

/** Everything below this folder was written so long ago. */
function age(where: string, days: number): void {
  const at = new Date(Date.now() - days * day);
  for (const entry of readdirSync(where, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) utimesSync(path.join(entry.parentPath, entry.name), at, at);
}
/** As a process of this machine that was killed leaves it. */
function nameOfAnEndedProcess(): string {
  const module = pathToFileURL(path.resolve(import.meta.dirname, '../../src/main/destination/unfinished.ts')).href;
  const program = `import(${JSON.stringify(module)}).then((m) => m.unfinishedName()).then((name) => console.log(name))`;
  return execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' }).trim();
}
const look = (name: string) => house.api.destination.health({ name, again: true });
const codes = async (name: string): Promise<string[]> => (await look(name)).hints.map(({ code }) => code);

beforeAll(async () => {
  world = await placesWorld({
    folder,
    places: { disk: { kind: 'folder', seal: false }, bucket: { kind: 's3', seal: false } },
    fill: (db) => db.exec('CREATE TABLE a (b); INSERT INTO a VALUES (1)'),
  });
  ({ house, bucket } = world);
  first = await world.backUp();
  second = await world.backUp();
}, 60_000);
afterAll(() => world.close());

describe('BD-17 health of places', () => {
  test('room, growth and days are told; a place that is well asks for nothing', async () => {
    for (const name of ['disk', 'bucket']) {
      const health = await look(name);
      expect(health).toMatchObject({
        backups: 2,
        unknownBackups: 0,
        orphans: [],
        withoutData: [],
        unfinished: 0,
        hints: [],
      });
      expect(health.sizeBytes).toBeGreaterThan(first.sizeBytes + second.sizeBytes);
      expect(health.bytesADay).toBe(first.sizeBytes + second.sizeBytes);
    }
    const onDisk = await look('disk');
    expect(onDisk.daysLeft).toBe(Math.floor((onDisk.freeBytes ?? 0) / (onDisk.bytesADay ?? 1)));
    expect(await look('bucket')).toMatchObject({ freeBytes: null, daysLeft: null });
    // The last look is remembered; nobody is asked again, neither for the page nor for the list.
    const asked = bucket.seen.length;
    const [, near, far] = await house.api.destination.tally({});
    expect(near).toMatchObject({ stored: 2, damaged: 0, bytesADay: onDisk.bytesADay, daysLeft: onDisk.daysLeft });
    expect(near?.free?.bytes).toBe(onDisk.freeBytes);
    expect(far).toMatchObject({ stored: 2, sizeBytes: first.sizeBytes + second.sizeBytes, free: null, daysLeft: null });
    expect(await house.api.destination.health({ name: 'bucket', again: false })).toMatchObject({ backups: 2 });
    expect(bucket.seen).toHaveLength(asked);
  });

  test('data that is gone, backups of another machine and uploads that nobody goes on with are told', async () => {
    rmSync(path.join(disk, 'data', first.backupId), { recursive: true });
    writeFileSync(path.join(disk, 'manifests', 'bk-20200101-000000-abcdefgh.jsonl'), 'whatever\n');
    mkdirSync(path.join(disk, 'data', 'bk-20200101-000000-abcdefgh'));
    writeFileSync(path.join(disk, 'data', 'bk-20200101-000000-abcdefgh', '01-a.sqlite.zst'), 'whatever');
    const part = path.join(disk, 'data', nameOfAnEndedProcess());
    writeFileSync(part, 'half');
    const health = await look('disk');
    expect(health.withoutData).toEqual([{ backupId: first.backupId, sizeBytes: 0, expectedBytes: first.sizeBytes }]);
    expect(health).toMatchObject({ backups: 3, unknownBackups: 1, orphans: [], unfinished: 1 });
    expect(health.hints.map(({ code }) => code)).toEqual(['without-data', 'unfinished', 'unknown-backups']);
    expect(existsSync(part)).toBe(true);
    const { repair } = await house.result(
      house.api.scrub
        .start({ name: 'disk', share: { percent: 100 } })
        .then((asked) => house.api.job.wait(asked))
        .then(() => house.api.scrub.repair({ backup: first.backupId, name: 'disk' })),
    );
    expect(repair?.replaced).toHaveLength(1);
    expect(await codes('disk')).toEqual(['unfinished', 'unknown-backups']);
    expect(await house.api.destination.sweep({ name: 'disk', orphans: [] })).toMatchObject({
      unfinished: 1,
      removed: [],
    });
    expect(existsSync(part)).toBe(false);
  });

  test('only what belongs to no backup goes: nothing young, nothing of a backup that is known, nothing another machine may be writing', async () => {
    const copyAs = (name: string, days: number): void => {
      cpSync(path.join(disk, 'data', second.backupId), path.join(disk, 'data', name), { recursive: true });
      age(path.join(disk, 'data', name), days);
    };
    copyAs('bk-20200101-000000-foreign1', 29);
    copyAs('bk-20200101-000000-foreign2', 31);
    // A backup that this machine makes and that is ended in the middle leaves what it had put; here it is left on purpose.
    const { jobId } = await house.api.backup.start({ name: 'shop' });
    const own = (await house.api.job.show({ jobId })).job.backupId ?? '';
    await house.api.job.cancel({ jobId });
    await house.api.job.wait({ jobId });
    rmSync(path.join(disk, 'manifests', `${own}.jsonl`), { force: true });
    rmSync(path.join(disk, 'data', own), { recursive: true, force: true });
    copyAs(own, 0.5);
    rmSync(path.join(disk, 'manifests', `${second.backupId}.jsonl`));
    age(path.join(disk, 'data', second.backupId), 400);

    const { orphans } = await look('disk');
    const staying = new Map(orphans.map(({ name, whose, stays }) => [name, { whose, stays }]));
    expect(staying.get('bk-20200101-000000-foreign1')).toMatchObject({
      whose: 'unknown',
      stays: expect.stringContaining('Another machine') as string,
    });
    expect(staying.get('bk-20200101-000000-foreign2')).toEqual({ whose: 'unknown', stays: null });
    expect(staying.get(own)).toMatchObject({ whose: 'own', stays: 'It is younger than a day.' });
    expect(staying.get(second.backupId)).toMatchObject({
      whose: 'own',
      stays: expect.stringContaining('repair') as string,
    });

    const report = await house.api.destination.sweep({
      name: 'disk',
      orphans: [...staying.keys(), first.backupId, '../x'],
    });
    expect(report.removed.map(({ name }) => name)).toEqual(['bk-20200101-000000-foreign2']);
    expect(report.stayed).toHaveLength(5);
    expect(existsSync(path.join(disk, 'data', 'bk-20200101-000000-foreign2'))).toBe(false);
    for (const name of ['bk-20200101-000000-foreign1', own, second.backupId, first.backupId])
      expect(existsSync(path.join(disk, 'data', name)), name).toBe(true);
    age(path.join(disk, 'data', own), 1.1);
    const { removed } = await house.api.destination.sweep({ name: 'disk', orphans: [own] });
    expect(removed.map(({ name }) => name)).toEqual([own]);
    const trail = (await house.api.audit.list({ limit: 20 })).filter(({ action }) => action === 'place.swept');
    expect(trail.map(({ details }) => details['name'])).toEqual([own, 'bk-20200101-000000-foreign2']);
  });

  test('from the terminal: shown first, removed with --yes', async () => {
    await house.close();
    const env = { HOLDFAST_PASSPHRASE_FILE: passphraseFile };
    cpSync(path.join(disk, 'data', second.backupId), path.join(disk, 'data', 'bk-20200101-000000-foreign3'), {
      recursive: true,
    });
    age(path.join(disk, 'data', 'bk-20200101-000000-foreign3'), 40);
    const health = await holdfast(home, ['destination', 'health', 'disk'], { env });
    expect(health.code, health.stderr).toBe(1);
    expect(health.stdout).toContain('free.');
    expect(health.stdout).toContain('belong to no backup. destination sweep removes them.');
    const shown = await holdfast(home, ['destination', 'sweep', 'disk'], { env });
    expect(shown.stdout).toContain('1 orphan and 0 unfinished uploads can be removed');
    expect(existsSync(path.join(disk, 'data', 'bk-20200101-000000-foreign3'))).toBe(true);
    const swept = await holdfast(home, ['destination', 'sweep', 'disk', '--yes'], { env });
    expect(swept.stdout).toContain('removed  bk-20200101-000000-foreign3');
    expect(existsSync(path.join(disk, 'data', 'bk-20200101-000000-foreign3'))).toBe(false);
    // What the tests before took away is damage, and the terminal says what to do.
    const scrubbed = await holdfast(home, ['scrub', 'disk', '--all'], { env });
    expect(scrubbed.code, scrubbed.stderr).toBe(1);
    expect(scrubbed.stdout).toContain(`DAMAGED  ${second.backupId} (missing)`);
    const repaired = await holdfast(home, ['scrub', 'repair', second.backupId, '--in', 'disk', '--from', 'bucket'], {
      env,
    });
    expect(repaired.code, repaired.stderr).toBe(0);
    expect(repaired.stdout).toContain('1 object replaced in disk');
    const state = await holdfast(home, ['scrub', 'set', 'disk', '--within', '7', '--off'], { env });
    expect(state.stdout).toContain('7 days');
    expect((await holdfast(home, ['scrub', 'state', 'disk'], { env })).code).toBe(0);
    house = await world.reopen();
  });
});
