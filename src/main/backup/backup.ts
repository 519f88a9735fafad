/** Back up now: one snapshot a database, one pass over its bytes, a spool, every place at its own pace, the manifest last. */
import { mkdir, rm } from 'node:fs/promises';
import type { ManifestBody, StoredState } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { Inventory } from '../../shared/inventory.ts';
import { dueIn } from '../../shared/stored.ts';
import { writeManifest } from '../artifact/manifest.ts';
import { pack } from '../artifact/pack.ts';
import type { Sealer } from '../artifact/seal.ts';
import { OwnerLeaves, type Watch } from '../base/watch.ts';
import { setFromSpool, uploadsIn } from '../set/from-spool.ts';
import { storeSet } from '../set/store.ts';
import { keepSet, keptFolder, writePlace, type KeptSet } from '../spool/kept-set.ts';
import { closed, describe, sealerFor } from './describe.ts';
import { backUpDirect } from './direct.ts';
import { dump, type Keep } from './dump.ts';
import type { BackupOrder, BackupOutcome, BackupTools } from './order.ts';
import { demandRoom, offeringDirect } from './room.ts';

/**
 * Makes one backup set. Until the dump is whole a throw leaves nothing: no spool, no data, no manifest in any place. From
 * then on the dump is kept until no place waits for it.
 * @throws Fail with the code of whatever stopped it; `backup.kept` when no place has it yet and some may take it later;
 * the signal's reason when it was stopped.
 */
export async function backUp(order: BackupOrder, tools: BackupTools, watch: Watch): Promise<BackupOutcome> {
  if (order.direct === 'always') return backUpDirect(order, tools, watch);
  try {
    await demandRoom(order, tools, watch);
    return await backUpBySpool(order, tools, watch);
  } catch (thrown) {
    if (!(thrown instanceof Fail) || thrown.code !== 'spool.full') throw thrown;
    if (order.direct !== 'when-full') throw await offeringDirect(thrown, order, tools, watch);
    watch.log.info('no room for a spool, so it goes straight to its place', { message: thrown.message });
    return backUpDirect(order, tools, watch);
  }
}

async function backUpBySpool(order: BackupOrder, tools: BackupTools, watch: Watch): Promise<BackupOutcome> {
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
  const sealer = await sealerFor(order, tools);
  const keep: Keep = async (head, body, options) => (await pack(head, body, folder, options)).facts;
  const { facts, artifacts } = await dump(order, tools, sealer, keep, watch);
  const manifest = describe(order, facts, artifacts, sealer, tools.clock);
  watch.log.info('dumped', {
    artifacts: artifacts.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
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
