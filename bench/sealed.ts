/**
 * `npm run bench -- sealed`: whole sealed backups to a folder, and to a bucket and an SFTP server at once, beside the bare
 * dump and what scripts do; medians of interleaved rounds, and the memory of the job at four times the data.
 *
 *   BENCH_MB=1000 BENCH_ROUNDS=3 npm run bench -- sealed
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../src/main/base/clock.ts';
import { fakeS3, type FakeS3 } from '../test/helpers/fake-s3.ts';
import { holdfastJson } from '../test/helpers/holdfast.ts';
import { realHouse } from '../test/helpers/house.ts';
import { startCluster, type Cluster } from '../test/helpers/postgres.ts';
import { startSshd, type SshServer } from '../test/helpers/sshd.ts';
import { addBucket, addFolder, addSftp } from '../test/helpers/uploads.ts';
import { fillDatabase } from './data.ts';
import { median, timed, type Measured, type Step } from './measure.ts';
import { backupStep, jobProgram, threePasses, zstdAndGpg } from './scripts.ts';
import { seenOn, writeSection } from './section.ts';

const megabytes = Number(process.env['BENCH_MB'] ?? 1000);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const floor = 'pg_dump -Fc -Z0 >/dev/null';
const pipe = 'pg_dump -Fc -Z0 | zstd -1 | gpg --symmetric';
const script = 'pg_dump -Fc, gzip, openssl enc';
const toFolder = 'holdfast, sealed, to a folder';
const withDigests = 'holdfast, sealed, to a folder, digests on';
const toBoth = 'holdfast, sealed, to S3 and SFTP at once';
const maxJobMb = 200;

interface World {
  folder: string;
  cluster: Cluster;
  server: FakeS3;
  sshd: SshServer;
}

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
const world: World = {
  folder,
  cluster: await startCluster({ major: 15, settings: { shared_buffers: '512MB' } }),
  server: await fakeS3(),
  sshd: await startSshd(['Subsystem sftp internal-sftp']),
};
try {
  await main(world);
} finally {
  await Promise.all([world.cluster.stop(), world.server.stop(), world.sshd.stop()]);
  rmSync(folder, { recursive: true, force: true });
}

async function main({ cluster, server }: World): Promise<void> {
  console.log(`Filling a database of about ${megabytes} MB …`);
  await fillDatabase(cluster, 'bench', megabytes);
  const env = await prepareHome(world, 'bench');
  const url = cluster.url('bench');
  const dump = path.join(cluster.binFolder, 'pg_dump');
  const commands: Record<string, Step[]> = {
    [floor]: [{ program: dump, args: ['-Fc', '-Z0', url] }],
    [toFolder]: [backupStep('near', env)],
    [withDigests]: [backupStep('digests', env)],
    [toBoth]: [backupStep('far', env)],
    [pipe]: zstdAndGpg(folder, dump, url),
    [script]: threePasses(folder, dump, url),
  };
  const seen: Record<string, Measured[]> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, steps] of Object.entries(commands)) {
      const measured = await timed(steps, name.startsWith('holdfast') ? jobProgram : undefined);
      (seen[name] ??= []).push(measured);
      const memory = measured.peakMb > 0 ? `, job ${Math.round(measured.peakMb)} MB` : '';
      console.log(`  round ${round + 1}: ${name} ${measured.seconds.toFixed(1)} s${memory}`);
      server.objects.clear();
    }
  }
  write(seen, await fourTimes(world));
}

/** @returns the environment of a data folder whose sources go to a folder, and to a bucket and an SFTP server. */
async function prepareHome({ cluster, server, sshd }: World, database: string): Promise<Record<string, string>> {
  const home = path.join(folder, `home-${database}`);
  const passphraseFile = path.join(folder, 'vault-passphrase');
  writeFileSync(passphraseFile, 'only for the bench\n', { mode: 0o600 });
  const house = await realHouse(home, { passphraseFile }, systemClock);
  try {
    const at = (name: string): string => {
      mkdirSync(path.join(folder, `${database}-${name}`), { mode: 0o700 });
      return path.join(folder, `${database}-${name}`);
    };
    await addFolder(house, 'disk', at('disk'), true);
    await addBucket(house, 'bucket', server, true);
    await addSftp(house, 'attic', sshd, at('attic'), true);
  } finally {
    await house.close();
  }
  const env = { HOLDFAST_PASSPHRASE_FILE: passphraseFile };
  const add = (name: string, ...more: string[]): Promise<unknown> =>
    holdfastJson(home, ['source', 'add', name, '--url', cluster.url(database), '--tls', 'disable', ...more], { env });
  await add('near', '--destination', 'disk', '--no-digests');
  await add('digests', '--destination', 'disk');
  await add('far', '--destination', 'bucket', '--destination', 'attic', '--no-digests');
  return { HOLDFAST_HOME: home, ...env };
}

/** Peak memory of the job at four times the data, to both far places at once. */
async function fourTimes(from: World): Promise<number> {
  console.log(`Filling a database of about ${megabytes * 4} MB …`);
  await fillDatabase(from.cluster, 'bench4', megabytes * 4);
  const measured = await timed([backupStep('far', await prepareHome(from, 'bench4'))], jobProgram);
  console.log(`  four times the data: ${measured.seconds.toFixed(1)} s, job ${Math.round(measured.peakMb)} MB`);
  return measured.peakMb;
}

function write(seen: Record<string, Measured[]>, fourTimesMb: number): void {
  const wall = (name: string): number => median((seen[name] ?? []).map(({ seconds }) => seconds));
  const row = (of: string, to: string, words: string, goal?: number): string => {
    const ratio = wall(of) / wall(to);
    const told = goal === undefined ? '|  |' : `| <= ${goal.toFixed(2)} | ${ratio <= goal ? 'met' : '**missed**'}`;
    return `| ${of.replace('holdfast, ', '')}: wall / ${words} | ${ratio.toFixed(2)} ${told} |`;
  };
  const memory = (what: string, mb: number): string =>
    `| memory of the job process (peak), ${what} | ${Math.round(mb)} MB | <= ${maxJobMb} MB | ${mb <= maxJobMb ? 'met' : '**missed**'} |`;
  const peak = (name: string): number => Math.max(...(seen[name] ?? []).map(({ peakMb }) => peakMb));
  writeSection('Sealed backups', [
    `Written by \`npm run bench -- sealed\` ${seenOn()}, PostgreSQL ${world.cluster.major}, about ${megabytes} MB of dump, ${rounds} interleaved rounds.`,
    'Database server, bucket (a small S3 of the tests, which checks every signature and sum), SFTP server and Holdfast share the machine, so only the ratios travel. A Holdfast backup is the whole command: start of the program, job process, snapshot, counts, dump, zstd, sealing, SHA-256, spool with fsync, both places, manifests, read back.',
    '',
    '| figure | seen | goal | |',
    '| --- | --- | --- | --- |',
    ...[toFolder, withDigests, toBoth].flatMap((name) => [
      row(name, script, 'three-pass script', 0.3),
      row(name, floor, '`pg_dump -Fc -Z0 >/dev/null`', 1.3),
      row(name, pipe, '`pg_dump \\| zstd \\| gpg`'),
    ]),
    memory('to a folder', peak(toFolder)),
    memory('to both', peak(toBoth)),
    memory('to both, four times the data', fourTimesMb),
    '',
    '| command | wall of each round, s | median |',
    '| --- | --- | --- |',
    ...Object.entries(seen).map(
      ([name, measured]) =>
        `| ${name.replaceAll('|', '\\|')} | ${measured.map(({ seconds }) => seconds.toFixed(1)).join(', ')} | ${wall(name).toFixed(1)} |`,
    ),
  ]);
}
