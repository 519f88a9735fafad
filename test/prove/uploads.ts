/**
 * One whole backup after the other into a sealed bucket and a sealed folder of an SFTP server, each disturbed in the middle
 * of its uploads. After each: both places hold the same whole set, it is proven, and the source was dumped once.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fakeS3, type FakeS3 } from '../helpers/fake-s3.ts';
import { startProgram, type RunningDoor } from '../helpers/holdfast.ts';
import type { OpenedHouse } from '../helpers/house.ts';
import { startSshd, type SshServer } from '../helpers/sshd.ts';
import { tempFolder } from '../helpers/temp.ts';
import { addBucket, addSftp, addSource, dumpsIn, keptIn, makeSource, oneMiB, uploadWorld } from '../helpers/uploads.ts';
import { wireTo, type Wire } from '../helpers/wire.ts';
import { randomFrom, type ProofOptions, type Random } from './seed.ts';
import { childrenOf, killAll } from './victims.ts';

/** What comes in between, when so many MiB have gone to a place. */
export type Disturbance =
  | { kind: 'reset' | 'stall' | 'away' | 'sleep' | 'kill owner' | 'kill job'; atMiB: number }
  | { kind: 'storm' };

export interface UploadsResult {
  uploads: number;
  /** Rounds by kind of disturbance. */
  coverage: Record<string, number>;
  faults: string[];
}

interface Stage {
  server: FakeS3;
  sshd: SshServer;
  bucket: Wire;
  sftp: Wire;
  source: string;
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
  const server = await fakeS3();
  const sshd = await startSshd(['Subsystem sftp internal-sftp']);
  const source = makeSource(tempFolder('uploads-source'), sizeMiB * oneMiB);
  const result: UploadsResult = { uploads: 0, coverage: {}, faults: [] };
  try {
    for (const disturbance of disturbances(sizeMiB, options.count, random)) {
      const stage: Stage = {
        server,
        sshd,
        bucket: await wireTo(Number(new URL(server.endpoint).port)),
        sftp: await wireTo(sshd.port),
        source,
        stormRequests: Math.ceil(sizeMiB / 2),
        random,
      };
      const name = 'atMiB' in disturbance ? `${disturbance.kind} at ${disturbance.atMiB} MiB` : disturbance.kind;
      const faults = await disturbed(stage, disturbance).catch((thrown: unknown) => [String(thrown)]);
      await Promise.all([stage.bucket.stop(), stage.sftp.stop()]);
      result.uploads += 1;
      result.coverage[disturbance.kind] = (result.coverage[disturbance.kind] ?? 0) + 1;
      result.faults.push(...faults.map((fault) => `${name}: ${fault}`));
      options.report(
        `${result.uploads}/${options.count} ${name}${faults.length > 0 ? ` FAULT ${faults.join('; ')}` : ''}`,
      );
    }
  } finally {
    await Promise.all([server.stop(), sshd.stop()]);
  }
  return result;
}

async function disturbed(stage: Stage, disturbance: Disturbance): Promise<string[]> {
  const world = uploadWorld('disturbed');
  const attic = path.join(world.folder, 'attic');
  mkdirSync(attic, { mode: 0o700 });
  stage.server.objects.clear();
  stage.server.uploads.clear();
  const before = await world.open();
  await addBucket(before, 'bucket', { endpoint: `http://127.0.0.1:${stage.bucket.port}` }, true);
  await addSftp(before, 'attic', { ...stage.sshd, port: stage.sftp.port }, attic, true);
  await addSource(before, stage.source, ['bucket', 'attic']);
  await before.close();

  const env = { HOLDFAST_PASSPHRASE_FILE: path.join(world.folder, 'passphrase') };
  const door = startProgram('test/prove/owner.ts', world.home, ['backup', 'app'], { env });
  await door.says('phase Storing');
  const struck = disturb(stage, disturbance, door);
  await door.ended;
  stage.bucket.back();
  stage.sftp.back();
  stage.server.mischief = () => undefined;
  const faults = (await struck) ? [] : ['nothing came in between'];
  faults.push(...halfListed(stage.server, attic));

  const after = await world.open();
  try {
    faults.push(...(await brought(after)));
    faults.push(...wholeInBoth(stage.server, attic));
    if (dumpsIn(world.home) !== 1) faults.push(`the source was dumped ${dumpsIn(world.home)} times`);
    const [card] = await after.api.backup.list({});
    const { verify } = await after.result(after.api.backup.verify({ backup: card?.backupId ?? '', level: 'restore' }));
    if (verify?.verdict !== 'proven') faults.push(`the proof came out as ${verify?.verdict}`);
  } finally {
    await after.close();
  }
  for (const name of keptIn(world.home)) faults.push(`the spool still holds ${name}`);
  if (stage.server.uploads.size > 0) faults.push(`${stage.server.uploads.size} uploads are open in the bucket`);
  for (const file of filesBelow(attic).filter((name) => name.includes('/.holdfast-'))) faults.push(`${file} is left`);
  rmSync(world.folder, { recursive: true, force: true });
  return faults;
}

/** @returns once it has happened, whether it did before the owner ended. */
function disturb(stage: Stage, disturbance: Disturbance, door: RunningDoor): Promise<boolean> {
  const { bucket, sftp, server, random, stormRequests } = stage;
  if (disturbance.kind === 'storm') {
    let left = stormRequests;
    server.mischief = () => {
      left -= 1;
      if (left < 0 || random.chance(0.4)) return undefined;
      return random.pick([
        { kind: 'answer', status: 503, code: 'SlowDown' },
        { kind: 'answer', status: 500, code: 'InternalError' },
        { kind: 'reset', afterBytes: 0 },
        { kind: 'done-but-reset' },
      ] as const);
    };
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
    for (const wire of [bucket, sftp]) wire.after(atMiB * oneMiB, () => strike(wire));
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
  stage.bucket.cut();
  stage.sftp.cut();
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
  return states.join() === 'stored,stored' ? [] : [`the places stand at ${JSON.stringify(states)}`];
}

interface Lying {
  manifests: Map<string, Buffer>;
  data: Map<string, Buffer>;
}

function inBucket(server: FakeS3): Lying {
  const of = (folder: string): Map<string, Buffer> =>
    new Map(
      [...server.objects].flatMap(([name, { bytes }]) => {
        const key = name.replace(/^bucket\//, '');
        return key.startsWith(`${folder}/`) ? [[key, bytes]] : [];
      }),
    );
  return { manifests: of('manifests'), data: of('data') };
}

function inAttic(root: string): Lying {
  const of = (folder: string): Map<string, Buffer> =>
    new Map(
      filesBelow(path.join(root, folder))
        .filter((file) => !path.basename(file).startsWith('.holdfast-'))
        .map((file) => [path.relative(root, file), readFileSync(file)]),
    );
  return { manifests: of('manifests'), data: of('data') };
}

/** A manifest may lie in a place only with all of its data. */
function halfListed(server: FakeS3, attic: string): string[] {
  return [inBucket(server), inAttic(attic)].flatMap(({ manifests, data }) =>
    manifests.size > 0 && data.size === 0 ? [`${[...manifests.keys()].join()} is listed without its data`] : [],
  );
}

function wholeInBoth(server: FakeS3, attic: string): string[] {
  const [bucket, folder] = [inBucket(server), inAttic(attic)];
  const faults: string[] = [];
  for (const { manifests, data } of [bucket, folder])
    if (manifests.size !== 1 || data.size !== 1)
      faults.push(`a place holds ${manifests.size} manifests and ${data.size} files`);
  for (const [key, bytes] of bucket.data)
    if (folder.data.get(key)?.equals(bytes) !== true) faults.push(`${key} is not the same in both places`);
  const firstLines = [bucket, folder].map(({ manifests }) => [...manifests.values()].map(firstLine).join());
  if (firstLines[0] !== firstLines[1]) faults.push('the manifests speak of different sets');
  return faults;
}

const firstLine = (manifest: Buffer): string => manifest.subarray(0, manifest.indexOf('\n')).toString();

const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name))
    : [];
