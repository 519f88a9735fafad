/** A copy from one place into another that breaks off in the middle: what arrived is not sent again, by whoever goes on. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startAzurite, type Azurite } from '../helpers/azurite.ts';
import { fakeS3 } from '../helpers/fake-s3.ts';
import type { JobId } from '../../src/shared/id.ts';
import type { OpenedHouse } from '../helpers/house.ts';
import { needs } from '../helpers/needs.ts';
import { childrenOf } from '../helpers/processes.ts';
import { sshdMissing, startSshd } from '../helpers/sshd.ts';
import {
  addAzure,
  addBucket,
  addFolder,
  addSftp,
  addSource,
  dumpsIn,
  keptIn,
  makeSource,
  oneMiB,
  uploadWorld,
  type UploadWorld,
} from '../helpers/uploads.ts';
import { wireTo } from '../helpers/wire.ts';

const sizeBytes = 12 * oneMiB;
const waiting = { timeout: 60_000, interval: 20 };

const waitingBlocks = async (server: Azurite, name: string): Promise<number> =>
  server
    .container('backups')
    .getBlockBlobClient(name)
    .getBlockList('uncommitted')
    .then(
      ({ uncommittedBlocks = [] }) => uncommittedBlocks.length,
      () => 0,
    );

describe('BD-6 JO-13 SV-1 a copy from a place that has it, broken off in the middle', () => {
  let world: UploadWorld;
  let house: OpenedHouse;
  let nas: string;
  let backup: string;
  beforeEach(async () => {
    world = uploadWorld('carry');
    house = await world.open();
    nas = path.join(world.folder, 'nas');
    mkdirSync(nas);
    await addFolder(house, 'nas', nas);
    await addSource(house, makeSource(world.folder, sizeBytes), ['nas']);
    backup = (await house.result(house.api.backup.start({ name: 'app' }))).backup?.card.backupId ?? '';
  });
  afterEach(() => house.close());

  const begin = async (): Promise<JobId> => {
    const { jobIds } = await house.api.backup.carry({ backup, destination: 'copy' });
    if (jobIds[0] === undefined) throw new Error('Nothing was begun.');
    return jobIds[0];
  };
  const openAgain = async (): Promise<void> => {
    await house.close();
    house = await world.open();
  };
  const killIn = async (half: () => Promise<void>): Promise<void> => {
    const before = new Set(await childrenOf(process.pid));
    const jobId = await begin();
    await half();
    // What lists the processes is one of them, and the youngest.
    const job = (await childrenOf(process.pid)).find((pid) => !before.has(pid));
    process.kill(job as number, 'SIGKILL');
    expect((await house.api.job.wait({ jobId })).job.failure?.code).toBe('job.crashed');
    expect(keptIn(world.home)).toEqual([backup]);
  };
  const goesOn = async (): Promise<void> => {
    const { job } = await house.api.job.wait({ jobId: await begin() });
    expect(job.failure ?? job.state).toBe('succeeded');
    const { card } = await house.api.backup.show({ backup });
    expect(card.stored.map(({ state }) => state)).toEqual(['stored', 'stored']);
    expect(keptIn(world.home)).toEqual([]);
    expect(dumpsIn(world.home)).toBe(1);
    renameSync(nas, `${nas}-pulled`);
    const { verify } = await house.result(house.api.backup.verify({ backup, level: 'restore' }));
    expect(verify).toMatchObject({ verdict: 'proven', problems: [] });
  };

  test.for(['a kill', 'the end of its owner'] as const)(
    'into a bucket, by %s: two of three parts are there, and only the third is sent',
    async (ending) => {
      const server = await fakeS3();
      onTestFinished(() => server.stop());
      const partOf = (query: URLSearchParams): number => Number(query.get('partNumber') ?? 0);
      await addBucket(house, 'copy', server);
      server.mischief = ({ query }) => (partOf(query) > 2 ? { kind: 'stall' } : undefined);
      const half = async (): Promise<void> => {
        await vi.waitUntil(() => [...server.uploads.values()][0]?.parts.size === 2, waiting);
        await vi.waitUntil(() => server.seen.some(({ query }) => partOf(query) === 3), waiting);
      };
      if (ending === 'a kill') await killIn(half);
      else {
        await begin();
        await half();
      }
      await openAgain();
      expect(keptIn(world.home)).toEqual([backup]);
      server.mischief = () => undefined;
      server.seen.length = 0;
      await goesOn();
      const sent = server.seen.filter(({ method, query }) => method === 'PUT' && partOf(query) > 0);
      expect(sent.map(({ query }) => partOf(query))).toEqual([3]);
      expect(server.uploads.size).toBe(0);
    },
  );

  test('into a container of Azure, by a kill: blocks that are there are not sent again', async () => {
    const server = await startAzurite(['backups']);
    onTestFinished(() => server.stop());
    const blocks = (): Buffer[] =>
      server.seen
        .filter(({ method, url }) => method === 'PUT' && url.searchParams.get('comp') === 'block')
        .map(({ url }) => Buffer.from(url.searchParams.get('blockid') ?? '', 'base64'));
    const numbers = (): number[] => blocks().map((name) => name.readUInt32BE());
    await addAzure(house, 'copy', server);
    server.mischief = ({ url }) => {
      const name = Buffer.from(url.searchParams.get('blockid') ?? '', 'base64');
      return name.length > 4 && name.readUInt32BE() > 2 ? { kind: 'stall' } : undefined;
    };
    const [data = ''] = readdirSync(path.join(nas, 'data', backup));
    await killIn(async () => {
      await vi.waitUntil(async () => (await waitingBlocks(server, `copy/data/${backup}/${data}`)) === 2, waiting);
      await vi.waitUntil(() => numbers().includes(3), waiting);
    });
    await openAgain();
    server.mischief = () => undefined;
    server.seen.length = 0;
    await goesOn();
    expect(numbers()).toEqual([3]);
  });

  test.runIf(needs('copies onto an SFTP server', sshdMissing()))(
    'into a folder of an SFTP server, by a kill: what was synced is not sent again',
    async () => {
      const sshd = await startSshd(['Subsystem sftp internal-sftp']);
      const wire = await wireTo(sshd.port);
      onTestFinished(async () => {
        await Promise.all([wire.stop(), sshd.stop()]);
      });
      const attic = path.join(world.folder, 'attic');
      mkdirSync(attic, { mode: 0o700 });
      await addSftp(house, 'copy', { ...sshd, port: wire.port }, attic, false);
      const note = path.join(world.home, 'spool', backup);
      const synced = (): boolean =>
        existsSync(note) &&
        readdirSync(note).some((name) => /sftp:[1-9]/.test(readFileSync(path.join(note, name), 'utf8')));
      const held = new Promise<void>((resolve) => wire.after(10 * oneMiB, () => (wire.holdSent(), resolve())));
      await killIn(async () => {
        await held;
        await vi.waitUntil(synced, waiting);
      });
      wire.cut();
      await openAgain();
      const before = wire.sentBytes;
      await goesOn();
      // The set has 12 MiB; at least the first 4 were synced.
      expect(wire.sentBytes - before).toBeLessThan(9 * oneMiB);
    },
  );
});
