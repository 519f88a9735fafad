/** What of a dump is written down, and what it is sealed with. */
import type { ArtifactFacts, ManifestBody } from '../../shared/artifact.ts';
import type { Inventory } from '../../shared/inventory.ts';
import { sealInventory } from '../artifact/inventory.ts';
import { openSealer, type Sealer } from '../artifact/seal.ts';
import type { Clock } from '../base/clock.ts';
import type { DumpFacts } from '../engine/engine.ts';
import type { BackupOrder, BackupTools } from './order.ts';

/** The set is sealed once, for every place of the order that wants it; undefined where none does. */
export async function sealerFor(
  { destinations }: Pick<BackupOrder, 'destinations'>,
  { recovery }: Pick<BackupTools, 'recovery'>,
): Promise<Sealer | undefined> {
  const keys = destinations.flatMap(({ seal, sealKeys = [] }) => (seal === true ? sealKeys : []));
  const publicKeys = [...new Map(keys.map(({ fingerprint, armored }) => [fingerprint, armored])).values()];
  if (recovery.size === 0 && publicKeys.length === 0) return undefined;
  return openSealer({ secrets: [...recovery.values()], publicKeys });
}

export function describe(
  order: BackupOrder,
  facts: DumpFacts,
  artifacts: readonly ArtifactFacts[],
  sealer: Sealer | undefined,
  clock: Clock,
): ManifestBody {
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
    artifacts: [...artifacts],
    inventory: { form: 'plain', content: facts.inventory },
    sealing: sealer?.facts ?? null,
  };
}

/** As it lies in the places: only ids, times, sizes and hashes can be read. */
export async function closed(manifest: ManifestBody, inventory: Inventory, sealer: Sealer): Promise<ManifestBody> {
  const missing = manifest.complete ? [] : ['something, on purpose: the sealed inventory says what'];
  return { ...manifest, missing, inventory: await sealInventory(inventory, sealer) };
}
