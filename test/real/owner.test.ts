/** One data folder, several programs: who owns it, who attaches, and what happens when somebody leaves or is killed. */
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/main/base/clock.ts';
import { readEnvironment, type Environment } from '../../src/main/base/environment.ts';
import { run } from '../../src/main/base/run.ts';
import { openDoor, type Door, type DoorOptions } from '../../src/main/serve/door.ts';
import { tryLock } from '../../src/main/serve/lock.ts';
import { tempFolder } from '../helpers/temp.ts';
import { startProgram, type Program } from './owner-program.ts';
import { jobId, testHouse, type TestHouse } from './owner-house.ts';

const opened: Door[] = [];
const programs: Program[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((door) => door.close()));
  for (const program of programs.splice(0)) program.kill();
});

interface Visit {
  door: Door;
  house: TestHouse | undefined;
}

const environment = (home: string): Environment => ({ ...readEnvironment(), home, account: 'ada' });

/** A door of this process; `houses` collects the houses that were opened for it. */
async function enter(
  home: string,
  jobs = new Map(),
  options: DoorOptions = {},
): Promise<Visit & { houses: TestHouse[] }> {
  const houses: TestHouse[] = [];
  const open = async (): Promise<TestHouse> => {
    const house = testHouse(jobs, home);
    houses.push(house);
    return house;
  };
  const door = await openDoor(environment(home), systemClock, open, options);
  opened.push(door);
  return { door, house: houses[0], houses };
}

describe('the first use of a data folder', () => {
  it('makes it private, with everything in it', async () => {
    const home = path.join(tempFolder('owner'), 'deep', 'home');
    const { door } = await enter(home);
    expect(door.role()).toBe('owner');
    expect(statSync(home).mode & 0o777).toBe(0o700);
    for (const name of ['owner.lock', 'owner.json', 'holdfast.sock']) {
      expect([name, statSync(path.join(home, name)).mode & 0o777]).toEqual([name, 0o600]);
    }
  });

  it('refuses a place that could not be kept private, and says why', async () => {
    const folder = tempFolder('owner');
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    const open = path.join(folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o770);
    const used = path.join(folder, 'used');
    mkdirSync(used);
    writeFileSync(path.join(used, 'thesis.odt'), '');
    chmodSync(used, 0o755);
    const loop = path.join(folder, 'loop');
    symlinkSync(loop, loop);
    for (const [home, why] of [
      [file, 'is not a folder'],
      [path.join(file, 'below'), 'is not a folder'],
      [open, 'can be written by other accounts'],
      [used, 'can be read by other accounts and holds other files'],
      [loop, 'loop'],
    ] as const) {
      await expect(enter(home)).rejects.toMatchObject({ code: 'home.unusable', message: expect.stringContaining(why) });
    }
    expect(statSync(used).mode & 0o777).toBe(0o755);
  });

  it.runIf(process.getuid?.() === 0)('refuses a folder of somebody else', async () => {
    const home = path.join(tempFolder('owner'), 'home');
    mkdirSync(home, { mode: 0o700 });
    await run('/bin/chown', ['65534', home]);
    await expect(enter(home)).rejects.toMatchObject({
      code: 'home.unusable',
      message: expect.stringContaining('another account'),
    });
  });

  it('closes an empty folder that others could read', async () => {
    const home = path.join(tempFolder('owner'), 'home');
    mkdirSync(home, { mode: 0o755 });
    await enter(home);
    expect(statSync(home).mode & 0o777).toBe(0o700);
  });

  it('finds a place for its socket where the path of the folder is too long for one', async () => {
    const home = path.join(tempFolder('owner'), 'n'.repeat(120));
    const { door } = await enter(home);
    const { address } = JSON.parse(readFileSync(path.join(home, 'owner.json'), 'utf8')) as { address: string };
    expect(address.startsWith(home)).toBe(false);
    expect(statSync(path.dirname(address)).mode & 0o777).toBe(0o700);
    const guest = await enter(home);
    expect(guest.door.role()).toBe('guest');
    await door.close();
    expect(existsSync(path.dirname(address))).toBe(false);
  });
});

describe('one folder, one owner', () => {
  it('lets the second door attach, and both see the same house', async () => {
    const home = path.join(tempFolder('owner'), 'home');
    const owner = await enter(home);
    const guest = await enter(home);
    expect([owner.door.role(), guest.door.role()]).toEqual(['owner', 'guest']);
    expect(guest.houses).toEqual([]);
    await guest.door.api.backup.list({});
    await owner.door.api.backup.list({});
    expect(owner.house?.calls).toEqual(['backup.list by ada (terminal)', 'backup.list by ada (terminal)']);
  });

  it('brings events, answers and failures over in their own form', async () => {
    const home = path.join(tempFolder('owner'), 'home');
    const owner = await enter(home);
    const guest = await enter(home);
    const heard: unknown[] = [];
    guest.door.api.job.progressed((event) => heard.push(event));
    const progress = { phase: 'Dumping', bytes: 1, totalBytes: null, rows: 0, rate: 0, leftMs: null, table: null };
    owner.house?.announce('job.progressed', { jobId: jobId(1), progress });
    expect(await guest.door.api.app.hello({ contract: 1 })).toEqual({ holdfast: '0.1.0', home, sequence: 1 });
    expect(heard).toEqual([{ jobId: jobId(1), progress }]);
    await expect(guest.door.api.app.doctor({})).rejects.toMatchObject({ code: 'call.refused', ref: 'app.doctor' });
    await expect(guest.door.api.backup.list({ name: '-nonsense' })).rejects.toMatchObject({ code: 'call.malformed' });
  });

  it('carries calls and numbered announcements by name, and says when another owner counts anew', async () => {
    const home = path.join(tempFolder('owner'), 'home');
    const owner = await enter(home);
    const guest = await enter(home);
    const heard: unknown[] = [];
    const heir = new Promise<void>((resolve) => {
      guest.door.onAnnouncement((announcement) => {
        heard.push(announcement);
        if (announcement.event === 'app.restarted') resolve();
      });
    });
    expect(await guest.door.invoke('job.log', { jobId: '../etc' })).toMatchObject({
      ok: false,
      failure: { code: 'call.malformed' },
    });
    owner.house?.announce('source.removed', { sourceId: 'forgotten' });
    expect(await guest.door.invoke('backup.list', {})).toMatchObject({ ok: true });
    await owner.door.close();
    await heir;
    expect(heard).toEqual([
      { sequence: 1, event: 'source.removed', payload: { sourceId: 'forgotten' } },
      { sequence: 0, event: 'app.restarted', payload: {} },
    ]);
  });

  it('never gives the lock to two, also not to two of one process, and gives it to the next at once', () => {
    const home = tempFolder('owner');
    const first = tryLock(home);
    expect(first).not.toBeNull();
    expect(tryLock(home)).toBeNull();
    expect(tryLock(home)).toBeNull();
    first?.release();
    first?.release();
    const second = tryLock(home);
    expect(second).not.toBeNull();
    second?.release();
  });

  it('lets exactly one of ten that come at once be the owner', async () => {
    const home = path.join(tempFolder('owner'), 'home');
    const visits = await Promise.all(Array.from({ length: 10 }, () => enter(home)));
    expect(visits.filter(({ door }) => door.role() === 'owner')).toHaveLength(1);
    expect(visits.flatMap(({ houses }) => houses)).toHaveLength(1);
  });

  it('gives up on an owner that does not answer, and says so', async () => {
    const home = path.join(tempFolder('owner'), 'home');
    const program = await startProgram(home);
    programs.push(program);
    program.freeze();
    await expect(enter(home, new Map(), { helloMs: 200 })).rejects.toMatchObject({
      code: 'home.busy',
      message: expect.stringContaining(home),
    });
  });

  it('gives the folder free again when its house does not open', async () => {
    const home = path.join(tempFolder('owner'), 'home');
    const broken = openDoor(environment(home), systemClock, () => Promise.reject(new Error('the catalog is broken')));
    await expect(broken).rejects.toThrow('the catalog is broken');
    expect((await enter(home)).door.role()).toBe('owner');
  });
});

describe('an owner that leaves', () => {
  it('hands over: a guest becomes the owner and its calls go on', async () => {
    const home = path.join(tempFolder('owner'), 'home');
    const owner = await enter(home);
    const guest = await enter(home);
    await owner.door.close();
    expect(owner.house?.closed).toBe(true);
    await guest.door.api.backup.list({});
    expect(guest.door.role()).toBe('owner');
    expect(guest.houses[0]?.calls).toEqual(['backup.list by ada (terminal)']);
  });

  it('lets the job of another terminal end first, and only then gives the folder away', async () => {
    const home = path.join(tempFolder('owner'), 'home');
    const jobs = new Map();
    const owner = await enter(home, jobs);
    const guest = await enter(home, jobs);
    const { jobId: id } = await guest.door.api.backup.start({ name: 'shop' });
    const waited = guest.door.api.job.wait({ jobId: id });
    const closing = owner.door.close();
    await guest.door.api.backup.list({});
    expect(owner.house?.settling).toBe(true);
    expect(owner.house?.closed).toBe(false);
    owner.house?.endJob(id);
    expect((await waited).job.state).toBe('succeeded');
    await closing;
    expect(owner.house?.closed).toBe(true);
  });

  it('sends whoever waits for a queued job on to the next owner', async () => {
    const home = path.join(tempFolder('owner'), 'home');
    const jobs = new Map([[jobId(1), 'running' as const]]);
    const owner = await enter(home, jobs);
    const guest = await enter(home, jobs);
    const waited = guest.door.api.job.wait({ jobId: jobId(1) });
    await guest.door.api.backup.list({});
    await owner.door.close();
    await guest.door.api.backup.list({});
    expect(guest.houses[0]?.calls).toContain('job.wait by ada (terminal)');
    guest.houses[0]?.endJob(jobId(1));
    expect((await waited).job.state).toBe('succeeded');
  });

  it('leaves nothing behind but its lock file', async () => {
    const home = path.join(tempFolder('owner'), 'home');
    const { door } = await enter(home);
    await door.close();
    await door.close();
    expect(['owner.json', 'holdfast.sock'].filter((name) => existsSync(path.join(home, name)))).toEqual([]);
    await expect(door.api.backup.list({})).rejects.toMatchObject({ code: 'home.owner-left' });
  });
});

describe('an owner that is killed', () => {
  it('leaves no stale lock: the next one owns the folder at once', async () => {
    const home = path.join(tempFolder('owner'), 'home');
    const program = await startProgram(home);
    programs.push(program);
    await program.die();
    expect(existsSync(path.join(home, 'holdfast.sock'))).toBe(true);
    expect((await enter(home)).door.role()).toBe('owner');
    expect((await enter(home)).door.role()).toBe('guest');
  });

  it('is replaced by a guest, which asks again what changes nothing', async () => {
    const home = path.join(tempFolder('owner'), 'home');
    const program = await startProgram(home);
    programs.push(program);
    const jobs = new Map([[jobId(1), 'succeeded' as const]]);
    const guest = await enter(home, jobs);
    const waited = guest.door.api.job.wait({ jobId: jobId(1) });
    await program.heard('job.wait');
    await program.die();
    expect((await waited).job.state).toBe('succeeded');
    expect(guest.door.role()).toBe('owner');
  });

  it('leaves a call that changes something to the person: nobody knows whether it was begun', async () => {
    const home = path.join(tempFolder('owner'), 'home');
    const program = await startProgram(home);
    programs.push(program);
    const guest = await enter(home);
    const answer = guest.door.api.source.remove({ name: 'shop' }).catch((thrown: unknown) => thrown);
    await program.heard('source.remove');
    await program.die();
    expect(await answer).toMatchObject({ code: 'home.owner-left' });
    expect(await guest.door.api.backup.list({})).toEqual([]);
  });
});
