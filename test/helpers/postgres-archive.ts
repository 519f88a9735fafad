import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/main/base/clock.ts';
import { silentLog } from '../../src/main/base/log.ts';
import type { Step, Watch } from '../../src/main/base/watch.ts';
import type { Counted, Opened, Place, Surroundings } from '../../src/main/engine/engine.ts';
import { connect } from '../../src/main/engine/postgres/connect.ts';
import { countDatabase } from '../../src/main/engine/postgres/count.ts';
import { digestMethod, digestProbe } from '../../src/main/engine/postgres/digest.ts';
import { databaseFacts, databaseSize } from '../../src/main/engine/postgres/inspect.ts';
import type { DatabaseInventory } from '../../src/shared/inventory.ts';
import type { RestoreTarget } from '../../src/shared/restore.ts';
import { wholeScope, type PostgresSettings, type Scope } from '../../src/shared/source.ts';
import type { Cluster } from './postgres.ts';
import { tempFolder } from './temp.ts';

export interface TestWatch extends Watch {
  steps: Step[];
}

export function newWatch(signal: AbortSignal = new AbortController().signal): TestWatch {
  const steps: Step[] = [];
  return { signal, steps, progress: (step) => void steps.push(step), log: silentLog, work: tempFolder('work') };
}

/** A machine on which nothing but what is installed is found; its scratch records are in a folder of their own. */
export function surroundingsIn(home: string): Surroundings {
  const scratchFolder = join(home, 'scratch');
  mkdirSync(scratchFolder, { recursive: true, mode: 0o700 });
  return {
    clock: systemClock,
    userHome: home,
    pgpassFile: join(home, '.pgpass'),
    sshAgentSocket: undefined,
    path: [],
    scratchFolder,
  };
}

/** The cluster's server over its socket. */
export function settingsOf(cluster: Cluster, database: string, user = cluster.superuser): PostgresSettings {
  return {
    kind: 'postgres',
    host: cluster.socketFolder,
    port: cluster.port,
    user,
    databases: [database],
    tls: { mode: 'disable' },
    password: 'none',
  };
}

export function placeOf(cluster: Cluster, database: string, user?: string): Place {
  return { settings: settingsOf(cluster, database, user), secrets: {} };
}

export function targetOf(cluster: Cluster, database: string, user?: string): RestoreTarget {
  return { kind: 'database', server: settingsOf(cluster, database, user), database };
}

export async function countOf(place: Place, surroundings: Surroundings, scope: Scope = wholeScope): Promise<Counted> {
  const database = place.settings.kind === 'postgres' ? (place.settings.databases[0] ?? '') : '';
  const session = await connect(place, database, newWatch(), surroundings);
  try {
    return await countDatabase(session, { digests: true, scope }, newWatch());
  } finally {
    await session.close();
  }
}

/** Runs the cluster's own pg_dump; `options` come before the database. */
export function pgDump(cluster: Cluster, database: string, file: string, options: string[] = ['-Fc', '-Z0']): void {
  const dumped = spawnSync(
    join(cluster.binFolder, 'pg_dump'),
    [
      ...options,
      '-h',
      cluster.socketFolder,
      '-p',
      String(cluster.port),
      '-U',
      cluster.superuser,
      '-f',
      file,
      '-d',
      `dbname='${database.replaceAll(/['\\]/g, '\\$&')}'`,
    ],
    { env: { PATH: process.env['PATH'], LC_ALL: 'C' }, encoding: 'utf8' },
  );
  if (dumped.status !== 0) throw new Error(dumped.stderr);
}

let tokens = 0;
const newToken = (): string => `test-${process.pid}-${++tokens}`;

/** An idle database dumped by pg_dump itself and described by a count: what a backup of it would open to. */
export async function archiveOf(
  cluster: Cluster,
  database: string,
  surroundings: Surroundings,
  scope: Scope = wholeScope,
  options?: string[],
): Promise<Opened> {
  const file = join(tempFolder('archive'), 'database.pgdump');
  pgDump(cluster, database, file, options);
  return {
    file,
    inventory: await inventoryOf(cluster, database, surroundings, scope),
    globals: null,
    token: newToken(),
  };
}

/** The same archive again, for a restore that may change its file. */
export function copyOf(opened: Opened): Opened {
  const file = join(tempFolder('archive'), 'database.pgdump');
  copyFileSync(opened.file, file);
  return { ...opened, file, token: newToken() };
}

export async function inventoryOf(
  cluster: Cluster,
  database: string,
  surroundings: Surroundings,
  scope: Scope = wholeScope,
): Promise<DatabaseInventory> {
  const session = await connect(placeOf(cluster, database), database, newWatch(), surroundings);
  try {
    const counted = await countDatabase(session, { digests: true, scope }, newWatch());
    return {
      name: database,
      artifact: '01-database.pgdump',
      engine: { kind: 'postgres', ...(await databaseFacts(session)), dumpTool: 'pg_dump', snapshotId: '' },
      scope,
      tables: counted.tables,
      sequences: counted.sequences.map(({ name, value }) => ({ name, before: value, after: value })),
      objects: counted.objects,
      largeObjects: counted.largeObjects,
      omissions: [],
      digest: { method: digestMethod, probe: await digestProbe(session) },
      liveSizeBytes: await databaseSize(session),
    };
  } finally {
    await session.close();
  }
}
