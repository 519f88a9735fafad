/**
 * `npm run bench`: ratios of whole commands, taken side by side in one run, medians of interleaved rounds.
 *
 *   BENCH_MB=1000 BENCH_ROUNDS=3 npm run bench
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { systemClock } from '../src/main/base/clock.ts';
import { readEnvironment } from '../src/main/base/environment.ts';
import { openDoor } from '../src/main/serve/door.ts';
import { openHouse } from '../src/main/wire.ts';
import { holdfastJson } from '../test/helpers/holdfast.ts';
import { startCluster, type Cluster } from '../test/helpers/postgres.ts';
import { fillDatabase } from './data.ts';
import { seenOn, writeSection } from './section.ts';
import { median, timed, type Measured, type Step } from './measure.ts';
import { backupStep, jobProgram, threePasses } from './scripts.ts';

const megabytes = Number(process.env['BENCH_MB'] ?? 1000);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);

interface Row {
  figure: string;
  seen: string;
  goal: string;
  met: boolean;
}

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
const cluster = await startCluster({ major: 15, settings: { shared_buffers: '512MB' } });
try {
  await main();
} finally {
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function main(): Promise<void> {
  console.log(`Filling a database of about ${megabytes} MB …`);
  await fillDatabase(cluster, 'bench', megabytes);
  const home = await prepareHome('bench');
  const commands = commandsOf(home, cluster);
  const seen: Record<string, Measured[]> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, steps] of Object.entries(commands)) {
      const measured = await timed(steps, name.startsWith('holdfast') ? jobProgram : undefined);
      (seen[name] ??= []).push(measured);
      console.log(
        `  round ${round + 1}: ${name} ${measured.seconds.toFixed(1)} s${measured.peakMb > 0 ? `, job ${Math.round(measured.peakMb)} MB` : ''}`,
      );
      if (name === 'holdfast, level 3') seen['size'] = [{ seconds: await lastSize(home, 'level3'), peakMb: 0 }];
    }
  }
  const loop = await eventLoop(home);
  const flat = await fourTimes();
  const rows = rowsOf(seen, loop, flat);
  write(rows, seen);
}

async function prepareHome(database: string): Promise<string> {
  const home = path.join(folder, `home-${database}`);
  mkdirSync(home, { mode: 0o700 });
  const add = (name: string, ...more: string[]): Promise<unknown> =>
    holdfastJson(home, ['source', 'add', name, '--url', cluster.url(database), '--tls', 'disable', ...more]);
  await add('digests');
  await add('counts', '--no-digests');
  await add('level3', '--no-digests', '--compression', '3');
  return home;
}

/** Every command, in the order of one round. */
function commandsOf(home: string, server: Cluster): Record<string, Step[]> {
  const dump = path.join(server.binFolder, 'pg_dump');
  const url = server.url('bench');
  const backup = (source: string): Step[] => [backupStep(source, { HOLDFAST_HOME: home })];
  const at = (name: string): string => path.join(folder, name);
  return {
    'pg_dump -Fc -Z0 >/dev/null': [{ program: dump, args: ['-Fc', '-Z0', url] }],
    'holdfast, digests on': backup('digests'),
    'holdfast, digests off': backup('counts'),
    'pg_dump -Fc': [{ program: dump, args: ['-Fc', '-f', at('fc.dump'), url] }],
    'pg_dump -Fc, gzip, openssl enc': threePasses(folder, dump, url),
    'holdfast, level 3': backup('level3'),
  };
}

async function lastSize(home: string, source: string): Promise<number> {
  const list = await holdfastJson<{ sizeBytes: number }[]>(home, ['list', source]);
  return list[0]?.sizeBytes ?? Number.NaN;
}

/** The owner's event loop while a job runs: here the owner is this process. */
async function eventLoop(home: string): Promise<{ utilisation: number; delayMs: number }> {
  const door = await openDoor({ ...readEnvironment(), home }, systemClock, openHouse);
  const { jobId } = await door.api.backup.start({ name: 'digests' });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const before = performance.eventLoopUtilization();
  delay.enable();
  await door.api.job.wait({ jobId });
  delay.disable();
  const { utilization } = performance.eventLoopUtilization(before);
  await door.close();
  // The histogram counts from one tick to the next: the resolution itself is no delay.
  return { utilisation: utilization, delayMs: Math.max(0, delay.percentile(99) / 1e6 - 5) };
}

async function fourTimes(): Promise<number> {
  console.log(`Filling a database of about ${megabytes * 4} MB …`);
  await fillDatabase(cluster, 'bench4', megabytes * 4);
  const home = await prepareHome('bench4');
  const measured = await timed([backupStep('counts', { HOLDFAST_HOME: home })], jobProgram);
  console.log(`  four times the data: ${measured.seconds.toFixed(1)} s, job ${Math.round(measured.peakMb)} MB`);
  return measured.peakMb;
}

function rowsOf(
  seen: Record<string, Measured[]>,
  loop: { utilisation: number; delayMs: number },
  flatMb: number,
): Row[] {
  const wall = (name: string): number => median((seen[name] ?? []).map((one) => one.seconds));
  const memory = (name: string): number => Math.max(...(seen[name] ?? []).map((one) => one.peakMb));
  const ratio = (figure: string, of: string, to: string, goal: number): Row => {
    const value = wall(of) / wall(to);
    return { figure, seen: value.toFixed(2), goal: `<= ${goal.toFixed(2)}`, met: value <= goal };
  };
  const against = (to: string, words: string, goal: number): Row[] =>
    ['off', 'on'].map((digests) =>
      ratio(`full backup, level 1, digests ${digests}: wall / ${words}`, `holdfast, digests ${digests}`, to, goal),
    );
  const size = (seen['size']?.[0]?.seconds ?? Number.NaN) / statSync(path.join(folder, 'fc.dump')).size;
  const peak = Math.max(memory('holdfast, digests on'), memory('holdfast, digests off'));
  return [
    ...against('pg_dump -Fc, gzip, openssl enc', 'three-pass script', 0.3),
    ...against('pg_dump -Fc -Z0 >/dev/null', '`pg_dump -Fc -Z0 >/dev/null`', 1.3),
    ...against('pg_dump -Fc', '`pg_dump -Fc`', 0.4),
    { figure: 'size, level 3 / `pg_dump -Fc` gzip', seen: size.toFixed(2), goal: '<= 0.90', met: size <= 0.9 },
    { figure: 'memory of the job process (peak)', seen: `${Math.round(peak)} MB`, goal: '<= 200 MB', met: peak <= 200 },
    {
      figure: 'the same at four times the data',
      seen: `${Math.round(flatMb)} MB`,
      goal: '<= 200 MB',
      met: flatMb <= 200,
    },
    {
      figure: 'app process while a job runs: event-loop utilisation',
      seen: loop.utilisation.toFixed(3),
      goal: '<= 0.05',
      met: loop.utilisation <= 0.05,
    },
    {
      figure: 'app process while a job runs: event-loop delay p99',
      seen: `${loop.delayMs.toFixed(1)} ms`,
      goal: '<= 20 ms',
      met: loop.delayMs <= 20,
    },
  ];
}

function write(rows: Row[], seen: Record<string, Measured[]>): void {
  const table = rows.map((row) => `| ${row.figure} | ${row.seen} | ${row.goal} | ${row.met ? 'met' : '**missed**'} |`);
  const walls = Object.entries(seen)
    .filter(([name]) => name !== 'size')
    .map(
      ([name, measured]) =>
        `| ${name} | ${measured.map((one) => one.seconds.toFixed(1)).join(', ')} | ${median(measured.map((one) => one.seconds)).toFixed(1)} |`,
    );
  const stored = readdirSync(path.join(folder, 'home-bench/backups/data')).length;
  writeSection('Backups', [
    `Written by \`npm run bench\` ${seenOn()}, PostgreSQL ${cluster.major}, about ${megabytes} MB of dump, ${rounds} interleaved rounds, ${stored} backups made.`,
    'Server, client and Holdfast share the machine, so only the ratios travel. A Holdfast backup is the whole command: start of the program, job process, snapshot, counts (and digests), dump, zstd, SHA-256, spool with fsync, store, manifest, read back.',
    'Nothing is sealed here, though the three-pass script does encrypt: `npm run bench -- sealed` does.',
    '',
    '| figure | seen | goal | |',
    '| --- | --- | --- | --- |',
    ...table,
    '',
    '| command | wall of each round, s | median |',
    '| --- | --- | --- |',
    ...walls,
  ]);
}
