/**
 * Two weeks of a small team, lived in a minute: real backups and real proofs, made by the real house and its real job
 * processes on the days of a moved clock.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readEnvironment, type Environment } from '../../src/main/base/environment.ts';
import { openDoor, type Door } from '../../src/main/serve/door.ts';
import { openHouse } from '../../src/main/wire.ts';
import type { JobId } from '../../src/shared/id.ts';
import type { PostgresSettings, SourceSettings } from '../../src/shared/source.ts';
import { wholeScope } from '../../src/shared/source.ts';
import type { Cluster } from '../helpers/postgres.ts';
import { movedClock, movedJobHost, type MovedClock } from '../helpers/moved-clock.ts';
import { makeTeam, type Team } from './team.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Wednesday, 14:08 in Berlin. */
export const today = Date.UTC(2026, 10, 25, 13, 8);
export const timeZone = 'Europe/Berlin';
const days = 14;

export interface History {
  env: Environment;
  clock: MovedClock;
  door: Door;
  team: Team;
  close(): Promise<void>;
}

/** @param folder an empty one; the data folder is made in it. */
export async function noDayYet(folder: string): Promise<History> {
  return begin(folder, movedClock(today));
}

/** @param folder an empty one; the data folder is made in it. */
export async function liveTwoWeeks(folder: string): Promise<History> {
  const history = await begin(folder, movedClock(today - days * dayMs));
  try {
    await addSources(history);
    for (let day = 0; day < days; day += 1) await liveDay(history, day);
    history.clock.moveTo(today);
    return history;
  } catch (thrown) {
    await history.close();
    throw thrown;
  }
}

async function begin(folder: string, clock: MovedClock): Promise<History> {
  const team = await makeTeam(path.join(folder, 'srv'));
  const passphraseFile = path.join(folder, 'passphrase');
  writeFileSync(passphraseFile, 'kept in a safe place\n', { mode: 0o600 });
  const home = path.join(folder, 'holdfast');
  const env = { ...readEnvironment(), home, passphraseFile, userHome: folder, account: 'mara' };
  const host = movedJobHost(clock);
  const door = await openDoor(env, clock, (given, time) => openHouse(given, time, { host }), { door: 'browser' });
  return { env, clock, door, team, close: () => door.close().then(() => team.stop()) };
}

const sources = ['Shop', 'Certificates', 'Till', 'Wiki', 'Blog'];

async function addSources({ door, team }: History): Promise<void> {
  const add = (name: string, settings: SourceSettings, production = false): Promise<unknown> =>
    door.api.source.add({
      name,
      settings,
      scope: wholeScope,
      digests: true,
      compressionLevel: 3,
      folders: [],
      secrets: {},
      replace: false,
      production,
    });
  await add('Shop', serverOf(team.server, 'shop'), true);
  await add('Blog', serverOf(team.server, 'blog'));
  await add('Certificates', serverOf(team.other, 'certificates'));
  await add('Till', { kind: 'sqlite', file: team.till });
  await add('Wiki', { kind: 'sqlite', file: team.wiki });
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

async function liveDay(history: History, day: number): Promise<void> {
  const { clock, door, team } = history;
  await team.live(day);
  const night = Math.floor((today - (days - 1 - day) * dayMs) / dayMs) * dayMs + hourMs;
  clock.moveTo(night);
  // The server of the certificates does not answer since yesterday.
  if (day === days - 1) await team.other.stop();
  const backup = (name: string): Promise<{ jobId: JobId }> => door.api.backup.start({ name });
  await settled(door, await Promise.all(sources.filter((name) => sleeps(name, day)).map(backup)));
  if (new Date(night).getUTCDay() !== 0) return;
  clock.moveTo(night + hourMs);
  const prove = (name: string): Promise<{ jobId: JobId }> =>
    door.api.backup.verify({ backup: `${name}@latest`, level: 'restore' });
  await settled(door, await Promise.all(sources.filter((name) => name !== 'Blog').map(prove)));
}

/** The blog was added late and the wiki's machine was off for two nights. */
const sleeps = (name: string, day: number): boolean =>
  name === 'Blog' ? day >= 9 : name !== 'Wiki' || (day !== 4 && day !== 5);

/** Waits for jobs however they end: some of these days went wrong. */
async function settled(door: Door, jobs: { jobId: JobId }[]): Promise<void> {
  await Promise.all(jobs.map(({ jobId }) => door.api.job.wait({ jobId })));
}
