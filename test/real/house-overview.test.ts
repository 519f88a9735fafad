import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../src/main/base/clock.ts';
import type { SourceStanding } from '../../src/shared/overview.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { movedClock } from '../helpers/moved-clock.ts';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';
import { makeShop } from '../helpers/sqlite.ts';
import { tempFolder } from '../helpers/temp.ts';

const houses: OpenedHouse[] = [];
afterEach(async () => {
  for (const house of houses.splice(0)) await house.close();
});
async function withShop(
  clock: Clock = systemClock,
): Promise<OpenedHouse & { file: string; shop(): Promise<SourceStanding> }> {
  const house = await realHouse(undefined, {}, clock);
  houses.push(house);
  const file = makeShop(path.join(tempFolder('house'), 'shop.sqlite'), 'wal', 50);
  await house.api.source.add({
    name: 'shop',
    settings: { kind: 'sqlite', file },
    scope: wholeScope,
    digests: true,
    compressionLevel: 1,
    folders: [],
    secrets: {},
    replace: false,
  });
  const shop = async (): Promise<SourceStanding> => {
    const { sources } = await house.api.app.overview({});
    return sources.find(({ name }) => name === 'shop') as SourceStanding;
  };
  return { ...house, file, shop };
}

const codes = ({ needs }: SourceStanding): string[] => needs.map(({ code }) => code);

describe('BS-17 SV-18 the overview of a real house', () => {
  test('BS-15 follows a source from new to proven, with an estimate from the test before the first backup', async () => {
    const house = await withShop();
    expect(await house.shop()).toMatchObject({ state: 'new', protectedUntil: null, estimate: null });
    await house.result(house.api.source.test({ name: 'shop' }));
    expect((await house.shop()).estimate?.sizeBytes).toBeGreaterThan(4_096);

    const { backup } = await house.result(house.api.backup.start({ name: 'shop' }));
    const stored = await house.shop();
    expect(stored).toMatchObject({
      state: 'protected',
      protectedUntil: backup?.card.takenAt,
      lastBackup: { backupId: backup?.card.backupId, sizeBytes: backup?.card.sizeBytes, complete: true },
      provenUntil: null,
      lastProof: null,
      estimate: { sizeBytes: backup?.card.sizeBytes },
    });
    expect(stored.strip.at(-1)).toBe('stored');
    expect(stored.lastBackup?.durationMs).toBe((backup?.manifest.finishedAt ?? 0) - (backup?.card.takenAt ?? 0));
    expect(codes(stored)).toEqual(['never-proven', 'unscheduled']);

    const { verify } = await house.result(house.api.backup.verify({ backup: 'shop@latest', level: 'restore' }));
    const proven = await house.shop();
    expect(proven.strip.at(-1)).toBe('proven');
    expect(proven.lastProof).toMatchObject({
      verdict: 'proven',
      tables: verify?.tables.length,
      equalTables: verify?.tables.length,
    });
    expect(proven.restoreMs).not.toBeNull();
    expect(proven.provenUntil).toBe(proven.protectedUntil);
    expect(codes(proven)).toEqual(['unscheduled']);

    // The proof is of that backup: the next one is stored, and nothing says more of it.
    await house.result(house.api.backup.start({ name: 'shop' }));
    const later = await house.shop();
    expect(later.provenUntil).toBe(proven.protectedUntil);
    expect(later.protectedUntil).toBeGreaterThan(proven.protectedUntil ?? 0);
  });

  test('SV-12 BD-14 holds goals against what was measured, and keeps them when the source is changed', async () => {
    const clock = movedClock(systemClock.now());
    const house = await withShop(clock);
    await house.result(house.api.backup.start({ name: 'shop' }));
    await house.api.source.setGoals({ name: 'shop', rpoMs: 86_400_000, rtoMs: 60_000 });
    expect(codes(await house.shop())).toEqual(['rto-unmeasured', 'never-proven', 'unscheduled']);

    await house.result(house.api.backup.verify({ backup: 'shop@latest', level: 'restore' }));
    const measured = await house.shop();
    expect(codes(measured)).toEqual(['unscheduled']);
    expect(measured.restoreMs).toBeLessThan(60_000);

    // The clock of the house goes on for two days.
    clock.moveTo(clock.now() + 2 * 86_400_000);
    const late = await house.shop();
    expect(late.state).toBe('needs-you');
    expect(codes(late)).toContain('rpo-missed');

    const { source } = await house.api.source.show({ name: 'shop' });
    const { name, settings, scope, digests, compressionLevel } = source;
    const same = { name, settings, scope, digests, compressionLevel, folders: [], secrets: {} };
    await house.api.source.add({ ...same, replace: true });
    expect((await house.shop()).goals).toEqual({ rpoMs: 86_400_000, rtoMs: 60_000 });
    await house.api.source.setGoals({ name: 'shop', rpoMs: null });
    expect((await house.shop()).goals).toEqual({ rtoMs: 60_000 });
    const none = await house.api.source.setGoals({ name: 'shop', rtoMs: null });
    expect(none).not.toHaveProperty('goals');
    expect(codes(await house.shop())).not.toContain('rpo-missed');
    await expect(house.api.source.setGoals({ name: 'shop', rpoMs: 1 })).rejects.toThrow(/rpoMs|setGoals/);
  });

  test('a file that is gone is told in the words of the failure, and answered by the next backup', async () => {
    const house = await withShop();
    await house.result(house.api.backup.start({ name: 'shop' }));
    const again = makeShop(path.join(tempFolder('house'), 'again.sqlite'), 'wal', 50);
    for (const suffix of ['', '-wal', '-shm']) rmSync(house.file + suffix, { force: true });
    const { jobId } = await house.api.backup.start({ name: 'shop' });
    const { job } = await house.api.job.wait({ jobId });
    expect(job.state).toBe('failed');
    const broken = await house.shop();
    expect(broken).toMatchObject({
      state: 'needs-you',
      needs: [{ code: 'backup-failed', jobId, action: 'connection', failure: { code: 'source.file-missing' } }, {}, {}],
    });
    await house.api.source.add({
      name: 'shop',
      settings: { kind: 'sqlite', file: again },
      scope: wholeScope,
      digests: true,
      compressionLevel: 1,
      folders: [],
      secrets: {},
      replace: true,
    });
    await house.result(house.api.backup.start({ name: 'shop' }));
    expect((await house.shop()).state).toBe('protected');
  });

  test('works while a job runs, and names the job', async () => {
    const house = await withShop();
    const { jobId } = await house.api.backup.start({ name: 'shop' });
    expect(await house.shop()).toMatchObject({ state: 'working', jobs: [jobId] });
    await house.api.job.wait({ jobId });
    expect(await house.shop()).toMatchObject({ state: 'protected', jobs: [] });
  });
});
