/** Back up now: one snapshot a database, one pass over its bytes, a spool, every place at its own pace, the manifest last. */
import { bytes } from '../../shared/bytes.ts';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ArtifactFacts, ManifestBody, StoredState } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import type { BackupId, DestinationId, MachineId } from '../../shared/id.ts';
import type { Source } from '../../shared/source.ts';
import { sealInventory } from '../artifact/inventory.ts';
import { writeManifest } from '../artifact/manifest.ts';
import { pack } from '../artifact/pack.ts';
import type { RecoveryKey } from '../artifact/recovery-secret.ts';
import { openSealer, type Sealer } from '../artifact/seal.ts';
import { freeBytesOn } from '../base/file.ts';
import type { Clock } from '../base/clock.ts';
import type { Watch } from '../base/watch.ts';
import type { Destination } from '../destination/destination.ts';
import type { DumpFacts, Engine, Secrets, Sink } from '../engine/engine.ts';
import { storeSet, type Spooled } from '../set/store.ts';

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
}

/** What the catalog writes down: the manifest with its inventory open. `stored` has a line for every place; at least one of them is `stored`. */
export interface BackupOutcome {
  manifest: ManifestBody;
  manifestSha256: string;
  stored: StoredState[];
}

/**
 * Makes one backup set. When it throws, nothing of it is left: no spool, no data, no manifest in any place.
 * @throws Fail with the code of whatever stopped it; the signal's reason when it was cancelled.
 */
export async function backUp(order: BackupOrder, tools: BackupTools, watch: Watch): Promise<BackupOutcome> {
  const spool = path.join(order.spoolFolder, order.backupId);
  await mkdir(spool, { mode: 0o700 });
  try {
    await refuseFullDisk(spool, order.lastSizeBytes);
    const sealer = await sealerFor(order, tools);
    const { facts, spooled } = await dumpIntoSpool(order, tools, sealer, spool, watch);
    const manifest = describe(order, facts, spooled, sealer, tools.clock);
    const stands = sealer === undefined ? manifest : await closed(manifest, facts, sealer);
    watch.log.info('dumped', {
      artifacts: spooled.map((item) => ({ name: item.facts.name, sizeBytes: item.facts.sizeBytes })),
    });
    // A place without a secret of its own gets an HMAC all the same.
    const [firstKey] = tools.recovery.values();
    const written = (id: DestinationId): ReturnType<typeof writeManifest> =>
      writeManifest(stands, tools.recovery.get(id) ?? firstKey);
    const { sha256 } = written(order.destinations[0]?.id as DestinationId);
    const set = { backupId: order.backupId, spooled, manifestFor: (id: DestinationId) => written(id).file };
    return { manifest, manifestSha256: sha256, stored: await storeSet(set, tools.places, watch) };
  } finally {
    await rm(spool, { recursive: true, force: true });
  }
}

async function sealerFor({ destinations }: BackupOrder, { recovery }: BackupTools): Promise<Sealer | undefined> {
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
async function closed(manifest: ManifestBody, { inventory }: DumpFacts, sealer: Sealer): Promise<ManifestBody> {
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
