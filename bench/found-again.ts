/**
 * `npm run bench -- found-again`: a lost laptop. An empty data folder, a bucket with many sealed sets of several machines, and the
 * kit; the terminal finds them, proves one and restores one. The bucket is our own fake, in
 * this process and without a network.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type { FoundReport } from '../src/shared/found.ts';
import type { MachineId, SourceId } from '../src/shared/id.ts';
import { accessKeyId, fakeS3, secretAccessKey } from '../test/helpers/fake-s3.ts';
import { startHoldfast } from '../test/helpers/holdfast.ts';
import { digitsOnPage } from '../test/helpers/kit-page.ts';
import { lettersOf, multiply } from '../test/helpers/many-sets.ts';
import { makeDatabase } from '../test/helpers/sqlite.ts';
import { tempFolder } from '../test/helpers/temp.ts';
import { seenOn, writeSection } from './section.ts';

const sets = Number(process.env['BENCH_SETS'] ?? 500);
const machines = 5;
const folder = tempFolder('bench-found-again');
const passphrase = path.join(folder, 'passphrase');
const kit = path.join(folder, 'kit.html');
writeFileSync(passphrase, 'only for a bench\n', { mode: 0o600 });
const bucket = await fakeS3();

async function run<T>(home: string, args: string[]): Promise<{ seconds: number; told: T }> {
  const began = performance.now();
  const ran = await startHoldfast(path.join(folder, home), [...args, '--json'], {
    env: { HOLDFAST_PASSPHRASE_FILE: passphrase },
    input: `${secretAccessKey}\n`,
  }).ended;
  if (ran.code !== 0) throw new Error(`${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
  return { seconds: (performance.now() - began) / 1000, told: ran.json<T>() };
}

try {
  const place = ['--s3', 'backups/team', '--region', 'eu-test-1', '--endpoint', bucket.endpoint, '--path-style'];
  const address = [...place, '--access-key-id', accessKeyId, '--secret-stdin'];
  const file = makeDatabase(path.join(folder, 'shop.db'), (db) => {
    for (let table = 0; table < 50; table += 1)
      db.exec(`CREATE TABLE part_${table} (id INTEGER PRIMARY KEY, note TEXT);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO part_${table} SELECT i, 'note ' || i FROM n;`);
  });
  await run('first', ['destination', 'add', 'bucket', ...address]);
  await run('first', ['source', 'add', 'shop', '--file', file, '--destination', 'bucket']);
  const { backupId } = (await run<{ backupId: string }>('first', ['backup', 'shop'])).told;
  await run('first', ['kit', 'print', 'bucket', '--to', kit]);
  multiply(bucket, {
    prefix: 'team/',
    backupId,
    secret: digitsOnPage(kit).join(' '),
    count: sets - 1,
    change: (number) => {
      const machine = number % machines;
      if (machine === 0) return {};
      return {
        machine: { id: `mac-${lettersOf(machine)}` as MachineId, name: `laptop-${machine}` },
        source: { id: `src-${lettersOf(machine)}` as SourceId, name: `shop-${machine}`, kind: 'sqlite' },
      };
    },
  });
  bucket.seen.length = 0;
  const { seconds: bare } = await run('bare', ['list']);
  bucket.seen.length = 0;
  const found = await run<FoundReport>('laptop', ['found-again', 'bucket', ...address, '--kit-file', kit]);
  const requests = bucket.seen.length;
  const wrote = bucket.seen.filter(({ method }) => !['GET', 'HEAD'].includes(method)).length;
  if (found.told.backups !== sets || wrote > 0)
    throw new Error(`${found.told.backups} of ${sets} were found, with ${wrote} writes.`);
  const proven = await run<{ verdict: string }>('laptop', ['verify', 'shop-1@latest']);
  const restored = await run('laptop', ['restore', 'shop-2@latest', '--to-file', path.join(folder, 'restored.db')]);
  if (proven.told.verdict !== 'proven') throw new Error(`The proof came to ${proven.told.verdict}.`);
  writeSection('Found again', [
    `Written by \`npm run bench -- found-again\` ${seenOn()}: an empty data folder, the kit, and a bucket with ${sets} sealed backups of ${machines} machines (50 tables each), served by this process without a network in between. Each line is a whole command, its start included; \`holdfast list\` on an empty folder takes ${bare.toFixed(1)} s of it.`,
    '',
    '| what | seen |',
    '| --- | --- |',
    `| ${found.told.backups} of ${sets} backups listed, inventories opened, signatures checked | ${found.seconds.toFixed(1)} s, ${requests} requests, none of which wrote |`,
    `| one of them proven by a restore | ${proven.seconds.toFixed(1)} s, ${proven.told.verdict} |`,
    `| one of them restored into a new file | ${restored.seconds.toFixed(1)} s |`,
  ]);
} finally {
  await bucket.stop();
}
