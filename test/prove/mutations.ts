/**
 * Backups that somebody changed. Two sets are made, one of them with an artifact of three ranges; then, again and again,
 * one thing in the place is changed, the first set is opened as the product opens it, and the change is undone.
 * Every change must be seen before a byte of the range it lies in comes out.
 */
import { createCipheriv, createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { sealInventory } from '../../src/main/artifact/inventory.ts';
import { writeManifest } from '../../src/main/artifact/manifest.ts';
import { pack } from '../../src/main/artifact/pack.ts';
import { newRecoveryKey, type RecoveryKey } from '../../src/main/artifact/recovery-secret.ts';
import { openSealer } from '../../src/main/artifact/seal.ts';
import { dataKey, manifestKey } from '../../src/main/artifact/set.ts';
import { createFolder, folderDestination } from '../../src/main/destination/folder.ts';
import { bodyOf } from '../../src/main/destination/destination.ts';
import { contentOf, openSet, type OpenPlace } from '../../src/main/set/open.ts';
import { rangeSizeBytes, type ArtifactFacts, type ManifestBody } from '../../src/shared/artifact.ts';
import { Fail } from '../../src/shared/failure.ts';
import type { BackupId, DestinationId, MachineId, SourceId } from '../../src/shared/id.ts';
import type { DatabaseInventory } from '../../src/shared/inventory.ts';
import { wholeScope } from '../../src/shared/source.ts';
import { tempFolder } from '../helpers/temp.ts';
import { randomFrom, type ProofOptions, type Random } from './seed.ts';

export interface MutationOutcome {
  seed: number;
  /** One line for a person. */
  saw: string;
  /** In words, what was not seen, or seen too late. Must be empty. */
  faults: string[];
  /** How many of each kind were made (every kind at least once, where there are as many mutations), and how answered. */
  details: string[];
  made: number;
}

interface Artifact {
  facts: ArtifactFacts;
  file: string;
  raw: Buffer;
}

interface MadeSet {
  backupId: BackupId;
  manifestSha256: string;
  manifestFile: string;
  body: ManifestBody;
  artifacts: Artifact[];
}

interface World {
  /** Of sealed sets; whoever mutates does not have it. */
  key: RecoveryKey | undefined;
  place: OpenPlace;
  victim: MadeSet;
  other: MadeSet;
  aside: string;
  random: Random;
}

/** A change that was made: what it was, the first stored byte it can be seen by, and the way back. */
interface Mutation {
  what: string;
  /** Index of the artifact, or `manifest`: then nothing at all may come out. */
  of: number | 'manifest';
  /** Stored bytes before the first changed range. */
  soundBytes: number;
  undo: () => void;
}

const expected =
  /^(?:artifact[.](?:missing|tampered|truncated)|manifest[.](?:missing|tampered|malformed|newer|replaced)|destination[.](?:symlink|not-a-file))$/;
const { signal } = new AbortController();

/** Makes `count` mutations; the same seed makes the same. It throws only when something else than a mutation went wrong. */
export async function mutateSets(options: ProofOptions & { sealed?: boolean }): Promise<MutationOutcome> {
  const { count, seed } = options;
  const world = await makeWorld(seed, options.sealed === true);
  const faults: string[] = [];
  const kinds = new Map<string, number>();
  const codes = new Map<string, number>();
  const names = Object.keys(mutations);
  await demandIntact(world);
  for (let index = 0; index < count; index += 1) {
    const kind = names[index] ?? world.random.pick(names);
    const mutation = (mutations[kind] as (world: World) => Mutation)(world);
    const seen = await look(world, mutation);
    mutation.undo();
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    codes.set(seen.code, (codes.get(seen.code) ?? 0) + 1);
    if (seen.fault !== undefined)
      faults.push(`seed ${seed}, mutation ${index}, ${kind} (${mutation.what}): ${seen.fault}`);
    if (index % 100 === 99) {
      // Were the undoing wrong, every later mutation would be "seen" for the wrong reason.
      await demandIntact(world);
      options.report(`${index + 1} of ${count} mutations, ${faults.length} missed`);
    }
  }
  await demandIntact(world);
  const lines = (counts: Map<string, number>): string[] => [...counts].map(([what, times]) => `${what}: ${times}`);
  const made = [...kinds.values()].reduce((sum, times) => sum + times, 0);
  const saw = `${made} mutations of ${kinds.size} kinds: ${faults.length} not seen before a byte of the changed range came out.`;
  return { seed, saw, faults, details: [...lines(kinds), ...lines(codes)], made };
}

/** Opens the set as a restore does and takes everything it gives. */
async function look(world: World, mutation: Mutation): Promise<{ code: string; fault?: string }> {
  const { victim } = world;
  try {
    const set = await openSet(victim.backupId, victim.manifestSha256, world.place, signal);
    if (mutation.of === 'manifest') return { code: 'none', fault: 'the manifest was accepted' };
    for (const [index, artifact] of victim.artifacts.entries()) {
      const facts = set.manifest.artifacts[index] as ArtifactFacts;
      const late = await take(
        contentOf(set, facts, signal),
        artifact,
        index === mutation.of ? mutation.soundBytes : Infinity,
      );
      if (late !== undefined) return { code: 'none', fault: late };
    }
    return { code: 'none', fault: 'everything was accepted' };
  } catch (thrown) {
    if (!(thrown instanceof Fail)) throw thrown;
    return expected.test(thrown.code)
      ? { code: thrown.code }
      : { code: thrown.code, fault: `it was called ${thrown.code}: ${thrown.message}` };
  }
}

/** The content does not compress: of `soundBytes` stored bytes, at most as many bytes of content can come. */
async function take(content: Readable, artifact: Artifact, soundBytes: number): Promise<string | undefined> {
  let taken = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    if (!chunk.equals(artifact.raw.subarray(taken, taken + chunk.length))) return `other bytes came out at ${taken}`;
    taken += chunk.length;
    if (taken > soundBytes) return `${taken} bytes came out, and only ${soundBytes} stored bytes were sound`;
  }
  return undefined;
}

async function demandIntact(world: World): Promise<void> {
  const set = await openSet(world.victim.backupId, world.victim.manifestSha256, world.place, signal);
  for (const [index, artifact] of world.victim.artifacts.entries()) {
    const hash = createHash('sha256');
    for await (const chunk of contentOf(set, set.manifest.artifacts[index] as ArtifactFacts, signal))
      hash.update(chunk as Buffer);
    if (hash.digest('hex') !== createHash('sha256').update(artifact.raw).digest('hex'))
      throw new Error('The set that is mutated is not intact.');
  }
}

// ---- The kinds of mutation ----

const mutations: Record<string, (world: World) => Mutation> = {
  'one bit flipped': (world) =>
    inArtifact(world, (artifact) => flip(artifact.file, world.random.int(artifact.facts.sizeBytes))),
  'one bit flipped at an edge': (world) =>
    inArtifact(world, (artifact) => flip(artifact.file, world.random.pick(edges(artifact.facts)))),
  'cut anywhere': (world) =>
    inArtifact(world, (artifact) => cut(artifact.file, world.random.int(artifact.facts.sizeBytes))),
  'cut at a range’s edge': (world) =>
    inArtifact(world, (artifact) => cut(artifact.file, world.random.pick(rangeStarts(artifact.facts))), 0),
  'one byte cut off': (world) => inArtifact(world, (artifact) => cut(artifact.file, artifact.facts.sizeBytes - 1)),
  emptied: (world) => inArtifact(world, (artifact) => cut(artifact.file, 0)),
  'bytes added at the end': (world) =>
    inArtifact(world, (artifact) => append(artifact, world.random.pick([1, 13, 4096]))),
  'a stretch overwritten': (world) =>
    inArtifact(world, ({ file, facts }) => {
      const at = world.random.int(facts.sizeBytes);
      const before = readAt(file, at, Math.min(4096, facts.sizeBytes - at));
      return overwrite(file, at, Buffer.from(before.map((byte) => 255 - byte)), `${before.length} bytes at ${at}`);
    }),
  'two ranges swapped': (world) => swapRanges(world, 0, 1),
  'a range overwritten with another': (world) => {
    const { file } = big(world);
    return {
      ...overwrite(file, rangeSizeBytes, readAt(file, 0, rangeSizeBytes), 'range 1 over range 2'),
      of: 0,
      soundBytes: rangeSizeBytes,
    };
  },
  'an artifact gone': (world) => inArtifact(world, (artifact) => moveAway(world, artifact.file), 0),
  'an artifact of another set under this name': (world) => {
    const index = world.random.int(2);
    const theirs = world.other.artifacts[index] as Artifact;
    return inPlaceOf(world, index, (file) => renameBack(theirs.file, file, `${theirs.file} in its place`));
  },
  'another artifact of this set under this name': (world) => {
    const index = world.random.int(2);
    const sibling = world.victim.artifacts[1 - index] as Artifact;
    return inPlaceOf(world, index, (file) => {
      copyFileSync(sibling.file, file);
      return { what: `${sibling.file} in its place`, undo: () => rmSync(file) };
    });
  },
  'an artifact that became a link': (world) => {
    const artifact = world.random.pick(world.victim.artifacts);
    const moved = moveAway(world, artifact.file);
    symlinkSync(join(world.aside, 'moved'), artifact.file);
    return {
      what: `a link to ${artifact.file}`,
      of: world.victim.artifacts.indexOf(artifact),
      soundBytes: 0,
      undo: () => (rmSync(artifact.file), moved.undo()),
    };
  },
  'an artifact that became a folder': (world) => {
    const artifact = world.random.pick(world.victim.artifacts);
    const moved = moveAway(world, artifact.file);
    mkdirSync(artifact.file);
    return {
      what: artifact.file,
      of: world.victim.artifacts.indexOf(artifact),
      soundBytes: 0,
      undo: () => (rmSync(artifact.file, { recursive: true }), moved.undo()),
    };
  },
  'manifest: one bit flipped': (world) =>
    inManifest(world, (bytes) => flipIn(bytes, world.random.int(bytes.length * 8))),
  'manifest: cut anywhere': (world) =>
    inManifest(world, (bytes) => [bytes.subarray(0, world.random.int(bytes.length)), 'cut']),
  'manifest: last newline gone': (world) =>
    inManifest(world, (bytes) => [bytes.subarray(0, -1), 'no newline at the end']),
  'manifest: a line added': (world) =>
    inManifest(world, (bytes) => [
      Buffer.concat([bytes, Buffer.from(world.random.pick(['\n', '{}\n', '{"sha256":null}\n', ' \n']))]),
      'a line',
    ]),
  'manifest: white space changed': (world) =>
    inManifest(world, (bytes) => {
      const at = world.random.int(bytes.length + 1);
      const space = world.random.pick([' ', '\n', '\r', '\t', '\uFEFF']);
      return [
        Buffer.concat([bytes.subarray(0, at), Buffer.from(space), bytes.subarray(at)]),
        `${JSON.stringify(space)} at ${at}`,
      ];
    }),
  'manifest: one byte replaced': (world) =>
    inManifest(world, (bytes) => {
      const changed = Buffer.from(bytes);
      const at = world.random.int(bytes.length);
      changed[at] = ((changed[at] as number) + 1 + world.random.int(255)) % 256;
      return [changed, `byte ${at}`];
    }),
  'manifest: lines swapped': (world) =>
    inManifest(world, (bytes) => {
      const [first, second] = bytes.toString('utf8').split('\n');
      return [Buffer.from(`${second}\n${first}\n`), 'the second line first'];
    }),
  'manifest: that of another set under this name': (world) =>
    inManifest(world, () => [readFileSync(world.other.manifestFile), 'replayed']),
  'manifest: gone': (world) => ({ ...moveAway(world, world.victim.manifestFile), of: 'manifest', soundBytes: 0 }),
  'manifest: written anew by somebody who knows the format': (world) =>
    inManifest(world, () => {
      const body = structuredClone(world.victim.body);
      body.takenAt += 1 + world.random.int(1_000_000);
      return [writtenAnew(world, body), 'another moment'];
    }),
  'manifest: a range’s hash changed, sealed anew': (world) =>
    inManifest(world, () => {
      const body = structuredClone(world.victim.body);
      const artifact = world.random.pick(body.artifacts);
      artifact.ranges[world.random.int(artifact.ranges.length)] = createHash('sha256')
        .update(String(world.random.int(1e9)))
        .digest('hex');
      return [writtenAnew(world, body), 'another hash'];
    }),
};

/** As well as somebody can who knows the format and has no secret: the HMAC stays what it was. */
function writtenAnew(world: World, body: ManifestBody): Buffer {
  if (world.key === undefined) return writeManifest(body).file;
  const { hmac, keyId } = JSON.parse(readFileSync(world.victim.manifestFile, 'utf8').split('\n')[1] ?? '') as {
    hmac: string;
    keyId: string;
  };
  const line = JSON.stringify(body);
  const sha256 = createHash('sha256').update(line).digest('hex');
  return Buffer.from(`${line}\n${JSON.stringify({ sha256, hmac, keyId })}\n`);
}

type Change = Pick<Mutation, 'what' | 'undo'> & { at?: number };

/** @param soundBytes where nothing of the file may come out; otherwise everything before the changed range may. */
function inArtifact(world: World, change: (artifact: Artifact) => Change, soundBytes?: number): Mutation {
  const of = world.random.int(world.victim.artifacts.length);
  const made = change(world.victim.artifacts[of] as Artifact);
  return {
    ...made,
    what: `artifact ${of + 1}: ${made.what}`,
    of,
    soundBytes: soundBytes ?? Math.floor((made.at ?? 0) / rangeSizeBytes) * rangeSizeBytes,
  };
}

function inPlaceOf(world: World, of: number, put: (file: string) => Pick<Mutation, 'what' | 'undo'>): Mutation {
  const { file } = world.victim.artifacts[of] as Artifact;
  const moved = moveAway(world, file);
  const made = put(file);
  return { what: made.what, of, soundBytes: 0, undo: () => (made.undo(), moved.undo()) };
}

function inManifest(world: World, change: (bytes: Buffer) => [Buffer, string]): Mutation {
  const file = world.victim.manifestFile;
  const before = readFileSync(file);
  const [after, what] = change(before);
  if (after.equals(before)) throw new Error('A mutation that changes nothing.');
  writeFileSync(file, after);
  return { what, of: 'manifest', soundBytes: 0, undo: () => writeFileSync(file, before) };
}

function flipIn(bytes: Buffer, bit: number): [Buffer, string] {
  const changed = Buffer.from(bytes);
  changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
  return [changed, `bit ${bit}`];
}

function flip(file: string, at: number): Change {
  return overwrite(
    file,
    at,
    Buffer.from([(readAt(file, at, 1)[0] as number) ^ (1 << (at & 7))]),
    `bit ${at & 7} of byte ${at}`,
  );
}

function overwrite(file: string, at: number, bytes: Buffer, what: string): Change {
  const before = readAt(file, at, bytes.length);
  if (before.equals(bytes)) throw new Error('A mutation that changes nothing.');
  writeAt(file, at, bytes);
  return { what, at, undo: () => writeAt(file, at, before) };
}

function cut(file: string, length: number): Change {
  const tail = readAt(file, length, statSync(file).size - length);
  truncate(file, length);
  return { what: `cut to ${length}`, at: length, undo: () => writeAt(file, length, tail) };
}

function append(artifact: Artifact, length: number): Change {
  appendFileSync(artifact.file, Buffer.alloc(length));
  return { what: `${length} bytes more`, at: 0, undo: () => truncate(artifact.file, artifact.facts.sizeBytes) };
}

function swapRanges(world: World, one: number, two: number): Mutation {
  const { file } = big(world);
  const [first, second] = [one, two].map((index) => readAt(file, index * rangeSizeBytes, rangeSizeBytes)) as [
    Buffer,
    Buffer,
  ];
  const put = (a: Buffer, b: Buffer): void => {
    writeAt(file, one * rangeSizeBytes, a);
    writeAt(file, two * rangeSizeBytes, b);
  };
  put(second, first);
  return { what: `ranges ${one + 1} and ${two + 1}`, of: 0, soundBytes: 0, undo: () => put(first, second) };
}

function moveAway(world: World, file: string): Change {
  return renameBack(file, join(world.aside, 'moved'), `${file} gone`);
}

function renameBack(from: string, to: string, what: string): Change {
  renameSync(from, to);
  return { what, undo: () => renameSync(to, from) };
}

const big = (world: World): Artifact => world.victim.artifacts[0] as Artifact;
const rangeStarts = (facts: ArtifactFacts): number[] => facts.ranges.map((_, index) => index * rangeSizeBytes);
const edges = (facts: ArtifactFacts): number[] =>
  [...rangeStarts(facts).flatMap((start) => [start - 1, start, start + 1]), facts.sizeBytes - 1].filter(
    (at) => at >= 0 && at < facts.sizeBytes,
  );

function readAt(file: string, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  withFile(file, 'r', (descriptor) => readSync(descriptor, bytes, 0, length, at));
  return bytes;
}

function writeAt(file: string, at: number, bytes: Buffer): void {
  withFile(file, 'r+', (descriptor) => writeSync(descriptor, bytes, 0, bytes.length, at));
}

function truncate(file: string, length: number): void {
  withFile(file, 'r+', (descriptor) => ftruncateSync(descriptor, length));
}

function withFile(file: string, flags: string, work: (descriptor: number) => void): void {
  const descriptor = openSync(file, flags);
  try {
    work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

// ---- The sets ----

/** Bytes that do not compress. */
function noise(random: Random, length: number): Buffer {
  const key = createHash('sha256')
    .update(String(random.int(2 ** 31)))
    .digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

async function makeWorld(seed: number, sealed: boolean): Promise<World> {
  const key = sealed ? newRecoveryKey() : undefined;
  const random = randomFrom(seed);
  const root = tempFolder('mutations');
  const aside = tempFolder('mutations-aside');
  await createFolder(root);
  const place: OpenPlace = {
    id: 'dst-0123456789ab' as DestinationId,
    destination: folderDestination(root),
    keyring: { secrets: key === undefined ? [] : [key] },
  };
  // Both first artifacts have the same size, so that no size gives a swap away.
  const sizes = [2 * rangeSizeBytes + 3_000_000, 120_000];
  const victim = await makeSet('bk-20261120-123028-0123abcd' as BackupId, sizes, root, place, random, key);
  const other = await makeSet('bk-20261121-123028-4567efgh' as BackupId, sizes, root, place, random, key);
  return { key, place, victim, other, aside, random };
}

async function makeSet(
  backupId: BackupId,
  sizes: number[],
  root: string,
  place: OpenPlace,
  random: Random,
  key: RecoveryKey | undefined,
): Promise<MadeSet> {
  const sealer = key === undefined ? undefined : await openSealer({ secrets: [key], publicKeys: [] });
  const spool = tempFolder('mutations-spool');
  const artifacts: Artifact[] = [];
  for (const [index, size] of sizes.entries()) {
    const raw = noise(random, size);
    const head = { number: index + 1, name: `db${index}`, content: 'sqlite-file' } as const;
    const { facts, file } = await pack(head, Readable.from([raw]), spool, {
      signal,
      ...(sealer === undefined ? {} : { sealer }),
    });
    const stored = dataKey(backupId, facts.name);
    await place.destination.put(stored, {
      sizeBytes: facts.sizeBytes,
      file,
      open: () => Readable.from([readFileSync(file)]),
    });
    rmSync(file);
    artifacts.push({ facts, file: join(root, stored), raw });
  }
  const plain = bodyFor(
    backupId,
    artifacts.map((artifact) => artifact.facts),
  );
  const body: ManifestBody =
    sealer === undefined || plain.inventory.form === 'sealed'
      ? plain
      : { ...plain, inventory: await sealInventory(plain.inventory.content, sealer), sealing: sealer.facts };
  const { file, sha256 } = writeManifest(body, key);
  await place.destination.put(manifestKey(backupId), bodyOf(file));
  return { backupId, manifestSha256: sha256, manifestFile: join(root, manifestKey(backupId)), body, artifacts };
}

function bodyFor(backupId: BackupId, artifacts: ArtifactFacts[]): ManifestBody {
  return {
    format: 'holdfast.backup',
    version: 1,
    backupId,
    machine: { id: 'mac-0123456789ab' as MachineId, name: 'prover' },
    source: { id: 'src-0123456789ab' as SourceId, name: 'noise', kind: 'sqlite' },
    takenAt: 1_763_641_828_000,
    finishedAt: 1_763_641_829_000,
    holdfast: '0.1.0',
    complete: true,
    missing: [],
    artifacts,
    inventory: { form: 'plain', content: { databases: artifacts.map(databaseFor), globals: null } },
    sealing: null,
  };
}

function databaseFor(facts: ArtifactFacts): DatabaseInventory {
  const engine = {
    kind: 'sqlite',
    libraryVersion: '3',
    pageSizeBytes: 4096,
    pageCount: 1,
    encoding: 'UTF-8',
    journalMode: 'wal',
    userVersion: 0,
    applicationId: 0,
    autoVacuum: 0,
    method: 'held-snapshot',
    writersWaitedMs: 0,
  } as const;
  return {
    name: facts.name,
    artifact: facts.name,
    engine,
    scope: wholeScope,
    tables: [{ name: 'noise', rows: 1, digest: null }],
    sequences: [],
    objects: [],
    largeObjects: null,
    omissions: [],
    digest: null,
    liveSizeBytes: null,
  };
}
