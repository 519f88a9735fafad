/** SV-19 BS-16: after a rotation, what was sealed before is sealed anew: the same content, proven, and only then the earlier set goes. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackupId } from '../../src/shared/id.ts';
import type { BehindReport } from '../../src/shared/reseal.ts';
import { gpgHome, hasGpg } from '../helpers/gpg.ts';
import { holdfastJson, startProgram } from '../helpers/holdfast.ts';
import type { OpenedHouse } from '../helpers/house.ts';
import { digitsOnPage } from '../helpers/kit-page.ts';
import { addFolder, addSource, keptIn, makeSource, oneMiB, uploadWorld, type UploadWorld } from '../helpers/uploads.ts';

let world: UploadWorld;
let house: OpenedHouse;
const at = (name: string): string => path.join(world.folder, name);
const manifestIn = (place: string, id: string): string => path.join(at(place), 'manifests', `${id}.jsonl`);
const backUp = async (): Promise<BackupId> =>
  (await house.result(house.api.backup.start({ name: 'app' }))).job.backupId as BackupId;
const cards = () => house.api.backup.list({});
const steps = ({ backups }: BehindReport) => backups.map(({ backupId, step }) => [backupId, step]);

function recipientsOf(place: string, id: string): string[] {
  const [line = ''] = readFileSync(manifestIn(place, id), 'utf8').split('\n');
  return (JSON.parse(line) as { sealing: { recipients: string[] } }).sealing.recipients;
}

/** Waits for job after job, as the terminal does. */
async function toTheEnd(asked: Promise<BehindReport>): Promise<BehindReport> {
  let report = await asked;
  for (let [jobId] = report.jobIds; jobId !== undefined; [jobId] = report.jobIds) {
    await house.api.job.wait({ jobId });
    report = await house.api.kit.behind({ name: 'vault' });
  }
  return report;
}

async function sealedWorld(name: string, sizeBytes: number, places: string[]): Promise<void> {
  world = uploadWorld(name);
  house = await world.open();
  for (const place of places) await addFolder(house, place, at(place));
  await addSource(house, makeSource(world.folder, sizeBytes), places);
  await house.api.kit.seal({ name: 'vault', on: true });
}

describe('SV-19 BS-16 Backups that are sealed anew after a rotation', () => {
  const gpg = hasGpg ? gpgHome() : undefined;
  let [proven, pinned, held, newest] = ['', '', '', ''] as [BackupId, BackupId, BackupId, BackupId];
  let moments: number[];
  let content: Buffer | undefined;
  const contentOf = async (id: string): Promise<Buffer | undefined> => {
    const file = at(`kit-${id}.html`);
    await house.api.kit.write({ name: 'vault', file });
    const folder = path.join(at('vault'), 'data', id);
    const secret = digitsOnPage(file).join('').replaceAll(' ', '');
    const [data = ''] = readdirSync(folder);
    const opened = gpg?.run(`${gpg.decrypt(secret)} ${path.join(folder, data)} | zstd -dc`);
    return opened?.status === 0 ? opened.stdout : undefined;
  };

  beforeAll(async () => {
    await sealedWorld('reseal', oneMiB, ['vault', 'second']);
    [proven, pinned, held] = [await backUp(), await backUp(), await backUp()];
    await house.result(house.api.backup.verify({ backup: proven, level: 'restore' }));
    const until = Date.now() + 86_400_000;
    await house.api.backup.pin({ backup: pinned, reason: 'release', until, hold: false });
    await house.api.backup.pin({ backup: held, reason: 'court', until: null, hold: true });
    content = await contentOf(proven);
    await house.api.kit.rotate({ name: 'vault' });
    newest = await backUp();
    moments = (await cards()).map(({ takenAt }) => takenAt);
  }, 60_000);
  afterAll(() => house.close());

  test('are listed with why before anything is done; what is sealed with the key in use is refused', async () => {
    const report = await house.api.kit.behind({ name: 'vault' });
    expect(report.backups.map(({ backupId, why, step }) => [backupId, why, step])).toEqual(
      [proven, pinned, held].map((id) => [id, 'earlier-key', null]),
    );
    const refused = house.api.kit.reseal({ name: 'vault', backups: [newest] });
    await expect(refused).rejects.toMatchObject({ code: 'seal.current' });
  });

  test('one that is chosen is read in every place and restored again before the earlier one goes', async () => {
    const report = await toTheEnd(house.api.kit.reseal({ name: 'vault', backups: [proven] }));
    expect(steps(report)).toEqual([
      [pinned, null],
      [held, null],
    ]);
    const listed = await cards();
    expect(listed.map(({ takenAt }) => takenAt)).toEqual(moments);
    const now = listed.at(-1);
    expect(now).toMatchObject({ verdict: 'proven', provenBy: 'restore' });
    expect(now?.backupId.slice(0, 18)).toBe(proven.slice(0, 18));
    for (const place of ['vault', 'second']) {
      expect(existsSync(manifestIn(place, proven))).toBe(false);
      expect(existsSync(path.join(at(place), 'data', proven))).toBe(false);
      expect(recipientsOf(place, now?.backupId ?? '')).toEqual(recipientsOf(place, newest));
    }
    const levels = (await house.api.backup.show({ backup: now?.backupId ?? '' })).proofs.map(({ level }) => level);
    expect(levels.toSorted()).toEqual(['read', 'restore']);
  });

  test('a place that is away keeps the earlier one everywhere until it has the new one', async () => {
    renameSync(at('second'), at('pulled'));
    const report = await toTheEnd(house.api.kit.reseal({ name: 'vault', backups: [pinned] }));
    expect(steps(report)[0]).toEqual([pinned, 'storing']);
    expect(existsSync(manifestIn('vault', pinned))).toBe(true);
    renameSync(at('pulled'), at('second'));
    await house.api.backup.carry({ destination: 'second' });
    const after = await toTheEnd(house.api.kit.behind({ name: 'vault' }));
    expect(steps(after)).toEqual([[held, null]]);
    const [moved, ...others] = (await cards()).filter(({ pin }) => pin?.reason === 'release');
    expect(others).toEqual([]);
    expect(moved?.backupId).not.toBe(pinned);
  });

  test('a hold is on both, and both stay until it is lifted; the newest stays the newest', async () => {
    expect(steps(await toTheEnd(house.api.kit.reseal({ name: 'vault' })))).toEqual([[held, 'held']]);
    const both = (await cards()).filter(({ pin }) => pin?.hold === true).map(({ backupId }) => backupId);
    expect(both).toHaveLength(2);
    expect(both).toContain(held);
    expect((await house.api.backup.show({ backup: 'app@latest' })).card.backupId).toBe(newest);
    await house.api.backup.unpin({ backup: held, liftHold: true });
    expect(steps(await toTheEnd(house.api.kit.behind({ name: 'vault' })))).toEqual([]);
    expect((await cards()).map(({ takenAt }) => takenAt)).toEqual(moments);
  });

  test.runIf(hasGpg)('gpg opens it with the new kit alone, and it is the very database', async () => {
    const now = await contentOf((await cards()).at(-1)?.backupId ?? '');
    expect(now?.length).toBeGreaterThan(oneMiB);
    expect(now?.equals(content as Buffer)).toBe(true);
  });

  test('a catalog that is made again knows the new ones alone, and the trail says which took the place of which', async () => {
    const before = (await cards()).map(({ backupId }) => backupId).toSorted();
    await house.api.catalog.rebuild({});
    expect((await cards()).map(({ backupId }) => backupId).toSorted()).toEqual(before);
    const trail = await house.api.audit.list({ limit: 1000 });
    const anew = trail.filter(({ action }) => action === 'backup.sealed-anew');
    expect(anew.map(({ details }) => details['replaces'])).toEqual(expect.arrayContaining([proven, pinned, held]));
  });
});

describe('SV-19 BS-16 JO-13 Sealing anew that is interrupted', () => {
  test('a catalog that is lost meanwhile counts both as one, removes nothing, and goes on when asked', async () => {
    await sealedWorld('reseal-lost', oneMiB, ['vault', 'second']);
    const first = await backUp();
    await house.api.kit.rotate({ name: 'vault' });
    renameSync(at('second'), at('pulled'));
    expect(steps(await toTheEnd(house.api.kit.reseal({ name: 'vault' })))).toEqual([[first, 'storing']]);
    await house.close();
    for (const name of readdirSync(world.home))
      if (name.startsWith('catalog.sqlite')) rmSync(path.join(world.home, name));
    rmSync(path.join(world.home, 'spool'), { recursive: true });
    renameSync(at('pulled'), at('second'));

    house = await world.open();
    try {
      const now = (await cards()).find(({ insteadOf }) => insteadOf !== undefined);
      expect([(await cards()).length, now?.insteadOf]).toEqual([2, first]);
      expect((await house.api.backup.tally({})).all).toBe(1);
      expect(await house.api.backup.trend({ name: 'app', limit: 10 })).toMatchObject([{ backupId: first }]);
      const { places } = await house.api.retention.look({
        name: 'app',
        from: '2000-01-01',
        to: '2100-01-01',
        timeZone: 'UTC',
      });
      expect(places.map(({ asIs }) => asIs.kept)).toEqual([1, 1]);
      const found = await toTheEnd(house.api.kit.behind({ name: 'vault' }));
      expect(found).toMatchObject({
        count: 1,
        asked: 0,
        backups: [{ backupId: first, step: 'stays', by: now?.backupId }],
      });
      expect((await toTheEnd(house.api.kit.reseal({ name: 'vault' }))).backups).toMatchObject([{ step: 'storing' }]);
      await house.api.backup.carry({ destination: 'second' });
      expect((await toTheEnd(house.api.kit.behind({ name: 'vault' }))).count).toBe(0);
      const [left, ...others] = await cards();
      expect([left?.backupId, left?.insteadOf, others.length]).toEqual([now?.backupId, undefined, 0]);
      for (const place of ['vault', 'second']) expect(existsSync(manifestIn(place, first))).toBe(false);
    } finally {
      await house.close();
    }
  });

  test('an owner that is killed loses nothing, and the next one goes on by itself', { timeout: 120_000 }, async () => {
    await sealedWorld('reseal-killed', 12 * oneMiB, ['vault']);
    const before = [await backUp(), await backUp()];
    await house.api.kit.rotate({ name: 'vault' });
    await house.close();

    const env = { HOLDFAST_PASSPHRASE_FILE: at('passphrase') };
    const owner = startProgram('test/prove/owner.ts', world.home, ['reseal', 'vault'], { env });
    await owner.says('phase Comparing');
    process.kill(owner.child.pid as number, 'SIGKILL');
    await owner.ended;
    for (const id of before) expect(existsSync(manifestIn('vault', id))).toBe(true);

    house = await world.open(true);
    try {
      const first = await house.api.kit.behind({ name: 'vault' });
      expect([first.count, first.asked]).toEqual([2, 2]);
      expect((await toTheEnd(house.api.kit.behind({ name: 'vault' }))).count).toBe(0);
      const after = await cards();
      expect(after).toHaveLength(2);
      for (const { backupId, verdict } of after) {
        expect(before).not.toContain(backupId);
        expect(verdict).toBe('partly');
      }
      expect(readdirSync(path.join(at('vault'), 'data')).toSorted()).toEqual(
        after.map(({ backupId }) => backupId).toSorted(),
      );
      expect(keptIn(world.home)).toEqual([]);
    } finally {
      await house.close();
    }
  });

  test('a set that is damaged stays, says why, and does not hold the others up', { timeout: 60_000 }, async () => {
    await sealedWorld('reseal-damaged', oneMiB, ['vault']);
    const [bad, good] = [await backUp(), await backUp()];
    await house.api.kit.rotate({ name: 'vault' });
    await house.close();
    const [data = ''] = readdirSync(path.join(at('vault'), 'data', bad));
    const file = path.join(at('vault'), 'data', bad, data);
    const bytes = readFileSync(file);
    bytes[5000] = (bytes[5000] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const options = { env: { HOLDFAST_PASSPHRASE_FILE: at('passphrase') } };
    const report = await holdfastJson<BehindReport & { done: number }>(
      world.home,
      ['kit', 'reseal', 'vault', good],
      options,
    );
    expect(report).toMatchObject({ done: 1, count: 1 });
    house = await world.open();
    try {
      const left = await toTheEnd(house.api.kit.reseal({ name: 'vault' }));
      expect(left.backups).toMatchObject([{ backupId: bad, step: 'stays', by: null }]);
      expect(left.backups[0]?.message).toContain(data);
      expect(existsSync(manifestIn('vault', bad))).toBe(true);
      expect(await cards()).toHaveLength(2);
    } finally {
      await house.close();
    }
  });
});
