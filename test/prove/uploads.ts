/**
 * One whole backup after the other into a sealed bucket, a sealed container of Azure and a sealed folder of an SFTP server, each
 * disturbed in the middle of its uploads. After each: all places hold the same whole set, it is proven, and the source was
 * dumped once. Every fourth source is PostgreSQL: its backup is restored beside it, and the server counts and digests both.
 */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { wholeScope } from '../../src/shared/source.ts';
import { startAzurite, type Azurite } from '../helpers/azurite.ts';
import { fakeS3, type FakeS3 } from '../helpers/fake-s3.ts';
import { startProgram, type RunningDoor } from '../helpers/holdfast.ts';
import type { OpenedHouse } from '../helpers/house.ts';
import type { Mischief } from '../helpers/mischief.ts';
import { startCluster, type Cluster } from '../helpers/postgres.ts';
import { sourceOf } from '../helpers/postgres-source.ts';
import { startSshd, type SshServer } from '../helpers/sshd.ts';
import { tempFolder } from '../helpers/temp.ts';
import {
  addAzure,
  addBucket,
  addSftp,
  addSource,
  dumpsIn,
  keptIn,
  makeSource,
  oneMiB,
  uploadWorld,
} from '../helpers/uploads.ts';
import { wireTo, type Wire } from '../helpers/wire.ts';
import { filesBelow, halfListed, lyingIn, uncommittedIn, wholeInAll } from './lying.ts';
import { randomFrom, type ProofOptions, type Random } from './seed.ts';
import { childrenOf, killAll } from './victims.ts';

/** What comes in between, when so many MiB have gone to a place. */
export type Disturbance =
  | { kind: 'reset' | 'stall' | 'away' | 'sleep' | 'kill owner' | 'kill job'; atMiB: number }
  | { kind: 'storm' };

interface Servers {
  server: FakeS3;
  azure: Azurite;
  sshd: SshServer;
  cluster: Cluster;
  /** The SQLite source. */
  file: string;
}

export interface UploadsResult {
  uploads: number;
  /** Rounds by kind of disturbance. */
  coverage: Record<string, number>;
  faults: string[];
}

interface Stage extends Servers {
  bucket: Wire;
  container: Wire;
  sftp: Wire;
  /** Whether the source is PostgreSQL. */
  postgres: boolean;
  /** So many requests of a storm may be refused: each refusal is waited for twice as long as the one before. */
  stormRequests: number;
  random: Random;
}

/** As many as are asked for: a reset at each MiB, and in between everything else at a MiB that is drawn. */
export function disturbances(sizeMiB: number, count: number, random: Random): Disturbance[] {
  const resets = Math.max(1, Math.floor((count * 64) / 100));
  const drawn = (): number => 1 + random.int(sizeMiB - 1);
  const others = ['storm', 'sleep', 'kill owner', 'kill job'] as const;
  return [
    ...Array.from({ length: resets }, (_, index): Disturbance => {
      const spread = count >= 100 ? (index % sizeMiB) + 1 : drawn();
      return { kind: 'reset', atMiB: spread };
    }),
    ...Array.from({ length: count - resets }, (_, index): Disturbance => {
      // It takes more than a minute until a connection on which nothing moves, or a network that is away, is given up.
      if (count >= 100 && index < 6) return { kind: index % 2 === 0 ? 'stall' : 'away', atMiB: drawn() };
      const kind = others[index % others.length] ?? 'storm';
      return kind === 'storm' ? { kind } : { kind, atMiB: drawn() };
    }),
  ];
}

/** @param sizeMiB of the sealed set, about. */
export async function uploads(sizeMiB: number, options: ProofOptions): Promise<UploadsResult> {
  const random = randomFrom(options.seed);
  const servers = await startServers(sizeMiB);
  const { server, azure, sshd, cluster } = servers;
  const result: UploadsResult = { uploads: 0, coverage: {}, faults: [] };
  try {
    for (const [index, disturbance] of disturbances(sizeMiB, options.count, random).entries()) {
      const stage: Stage = {
        ...servers,
        bucket: await wireTo(portOf(server)),
        container: await wireTo(portOf(azure)),
        sftp: await wireTo(sshd.port),
        postgres: index % 4 === 3,
        stormRequests: Math.ceil(sizeMiB / 2),
        random,
      };
      const from = stage.postgres ? 'PostgreSQL' : 'SQLite';
      const name = 'atMiB' in disturbance ? `${disturbance.kind} at ${disturbance.atMiB} MiB` : disturbance.kind;
      const faults = await disturbed(stage, disturbance).catch((thrown: unknown) => [String(thrown)]);
      await Promise.all([stage.bucket.stop(), stage.container.stop(), stage.sftp.stop()]);
      result.uploads += 1;
      for (const kind of [disturbance.kind, `from ${from}`]) result.coverage[kind] = (result.coverage[kind] ?? 0) + 1;
      result.faults.push(...faults.map((fault) => `${name}, ${from}: ${fault}`));
      const told = faults.length > 0 ? ` FAULT ${faults.join('; ')}` : '';
      options.report(`${result.uploads}/${options.count} ${name}, ${from}${told}`);
    }
  } finally {
    await Promise.all([server.stop(), azure.stop(), sshd.stop(), cluster.stop()]);
  }
  return result;
}

const portOf = ({ endpoint }: { endpoint: string }): number => Number(new URL(endpoint).port);
const database = 'app';

async function startServers(sizeMiB: number): Promise<Servers> {
  const [server, azure, sshd, cluster] = await Promise.all([
    fakeS3(),
    startAzurite(['backups']),
    startSshd(['Subsystem sftp internal-sftp']),
    startCluster(),
  ]);
  await cluster.createDatabase(database);
  // Random bytes, which a dump writes as twice as many digits and zstd makes as many bytes again.
  await cluster.sql(database, 'CREATE TABLE blobs (id int PRIMARY KEY, bytes bytea NOT NULL)');
  await cluster.sql(
    database,
    `INSERT INTO blobs SELECT i, decode(string_agg(md5(random()::text), ''), 'hex')
     FROM generate_series(1, ${sizeMiB * 16}) AS i, generate_series(1, 4096) GROUP BY i`,
  );
  const file = makeSource(tempFolder('uploads-source'), sizeMiB * oneMiB);
  return { server, azure, sshd, cluster, file };
}

async function disturbed(stage: Stage, disturbance: Disturbance): Promise<string[]> {
  const world = uploadWorld('disturbed');
  const attic = path.join(world.folder, 'attic');
  mkdirSync(attic, { mode: 0o700 });
  stage.server.objects.clear();
  stage.server.uploads.clear();
  await stage.azure.container('backups').delete();
  await stage.azure.container('backups').create();
  const before = await world.open();
  await addBucket(before, 'bucket', { endpoint: `http://127.0.0.1:${stage.bucket.port}` }, true);
  const azure = new URL(stage.azure.endpoint);
  await addAzure(before, 'cloud', { endpoint: `http://127.0.0.1:${stage.container.port}${azure.pathname}` }, true);
  await addSftp(before, 'attic', { ...stage.sshd, port: stage.sftp.port }, attic, true);
  await addSourceOf(before, stage);
  await before.close();

  const env = { HOLDFAST_PASSPHRASE_FILE: path.join(world.folder, 'passphrase') };
  const door = startProgram('test/prove/owner.ts', world.home, ['backup', 'app'], { env });
  await door.says('phase Storing');
  const struck = disturb(stage, disturbance, door);
  await door.ended;
  await Promise.all([stage.bucket.back(), stage.container.back(), stage.sftp.back()]);
  stage.server.mischief = () => undefined;
  stage.azure.mischief = () => undefined;
  const faults = (await struck) ? [] : ['nothing came in between'];
  faults.push(...halfListed(await lyingIn(stage, attic)));

  const after = await world.open();
  try {
    faults.push(...(await brought(after)));
    faults.push(...wholeInAll(await lyingIn(stage, attic)));
    if (dumpsIn(world.home) !== 1) faults.push(`the source was dumped ${dumpsIn(world.home)} times`);
    const [card] = await after.api.backup.list({});
    const { verify } = await after.result(after.api.backup.verify({ backup: card?.backupId ?? '', level: 'restore' }));
    if (verify?.verdict !== 'proven') faults.push(`the proof came out as ${verify?.verdict}`);
    if (stage.postgres) faults.push(...(await restoredBeside(after, stage.cluster, card?.backupId ?? '')));
  } finally {
    await after.close();
  }
  for (const name of keptIn(world.home)) faults.push(`the spool still holds ${name}`);
  if (stage.server.uploads.size > 0) faults.push(`${stage.server.uploads.size} uploads are open in the bucket`);
  for (const name of await uncommittedIn(stage.azure)) faults.push(`blocks of ${name} wait in the container`);
  for (const file of filesBelow(attic).filter((name) => name.includes('/.holdfast-'))) faults.push(`${file} is left`);
  rmSync(world.folder, { recursive: true, force: true });
  return faults;
}

/** @returns once it has happened, whether it did before the owner ended. */
function disturb(stage: Stage, disturbance: Disturbance, door: RunningDoor): Promise<boolean> {
  const { bucket, container, sftp, server, azure, random, stormRequests } = stage;
  if (disturbance.kind === 'storm') {
    const storm = (busy: string): (() => Mischief | undefined) => {
      let left = stormRequests;
      return () => {
        left -= 1;
        if (left < 0 || random.chance(0.4)) return undefined;
        return random.pick([
          { kind: 'answer', status: 503, code: busy },
          { kind: 'answer', status: 500, code: 'InternalError' },
          { kind: 'reset', afterBytes: 0 },
          { kind: 'done-but-reset' },
        ] as const);
      };
    };
    server.mischief = storm('SlowDown');
    azure.mischief = storm('ServerBusy');
    for (let cut = 0; cut < 3; cut += 1) sftp.after(random.int(48 * oneMiB), () => sftp.cut());
    return Promise.resolve(true);
  }
  const { kind, atMiB } = disturbance;
  return new Promise((resolve) => {
    void door.ended.then(() => resolve(false));
    const strike = (wire: Wire): void => {
      if (kind === 'reset') wire.cut();
      else if (kind === 'stall') wire.hold();
      else if (kind === 'away') wire.away();
      else if (wire === bucket) strikeProcesses(kind, stage, door);
      resolve(true);
    };
    for (const wire of [bucket, container, sftp]) wire.after(atMiB * oneMiB, () => strike(wire));
  });
}

function strikeProcesses(kind: 'sleep' | 'kill owner' | 'kill job', stage: Stage, door: RunningDoor): void {
  const owner = door.child.pid ?? 0;
  const jobs = childrenOf(owner);
  if (kind === 'kill owner') killAll([owner]);
  if (kind === 'kill job') killAll(jobs);
  if (kind !== 'sleep') return;
  for (const pid of [owner, ...jobs]) process.kill(pid, 'SIGSTOP');
  // What a lid that closes does: the processes stand still, and the connections are gone when they wake.
  for (const wire of [stage.bucket, stage.container, stage.sftp]) wire.cut();
  void sleep(300).then(() => {
    for (const pid of [...jobs, owner]) process.kill(pid, 'SIGCONT');
  });
}

/** Brings what waits, as the owner's own look does when a pause is over. */
async function brought({ api }: OpenedHouse): Promise<string[]> {
  for (let round = 0; round < 3; round += 1) {
    const { jobIds } = await api.backup.carry({});
    if (jobIds.length === 0) break;
    for (const jobId of jobIds) await api.job.wait({ jobId });
  }
  const cards = await api.backup.list({});
  const states = cards.flatMap(({ stored }) => stored.map(({ state, code }) => `${state} ${code ?? ''}`.trim()));
  return states.join() === 'stored,stored,stored' ? [] : [`the places stand at ${JSON.stringify(states)}`];
}

async function addSourceOf(house: OpenedHouse, { postgres, cluster, file }: Stage): Promise<void> {
  const destinations = ['bucket', 'cloud', 'attic'];
  if (!postgres) return addSource(house, file, destinations);
  await house.api.source.add({
    name: 'app',
    settings: sourceOf(cluster, database).settings,
    scope: wholeScope,
    digests: true,
    compressionLevel: 1,
    folders: [],
    destinations,
    secrets: {},
    replace: false,
  });
}

const restored = 'restored';

/** Restores it into a database of its own on the same server, which then counts and digests the rows of both. */
async function restoredBeside(house: OpenedHouse, cluster: Cluster, backup: string): Promise<string[]> {
  const target = { kind: 'same-server' as const, database: restored };
  const { rehearse } = await house.result(house.api.restore.rehearse({ backup, target, secrets: {} }));
  if (rehearse === null) return ['the rehearsal came to no plan'];
  await house.result(house.api.restore.run({ planId: rehearse.planId, secrets: {} }));
  const rows = (name: string): Promise<unknown> =>
    cluster.sql(name, `SELECT count(*)::int AS rows, md5(string_agg(md5(bytes), '' ORDER BY id)) AS digest FROM blobs`);
  const [source, copy] = [JSON.stringify(await rows(database)), JSON.stringify(await rows(restored))];
  await cluster.sql('postgres', `DROP DATABASE ${restored}`);
  return source === copy ? [] : [`the restored database holds ${copy}, and its source ${source}`];
}
