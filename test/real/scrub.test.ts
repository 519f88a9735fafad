/** Stored bytes read again: what rots or is replaced is seen, told apart, and brought back from a place that has it whole. */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackupCard } from '../../src/shared/artifact.ts';
import { writeManifest, readManifest } from '../../src/main/artifact/manifest.ts';
import { newRecoveryKey } from '../../src/main/artifact/recovery-secret.ts';
import type { BackupId, JobId } from '../../src/shared/id.ts';
import type { FakeS3 } from '../helpers/fake-s3.ts';
import { periodsAt } from '../../src/shared/period.ts';
import { realHouse, type OpenedHouse } from '../helpers/house.ts';
import { movedClock, movedJobHost } from '../helpers/moved-clock.ts';
import { placesWorld, sqliteSource, type PlacesWorld } from '../helpers/places-world.ts';
import { tempFolder } from '../helpers/temp.ts';

const folder = tempFolder('scrub');
const [north, south] = [path.join(folder, 'north'), path.join(folder, 'south')] as const;
let world: PlacesWorld;
let house: OpenedHouse;
let bucket: FakeS3;
let card: BackupCard;

const data = (place: string): string => {
  const below = path.join(place, 'data', card.backupId);
  return path.join(below, readdirSync(below)[0] as string);
};
const manifest = (place: string): string => path.join(place, 'manifests', `${card.backupId}.jsonl`);
const stateIn = async (name: string): Promise<string> => {
  const [state] = await house.api.scrub.state({ name });
  const shown = await house.api.backup.show({ backup: card.backupId });
  return shown.card.stored.find((one) => one.destination === state?.destination)?.state ?? 'none';
};
const scrub = async (name: string) => {
  const { scrub: report } = await house.result(house.api.scrub.start({ name, share: { percent: 100 } }));
  if (report === undefined) throw new Error('no report');
  return report;
};
const findingIn = async (name: string) => (await scrub(name)).damaged[0]?.finding;
const repair = async (name: string, from?: string) => {
  const { repair: report } = await house.result(
    house.api.scrub.repair({ backup: card.backupId, name, ...(from === undefined ? {} : { from }) }),
  );
  if (report === undefined) throw new Error('no report');
  return report;
};

/** What the calendar of a place has of the backup: why it stays there, and where its copy is damaged, by day and by backup. */
async function calendarOf(name: string): Promise<{ here: string[]; damaged: string[] }> {
  const places = await house.api.destination.list({});
  const destination = places.find((place) => place.name === name)?.id;
  const day = periodsAt(card.takenAt, 'UTC').daily;
  const question = { name: 'shop', from: day, to: day, timeZone: 'UTC', ...(destination && { destination }) };
  const [ofDay] = (await house.api.retention.look(question)).days;
  const [entry] = await house.api.retention.entries(question);
  expect(ofDay?.damaged).toEqual(entry?.damaged);
  const damaged = places.filter(({ id }) => entry?.damaged.includes(id));
  return { here: entry?.reasons.map(({ why }) => why) ?? [], damaged: damaged.map((place) => place.name) };
}

/** Changes one byte and nothing else, as a disk does by itself. */
function flip(file: string, at = 1000): void {
  const times = new Date(Date.now() - 3_600_000);
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  utimesSync(file, times, times);
}

/** Takes an end away, and leaves the times as they were. */
function cut(file: string, atBytes: number): void {
  truncateSync(file, atBytes);
  utimesSync(file, new Date(0), new Date(0));
}

beforeAll(async () => {
  world = await placesWorld({
    folder,
    places: {
      north: { kind: 'folder', seal: true },
      south: { kind: 'folder', seal: true },
      bucket: { kind: 's3', seal: true },
    },
    fill: (db) => {
      db.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT)');
      for (let row = 0; row < 2000; row += 1)
        db.prepare('INSERT INTO orders (note) VALUES (?)').run(`note ${Math.random()}`);
    },
  });
  ({ house, bucket } = world);
  card = await world.backUp();
}, 60_000);
afterAll(() => world.close());

describe('BD-17 SV-1 stored bytes are read again', () => {
  test('all of them, when asked for; what was read is remembered by backup and place', async () => {
    const before = (await house.api.scrub.state({ name: 'north' }))[0];
    expect(before).toMatchObject({ backups: 1, readBackups: 0, oldestReadAt: null, lastAt: null, damaged: [] });
    for (const name of ['north', 'south', 'bucket']) {
      const report = await scrub(name);
      expect(report).toMatchObject({ whole: 1, left: 0, damaged: [], unread: [] });
      expect(report.readBytes).toBe(card.sizeBytes);
    }
    const after = (await house.api.scrub.state({ name: 'north' }))[0];
    expect(after).toMatchObject({ readBackups: 1, readBytes: card.sizeBytes, jobId: null });
    expect(after?.oldestReadAt).not.toBeNull();
    expect(existsSync(path.join(house.home, 'scrub'))).toBe(true);
    expect(readdirSync(path.join(house.home, 'scrub'))).toEqual([]);
  });

  describe('a bad copy is seen, raises the alarm, and is replaced by a good one', () => {
    const dataName = (): string => `data/${card.backupId}/${path.basename(data(south))}`;
    const manifestName = (): string => `manifests/${card.backupId}.jsonl`;
    const firstLine = (file: string): string => readFileSync(file, 'utf8').split('\n')[0] ?? '';
    const keyOf = (file: string): string =>
      (JSON.parse(readFileSync(file, 'utf8').split('\n')[1] ?? '') as { keyId: string }).keyId;

    test.each([
      ['a flipped bit', () => flip(data(north)), 'damaged', dataName],
      ['an end that is missing', () => cut(data(north), 500), 'damaged', dataName],
      ['a file that is gone', () => rmSync(data(north)), 'missing', dataName],
      ['a manifest that is gone', () => rmSync(manifest(north)), 'missing', manifestName],
      ['a manifest with a flipped bit', () => flip(manifest(north), 40), 'damaged', manifestName],
      ['BS-10 another manifest, by somebody without the secret', () => forge(), 'replaced', manifestName],
    ] as const)('%s', async (_what, harm, kind, object) => {
      expect(await stateIn('north')).toBe('stored');
      harm();
      expect(await findingIn('north')).toMatchObject({ kind, objects: [object()] });
      expect(await stateIn('north')).toBe('damaged');
      const { sources } = await house.api.app.overview({});
      const need = sources[0]?.needs.find(({ code }) => code === 'copy-damaged');
      expect(need).toMatchObject({ grade: 'attention', action: 'look', backupId: card.backupId });
      expect(need?.title).toBe('A backup is damaged in north.');
      expect(need?.detail).toContain('Its copy in south and bucket holds: repair it from there.');
      expect(await repair('north', 'south')).toMatchObject({ replaced: [object()] });
      expect(await stateIn('north')).toBe('stored');
      expect(await scrub('north')).toMatchObject({ whole: 1, damaged: [] });
      expect(readFileSync(data(north)).equals(readFileSync(data(south)))).toBe(true);
      expect(firstLine(manifest(north))).toBe(firstLine(manifest(south)));
      // Line 2 is made with the secret of its own place.
      expect(keyOf(manifest(north))).not.toBe(keyOf(manifest(south)));
    });

    /** Whole in itself, and signed with a secret that it says it has. */
    function forge(): void {
      const { body } = readManifest(readFileSync(manifest(south)), card.backupId);
      const line = JSON.stringify({ ...body, holdfast: '9.9.9' });
      const seal = JSON.parse(readFileSync(manifest(south), 'utf8').split('\n')[1] ?? '') as object;
      const sha256 = createHash('sha256').update(line).digest('hex');
      writeFileSync(manifest(north), `${line}\n${JSON.stringify({ ...seal, sha256 })}\n`);
    }

    test('who wrote another manifest is told as far as its HMAC tells', async () => {
      const good = readFileSync(manifest(north));
      forge();
      expect((await findingIn('north'))?.message).toContain('but not the recovery secret');
      const { body } = readManifest(good, card.backupId);
      const stranger = newRecoveryKey();
      const { keyId } = stranger;
      const foreign = { ...body, sealing: { method: 'openpgp' as const, keyId, recipients: [keyId] } };
      writeFileSync(manifest(north), writeManifest(foreign, stranger).file);
      const finding = await findingIn('north');
      expect(finding).toMatchObject({ kind: 'replaced', code: 'manifest.replaced' });
      expect(finding?.message).toContain('the secret of its HMAC is not known');
      writeFileSync(manifest(north), good);
      expect(await scrub('north')).toMatchObject({ whole: 1, damaged: [] });
      expect(await stateIn('north')).toBe('stored');
    });
  });

  test('data that was written again after its manifest was replaced by somebody', async () => {
    const name = [...bucket.objects.keys()].find((one) => one.includes('/data/')) as string;
    const object = bucket.objects.get(name);
    if (object === undefined) throw new Error('not there');
    const bytes = Buffer.from(object.bytes);
    bytes[77] = (bytes[77] ?? 0) ^ 0x10;
    bucket.objects.set(name, { ...object, bytes });
    expect(await findingIn('bucket')).toMatchObject({ kind: 'damaged' });
    expect(await calendarOf('bucket')).toEqual({ here: ['newest'], damaged: ['bucket'] });
    bucket.objects.set(name, { ...object, bytes, modifiedAt: new Date(Date.now() + 3_600_000) });
    const finding = await findingIn('bucket');
    // No rule weighs it, and the calendar has it all the same; that of another place says it too.
    expect(await calendarOf('bucket')).toEqual({ here: ['replaced'], damaged: ['bucket'] });
    expect((await calendarOf('south')).damaged).toEqual(['bucket']);
    expect(finding).toMatchObject({ kind: 'replaced', code: 'artifact.tampered' });
    expect(finding?.message).toContain('somebody replaced it');
    // A key that may not overwrite: the bad object stays, nothing is there in part.
    bucket.mischief = ({ method, name: at }) =>
      method === 'PUT' && at.includes('/data/') ? { kind: 'answer', status: 403, code: 'AccessDenied' } : undefined;
    await expect(repair('bucket')).rejects.toThrow('destination.permission');
    expect(await stateIn('bucket')).toBe('damaged');
    expect(bucket.objects.get(name)?.bytes.equals(bytes)).toBe(true);
    bucket.mischief = () => undefined;
    const report = await repair('bucket');
    expect(report.replaced).toEqual([name.slice('h/'.length)]);
    expect(report.remains.join()).toContain('versions');
    expect(bucket.objects.get(name)?.bytes.equals(readFileSync(data(south)))).toBe(true);
    expect(await scrub('bucket')).toMatchObject({ whole: 1, damaged: [] });
  });

  test('a good copy is never replaced, and a bad one is never the source', async () => {
    await expect(house.api.scrub.repair({ backup: card.backupId, name: 'south' })).rejects.toMatchObject({
      code: 'repair.not-damaged',
    });
    flip(data(north));
    flip(data(south), 2000);
    await findingIn('north');
    await findingIn('south');
    await expect(house.api.scrub.repair({ backup: card.backupId, name: 'north', from: 'south' })).rejects.toMatchObject(
      {
        code: 'repair.no-source',
      },
    );
    // Bad, and nobody has read it yet: the repair itself finds out, before it writes anything.
    const bad = readFileSync(data(north));
    const name = [...bucket.objects.keys()].find((one) => one.includes('/data/')) as string;
    const object = bucket.objects.get(name);
    if (object === undefined) throw new Error('not there');
    bucket.objects.set(name, { ...object, bytes: Buffer.concat([object.bytes.subarray(0, -1), Buffer.from([0])]) });
    await expect(repair('north')).rejects.toThrow('artifact.tampered');
    expect(readFileSync(data(north)).equals(bad)).toBe(true);
    bucket.objects.set(name, object);
    for (const one of ['north', 'south']) await repair(one);
    expect(await stateIn('north')).toBe('stored');
    expect(await stateIn('south')).toBe('stored');
  });

  test('a place that is gone says nothing about its copies', async () => {
    renameSync(north, `${north}.away`);
    await expect(scrub('north')).rejects.toThrow('destination.unreachable');
    expect(await stateIn('north')).toBe('stored');
    renameSync(`${north}.away`, north);
    expect(await scrub('north')).toMatchObject({ whole: 1 });
  });

  test('what was damaged stays so when the catalog is read again from the manifests', async () => {
    appendFileSync(data(north), 'x');
    expect(await findingIn('north')).toMatchObject({ kind: expect.stringMatching('damaged|replaced') as string });
    await house.api.catalog.rebuild({});
    expect(await stateIn('north')).toBe('damaged');
    expect((await house.api.scrub.state({ name: 'north' }))[0]?.damaged[0]?.repairFrom).toHaveLength(2);
    await repair('north');
    const actions = (await house.api.audit.list({ limit: 5 })).map(({ action }) => action);
    expect(actions).toContain('copy.repaired');
    expect((await house.api.audit.list({ limit: 100 })).map(({ action }) => action)).toContain('copy.damaged');
  });

  test('a share of a place ends early, and the next run goes on with the others', async () => {
    const ids = [card.backupId];
    for (let more = 0; more < 3; more += 1) {
      const { backup } = await house.result(house.api.backup.start({ name: 'shop' }));
      ids.push(backup?.card.backupId as BackupId);
    }
    const seen: number[] = [];
    for (let run = 0; run < 4; run += 1) {
      const { scrub: report } = await house.result(
        house.api.scrub.start({ name: 'south', share: { bytes: card.sizeBytes } }),
      );
      seen.push(report?.whole ?? 0);
    }
    expect(seen).toEqual([1, 1, 1, 1]);
    expect((await house.api.scrub.state({ name: 'south' }))[0]).toMatchObject({ backups: 4, readBackups: 4 });
    const { scrub: one } = await house.result(house.api.scrub.start({ name: 'south', backup: ids[2] ?? '' }));
    expect(one).toMatchObject({ whole: 1, readBytes: card.sizeBytes });
  });
});

describe('JO-13 a reading or a repair that is stopped or killed has lost nothing', () => {
  const dataGet = (at: { method: string; name: string }, backupId: string): boolean =>
    at.method === 'GET' && at.name.includes(`/data/${backupId}`);

  /** Resolves when the bucket was asked for this; from then on such requests get no answer. */
  const stalledAt = (wanted: (at: { method: string; name: string }) => boolean): Promise<void> =>
    new Promise((resolve) => {
      bucket.mischief = (at) => {
        if (!wanted(at)) return undefined;
        resolve();
        return { kind: 'stall' };
      };
    });

  const kill = (jobId: string): void => {
    const catalog = new Database(path.join(house.home, 'catalog.sqlite'), { readonly: true });
    const text = catalog.prepare('SELECT process FROM jobs WHERE id = ?').pluck().get(jobId) as string;
    catalog.close();
    process.kill((JSON.parse(text) as { pid: number }).pid, 'SIGKILL');
  };

  test('what was read before is remembered, and the next run goes on', async () => {
    const copies = (await house.api.backup.list({ name: 'shop' })).map(({ backupId }) => backupId);
    const [newest = ''] = copies;
    const stalled = stalledAt((at) => dataGet(at, newest));
    const { jobId } = await house.api.scrub.start({ name: 'bucket', share: { percent: 100 } });
    await expect(house.api.scrub.start({ name: 'bucket' })).rejects.toMatchObject({ code: 'scrub.running' });
    await stalled;
    kill(jobId);
    expect((await house.api.job.wait({ jobId })).job).toMatchObject({
      state: 'failed',
      failure: { code: 'job.crashed' },
    });
    bucket.mischief = () => undefined;
    const state = (await house.api.scrub.state({ name: 'bucket' }))[0];
    expect(state).toMatchObject({ backups: 4, readBackups: 3, damaged: [] });
    const { scrub: rest } = await house.result(house.api.scrub.start({ name: 'bucket', share: { bytes: 1 } }));
    expect(rest).toMatchObject({ whole: 1 });
    expect((await house.api.scrub.state({ name: 'bucket' }))[0]).toMatchObject({ readBackups: 4 });
  });

  test('a repair that is killed or cancelled while it writes leaves the copy known as damaged, and is begun again', async () => {
    const name = [...bucket.objects.keys()].find((one) => one.includes(`/data/${card.backupId}`)) as string;
    const object = bucket.objects.get(name);
    if (object === undefined) throw new Error('not there');
    const bad = Buffer.from(object.bytes.subarray(0, 900));
    bucket.objects.set(name, { ...object, bytes: bad });
    expect(await findingIn('bucket')).toMatchObject({ code: 'artifact.truncated' });
    for (const end of ['kill', 'cancel']) {
      const stalled = stalledAt(({ method, name: at }) => method === 'PUT' && at.includes('/data/'));
      const { jobId } = await house.api.scrub.repair({ backup: card.backupId, name: 'bucket' });
      await stalled;
      if (end === 'kill') kill(jobId);
      else await house.api.job.cancel({ jobId });
      expect((await house.api.job.wait({ jobId })).job.state).toBe(end === 'kill' ? 'failed' : 'cancelled');
      bucket.mischief = () => undefined;
      expect(bucket.objects.get(name)?.bytes.equals(bad)).toBe(true);
      expect(await stateIn('bucket')).toBe('damaged');
    }
    await repair('bucket');
    expect(await stateIn('bucket')).toBe('stored');
    const { verify } = await house.result(house.api.backup.verify({ backup: card.backupId, level: 'read' }));
    expect(verify?.problems).toEqual([]);
  });
});

describe('BD-17 a place is read by the clock', () => {
  const day = 24 * 3_600_000;
  const clock = movedClock(Date.parse('2026-11-25T08:00:00Z'));
  const listeners: (() => void)[] = [];
  const around = { battery: false, wake: (): void => listeners.forEach((listen) => listen()) };
  let scheduled: OpenedHouse;

  const decidedUntil = (): number => {
    const catalog = new Database(path.join(scheduled.home, 'catalog.sqlite'), { readonly: true });
    const at = catalog.prepare('SELECT decided_until FROM scrubs').pluck().get() as number;
    catalog.close();
    return at;
  };
  const next = async (): Promise<void> => {
    clock.moveTo(clock.now() + day);
    around.wake();
  };
  const scrubJobs = async () => await scheduled.api.job.list({ limit: 50, kinds: ['scrub'] });
  const until = async (check: () => Promise<boolean>): Promise<void> => {
    while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  beforeAll(async () => {
    scheduled = await realHouse(path.join(folder, 'scheduled'), {}, clock, {
      host: movedJobHost(clock),
      schedule: {
        surroundings: {
          onBattery: async () => around.battery,
          metered: async () => null,
          online: async () => true,
          onResume: (listen) => {
            listeners.push(listen);
            return () => {};
          },
        },
      },
    });
    const { api } = scheduled;
    await api.source.add(sqliteSource('shop', path.join(folder, 'shop.db')));
    await scheduled.result(api.backup.start({ name: 'shop' }));
  }, 60_000);
  afterAll(() => scheduled.close());

  test('nothing before its time, then the share of the days; not on battery, not while all is paused', async () => {
    const { api } = scheduled;
    const name = 'This computer';
    const settings = { times: { cron: '0 12 * * *', timeZone: 'UTC' }, withinDays: 2 };
    expect(await api.scrub.change({ name, settings })).toMatchObject({ settings: { on: true, withinDays: 2 } });
    expect((await api.scrub.state({ name }))[0]?.nextAt).toBe(Date.parse('2026-11-25T12:00:00Z'));
    await next();
    await until(async () => decidedUntil() === Date.parse('2026-11-25T12:00:00Z'));
    // Stored only a day ago: by hand it can be read, by itself it waits for its turn.
    expect(await scrubJobs()).toEqual([]);
    around.battery = true;
    await next();
    await until(async () => (await api.scrub.state({ name }))[0]?.waiting === 'This machine runs on battery.');
    expect(await scrubJobs()).toEqual([]);
    around.battery = false;
    around.wake();
    await until(async () => (await scrubJobs()).length === 1);
    const [{ id: jobId } = { id: '' as JobId }] = await scrubJobs();
    expect((await api.job.wait({ jobId })).scrub).toMatchObject({ whole: 1, damaged: [] });
    expect((await api.scrub.state({ name }))[0]).toMatchObject({ waiting: null, readBackups: 1 });
    await api.plan.pauseAll({ until: null });
    await next();
    await next();
    await api.plan.resumeAll({});
    await until(async () => (await scrubJobs()).length === 2);
    await api.scrub.change({ name, settings: { on: false } });
    expect((await api.scrub.state({ name }))[0]?.nextAt).toBeNull();
  });
});
