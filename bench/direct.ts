/**
 * `npm run bench -- direct`: the memory of a backup that goes straight to its place, at one size and at four times that.
 *
 *   BENCH_MB=300 npm run bench -- direct
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../src/main/base/clock.ts';
import { fakeS3 } from '../test/helpers/fake-s3.ts';
import { holdfastJson } from '../test/helpers/holdfast.ts';
import { realHouse } from '../test/helpers/house.ts';
import { startCluster } from '../test/helpers/postgres.ts';
import { startSshd } from '../test/helpers/sshd.ts';
import { addBucket, addSftp } from '../test/helpers/uploads.ts';
import { fillDatabase } from './data.ts';
import { timed } from './measure.ts';
import { backupStep, jobProgram } from './scripts.ts';
import { seenOn, writeSection } from './section.ts';

const megabytes = Number(process.env['BENCH_MB'] ?? 300);
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
const cluster = await startCluster({ major: 15 });
const server = await fakeS3();
const sshd = await startSshd(['Subsystem sftp internal-sftp']);
try {
  const env = await prepareHome();
  const rows: string[] = [];
  for (const size of [megabytes, megabytes * 4]) {
    const database = `bench${size}`;
    await fillDatabase(cluster, database, size);
    for (const place of ['bucket', 'attic']) {
      const name = `${place}${size}`;
      const url = cluster.url(database);
      const args = ['source', 'add', name, '--url', url, '--tls', 'disable', '--destination', place, '--no-digests'];
      await holdfastJson(env.HOLDFAST_HOME, args, { env });
      const { program, args: command } = backupStep(name, env);
      const { peakMb } = await timed([{ program, args: [...command, '--direct'], env }], jobProgram);
      rows.push(`| ${place === 'bucket' ? 'S3' : 'SFTP'}, ${size} MB | ${Math.round(peakMb)} MB |`);
      console.log(rows.at(-1));
      server.objects.clear();
    }
  }
  writeSection('Direct backups', [
    `Written by \`npm run bench -- direct\` ${seenOn()}, PostgreSQL ${cluster.major}. Sealed, without a spool: at most two parts of 16 MiB are held, whatever the size. A backup by the spool is to stay below 200 MB.`,
    '',
    '| to | memory of the job process (peak) |',
    '| --- | --- |',
    ...rows,
  ]);
} finally {
  await Promise.all([cluster.stop(), server.stop(), sshd.stop()]);
  rmSync(folder, { recursive: true, force: true });
}

/** A data folder with a sealed bucket and a sealed folder of an SFTP server. */
async function prepareHome(): Promise<{ HOLDFAST_HOME: string; HOLDFAST_PASSPHRASE_FILE: string }> {
  const passphraseFile = path.join(folder, 'vault-passphrase');
  writeFileSync(passphraseFile, 'only for the bench\n', { mode: 0o600 });
  const home = path.join(folder, 'home');
  const house = await realHouse(home, { passphraseFile }, systemClock);
  mkdirSync(path.join(folder, 'attic'), { mode: 0o700 });
  await addBucket(house, 'bucket', server, true);
  await addSftp(house, 'attic', sshd, path.join(folder, 'attic'), true);
  await house.close();
  return { HOLDFAST_HOME: home, HOLDFAST_PASSPHRASE_FILE: passphraseFile };
}
