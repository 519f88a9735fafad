/** Full disks, places that fail and clocks that jump, met by the whole program. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../src/main/base/clock.ts';
import { readEnvironment } from '../../src/main/base/environment.ts';
import { openDoor } from '../../src/main/serve/door.ts';
import { openHouse } from '../../src/main/wire.ts';
import { holdfast, holdfastJson } from '../helpers/holdfast.ts';
import { needs } from '../helpers/needs.ts';
import { smallDisk, smallDiskMissing, type SmallDisk } from '../helpers/small-disk.ts';
import { tempFolder } from '../helpers/temp.ts';

interface Card {
  backupId: string;
  stored: { destination: string; state: string; message: string | null }[];
}

/** About `megabytes` that do not compress. */
function bigDatabase(file: string, megabytes: number): void {
  const database = new Database(file);
  database.exec(
    `CREATE TABLE lump (id INTEGER PRIMARY KEY, body BLOB);
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<${megabytes * 10}) INSERT INTO lump SELECT i, randomblob(100000) FROM n;`,
  );
  database.close();
}

const disk = needs('small file systems', smallDiskMissing());

describe.runIf(disk)('BS-14 a disk that fills up', () => {
  const disks: SmallDisk[] = [];
  // Before the folders are removed: hooks run from the last to the first.
  afterAll(() => disks.forEach((one) => one.unmount()));
  const mounted = (megabytes: number): string => {
    const one = smallDisk(megabytes * 1024 * 1024);
    disks.push(one);
    return one.folder;
  };

  it('in the data folder, while copying or packing: nothing is listed, nothing stays, the source is untouched', async () => {
    const small = mounted(24);
    const folder = tempFolder('full-spool');
    const file = path.join(folder, 'app.db');
    bigDatabase(file, 30);
    const home = path.join(small, 'home');
    await holdfastJson(home, ['source', 'add', 'app', '--file', file, '--folder', path.join(folder, 'place')]);
    const ran = await holdfast(home, ['backup', 'app', '--json']);
    expect(ran.code).toBe(3);
    expect(ran.json()).toMatchObject({ code: 'spool.full', retryable: true });
    expect(await holdfastJson(home, ['list'])).toEqual([]);
    for (const left of ['spool', 'work']) expect(readdirSync(path.join(home, left))).toEqual([]);
    const source = new Database(file, { readonly: true });
    expect(source.prepare('SELECT count(*) FROM lump').pluck().get()).toBe(300);
    source.close();
  });

  it('in one of two places: the other has it, and the list says which one does not', async () => {
    const small = mounted(12);
    const folder = tempFolder('full-place');
    const file = path.join(folder, 'app.db');
    bigDatabase(file, 20);
    const home = path.join(folder, 'home');
    const good = path.join(folder, 'good');
    await holdfastJson(home, [
      'source',
      'add',
      'app',
      '--file',
      file,
      '--folder',
      good,
      '--folder',
      path.join(small, 'full'),
    ]);
    await holdfastJson(home, ['backup', 'app']);
    const [card] = await holdfastJson<Card[]>(home, ['list']);
    expect(card?.stored.map((one) => one.state)).toEqual(['stored', 'waiting']);
    expect(card?.stored[1]?.message).not.toBeNull();
    expect(
      readdirSync(path.join(small, 'full'), { recursive: true }).filter((name) =>
        String(name).includes(card?.backupId ?? ''),
      ),
    ).toEqual([]);
    expect(
      (await holdfastJson<{ verdict: string }>(home, ['verify', 'app@latest', '--level', 'restore'])).verdict,
    ).toBe('proven');
  });

  it('in every place: the backup fails with the reason, nothing is listed, and the dump waits for room', async () => {
    const small = mounted(12);
    const folder = tempFolder('full-only');
    const file = path.join(folder, 'app.db');
    bigDatabase(file, 20);
    const home = path.join(folder, 'home');
    await holdfastJson(home, ['source', 'add', 'app', '--file', file, '--folder', path.join(small, 'full')]);
    const ran = await holdfast(home, ['backup', 'app', '--json']);
    expect(ran.json()).toMatchObject({ code: 'backup.kept', cause: { code: 'destination.full' } });
    expect(await holdfastJson(home, ['list'])).toEqual([]);
    expect(await holdfastJson(home, ['waiting'])).toMatchObject([
      { listed: false, stored: [{ state: 'waiting', code: 'destination.full' }] },
    ]);
  });

  it('of the target of a restore: it says so, and leaves no file', async () => {
    const small = mounted(8);
    const folder = tempFolder('full-target');
    const file = path.join(folder, 'app.db');
    bigDatabase(file, 20);
    const home = path.join(folder, 'home');
    await holdfastJson(home, ['source', 'add', 'app', '--file', file]);
    await holdfastJson(home, ['backup', 'app']);
    const ran = await holdfast(home, ['restore', 'app@latest', '--to-file', path.join(small, 'app.db'), '--json']);
    expect(ran.code).toBe(3);
    expect(JSON.stringify(ran.json())).toMatch(/restore\.(full|blocked)/);
    expect(readdirSync(small)).toEqual([]);
  });
});

describe('a place that is gone', () => {
  it('is told by name, and not made again behind the back of an unmounted disk', async () => {
    const folder = tempFolder('gone');
    const file = path.join(folder, 'app.db');
    bigDatabase(file, 1);
    const home = path.join(folder, 'home');
    const place = path.join(folder, 'stick');
    await holdfastJson(home, ['source', 'add', 'app', '--file', file, '--folder', place]);
    await holdfastJson(home, ['backup', 'app']);
    rmSync(place, { recursive: true });
    const ran = await holdfast(home, ['backup', 'app', '--json']);
    expect(ran.json()).toMatchObject({ code: 'backup.kept', cause: { code: 'destination.unreachable' } });
    expect(readdirSync(folder)).not.toContain('stick');
    const verify = await holdfast(home, ['verify', 'app@latest', '--level', 'read', '--json']);
    expect(verify.code).toBe(3);
    expect(verify.json()).toMatchObject({ code: 'destination.unreachable' });
  });
});

describe('a second data folder that reads the same place', () => {
  it('learns every set and every proof from the place alone', async () => {
    const folder = tempFolder('second');
    const file = path.join(folder, 'app.db');
    bigDatabase(file, 1);
    const place = path.join(folder, 'place');
    const first = path.join(folder, 'first');
    await holdfastJson(first, ['source', 'add', 'app', '--file', file, '--folder', place]);
    await holdfastJson(first, ['backup', 'app']);
    await holdfastJson(first, ['verify', 'app@latest', '--level', 'restore']);
    const second = path.join(folder, 'second');
    await holdfastJson(second, ['source', 'add', 'other', '--file', file, '--folder', place]);
    writeFileSync(path.join(place, 'manifests', 'bk-20200101-000000-aaaaaaaa.jsonl'), 'rubbish\n', { mode: 0o600 });
    await holdfast(second, ['doctor', '--rebuild', '--json']);
    const seen = await holdfastJson<{ source: string; verdict: string }[]>(second, ['list']);
    expect(seen).toMatchObject([{ source: 'app', verdict: 'proven' }]);
    expect(
      (
        await holdfastJson<{ verdict: string }>(second, [
          'restore',
          'app@latest',
          '--to-file',
          path.join(folder, 'again.db'),
        ])
      ).verdict,
    ).toBe('equal');
  });
});

describe('a clock that was set back', () => {
  it('does not make an older backup the latest', async () => {
    const folder = tempFolder('clock');
    const file = path.join(folder, 'app.db');
    bigDatabase(file, 1);
    const home = path.join(folder, 'home');
    await holdfastJson(home, ['source', 'add', 'app', '--file', file]);
    const today = await holdfastJson<{ backupId: string }>(home, ['backup', 'app']);
    const yesterday: Clock = { ...systemClock, now: () => systemClock.now() - 86_400_000 };
    const door = await openDoor({ ...readEnvironment(), home }, yesterday, openHouse);
    const { job } = await door.api.job.wait(await door.api.backup.start({ name: 'app' }));
    await door.close();
    expect(job).toMatchObject({ state: 'succeeded' });
    expect(String(job.backupId) < today.backupId).toBe(true);
    const shown = await holdfastJson<{ backupId: string }>(home, ['show', 'app@latest']);
    expect(shown.backupId).toBe(job.backupId);
  });
});
