/**
 * Two weeks of a small team, lived in a few minutes by its plans: real backups and real proofs, made by the real house and
 * its real job processes on the days of a moved clock. Between the nights the machine sleeps.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readEnvironment, type Environment } from '../../src/main/base/environment.ts';
import { plainSurroundings } from '../../src/main/base/surroundings.ts';
import { openDoor, type Door } from '../../src/main/serve/door.ts';
import { openHouse } from '../../src/main/wire.ts';
import type { BackupPlanId, Instant } from '../../src/shared/id.ts';
import { secretInKit } from '../../src/shared/kit.ts';
import { recommended } from '../../src/shared/plan-presets.ts';
import type { Plan, PlanCard, PlanSettings } from '../../src/shared/plan.ts';
import type { PostgresSettings, SourceSettings } from '../../src/shared/source.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { accessKeyId, fakeS3, secretAccessKey, type FakeS3 } from '../helpers/fake-s3.ts';
import type { Cluster } from '../helpers/postgres.ts';
import { movedClock, movedJobHost, type MovedClock } from '../helpers/moved-clock.ts';
import { makeTeam, type Team } from './team.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Wednesday, 14:08 in Berlin. */
export const today = Date.UTC(2026, 10, 25, 13, 8);
export const timeZone = 'Europe/Berlin';
const days = 14;
/** Paths are read in pictures: theirs is short, and a person could have chosen it. */
const folder = '/tmp/brightwater';

export interface History {
  env: Environment;
  clock: MovedClock;
  door: Door;
  team: Team;
  /** Where sealed copies go. */
  bucket: FakeS3;
  /** The machine wakes up: whoever keeps plans looks at the clock. */
  wake: () => void;
  close(): Promise<void>;
}

export async function noDayYet(): Promise<History> {
  return begin(movedClock(today));
}

export async function liveTwoWeeks(): Promise<History> {
  const history = await begin(movedClock(today - days * dayMs));
  try {
    await addPlaces(history);
    await addSources(history);
    const plans = await makePlans(history);
    for (let day = 0; day < days; day += 1) await liveDay(history, plans, day);
    history.clock.moveTo(today - hourMs);
    await history.door.api.plan.pause({
      planId: plans.blog.id,
      until: Math.floor(today / dayMs + 1) * dayMs + 7 * hourMs,
    });
    history.clock.moveTo(today);
    await tryPlaces(history);
    await promise(history);
    await history.team.mistakeInShop();
    return history;
  } catch (thrown) {
    await history.close();
    throw thrown;
  }
}

async function begin(clock: MovedClock): Promise<History> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  const team = await makeTeam(path.join(folder, 'srv'));
  const bucket = await fakeS3('brightwater-backups');
  const passphraseFile = path.join(folder, 'passphrase');
  writeFileSync(passphraseFile, 'kept in a safe place\n', { mode: 0o600 });
  const home = path.join(folder, 'holdfast');
  const env = { ...readEnvironment(), home, passphraseFile, userHome: folder, account: 'mara' };
  const host = movedJobHost(clock);
  const sleepers = new Set<() => void>();
  const onResume = (listen: () => void): (() => void) => {
    sleepers.add(listen);
    return () => void sleepers.delete(listen);
  };
  const schedule = { surroundings: { ...plainSurroundings(), onResume } };
  const door = await openDoor(env, clock, (given, time) => openHouse(given, time, { host, schedule }), {
    door: 'browser',
  });
  return {
    env,
    clock,
    door,
    team,
    bucket,
    wake: () => sleepers.forEach((listen) => listen()),
    async close() {
      await door.close();
      await team.stop();
      await bucket.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const officeDisk = path.join(folder, 'office');

/** A bucket, sealed, whose kit was shown to exist, and a disk in the office. */
async function addPlaces({ door, bucket }: History): Promise<void> {
  mkdirSync(officeDisk, { mode: 0o700 });
  await door.api.destination.add({
    name: 'Bucket',
    settings: {
      kind: 's3',
      endpoint: bucket.endpoint,
      region: 'eu-test-1',
      bucket: 'brightwater-backups',
      prefix: '',
      pathStyle: true,
      accessKeyId,
    },
    secret: secretAccessKey,
    seal: true,
  });
  const kit = path.join(folder, 'kit.html');
  await door.api.kit.write({ name: 'Bucket', file: kit });
  await door.api.kit.enter({ name: 'Bucket', secret: secretInKit(readFileSync(kit, 'utf8')) });
  const office = { kind: 'folder', path: path.join(officeDisk, 'holdfast') } as const;
  await door.api.destination.add({ name: 'Office disk', settings: office, seal: false });
}

async function tryPlaces({ door }: History): Promise<void> {
  for (const { name } of await door.api.destination.list({}))
    await door.api.destination.test({ name }).catch(() => undefined);
}

const own = 'This computer';
const placesOf: Readonly<Record<string, string[]>> = {
  Shop: [own, 'Bucket', 'Office disk'],
  Till: [own, 'Bucket'],
  Wiki: [own, 'Bucket'],
};

async function addSources({ door, team }: History): Promise<void> {
  const add = (name: string, settings: SourceSettings, production = false): Promise<unknown> =>
    door.api.source.add({
      name,
      settings,
      scope: wholeScope,
      digests: true,
      compressionLevel: name === 'Archive' ? 15 : 3,
      folders: [],
      destinations: placesOf[name] ?? [],
      secrets: {},
      replace: false,
      production,
    });
  // The first without a place of its own brings the data folder's.
  await add('Blog', serverOf(team.server, 'blog'));
  await add('Shop', serverOf(team.server, 'shop'), true);
  await add('Certificates', serverOf(team.other, 'certificates'));
  await add('Till', { kind: 'sqlite', file: team.till });
  await add('Wiki', { kind: 'sqlite', file: team.wiki });
  await add('Archive', { kind: 'sqlite', file: team.archive });
}

/** What the team promised: a night's loss at most, and back within a minute. */
async function promise({ door }: History): Promise<void> {
  for (const name of ['Shop', 'Till']) await door.api.source.setGoals({ name, rpoMs: 26 * hourMs, rtoMs: 60_000 });
}

const serverOf = (cluster: Cluster, database: string): PostgresSettings => ({
  kind: 'postgres',
  host: 'localhost',
  port: cluster.port,
  user: 'postgres',
  databases: [database],
  tls: { mode: 'disable' },
  password: 'none',
});

type PlanName = 'shop' | 'certificates' | 'files' | 'blog' | 'archive';

async function makePlans({ door }: History): Promise<Record<PlanName, Plan>> {
  const { sources } = await door.api.app.snapshot({});
  const make = async (name: string, of: string[], more: Partial<PlanSettings> = {}): Promise<Plan> => {
    const { backup, proof, ...rest } = recommended;
    const settings = {
      ...rest,
      name,
      sources: sources.filter((source) => of.includes(source.name)).map(({ id }) => id),
      destinations: [],
      backup: { cron: backup, timeZone },
      proof: { ...proof, timeZone },
      ...more,
    };
    return (await door.api.plan.save({ settings })).plan;
  };
  const weekly = { cron: '0 2 * * 0', timeZone };
  return {
    shop: await make('Shop nightly', ['Shop']),
    certificates: await make('Certificates', ['Certificates']),
    files: await make('Till and wiki', ['Till', 'Wiki'], { proof: null, verifyEach: 'restore' }),
    blog: await make('Blog', ['Blog'], { proof: null }),
    archive: await make('Archive on Sundays', ['Archive'], { backup: weekly, proof: null, verifyEach: 'restore' }),
  };
}

async function liveDay(history: History, plans: Record<PlanName, Plan>, day: number): Promise<void> {
  const { clock, door, team, wake } = history;
  await team.live(day);
  const night = Math.floor((today - (days - 1 - day) * dayMs) / dayMs) * dayMs + hourMs;
  const sunday = new Date(night).getUTCDay() === 0;
  // The laptop was off in the fifth night: the sixth makes up for it.
  if (day === 4) return;
  // For a week now the shop is proven every night.
  if (day === 8) await door.api.plan.save({ planId: plans.shop.id, settings: settingsOf(plans.shop, 'restore') });
  // The server of the certificates does not answer since yesterday; the blog was renamed for a night.
  if (day === days - 1) await team.other.stop();
  // Since two days the office's disk is not there.
  if (day === days - 2) renameSync(officeDisk, `${officeDisk}-away`);
  if (day === 11) await team.server.sql('postgres', 'ALTER DATABASE blog RENAME TO blog_moved');
  clock.moveTo(night + 5_000);
  wake();
  const nightly = [plans.shop, plans.certificates, plans.files, plans.blog];
  await settled(door, sunday ? [...nightly, plans.archive] : nightly, 'backup', night);
  if (day === 11) await team.server.sql('postgres', 'ALTER DATABASE blog_moved RENAME TO blog');
  if (!sunday) return;
  clock.moveTo(night + hourMs + 5_000);
  wake();
  await settled(door, [plans.shop, plans.certificates], 'proof', night + hourMs);
}

function settingsOf(
  { id: _id, paused: _paused, createdAt: _at, ...settings }: Plan,
  verifyEach: 'restore',
): PlanSettings {
  return { ...settings, verifyEach };
}

/** Waits until the runs that were due then have ended, however they did, or say why they wait. */
async function settled(door: Door, plans: readonly Plan[], what: 'backup' | 'proof', dueAt: Instant): Promise<void> {
  const over = ({ plan, waiting, runs }: PlanCard): boolean =>
    waiting !== null ||
    plan.sources.every((id) =>
      runs.some((run) => run.sourceId === id && run.what === what && run.dueAt >= dueAt && run.outcome !== 'running'),
    );
  const open = new Set<BackupPlanId>(plans.map(({ id }) => id));
  await new Promise<void>((resolve, reject) => {
    const heard = (card: PlanCard): void => {
      if (over(card)) open.delete(card.plan.id);
      if (open.size > 0) return;
      silence();
      resolve();
    };
    const silence = door.api.plan.changed(({ card }) => heard(card));
    door.api.plan.list({}).then((cards) => cards.forEach(heard), reject);
  });
}
