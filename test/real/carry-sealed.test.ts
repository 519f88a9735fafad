/** A sealed set into another sealed place: the same bytes, vouched for by the secret of the place that it comes to, or refused. */
import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeS3, type FakeS3 } from '../helpers/fake-s3.ts';
import type { OpenedHouse } from '../helpers/house.ts';
import {
  addBucket,
  addFolder,
  addSource,
  makeSource,
  oneMiB,
  uploadWorld,
  type UploadWorld,
} from '../helpers/uploads.ts';

describe('BS-10 SV-1 a backup is copied from one place into a sealed one', () => {
  let world: UploadWorld;
  let server: FakeS3;
  let house: OpenedHouse;
  let nas: string;
  let source: string;
  const made = async (): Promise<string> =>
    (await house.result(house.api.backup.start({ name: 'app' }))).backup?.card.backupId ?? '';
  const brought = async (backup: string, destination: string) => {
    const { jobIds } = await house.api.backup.carry({ backup, destination });
    const [jobId] = jobIds;
    if (jobId === undefined) throw new Error('Nothing was begun.');
    return house.api.job.wait({ jobId });
  };
  const inBucket = (id: string): string[] => [...server.objects.keys()].filter((name) => name.includes(id));

  beforeEach(async () => {
    world = uploadWorld('carry-sealed');
    server = await fakeS3();
    house = await world.open();
    nas = path.join(world.folder, 'nas');
    mkdirSync(nas);
    source = makeSource(world.folder, oneMiB);
    await addBucket(house, 'bucket', server, true);
  });
  afterEach(async () => {
    await house.close();
    await server.stop();
  });

  test('what was sealed for both gets a line of its own there, and is proven from there alone', async () => {
    await addFolder(house, 'nas', nas, true);
    await addSource(house, source, ['nas', 'bucket']);
    server.mischief = () => ({ kind: 'answer', status: 404, code: 'NoSuchBucket' });
    const id = await made();
    server.mischief = () => undefined;
    // It was given up there, so the dump is gone: it can only come from the folder.
    expect(readdirSync(path.join(world.home, 'spool'))).toEqual([]);
    expect((await brought(id, 'bucket')).carry?.stored).toMatchObject([{ state: 'stored' }]);

    const there = server.objects.get(`bucket/manifests/${id}.jsonl`)?.bytes.toString().split('\n') ?? [];
    const here = readFileSync(path.join(nas, 'manifests', `${id}.jsonl`), 'utf8').split('\n');
    expect(there[0]).toBe(here[0]);
    expect(there[1]).not.toBe(here[1]);
    renameSync(nas, `${nas}-pulled`);
    const { verify } = await house.result(house.api.backup.verify({ backup: id, level: 'restore' }));
    expect(verify).toMatchObject({ verdict: 'proven', problems: [] });
  });

  test('what was sealed for the other alone is refused, with nothing left there', async () => {
    await addFolder(house, 'nas', nas, true);
    await addSource(house, source, ['nas']);
    const id = await made();
    expect((await brought(id, 'bucket')).job.failure?.code).toBe('seal.not-recipient');
    expect(inBucket(id)).toEqual([]);
    expect((await house.result(house.api.backup.verify({ backup: id, level: 'read' }))).verify?.problems).toEqual([]);
  });

  test('what is open does not come into a place where everything has to be sealed', async () => {
    await addFolder(house, 'nas', nas);
    await addSource(house, source, ['nas']);
    const id = await made();
    expect((await brought(id, 'bucket')).job.failure?.code).toBe('seal.open-set');
    expect(inBucket(id)).toEqual([]);
  });
});
