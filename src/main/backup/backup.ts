/** Back up now: one snapshot a database, one pass over its bytes, a spool, every place at its own pace, the manifest last. */
import { bytes } from '../../shared/bytes.ts';
import { mkdir, rm } from 'node:fs/promises';
import type { ArtifactFacts, ManifestBody, StoredState } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import type { BackupId, DestinationId, MachineId } from '../../shared/id.ts';
import type { Inventory } from '../../shared/inventory.ts';
import type { Source } from '../../shared/source.ts';
import { dueIn } from '../../shared/stored.ts';
import { sealInventory } from '../artifact/inventory.ts';
import { writeManifest } from '../artifact/manifest.ts';
import { pack } from '../artifact/pack.ts';
import type { RecoveryKey } from '../artifact/recovery-secret.ts';
import { openSealer, type Sealer } from '../artifact/seal.ts';
import { freeBytesOn } from '../base/file.ts';
import type { Clock } from '../base/clock.ts';
import { OwnerLeaves, type Watch } from '../base/watch.ts';
import type { Destination } from '../destination/destination.ts';
import type { DumpFacts, Engine, Secrets, Sink } from '../engine/engine.ts';
import { setFromSpool, uploadsIn } from '../set/from-spool.ts';
import { storeSet } from '../set/store.ts';
import { keepSet, keptFolder, writePlace, type KeptSet } from '../spool/kept-set.ts';

export interface BackupOrder {
  kind: 'backup';
  backupId: BackupId;
  source: Source;
  destinations: DestinationCard[];
  machine: { id: MachineId; name: string };
  /** This program's version. */
  holdfast: string;
  /** Private folder on the data folder's disk; the job makes and removes its own part of it. */
  spoolFolder: string;
  /** Stored bytes of the last backup of this source; null before the first. */
  lastSizeBytes: number | null;
}

export interface BackupTools {
  engine: Engine;
  secrets: Secrets;
  /** Every place of the order, opened. */
  places: { id: DestinationId; destination: Destination }[];
  /** The recovery secrets of the places that want sealing; the set is sealed for all of them, once, for every place. */
  recovery: ReadonlyMap<DestinationId, RecoveryKey>;
  clock: Clock;
  /** Told each time that a place has it or gave up for now. The first that has it makes the backup exist. */
  told(outcome: BackupOutcome): void;
}

/** One artifact, packed and waiting on the data folder's disk. */
interface Spooled {
  facts: ArtifactFacts;
  file: string;
}

/** What the catalog writes down: the manifest with its inventory open. `stored` has a line for every place; at least one of them is `stored`. */
export interface BackupOutcome {
  manifest: ManifestBody;
  manifestSha256: string;
  stored: StoredState[];
}

/**
 * Makes one backup set. Until the dump is whole a throw leaves nothing: no spool, no data, no manifest in any place. From
 * then on the dump is kept until no place waits for it.
 * @throws Fail with the code of whatever stopped it; `backup.kept` when no place has it yet and some may take it later;
 * the signal's reason when it was stopped.
 */
export async function backUp(order: BackupOrder, tools: BackupTools, watch: Watch): Promise<BackupOutcome> {
  const folder = keptFolder(order.spoolFolder, order.backupId);
  await mkdir(folder, { mode: 0o700 });
  let kept: KeptSet;
  try {
    kept = await dumpWhole(order, tools, folder, watch);
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true });
    throw thrown;
  }
  return storeKept(kept, folder, tools, watch);
}

/** From the source into the spool; when this resolves the source is not needed any more. */
async function dumpWhole(order: BackupOrder, tools: BackupTools, folder: string, watch: Watch): Promise<KeptSet> {
  await refuseFullDisk(folder, order.lastSizeBytes);
  const sealer = await sealerFor(order, tools);
  const { facts, spooled } = await dumpIntoSpool(order, tools, sealer, folder, watch);
  const manifest = describe(order, facts, spooled, sealer, tools.clock);
  watch.log.info('dumped', {
    artifacts: spooled.map((item) => ({ name: item.facts.name, sizeBytes: item.facts.sizeBytes })),
  });
  return keepWhole(order, manifest, facts.inventory, sealer, tools, folder);
}

/** Everything is in the folder: from now on it is a set that waits for its places. */
export async function keepWhole(
  order: Pick<BackupOrder, 'destinations'>,
  manifest: ManifestBody,
  inventory: Inventory,
  sealer: Sealer | undefined,
  tools: Pick<BackupTools, 'recovery'>,
  folder: string,
): Promise<KeptSet> {
  const stands = sealer === undefined ? manifest : await closed(manifest, inventory, sealer);
  // A place without a secret of its own gets an HMAC all the same.
  const [firstKey] = tools.recovery.values();
  const written = order.destinations.map(({ id }) => ({
    id,
    ...writeManifest(stands, tools.recovery.get(id) ?? firstKey),
  }));
  const lines = written.map(({ id, file }) => ({ id, lines: file.toString('utf8').split('\n') }));
  const kept = keepSet(folder, {
    manifest,
    manifestSha256: written[0]?.sha256 ?? '',
    line: lines[0]?.lines[0] ?? '',
    seals: Object.fromEntries(lines.map(({ id, lines: [, seal = ''] }) => [id, seal])),
  });
  for (const { id } of order.destinations) writePlace(folder, { stored: dueIn({ destination: id }), uploads: {} });
  return kept;
}

export async function storeKept(
  kept: KeptSet,
  folder: string,
  tools: Pick<BackupTools, 'places' | 'clock' | 'told'>,
  watch: Watch,
): Promise<BackupOutcome> {
  const { manifest, manifestSha256 } = kept;
  const outcome = (stored: StoredState[]): BackupOutcome => ({ manifest, manifestSha256, stored });
  let exists = false;
  const places = await Promise.all(
    tools.places.map(async (place) => ({ ...place, uploads: await uploadsIn(folder, place.id, true) })),
  );
  const storeTools = {
    clock: tools.clock,
    takesBack: true,
    told: (states: StoredState[]) => {
      exists ||= states.some(({ state }) => state === 'stored');
      tools.told(outcome(states));
    },
  };
  const brought = await storeSet(setFromSpool(kept, folder, true), places, storeTools, watch).catch(
    async (thrown: unknown) => {
      // A person who stops a backup that does not exist yet wants nothing left of it.
      if (!exists && !(watch.signal.reason instanceof OwnerLeaves)) await rm(folder, { recursive: true, force: true });
      throw thrown;
    },
  );
  const states = brought.map(({ state }) => state);
  if (!states.some(({ state }) => state === 'waiting')) await rm(folder, { recursive: true, force: true });
  if (states.some(({ state }) => state === 'stored')) return outcome(states);
  const waits = brought.find(({ state }) => state.state === 'waiting');
  if (waits === undefined) throw brought[0]?.thrown;
  throw new Fail('backup.kept', `The dump is whole, and no place took it yet. ${waits.state.message ?? ''}`.trim(), {
    cause: waits.thrown,
  });
}

export async function sealerFor(
  { destinations }: Pick<BackupOrder, 'destinations'>,
  { recovery }: Pick<BackupTools, 'recovery'>,
): Promise<Sealer | undefined> {
  const keys = destinations.flatMap(({ seal, sealKeys = [] }) => (seal === true ? sealKeys : []));
  const publicKeys = [...new Map(keys.map(({ fingerprint, armored }) => [fingerprint, armored])).values()];
  if (recovery.size === 0 && publicKeys.length === 0) return undefined;
  return openSealer({ secrets: [...recovery.values()], publicKeys });
}

async function dumpIntoSpool(
  order: BackupOrder,
  tools: BackupTools,
  sealer: Sealer | undefined,
  spool: string,
  watch: Watch,
): Promise<{ facts: DumpFacts; spooled: Spooled[] }> {
  const spooled: Spooled[] = [];
  let taken = 0;
  const sink: Sink = async (head, body, discard) => {
    const signal = discard === undefined ? watch.signal : AbortSignal.any([watch.signal, discard]);
    taken += 1;
    const packed = await pack({ number: taken, name: head.name, content: head.content }, body, spool, {
      signal,
      level: order.source.compressionLevel,
      onBytes: (rawBytes) => watch.progress({ bytes: rawBytes }),
      ...(sealer === undefined ? {} : { sealer }),
    });
    spooled.push(packed);
    return { artifact: packed.facts.name, rawSizeBytes: packed.facts.rawSizeBytes };
  };
  watch.progress({ phase: 'Connecting', bytes: 0, totalBytes: null });
  const place = { settings: order.source.settings, secrets: tools.secrets };
  watch.progress({ phase: 'Dumping', totalBytes: await tools.engine.estimate(place, watch) });
  const facts = await tools.engine.dump(
    place,
    { scope: order.source.scope, digests: order.source.digests },
    sink,
    watch,
  );
  // An engine that had to let go and start over leaves artifacts that no database of the inventory names.
  const named = new Set([
    ...facts.inventory.databases.map((database) => database.artifact),
    facts.inventory.globals?.artifact,
  ]);
  return { facts, spooled: spooled.filter((item) => named.has(item.facts.name)) };
}

function describe(
  order: BackupOrder,
  facts: DumpFacts,
  spooled: Spooled[],
  sealer: Sealer | undefined,
  clock: Clock,
): ManifestBody {
  const artifacts: ArtifactFacts[] = spooled.map((item) => item.facts);
  for (const database of facts.inventory.databases) {
    if (!artifacts.some((artifact) => artifact.name === database.artifact)) {
      throw new Error(`The engine named an artifact that was never packed: ${database.artifact}`);
    }
  }
  return {
    format: 'holdfast.backup',
    version: 1,
    backupId: order.backupId,
    machine: order.machine,
    source: { id: order.source.id, name: order.source.name, kind: order.source.settings.kind },
    takenAt: facts.takenAt,
    finishedAt: clock.now(),
    holdfast: order.holdfast,
    complete: facts.missing.length === 0,
    missing: facts.missing,
    artifacts,
    inventory: { form: 'plain', content: facts.inventory },
    sealing: sealer?.facts ?? null,
  };
}

/** As it lies in the places: only ids, times, sizes and hashes can be read. */
async function closed(manifest: ManifestBody, inventory: Inventory, sealer: Sealer): Promise<ManifestBody> {
  const missing = manifest.complete ? [] : ['something, on purpose: the sealed inventory says what'];
  return { ...manifest, missing, inventory: await sealInventory(inventory, sealer) };
}

/** The last backup's size is a floor for this one's: less room than that is told before the source is touched. */
async function refuseFullDisk(folder: string, lastSizeBytes: number | null): Promise<void> {
  if (lastSizeBytes === null) return;
  const freeBytes = await freeBytesOn(folder);
  if (freeBytes < lastSizeBytes) {
    throw new Fail(
      'spool.full',
      `The data folder's disk has ${bytes(freeBytes)} free; the last backup of this source took ${bytes(lastSizeBytes)}.`,
    );
  }
}
