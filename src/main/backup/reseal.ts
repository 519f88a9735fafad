/** A stored set once more, sealed for whom its places are sealed for now: another id, the same content. */
import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ArtifactFacts, ManifestBody, StoredState } from '../../shared/artifact.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, MachineId } from '../../shared/id.ts';
import type { Inventory } from '../../shared/inventory.ts';
import { pack } from '../artifact/pack.ts';
import type { Sealer } from '../artifact/seal.ts';
import { unpack } from '../artifact/unpack.ts';
import type { Watch } from '../base/watch.ts';
import { key } from '../destination/destination.ts';
import { folderDestination } from '../destination/folder.ts';
import { contentOf, openFirst, type OpenPlace, type OpenSet, type OrderedSet } from '../set/open.ts';
import { keptFolder, type KeptSet } from '../spool/kept-set.ts';
import { keepWhole, storeKept } from './backup.ts';
import { sealerFor } from './describe.ts';
import type { BackupTools } from './order.ts';

export interface ResealOrder {
  kind: 'reseal';
  /** Of the new set. */
  backupId: BackupId;
  /** The one that it takes the place of, and where that lies. */
  set: OrderedSet;
  /** The places that are to get the new one; at least one of them seals. */
  destinations: DestinationCard[];
  /** Who writes it, which need not be who made the first. */
  machine: { id: MachineId; name: string };
  holdfast: string;
  spoolFolder: string;
  compressionLevel: number;
  /** What the earlier one left out, in words, which its places do not tell. */
  missing: string[];
}

export interface ResealTools extends Pick<BackupTools, 'places' | 'recovery' | 'clock'> {
  /** Places that have the earlier one, opened, with what opens it. */
  holders: OpenPlace[];
  told(outcome: ResealOutcome): void;
}

export interface ResealOutcome {
  replaces: BackupId;
  manifest: ManifestBody;
  manifestSha256: string;
  stored: StoredState[];
}

/**
 * Every range of the earlier set is checked, unsealed and expanded; what comes out is packed and sealed anew into the spool, read
 * back from there and held against it by SHA-256 before any place gets it. The earlier set is not touched. From then on it is a
 * set on its way, like a backup whose dump is whole.
 * @throws Fail as opening a set does; seal.differs; as `backUp` does for spool and places; the signal's reason.
 */
export async function reseal(order: ResealOrder, tools: ResealTools, watch: Watch): Promise<ResealOutcome> {
  const folder = keptFolder(order.spoolFolder, order.backupId);
  await mkdir(folder, { mode: 0o700 });
  const replaces = order.set.backupId;
  let kept: KeptSet;
  try {
    kept = await sealAnew(order, tools, folder, watch);
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true });
    throw thrown;
  }
  const told: BackupTools['told'] = (outcome) => tools.told({ replaces, ...outcome });
  return { replaces, ...(await storeKept(kept, folder, { ...tools, told }, watch)) };
}

interface Sealed {
  before: ArtifactFacts;
  now: ArtifactFacts;
  /** SHA-256 of the content. */
  digest: string;
}

async function sealAnew(order: ResealOrder, tools: ResealTools, folder: string, watch: Watch): Promise<KeptSet> {
  watch.progress({ phase: 'Looking', bytes: 0, totalBytes: null });
  const set = await openFirst(order.set.backupId, order.set.manifestSha256, tools.holders, watch.signal);
  const sealer = await sealerFor(order, tools);
  if (sealer === undefined) throw new Error('A set would be sealed anew for nobody.');
  const contentBytes = set.manifest.artifacts.reduce((sum, { rawSizeBytes }) => sum + rawSizeBytes, 0);
  const canOpen = tools.recovery.size > 0;
  watch.progress({ phase: 'Sealing', bytes: 0, totalBytes: canOpen ? contentBytes * 2 : contentBytes });
  const sealed: Sealed[] = [];
  let doneBytes = 0;
  for (const before of set.manifest.artifacts) {
    sealed.push(await sealOne(set, before, sealer, { order, folder, watch, doneBytes }));
    doneBytes += before.rawSizeBytes;
  }
  // What is sealed for somebody's own keys alone cannot be opened here: then the hashes of its ranges have to do.
  if (canOpen) await compare(sealed, sealer, tools, folder, doneBytes, watch);
  const inventory = renamed(set.inventory, new Map(sealed.map(({ before, now }) => [before.name, now.name])));
  watch.log.info('sealed anew', {
    replaces: set.backupId,
    artifacts: sealed.map(({ now, digest }) => ({ name: now.name, sizeBytes: now.sizeBytes, digest })),
  });
  const manifest: ManifestBody = {
    ...set.manifest,
    backupId: order.backupId,
    machine: order.machine,
    holdfast: order.holdfast,
    artifacts: sealed.map(({ now }) => now),
    missing: set.manifest.complete ? [] : order.missing,
    inventory: { form: 'plain', content: inventory },
    sealing: sealer.facts,
  };
  return keepWhole(order, manifest, inventory, sealer, tools, folder);
}

interface Turn {
  order: ResealOrder;
  folder: string;
  watch: Watch;
  doneBytes: number;
}

async function sealOne(
  set: OpenSet,
  before: ArtifactFacts,
  sealer: Sealer,
  { order, folder, watch, doneBytes }: Turn,
): Promise<Sealed> {
  const hash = createHash('sha256');
  async function* hashed(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of content) {
      hash.update(piece);
      yield piece;
    }
  }
  const content = contentOf(set, before, watch.signal);
  const head = { number: Number.parseInt(before.name, 10), name: 'database', content: before.content };
  const { facts } = await pack(head, Readable.from(hashed(content), { objectMode: false }), folder, {
    signal: watch.signal,
    level: order.compressionLevel,
    onBytes: (rawBytes) => watch.progress({ bytes: doneBytes + rawBytes }),
    sealer,
  });
  return { before, now: facts, digest: hash.digest('hex') };
}

/** What lies in the spool is opened with the new keys, and has to be the very content. */
async function compare(
  sealed: readonly Sealed[],
  sealer: Sealer,
  { recovery }: Pick<ResealTools, 'recovery'>,
  folder: string,
  doneBytes: number,
  watch: Watch,
): Promise<void> {
  watch.progress({ phase: 'Comparing' });
  const shelf = folderDestination(folder);
  let before = doneBytes;
  for (const { now, digest } of sealed) {
    const hash = createHash('sha256');
    const arrived = before;
    const content = unpack(shelf, key(now.name), now, {
      signal: watch.signal,
      opener: { sealing: sealer.facts, keyring: { secrets: [...recovery.values()] } },
      onBytes: (rawBytes) => watch.progress({ bytes: arrived + rawBytes }),
    });
    for await (const piece of content as AsyncIterable<Buffer>) hash.update(piece);
    if (hash.digest('hex') !== digest)
      throw new Fail('seal.differs', `${now.name} is not what was unsealed once it is sealed anew.`);
    before += now.rawSizeBytes;
  }
}

/** The inventory speaks of artifacts by their names, and what is sealed has another. */
function renamed(inventory: Inventory, names: ReadonlyMap<string, string>): Inventory {
  const nameOf = (artifact: string): string => names.get(artifact) ?? artifact;
  const { globals } = inventory;
  return {
    ...inventory,
    databases: inventory.databases.map((database) => ({ ...database, artifact: nameOf(database.artifact) })),
    globals: globals === null ? null : { ...globals, artifact: nameOf(globals.artifact) },
  };
}
