/** A dump that is whole is never made again: places that are away get it later, from the spool or from a place that has it. */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/main/base/clock.ts';
import { openCatalog } from '../../src/main/catalog/catalog.ts';
import type { BackupId } from '../../src/shared/id.ts';
import { fakeS3, type FakeS3 } from '../helpers/fake-s3.ts';
import type { OpenedHouse } from '../helpers/house.ts';
import {
  addBucket,
  addFolder,
  addSource,
  dumpsIn,
  keptIn,
  makeSource,
  oneMiB,
  uploadWorld,
  type UploadWorld,
} from '../helpers/uploads.ts';

describe('BD-6 JO-13 SV-1 a backup into several places', () => {
  let world: UploadWorld;
  let server: FakeS3;
  let house: OpenedHouse;
  let nas: string;
  const away = (): void => {
    server.mischief = () => ({ kind: 'answer', status: 404, code: 'NoSuchBucket' });
  };
  const start = () => house.api.backup.start({ name: 'app' });
  const carry = async (asked: Parameters<OpenedHouse['api']['backup']['carry']>[0]) => {
    const { jobIds } = await house.api.backup.carry(asked);
    return Promise.all(jobIds.map((jobId) => house.api.job.wait({ jobId })));
  };

  beforeEach(async () => {
    world = uploadWorld('spool');
    server = await fakeS3();
    house = await world.open();
    nas = path.join(world.folder, 'nas');
    mkdirSync(nas);
    await addFolder(house, 'nas', nas);
    await addBucket(house, 'bucket', server);
    await addSource(house, makeSource(world.folder, 12 * oneMiB), ['nas', 'bucket']);
  });
  afterEach(async () => {
    await house.close();
    await server.stop();
  });

  test('a place that is away waits with the reason, the other has it, and it is brought later without another dump', async () => {
    renameSync(nas, `${nas}-pulled`);
    const { backup } = await house.result(start());
    const backupId = backup?.card.backupId ?? '';
    const states = Object.fromEntries(backup?.card.stored.map((one) => [one.state, one]) ?? []);
    expect(Object.keys(states).toSorted()).toEqual(['stored', 'waiting']);
    expect(states['waiting']).toMatchObject({ code: 'destination.unreachable', attempts: 1 });
    expect(states['waiting']?.nextTryAt).toBeGreaterThan(Date.parse('2020-01-01'));
    expect(keptIn(world.home)).toEqual([backupId]);
    expect(await house.api.backup.waiting({})).toMatchObject([{ backupId, source: 'app', listed: true }]);

    const still = await carry({ backup: backupId });
    expect(still.map(({ job }) => job.failure?.code)).toEqual(['destination.unreachable']);

    renameSync(`${nas}-pulled`, nas);
    const [came] = await carry({ destination: 'nas' });
    expect(came?.carry?.stored).toMatchObject([{ state: 'stored', message: null }]);
    const { card } = await house.api.backup.show({ backup: backupId });
    expect(card.stored.map(({ state }) => state)).toEqual(['stored', 'stored']);
    expect(keptIn(world.home)).toEqual([]);
    expect(dumpsIn(world.home)).toBe(1);
    expect((await house.result(house.api.backup.verify({ backup: backupId, level: 'read' }))).verify?.problems).toEqual(
      [],
    );
  });

  test('no place takes it: the job says so, nothing is listed, and the next owner brings the dump that was kept', async () => {
    renameSync(nas, `${nas}-pulled`);
    server.mischief = () => ({ kind: 'answer', status: 507, code: 'InsufficientStorage' });
    const { job } = await house.api.job.wait(await start());
    expect(job).toMatchObject({ state: 'failed', failure: { code: 'backup.kept', retryable: false } });
    expect(await house.api.backup.list({})).toEqual([]);
    await house.close();

    house = await world.open();
    const [kept] = await house.api.backup.waiting({});
    expect(kept).toMatchObject({ listed: false, stored: [{ state: 'waiting' }, { state: 'waiting' }] });
    // It is no backup yet, and its places tell that they wait for something all the same.
    const late = (await house.api.destination.tally({})).map(
      ({ stored, waiting }) => `${stored} stored, ${waiting} late`,
    );
    expect(late.toSorted()).toEqual(['0 stored, 0 late', '0 stored, 1 late', '0 stored, 1 late']);
    renameSync(`${nas}-pulled`, nas);
    server.mischief = () => undefined;
    // A later backup stays the latest, whenever the earlier one comes.
    const later = await house.result(start());
    expect((await carry({})).map(({ job: { state } }) => state)).toEqual(['succeeded', 'succeeded']);
    expect((await house.api.backup.list({})).map(({ backupId }) => backupId)).toEqual([
      later.backup?.card.backupId,
      kept?.backupId,
    ]);
    expect((await house.api.backup.show({ backup: 'app@latest' })).card.backupId).toBe(later.backup?.card.backupId);
    expect(dumpsIn(world.home)).toBe(2);
    expect(keptIn(world.home)).toEqual([]);
  });

  test('a dump that no place has is given up by its id alone, and nothing of it is left anywhere', async () => {
    renameSync(nas, `${nas}-pulled`);
    // Two parts arrive, and nothing more.
    server.mischief = ({ query }) =>
      Number(query.get('partNumber') ?? 0) > 2
        ? { kind: 'answer', status: 507, code: 'InsufficientStorage' }
        : undefined;
    await house.api.job.wait(await start());
    const [kept] = await house.api.backup.waiting({});
    const backup = kept?.backupId as BackupId;
    const wrong = house.api.backup.discard({ backup, confirm: 'app' });
    await expect(wrong).rejects.toMatchObject({ code: 'backup.not-confirmed' });
    expect(keptIn(world.home)).toEqual([backup]);
    server.mischief = () => undefined;
    expect(await house.api.backup.discard({ backup, confirm: backup })).toEqual({ backupId: backup, left: [] });
    expect(keptIn(world.home)).toEqual([]);
    expect(server.uploads.size).toBe(0);
    expect([...server.objects.keys()].filter((name) => name.includes(backup))).toEqual([]);
    expect(readFileSync(path.join(world.home, 'audit.ndjson'), 'utf8')).toContain('"action":"backup.given-up"');

    // A backup that one place has is none of these.
    const made = await house.result(start());
    const listed = made.backup?.card.backupId as BackupId;
    expect(keptIn(world.home)).toEqual([listed]);
    await expect(house.api.backup.discard({ backup: listed, confirm: listed })).rejects.toMatchObject({
      code: 'backup.elsewhere',
    });
    expect(keptIn(world.home)).toEqual([listed]);
  });

  test('a job killed between a place having everything and telling so: the next owner lists the backup', async () => {
    renameSync(nas, `${nas}-pulled`);
    const { backup } = await house.result(start());
    const backupId = backup?.card.backupId as BackupId;
    await house.close();
    // What the killed job left: the spool knows that the bucket has it, and nobody was told.
    const catalog = openCatalog(path.join(world.home, 'catalog.sqlite'), systemClock);
    catalog.backups.forget(backupId);
    catalog.close();

    house = await world.open();
    const [card] = await house.api.backup.list({});
    expect(card?.backupId).toBe(backupId);
    expect(card?.stored.map(({ state }) => state).toSorted()).toEqual(['stored', 'waiting']);
    renameSync(`${nas}-pulled`, nas);
    await carry({ backup: backupId });
    expect(keptIn(world.home)).toEqual([]);
    const { verify } = await house.result(house.api.backup.verify({ backup: backupId, level: 'read' }));
    expect(verify?.problems).toEqual([]);
  });

  test('a place that is removed waits for nothing any more', async () => {
    renameSync(nas, `${nas}-pulled`);
    const { backup } = await house.result(start());
    expect(keptIn(world.home)).toHaveLength(1);
    await addSource(house, path.join(world.folder, 'app.db'), ['bucket'], { replace: true });
    await house.api.destination.remove({ name: 'nas' });
    const { card } = await house.api.backup.show({ backup: backup?.card.backupId ?? '' });
    expect(card.stored.map(({ state }) => state)).toEqual(['stored']);
    expect(keptIn(world.home)).toEqual([]);
  });

  test('a place that a backup is just going to stays until that has ended or was stopped, which leaves nothing there', async () => {
    const stalled = new Promise<void>((resolve) => {
      server.mischief = ({ query }) =>
        Number(query.get('partNumber') ?? 0) > 1 ? (resolve(), { kind: 'stall' }) : undefined;
    });
    renameSync(nas, `${nas}-pulled`);
    const { jobId } = await start();
    await stalled;
    await addSource(house, path.join(world.folder, 'app.db'), ['nas'], { replace: true });
    await expect(house.api.destination.remove({ name: 'bucket' })).rejects.toMatchObject({
      code: 'destination.in-use',
    });
    await house.api.job.cancel({ jobId });
    expect((await house.api.job.wait({ jobId })).job.state).toBe('cancelled');
    expect(await house.api.backup.list({})).toEqual([]);
    expect(keptIn(world.home)).toEqual([]);
    expect(server.uploads.size).toBe(0);
    expect([...server.objects.keys()].filter((name) => !name.endsWith('.holdfast-conditional'))).toEqual([]);
    await house.api.destination.remove({ name: 'bucket' });
    expect((await house.api.destination.list({})).map(({ name }) => name)).not.toContain('bucket');
  });

  test('a refusal that waiting does not help is told at once, and a person tries again from the place that has it', async () => {
    away();
    const { backup } = await house.result(start());
    const backupId = backup?.card.backupId ?? '';
    expect(backup?.card.stored.map(({ state, code }) => [state, code])).toEqual([
      ['stored', undefined],
      ['failed', 'destination.no-bucket'],
    ]);
    expect(keptIn(world.home)).toEqual([]);
    server.mischief = () => undefined;
    const [came] = await carry({ backup: backupId });
    expect(came?.carry?.stored[0]?.state).toBe('stored');
    const there = [...server.objects.keys()].filter((name) => name.includes(backupId));
    for (const name of there) {
      const inFolder = readFileSync(path.join(nas, name.slice('bucket/'.length)));
      expect(server.objects.get(name)?.bytes.equals(inFolder), name).toBe(true);
    }
    expect(there).toHaveLength(2);
    expect(dumpsIn(world.home)).toBe(1);
  });

  test('a byte of the kept dump that changed is not sent on: nothing is listed there, and the other place serves it', async () => {
    let broken = true;
    server.mischief = ({ query }) =>
      broken && query.has('partNumber') ? { kind: 'answer', status: 507, code: 'InsufficientStorage' } : undefined;
    const { backup } = await house.result(start());
    const backupId = backup?.card.backupId ?? '';
    broken = false;
    const folder = path.join(world.home, 'spool', backupId);
    const artifact = readdirSync(folder).find((name) => name.endsWith('.zst')) ?? '';
    const bytes = readFileSync(path.join(folder, artifact));
    bytes[7 * oneMiB] = (bytes[7 * oneMiB] ?? 0) ^ 1;
    // The folder place links the very file on the same disk: another file takes its name here.
    renameSync(path.join(folder, artifact), path.join(world.folder, 'linked'));
    writeFileSync(path.join(folder, artifact), bytes, { mode: 0o600 });
    const [failed] = await carry({ backup: backupId });
    expect(failed?.job.failure?.code).toBe('spool.damaged');
    expect([...server.objects.keys()].filter((name) => name.includes(backupId))).toEqual([]);
    expect(keptIn(world.home)).toEqual([]);
    const [came] = await carry({ backup: backupId });
    expect(came?.job.state).toBe('succeeded');
    expect(dumpsIn(world.home)).toBe(1);
  });
});
