/** What the suite cannot say about every place, because only a folder has links, modes and owners. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  createReadStream,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../src/main/base/clock.ts';
import { bodyOf, key, type Body, type Destination } from '../../src/main/destination/destination.ts';
import { nameByClaim } from '../../src/main/destination/folder-put.ts';
import { createFolder, folderDestination } from '../../src/main/destination/folder.ts';
import { sweepDestination } from '../../src/main/destination/open.ts';
import { sweepUnfinished, unfinishedName } from '../../src/main/destination/unfinished.ts';
import { noAccess } from '../helpers/access.ts';
import { needs } from '../helpers/needs.ts';
import { tempFolder } from '../helpers/temp.ts';

const mode = (file: string): string => (lstatSync(file).mode & 0o777).toString(8);
const hello = bodyOf(Buffer.from('hello'));
const code = (value: string) => expect.objectContaining({ code: value });

async function listed(place: Destination): Promise<string[]> {
  const names: string[] = [];
  for await (const stored of place.list('')) names.push(stored.key);
  return names;
}

/** A file of our own, 0600, as a spool file is. */
function spoolFile(bytes: Buffer): { file: string; body: Body } {
  const file = join(tempFolder('spool'), 'x.zst');
  writeFileSync(file, bytes, { mode: 0o600 });
  return { file, body: { sizeBytes: bytes.length, file, open: (from = 0) => createReadStream(file, { start: from }) } };
}

describe('BS-16 SV-20 A folder keeps backups for one account', () => {
  test('files are 0600, every folder that is made is 0700, whatever the umask', async () => {
    const before = process.umask(0);
    try {
      const root = join(tempFolder('modes'), 'new', 'root');
      await createFolder(root);
      await folderDestination(root).put(key('data', 'set', 'x'), hello);
      await folderDestination(root).put(key('data', 'set', 'linked'), spoolFile(Buffer.from('hello')).body);
      expect([root, join(root, 'data'), join(root, 'data', 'set')].map(mode)).toEqual(['700', '700', '700']);
      expect(mode(join(root, 'data', 'set', 'x'))).toBe('600');
      expect(mode(join(root, 'data', 'set', 'linked'))).toBe('600');
    } finally {
      process.umask(before);
    }
  });

  test('where its account may not read or write it says so', async () => {
    const root = tempFolder('rights');
    const place = folderDestination(root);
    await place.put(key('data', 'x'), hello);
    // Root may do everything: for this test it becomes somebody who may not.
    const isRoot = process.geteuid?.() === 0;
    chmodSync(join(root, 'data', 'x'), isRoot ? 0o600 : 0o000);
    chmodSync(join(root, 'data'), isRoot ? 0o755 : 0o500);
    chmodSync(root, isRoot ? 0o755 : 0o500);
    try {
      if (isRoot) process.seteuid?.(65_534);
      const calls = [
        () => place.put(key('data', 'y'), hello),
        () => place.put(key('data', 'new', 'y'), hello),
        () => place.remove(key('data', 'x')),
        () => place.get(key('data', 'x')),
        () => createFolder(join(root, 'made')),
      ];
      for (const call of calls) await expect(call()).rejects.toEqual(code('destination.permission'));
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(root, 0o700);
      chmodSync(join(root, 'data'), 0o700);
    }
    expect(await listed(place)).toEqual(['data/x']);
  });
});

describe('A folder whose disk went away', () => {
  test('is unreachable, for every call, and is never made again by one of them', async () => {
    const root = join(tempFolder('gone'), 'mount');
    await createFolder(root);
    const place = folderDestination(root);
    await place.put(key('data', 'x'), hello);
    renameSync(root, `${root}-away`);
    const calls = [
      place.put(key('data', 'y'), hello),
      place.get(key('data', 'x')),
      place.stat(key('data', 'x')),
      listed(place),
      place.remove(key('data', 'x')),
      place.freeBytes(),
      sweepUnfinished(root, systemClock),
    ];
    // All at once: one that fails while another is waited for must not count as unhandled.
    const outcomes = await Promise.allSettled(calls);
    const unreachable = { status: 'rejected', reason: code('destination.unreachable') as unknown };
    expect(outcomes).toEqual(calls.map(() => unreachable));
    expect(existsSync(root)).toBe(false);
    renameSync(`${root}-away`, root);
    expect(await listed(place)).toEqual(['data/x']);
  });

  test('a file where the root should be is not a place', async () => {
    const file = join(tempFolder('file-root'), 'x');
    writeFileSync(file, '');
    await expect(createFolder(file)).rejects.toEqual(code('destination.not-a-file'));
    await expect(createFolder(join(file, 'below'))).rejects.toEqual(code('destination.not-a-file'));
    await expect(folderDestination(file).stat(key('x'))).rejects.toEqual(code('destination.unreachable'));
  });
});

describe('Links', () => {
  test('the root itself may be one', async () => {
    const real = tempFolder('real-root');
    const root = join(tempFolder('link-root'), 'root');
    symlinkSync(real, root);
    await createFolder(root);
    await folderDestination(root).put(key('data', 'x'), hello);
    expect(readFileSync(join(real, 'data', 'x'), 'utf8')).toBe('hello');
  });

  test.each(['folder', 'file'] as const)(
    'below the root a %s that is a link is refused, and nothing happens behind it',
    async (what) => {
      const outside = tempFolder('outside');
      writeFileSync(join(outside, 'x'), 'secret');
      const root = tempFolder('links');
      const place = folderDestination(root);
      if (what === 'folder') symlinkSync(outside, join(root, 'data'));
      else {
        mkdirSync(join(root, 'data'));
        symlinkSync(join(outside, 'x'), join(root, 'data', 'x'));
      }
      const calls = [
        () => place.put(key('data', 'x'), hello),
        () => place.put(key('data', 'x'), hello, { ifAbsent: true }),
        () => place.get(key('data', 'x')),
        () => place.stat(key('data', 'x')),
        () => place.remove(key('data', 'x')),
        () => listed(place),
      ];
      for (const call of calls) await expect(call()).rejects.toEqual(code('destination.symlink'));
      expect(readdirSync(outside)).toEqual(['x']);
      expect(readFileSync(join(outside, 'x'), 'utf8')).toBe('secret');
    },
  );

  test('one that leads nowhere is refused too, instead of being written through', async () => {
    const outside = join(tempFolder('nowhere'), 'made-by-nobody');
    const root = tempFolder('dangling');
    symlinkSync(outside, join(root, 'x'));
    await expect(folderDestination(root).put(key('x'), hello)).rejects.toEqual(code('destination.symlink'));
    expect(existsSync(outside)).toBe(false);
  });
});

describe('What is no file is no backup', () => {
  test('a folder, a FIFO and a device under a key are refused and never waited for', async () => {
    const root = tempFolder('kinds');
    const place = folderDestination(root);
    mkdirSync(join(root, 'folder'));
    expect(spawnSync('mkfifo', [join(root, 'fifo')]).status).toBe(0);
    const names = ['folder', 'fifo'];
    if (process.getuid?.() === 0 && spawnSync('mknod', [join(root, 'device'), 'c', '1', '3']).status === 0)
      names.push('device');
    for (const name of names) {
      for (const call of [
        () => place.put(key(name), hello),
        () => place.get(key(name)),
        () => place.stat(key(name)),
        () => place.remove(key(name)),
      ]) {
        await expect(call(), name).rejects.toEqual(code('destination.not-a-file'));
      }
      expect(existsSync(join(root, name))).toBe(true);
    }
    await expect(listed(place)).rejects.toEqual(code('destination.not-a-file'));
  });

  test('below a file there is nothing, and nothing can be put', async () => {
    const place = folderDestination(tempFolder('below'));
    await place.put(key('x'), hello);
    expect(await place.stat(key('x', 'y', 'z'))).toBeUndefined();
    await expect(place.put(key('x', 'y', 'z'), hello)).rejects.toEqual(code('destination.not-a-file'));
  });

  test('files with names that no key can have are not ours to list', async () => {
    const root = tempFolder('foreign');
    const place = folderDestination(root);
    await place.put(key('x'), hello);
    writeFileSync(join(root, 'a\nb'), '');
    writeFileSync(join(root, '.holdfast-something.part'), '');
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe])]), '');
    expect(await listed(place)).toEqual(['x']);
  });
});

const secondDisk = '/dev/shm';
const hasSecondDisk = needs(
  'a second disk',
  existsSync(secondDisk) && statSync(secondDisk).dev !== statSync(tmpdir()).dev
    ? undefined
    : '/dev/shm is not another file system',
);

describe('A file on the same disk is linked, not copied', () => {
  test('the stored file is the spool file under a second name, and outlives it', async () => {
    const bytes = randomBytes(100_000);
    const { file, body } = spoolFile(bytes);
    const root = tempFolder('linked');
    const place = folderDestination(root);
    const progress: number[] = [];
    await place.put(key('data', 'x'), body, { ifAbsent: true, onProgress: (at) => progress.push(at) });
    expect(statSync(join(root, 'data', 'x')).ino).toBe(statSync(file).ino);
    expect(progress).toEqual([bytes.length]);
    rmSync(file);
    expect((await buffer(await place.get(key('data', 'x')))).equals(bytes)).toBe(true);
    expect(statSync(join(root, 'data', 'x')).nlink).toBe(1);
    expect(readdirSync(join(root, 'data'))).toEqual(['x']);
  });

  test('two places never share one file: damage to it would be damage to both', async () => {
    const { file, body } = spoolFile(randomBytes(100_000));
    const roots = [tempFolder('first'), tempFolder('second'), tempFolder('third')];
    await Promise.all(roots.map((root) => folderDestination(root).put(key('x'), body, { ifAbsent: true })));
    rmSync(file);
    const inodes = new Set(roots.map((root) => statSync(join(root, 'x')).ino));
    expect(inodes.size).toBe(3);
    for (const root of roots) expect(statSync(join(root, 'x')).nlink).toBe(1);
  });

  test('a hash is honoured all the same', async () => {
    const bytes = randomBytes(3_000_000);
    const { body } = spoolFile(bytes);
    const root = tempFolder('linked-hash');
    const place = folderDestination(root);
    const right = createHash('sha256').update(bytes).digest('hex');
    await expect(place.put(key('x'), { ...body, sha256: 'ab'.repeat(32) })).rejects.toEqual(
      code('destination.hash-mismatch'),
    );
    expect(readdirSync(root)).toEqual([]);
    await place.put(key('x'), { ...body, sha256: right });
    expect(await listed(place)).toEqual(['x']);
  });

  test('what others can read, or somebody else owns, or has more names, is copied into a file of our own', async () => {
    const bytes = randomBytes(10_000);
    const open = spoolFile(bytes);
    chmodSync(open.file, 0o644);
    const named = spoolFile(bytes);
    linkSync(named.file, `${named.file}.other`);
    const link = spoolFile(bytes);
    renameSync(link.file, `${link.file}.real`);
    symlinkSync(`${link.file}.real`, link.file);
    const cases = [open, named, link];
    if (process.geteuid?.() === 0) {
      const foreign = spoolFile(bytes);
      chownSync(foreign.file, 65_534, 65_534);
      cases.push(foreign);
    }
    for (const { file, body } of cases) {
      const root = tempFolder('copied');
      await folderDestination(root).put(key('x'), body);
      expect(statSync(join(root, 'x')).ino).not.toBe(statSync(file).ino);
      expect(mode(join(root, 'x'))).toBe('600');
      expect(readFileSync(join(root, 'x')).equals(bytes)).toBe(true);
    }
  });

  test.runIf(hasSecondDisk)('a file on another disk is copied', async () => {
    const bytes = randomBytes(10_000);
    const file = join(secondDisk, `holdfast-test-${process.pid}`);
    writeFileSync(file, bytes, { mode: 0o600 });
    try {
      const root = tempFolder('other-disk');
      await folderDestination(root).put(key('x'), {
        sizeBytes: bytes.length,
        file,
        open: (from = 0) => createReadStream(file, { start: from }),
      });
      expect(readFileSync(join(root, 'x')).equals(bytes)).toBe(true);
    } finally {
      rmSync(file);
    }
  });
});

describe('Where the file system has no hard links', () => {
  test('of two that claim a name one gets it', async () => {
    const folder = tempFolder('claims');
    const unfinished = await Promise.all([unfinishedName(), unfinishedName(), unfinishedName()]);
    for (const name of unfinished) writeFileSync(join(folder, name), name);
    const outcomes = await Promise.allSettled(
      unfinished.map((name) => nameByClaim(join(folder, name), join(folder, 'x'), systemClock)),
    );
    const won = unfinished.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    expect(won).toHaveLength(1);
    const lost = outcomes
      .filter((outcome) => outcome.status === 'rejected')
      .map((outcome) => outcome.reason as unknown);
    expect(lost).toEqual([code('destination.exists'), code('destination.exists')]);
    expect(readFileSync(join(folder, 'x'), 'utf8')).toBe(won[0]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.claim'))).toEqual([]);
  });

  test('a claim of a killed process does not block the name; one of a living process does', async () => {
    const folder = tempFolder('old-claim');
    const claim = join(folder, `.holdfast-${createHash('sha256').update('x').digest('hex').slice(0, 16)}.claim`);
    const mine = await unfinishedName();
    writeFileSync(join(folder, mine), 'mine');
    writeFileSync(claim, await unfinishedName());
    await expect(nameByClaim(join(folder, mine), join(folder, 'x'), systemClock)).rejects.toEqual(
      code('destination.exists'),
    );
    writeFileSync(claim, await nameOfAKilledProcess());
    await nameByClaim(join(folder, mine), join(folder, 'x'), systemClock);
    expect(readdirSync(folder)).toEqual(['x']);
  });
});

/** An unfinished name that a process made which is gone. */
async function nameOfAKilledProcess(): Promise<string> {
  const source = join(import.meta.dirname, '../../src/main/destination/unfinished.ts');
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const {unfinishedName} = await import(${JSON.stringify(source)}); process.stdout.write(await unfinishedName()); setInterval(() => {}, 1000);`,
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGKILL');
  await once(child, 'exit');
  return said.toString('utf8');
}

describe('What a killed process left is swept, what a living one writes is not', () => {
  test('at once on this machine; after a week where it is another machine’s', async () => {
    const root = tempFolder('sweep');
    const place = folderDestination(root);
    await place.put(key('data', 'set', 'x'), hello);
    const living = join(root, 'data', 'set', await unfinishedName());
    const dead = join(root, 'data', 'set', await nameOfAKilledProcess());
    const foreign = join(root, '.holdfast-00000000-1-00000000-0123456789abcdef.part');
    for (const file of [living, dead, foreign]) writeFileSync(file, 'half');
    const outside = tempFolder('sweep-outside');
    const behindALink = join(outside, await nameOfAKilledProcess());
    writeFileSync(behindALink, 'not ours to remove');
    symlinkSync(outside, join(root, 'link'));

    expect(await sweepUnfinished(root, systemClock)).toBe(1);
    expect([living, dead, foreign, behindALink].map((file) => existsSync(file))).toEqual([true, false, true, true]);
    const inAWeek: Clock = { ...systemClock, now: () => systemClock.now() + 8 * 24 * 60 * 60 * 1000 };
    utimesSync(foreign, 1, 1);
    expect(await sweepUnfinished(root, inAWeek)).toBe(1);
    expect(existsSync(foreign)).toBe(false);
    expect(existsSync(living)).toBe(true);
    expect(readFileSync(join(root, 'data', 'set', 'x'), 'utf8')).toBe('hello');
  });

  test('a put that was killed in the middle leaves nothing that is listed, and one sweep cleans up', async () => {
    const root = tempFolder('killed');
    const folder = join(import.meta.dirname, '../../src/main/destination');
    const script = `
      const { folderDestination } = await import(${JSON.stringify(join(folder, 'folder.ts'))});
      const { key } = await import(${JSON.stringify(join(folder, 'destination.ts'))});
      const { Readable } = await import('node:stream');
      let sent = 0;
      const open = () => new Readable({ read() { sent += 1; if (sent < 40) this.push(Buffer.alloc(65536)); else process.stdout.write('now'); } });
      setInterval(() => {}, 1000);
      await folderDestination(${JSON.stringify(root)}).put(key('data', 'set', 'x'), { sizeBytes: 1e9, open });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect(await sweepUnfinished(root, systemClock)).toBe(0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(readdirSync(join(root, 'data', 'set'))).toHaveLength(1);
    expect(await listed(folderDestination(root))).toEqual([]);
    expect(await sweepDestination({ kind: 'folder', path: root }, noAccess, systemClock)).toBe(1);
    expect(readdirSync(join(root, 'data'))).toEqual([]);
  });
});

describe('Removing the last file of a set', () => {
  test('takes the set’s folder along and leaves the first level, while another put may be going on', async () => {
    const root = tempFolder('prune');
    const place = folderDestination(root);
    await place.put(key('data', 'set', 'x'), hello);
    await place.put(key('data', 'other', 'x'), hello);
    await place.remove(key('data', 'set', 'x'));
    expect(readdirSync(join(root, 'data'))).toEqual(['other']);
    await place.remove(key('data', 'other', 'x'));
    expect(readdirSync(root)).toEqual(['data']);
    for (let round = 0; round < 200; round += 1) {
      await place.put(key('data', 'set', 'x'), hello);
      await Promise.all([place.remove(key('data', 'set', 'x')), place.put(key('data', 'set', 'y'), hello)]);
      expect(await listed(place)).toEqual(['data/set/y']);
      await place.remove(key('data', 'set', 'y'));
    }
  });
});
