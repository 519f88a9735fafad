import { randomBytes } from 'node:crypto';
import { createReadStream, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pack } from '../../src/main/artifact/pack.ts';
import { unpackTo } from '../../src/main/artifact/unpack.ts';
import { bodyOf, key } from '../../src/main/destination/destination.ts';
import { folderDestination } from '../../src/main/destination/folder.ts';
import { needs } from '../helpers/needs.ts';
import { smallDisk, smallDiskMissing, type SmallDisk } from '../helpers/small-disk.ts';
import { tempFolder } from '../helpers/temp.ts';

const canMount = needs('a small disk', smallDiskMissing());
const full = 4 * 1024 * 1024;
const { signal } = new AbortController();
const code = (value: string) => expect.objectContaining({ code: value });

describe.runIf(canMount)('A disk that is full', () => {
  let disk: SmallDisk;
  beforeAll(() => {
    disk = smallDisk(full);
  });
  afterAll(() => disk.unmount());

  test('a put says destination.full and leaves nothing; what was there stays; a smaller one still fits', async () => {
    const place = folderDestination(disk.folder);
    await place.put(key('data', 'kept'), bodyOf(Buffer.alloc(full / 4)));
    await expect(place.put(key('data', 'x'), bodyOf(Buffer.alloc(full)))).rejects.toEqual(code('destination.full'));
    await expect(place.put(key('data', 'kept'), bodyOf(Buffer.alloc(full)))).rejects.toEqual(code('destination.full'));
    expect(readdirSync(join(disk.folder, 'data'))).toEqual(['kept']);
    expect((await place.stat(key('data', 'kept')))?.sizeBytes).toBe(full / 4);
    await place.put(key('data', 'y'), bodyOf(Buffer.alloc(full / 4)));
    await place.remove(key('data', 'y'));
    await place.remove(key('data', 'kept'));
  });

  test('a body from a file of another disk: the same', async () => {
    const file = join(tempFolder('spool'), 'x');
    writeFileSync(file, Buffer.alloc(2 * full), { mode: 0o600 });
    const body = { sizeBytes: 2 * full, file, open: (from = 0) => createReadStream(file, { start: from }) };
    await expect(folderDestination(disk.folder).put(key('data', 'x'), body)).rejects.toEqual(code('destination.full'));
    expect(readdirSync(join(disk.folder, 'data'))).toEqual([]);
  });

  test('free space is what can still be put', async () => {
    const place = folderDestination(disk.folder);
    const before = (await place.freeBytes()) ?? 0;
    await place.put(key('x'), bodyOf(Buffer.alloc(1024 * 1024)));
    expect(before - ((await place.freeBytes()) ?? 0)).toBeGreaterThanOrEqual(1024 * 1024);
    await place.remove(key('x'));
  });

  test('packing says spool.full, removes its file and stops the source', async () => {
    const body = Readable.from(
      (function* endless() {
        for (;;) yield randomBytes(256 * 1024);
      })(),
    );
    const packing = pack({ number: 1, name: 'x', content: 'postgres-custom' }, body, disk.folder, { signal });
    await expect(packing).rejects.toEqual(code('spool.full'));
    expect(body.destroyed).toBe(true);
    expect(readdirSync(disk.folder).filter((name) => name.endsWith('.zst'))).toEqual([]);
  });

  test('packing stops before the room that has to stay free is touched', async () => {
    const options = { signal, reserveBytes: 10 * full };
    const packing = pack(
      { number: 1, name: 'x', content: 'postgres-custom' },
      Readable.from([Buffer.from('x')]),
      disk.folder,
      options,
    );
    await expect(packing).rejects.toEqual(code('spool.full'));
    expect(readdirSync(disk.folder).filter((name) => name.endsWith('.zst'))).toEqual([]);
  });

  test('unpacking says whose disk is full and removes its file', async () => {
    const spool = tempFolder('packed');
    // Small when stored, larger than the disk when expanded.
    const { facts, file } = await pack(
      { number: 1, name: 'x', content: 'sqlite-file' },
      Readable.from([Buffer.alloc(3 * full)]),
      spool,
      { signal },
    );
    const place = folderDestination(spool);
    const target = join(disk.folder, 'expanded');
    await expect(unpackTo(target, place, key(facts.name), facts, { signal })).rejects.toEqual(code('spool.full'));
    await expect(unpackTo(target, place, key(facts.name), facts, { signal, whenFull: 'restore.full' })).rejects.toEqual(
      code('restore.full'),
    );
    expect(readdirSync(disk.folder)).not.toContain('expanded');
    rmSync(file);
  });
});

describe.runIf(canMount)('A disk that is pulled out', () => {
  test('takes its backups along, and nothing is written where it was mounted', async () => {
    const disk = smallDisk(full);
    const root = join(disk.folder, 'backups');
    const { createFolder } = await import('../../src/main/destination/folder.ts');
    await createFolder(root);
    const place = folderDestination(root);
    await place.put(key('data', 'x'), bodyOf(Buffer.from('x')));
    disk.unmount();
    await expect(place.put(key('data', 'y'), bodyOf(Buffer.from('y')))).rejects.toEqual(
      code('destination.unreachable'),
    );
    await expect(place.stat(key('data', 'x'))).rejects.toEqual(code('destination.unreachable'));
    expect(readdirSync(disk.folder)).toEqual([]);
  });
});
