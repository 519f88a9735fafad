/** A machine that wakes, or is in a network again, brings what waits at once: from the dump that was kept, under the same owner. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/main/base/clock.ts';
import { readEnvironment } from '../../src/main/base/environment.ts';
import { openDoor, type Door } from '../../src/main/serve/door.ts';
import { openHouse } from '../../src/main/wire.ts';
import type { BackupCard, StoredState } from '../../src/shared/artifact.ts';
import { fakeS3, type FakeS3 } from '../helpers/fake-s3.ts';
import { startProgram, type RunningDoor } from '../helpers/holdfast.ts';
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
import { wireTo, type Wire } from '../helpers/wire.ts';

describe('BD-6 JO-13 SV-1 a machine that sleeps, or leaves its network, with a copy that waits', () => {
  let world: UploadWorld;
  let server: FakeS3;
  let wire: Wire;
  let owner: RunningDoor;
  let door: Door;
  let nas: string;

  beforeEach(async () => {
    world = uploadWorld('wake-up');
    server = await fakeS3();
    wire = await wireTo(Number(new URL(server.endpoint).port));
    nas = path.join(world.folder, 'nas');
    mkdirSync(nas);
    const before = await world.open();
    await addFolder(before, 'nas', nas);
    await addBucket(before, 'bucket', { endpoint: `http://127.0.0.1:${wire.port}` });
    await addSource(before, makeSource(world.folder, oneMiB), ['bucket']);
    await before.close();
    const env = { HOLDFAST_PASSPHRASE_FILE: path.join(world.folder, 'passphrase') };
    owner = startProgram('test/helpers/surrounded-owner.ts', world.home, [], { env, keepInput: true });
    await owner.says('owner\n');
    door = await openDoor({ ...readEnvironment(), ...world.env, home: world.home }, systemClock, openHouse);
  });
  afterEach(async () => {
    await door.close();
    owner.child.stdin?.end();
    await owner.ended;
    await Promise.all([wire.stop(), server.stop()]);
  });

  const tell = (event: 'woke' | 'offline' | 'online'): void => void owner.child.stdin?.write(`${event}\n`);
  /** Resolves with the first card of which this is true, also where it is so already. */
  const card = (fits: (states: StoredState[]) => boolean): Promise<BackupCard> =>
    new Promise((resolve) => {
      const look = (one: BackupCard | undefined): void => {
        if (one !== undefined && fits(one.stored)) resolve(one);
      };
      door.api.backup.added((told) => look(told.card));
      door.api.backup.changed((told) => look(told.card));
      void door.api.backup.list({}).then(([one]) => look(one));
    });
  const stored = (): Promise<BackupCard> => card((states) => states.every(({ state }) => state === 'stored'));
  const backUp = async (): Promise<string | undefined> => {
    const { jobId } = await door.api.backup.start({ name: 'app' });
    return (await door.api.job.wait({ jobId })).job.failure?.code;
  };
  let settles = 0;
  /** The owner has looked at what waits; what it had to begin has been begun. */
  const settled = async (): Promise<void> => {
    settles += 1;
    owner.child.stdin?.write(`settle ${settles}\n`);
    await owner.says(`settled ${settles}\n`);
  };
  const carries = async (): Promise<number> => (await door.api.job.list({ limit: 10, kinds: ['carry'] })).length;

  test.for(['woke', 'online'] as const)('%s: the kept dump arrives, and was made once', async (event) => {
    if (event === 'online') tell('offline');
    await settled();
    await wire.gone();
    expect(await backUp()).toBe('backup.kept');
    expect(await door.api.backup.list({})).toEqual([]);
    const [kept] = await door.api.backup.waiting({});
    expect(kept).toMatchObject({ listed: false, stored: [{ state: 'waiting', code: 'destination.unreachable' }] });
    await wire.back();
    // That the place is there again is nothing the owner knows: it waits for its next try.
    await settled();
    expect(await carries()).toBe(0);
    expect(keptIn(world.home)).toEqual([kept?.backupId]);
    tell(event);
    expect((await stored()).backupId).toBe(kept?.backupId);
    expect(dumpsIn(world.home)).toBe(1);
    expect(await carries()).toBe(1);
    // Nobody else has become the owner in between.
    expect([door.role(), owner.child.exitCode]).toEqual(['guest', null]);
  });

  test('woke while the place that has it is away: one try that waits for the next, and then it arrives from there', async () => {
    await addSource(door, path.join(world.folder, 'app.db'), ['nas', 'bucket'], { replace: true });
    await wire.gone();
    expect(await backUp()).toBe(undefined);
    const waits = (attempts: number) => card((states) => states.some((one) => one.attempts === attempts));
    const { backupId } = await waits(1);
    // Its dump is not kept any more, as when another backup needed the room.
    rmSync(path.join(world.home, 'spool', backupId), { recursive: true });
    renameSync(nas, `${nas}-pulled`);
    tell('woke');
    expect((await waits(2)).stored).toMatchObject([{ state: 'stored' }, { code: 'destination.unreachable' }]);
    await settled();
    expect(await carries()).toBe(1);
    renameSync(`${nas}-pulled`, nas);
    await wire.back();
    tell('woke');
    await stored();
    expect(await carries()).toBe(2);
    expect(dumpsIn(world.home)).toBe(1);
  });
});
