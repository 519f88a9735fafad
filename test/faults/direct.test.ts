/** Backups that go straight to their place: what breaks off leaves nothing there, and what only stumbles is whole. */
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/main/base/clock.ts';
import type { JobId } from '../../src/shared/id.ts';
import { startAzurite, type Azurite, type SeenByProxy } from '../helpers/azurite.ts';
import { fakeS3, type FakeS3, type Seen } from '../helpers/fake-s3.ts';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';
import { impatientJobHost } from '../helpers/impatient.ts';
import { needs } from '../helpers/needs.ts';
import { childrenOf } from '../helpers/processes.ts';
import { sshdMissing, startSshd, type SshServer } from '../helpers/sshd.ts';
import { smallDisk, smallDiskMissing, type SmallDisk } from '../helpers/small-disk.ts';
import {
  addAzure,
  addBucket,
  addFolder,
  addSftp,
  addSource,
  keptIn,
  makeSource,
  oneMiB,
  uploadWorld,
} from '../helpers/uploads.ts';
import { wireTo, type Wire } from '../helpers/wire.ts';

const sizeBytes = 6 * oneMiB;

describe('SV-1 SV-22 a backup that goes straight to its place', () => {
  const world = uploadWorld('direct');
  let server: FakeS3;
  let house: OpenedHouse;
  beforeAll(async () => {
    server = await fakeS3();
    house = await world.open();
    await addBucket(house, 'bucket', server, true);
    await addFolder(house, 'disk', path.join(world.folder, 'disk'));
    await house.api.destination.change({ name: 'bucket', maxFileBytes: oneMiB });
    await addSource(house, makeSource(world.folder, sizeBytes), ['bucket', 'disk']);
  });
  beforeEach(() => {
    server.mischief = () => undefined;
    server.objects.clear();
  });
  afterEach(() => {
    server.mischief = () => undefined;
  });
  afterAll(async () => {
    await house.close();
    await server.stop();
  });

  const parts = (): string[] => [...server.objects.keys()].filter((name) => name.includes('/data/'));
  const isPart = ({ method, name }: Seen, number: number): boolean =>
    method === 'PUT' && name.endsWith(`.part-000${number}`);
  const start = () => house.api.backup.start({ name: 'app', direct: true });
  /** Resolves when this part is asked for, which is then not answered. */
  const stallAt = (number: number): Promise<void> =>
    new Promise((resolve) => {
      server.mischief = (request) => {
        if (!isPart(request, number)) return undefined;
        resolve();
        return { kind: 'stall' };
      };
    });
  const nothingOf = async (jobId: JobId): Promise<void> => {
    const { job } = await house.api.job.wait({ jobId });
    expect((await house.api.backup.list({})).map(({ backupId }) => backupId)).not.toContain(job.backupId);
    expect([...server.objects.keys()].filter((name) => name.includes(job.backupId ?? '?'))).toEqual([]);
    expect(server.uploads.size).toBe(0);
    expect(keptIn(world.home)).toEqual([]);
  };

  test('lies there in parts though nothing was kept here, is proven, and the other place gets it from there', async () => {
    const { backup } = await house.result(start());
    const { backupId, stored } = backup?.card ?? { backupId: '', stored: [] };
    expect(stored.map(({ state }) => state)).toEqual(['stored', 'waiting']);
    expect(parts()).toHaveLength(7);
    expect(keptIn(world.home)).toEqual([]);
    const { verify } = await house.result(house.api.backup.verify({ backup: backupId, level: 'restore' }));
    expect(verify?.verdict).toBe('proven');
    const { jobIds } = await house.api.backup.carry({ backup: backupId });
    for (const jobId of jobIds) await house.result(Promise.resolve({ jobId }));
    const { card } = await house.api.backup.show({ backup: backupId });
    expect(card.stored.map(({ state }) => state)).toEqual(['stored', 'stored']);
  });

  test('a reset and a busy service in the middle: the same part goes again, and it is whole', async () => {
    let tries = 0;
    server.mischief = (request) => {
      if (!isPart(request, 3)) return undefined;
      tries += 1;
      if (tries === 1) return { kind: 'reset', afterBytes: 300_000 };
      return tries === 2 ? { kind: 'answer', status: 503, code: 'SlowDown' } : undefined;
    };
    const { backup } = await house.result(start());
    expect(tries).toBe(3);
    const { verify } = await house.result(
      house.api.backup.verify({ backup: backup?.card.backupId ?? '', level: 'restore' }),
    );
    expect(verify?.verdict).toBe('proven');
  });

  test('a refusal in the middle is told as that, and nothing is left', async () => {
    server.mischief = (request) =>
      isPart(request, 4) ? { kind: 'answer', status: 403, code: 'AccessDenied' } : undefined;
    const { jobId } = await start();
    const { job } = await house.api.job.wait({ jobId });
    expect(job).toMatchObject({ state: 'failed', failure: { code: 'destination.permission' } });
    expect(job.failure?.message).toContain('nothing of it is kept');
    expect(job.failure?.hint).toContain('begins anew');
    await nothingOf(jobId);
  });

  test('a manifest that is refused leaves no data without one', async () => {
    server.mischief = ({ method, name }) =>
      method === 'PUT' && name.includes('/manifests/')
        ? { kind: 'answer', status: 403, code: 'AccessDenied' }
        : undefined;
    const { jobId } = await start();
    expect((await house.api.job.wait({ jobId })).job.failure?.code).toBe('destination.permission');
    await nothingOf(jobId);
  });

  test('a cancel in the middle leaves nothing', async () => {
    const stalled = stallAt(4);
    const { jobId } = await start();
    await stalled;
    await house.api.job.cancel({ jobId });
    expect((await house.api.job.wait({ jobId })).job.state).toBe('cancelled');
    await nothingOf(jobId);
  });

  test('a job that is killed in the middle leaves nothing once the owner has seen it', async () => {
    const stalled = stallAt(4);
    const before = new Set(await childrenOf(process.pid));
    const { jobId } = await start();
    await stalled;
    // What lists the processes is one of them, and the youngest.
    const job = (await childrenOf(process.pid)).find((pid) => !before.has(pid));
    server.mischief = () => undefined;
    process.kill(job as number, 'SIGKILL');
    expect((await house.api.job.wait({ jobId })).job).toMatchObject({
      state: 'failed',
      failure: { code: 'job.crashed' },
    });
    await nothingOf(jobId);
  });
});

describe.runIf(needs('a small disk', smallDiskMissing()))('BS-14 SV-22 a data folder without room', () => {
  let disk: SmallDisk;
  let house: OpenedHouse;
  const world = uploadWorld('no-room');
  beforeAll(async () => {
    disk = smallDisk(24 * oneMiB);
    house = await realHouse(path.join(disk.folder, 'home'), world.env);
    await addFolder(house, 'share', path.join(world.folder, 'share'));
    await addSource(house, makeSource(world.folder, 12 * oneMiB), ['share']);
  });
  afterAll(async () => {
    await house.close();
    disk.unmount();
  });

  test('a backup says so with numbers, and how it goes without', async () => {
    const { job } = await house.api.job.wait(await house.api.backup.start({ name: 'app' }));
    expect(job.failure?.code).toBe('spool.full');
    expect(job.failure?.message).toMatch(/spool has \d.* free, and that was not enough/);
    expect(job.failure?.hint).toContain('holdfast backup app --direct');
    expect(job.failure?.hint).toMatch(
      /straight to share\. .*about 1 minute, guessed from its size, and what breaks off cannot be resumed/,
    );
    expect(await house.api.backup.list({})).toEqual([]);
  });

  test('straight to its place it is made; from then on the size of the last one is known before', async () => {
    await house.result(house.api.backup.start({ name: 'app', direct: true }));
    const preview = await house.api.backup.directPreview({ name: 'app' });
    expect(preview).toMatchObject({ place: 'share', others: [], measured: true, holdsTransaction: false });
    expect(preview.neededBytes).toBeGreaterThan(12 * oneMiB);
    expect(preview.folder).toBe(path.join(house.home, 'spool'));
    expect(preview.freeBytes).toBeGreaterThan(0);
  });

  test('a source that may do so does it by itself, and one that need not does not', async () => {
    await house.api.source.add({
      name: 'app',
      settings: { kind: 'sqlite', file: path.join(world.folder, 'app.db') },
      scope: { part: 'all', schemas: [], tables: [], excludeTables: [] },
      digests: true,
      compressionLevel: 1,
      folders: [],
      destinations: ['share'],
      secrets: {},
      replace: true,
      direct: 'when-full',
    });
    const { backup } = await house.result(house.api.backup.start({ name: 'app' }));
    expect(backup?.card.stored.map(({ state }) => state)).toEqual(['stored']);
    const refused = await house.api.job.wait(await house.api.backup.start({ name: 'app', direct: false }));
    expect(refused.job.failure?.code).toBe('spool.full');
  });
});

describe('SV-1 SV-17 SV-22 a backup that goes straight to a container of Azure', () => {
  const world = uploadWorld('direct-azure');
  let server: Azurite;
  let house: OpenedHouse;
  beforeAll(async () => {
    server = await startAzurite(['backups']);
    house = await realHouse(world.home, world.env, systemClock, { host: impatientJobHost() });
    await addAzure(house, 'cloud', server, true);
    await house.api.destination.change({ name: 'cloud', maxFileBytes: oneMiB });
    await addSource(house, makeSource(world.folder, sizeBytes), ['cloud']);
  });
  afterEach(() => {
    server.mischief = () => undefined;
  });
  afterAll(async () => {
    await house.close();
    await server.stop();
  });
  const lying = async (backupId: string): Promise<string[]> => {
    const names: string[] = [];
    for await (const { name } of server.container('backups').listBlobsFlat()) names.push(name);
    return names.filter((name) => name.includes(backupId));
  };
  const isPart = ({ method, url }: SeenByProxy, number: number): boolean =>
    method === 'PUT' && url.pathname.endsWith(`.part-000${number}`);

  test('a reset in the middle: the same part goes again, and it is whole and proven', async () => {
    let resets = 2;
    server.mischief = (seen) => (isPart(seen, 3) && resets-- > 0 ? { kind: 'reset', afterBytes: 300_000 } : undefined);
    const { backup } = await house.result(house.api.backup.start({ name: 'app', direct: true }));
    const backupId = backup?.card.backupId ?? '';
    expect(resets).toBeLessThan(1);
    expect((await lying(backupId)).filter((name) => name.includes('/data/'))).toHaveLength(7);
    expect(keptIn(world.home)).toEqual([]);
    const { verify } = await house.result(house.api.backup.verify({ backup: backupId, level: 'restore' }));
    expect(verify?.verdict).toBe('proven');
  });

  test('a part that never comes through: it fails clearly, and nothing is listed or left', async () => {
    const before = await house.api.backup.list({});
    server.mischief = (seen) => (isPart(seen, 3) ? { kind: 'reset', afterBytes: 300_000 } : undefined);
    const { job } = await house.api.job.wait(await house.api.backup.start({ name: 'app', direct: true }));
    expect(job).toMatchObject({ state: 'failed', failure: { code: 'destination.unreachable' } });
    expect(job.failure?.message).toContain('nothing of it is kept');
    expect(await house.api.backup.list({})).toEqual(before);
    expect(await lying(job.backupId ?? '?')).toEqual([]);
    expect(keptIn(world.home)).toEqual([]);
  });
});

describe.runIf(needs('a direct backup to an SFTP server', sshdMissing()))(
  'SV-1 SV-22 a backup that goes straight to an SFTP server',
  () => {
    const world = uploadWorld('direct-sftp');
    const attic = path.join(world.folder, 'attic');
    let sshd: SshServer;
    let wire: Wire;
    let house: OpenedHouse;
    beforeAll(async () => {
      sshd = await startSshd(['Subsystem sftp internal-sftp']);
      wire = await wireTo(sshd.port);
      mkdirSync(attic, { mode: 0o700 });
      house = await world.open();
      await addSftp(house, 'attic', { ...sshd, port: wire.port }, attic, true);
      await house.api.destination.change({ name: 'attic', maxFileBytes: oneMiB });
      await addSource(house, makeSource(world.folder, sizeBytes), ['attic']);
    });
    afterAll(async () => {
      await house.close();
      await Promise.all([wire.stop(), sshd.stop()]);
    });
    const filesOf = (backupId: string): string[] =>
      readdirSync(attic, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes(backupId));

    test('lies there in parts, whole and proven, and nothing was kept here', async () => {
      const { backup } = await house.result(house.api.backup.start({ name: 'app', direct: true }));
      const backupId = backup?.card.backupId ?? '';
      expect(filesOf(backupId).filter((name) => name.includes('.part-'))).toHaveLength(7);
      expect(keptIn(world.home)).toEqual([]);
      const { verify } = await house.result(house.api.backup.verify({ backup: backupId, level: 'restore' }));
      expect(verify?.verdict).toBe('proven');
    });

    test('a connection that breaks in the middle: it fails clearly, and nothing is listed or left', async () => {
      const before = await house.api.backup.list({});
      wire.after(3 * oneMiB, () => wire.cut());
      const { job } = await house.api.job.wait(await house.api.backup.start({ name: 'app', direct: true }));
      expect(job).toMatchObject({ state: 'failed', failure: { code: 'destination.unreachable' } });
      expect(job.failure?.message).toContain('nothing of it is kept');
      expect(await house.api.backup.list({})).toEqual(before);
      expect(filesOf(job.backupId ?? '?')).toEqual([]);
      expect(
        readdirSync(attic, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.holdfast-')),
      ).toEqual([]);
      expect(keptIn(world.home)).toEqual([]);
    });
  },
);
