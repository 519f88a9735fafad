/** Brings one backup into places that wait for it: from the spool, or from a place that has it. */
import { buffer } from 'node:stream/consumers';
import { rangeAt, type ArtifactFacts, type StoredState } from '../../shared/artifact.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, DestinationId } from '../../shared/id.ts';
import { dueIn } from '../../shared/stored.ts';
import { openRanges } from '../artifact/range.ts';
import type { RecoveryKey } from '../artifact/recovery-secret.ts';
import { dataKey, manifestKey } from '../artifact/set.ts';
import type { Clock } from '../base/clock.ts';
import { piecesFrom } from '../base/piecewise.ts';
import type { Watch } from '../base/watch.ts';
import type { Body, Destination, Key } from '../destination/destination.ts';
import { setFromSpool, uploadsIn, uploadsOfCopy } from '../set/from-spool.ts';
import { openFirst, type OpenPlace, type OpenSet, type OrderedSet } from '../set/open.ts';
import { storeSet, type PlaceToStore, type SetToStore } from '../set/store.ts';
import { readKept } from '../spool/kept-set.ts';
import { manifestFor } from './manifest-for.ts';

export interface CarryOrder {
  kind: 'carry';
  backupId: BackupId;
  /** The places that are to get it, and how each of them stands to it now. */
  destinations: DestinationCard[];
  states: StoredState[];
  /** The folder of the spool that keeps the dump; null where it comes from the places of `set`. */
  folder: string | null;
  /** The folder of the spool in which it is written down how far each place has come. */
  notes: string;
  /** Where it lies already. */
  set: OrderedSet;
}

export interface CarryTools {
  /** The places that are to get it, opened. */
  places: { id: DestinationId; destination: Destination }[];
  /** Places that have it, opened. */
  holders: OpenPlace[];
  recovery: ReadonlyMap<DestinationId, RecoveryKey>;
  clock: Clock;
  told: (stored: StoredState[]) => void;
}

/**
 * @returns how every place of the order stands to it now; at least one of them has it.
 * @throws Fail of the first place when none of them took it; seal.* where the set is not one for this place; the signal's
 * reason when it was stopped: what arrived stays, and is gone on with.
 */
export async function carry(order: CarryOrder, tools: CarryTools, watch: Watch): Promise<StoredState[]> {
  watch.progress({ phase: 'Looking', bytes: 0, totalBytes: null });
  const set = order.folder === null ? await setFromPlaces(order, tools, watch) : await keptIn(order.folder);
  const places = await Promise.all(tools.places.map((place) => placeToStore(order, place, watch)));
  const storeTools = { clock: tools.clock, takesBack: false, told: tools.told };
  const brought = await storeSet(set, places, storeTools, watch);
  const states = brought.map(({ state }) => state);
  if (!states.some(({ state }) => state === 'stored')) throw brought[0]?.thrown;
  return states;
}

const keptIn = async (folder: string): Promise<SetToStore> => setFromSpool(await readKept(folder), folder, false);

async function placeToStore(
  { folder, notes, states }: CarryOrder,
  place: { id: DestinationId; destination: Destination },
  { log }: Watch,
): Promise<PlaceToStore> {
  if (folder !== null) return { ...place, uploads: await uploadsIn(folder, place.id, false) };
  const stored = states.find(({ destination }) => destination === place.id) ?? dueIn({ destination: place.id });
  return { ...place, uploads: await uploadsOfCopy(notes, stored, log) };
}

/** Every range is checked before a byte of it is sent on. */
async function setFromPlaces(order: CarryOrder, tools: CarryTools, watch: Watch): Promise<SetToStore> {
  const open = await openFirst(order.backupId, order.set.manifestSha256, tools.holders, watch.signal);
  const file = await buffer(await open.place.destination.get(manifestKey(order.backupId), { signal: watch.signal }));
  const manifests = new Map(
    order.destinations.map((card) => [card.id, manifestFor(card, file, open.manifest.sealing, tools.recovery)]),
  );
  return {
    backupId: order.backupId,
    artifacts: open.manifest.artifacts.map((facts) => ({ facts, body: bodyFrom(open, facts, watch.signal) })),
    manifestFor: (id) => {
      const manifest = manifests.get(id);
      if (manifest === undefined) throw new Fail('destination.unknown', `${id} is not a place of this job.`);
      return manifest;
    },
  };
}

function bodyFrom({ backupId, place }: OpenSet, facts: ArtifactFacts, signal: AbortSignal): Body {
  const name = dataKey(backupId, facts.name);
  return {
    sizeBytes: facts.sizeBytes,
    open: (from = 0) =>
      piecesFrom((over) => bytesFrom(place.destination, name, facts, AbortSignal.any([signal, over]), from)),
  };
}

async function* bytesFrom(
  destination: Destination,
  name: Key,
  facts: ArtifactFacts,
  signal: AbortSignal,
  from: number,
): AsyncGenerator<Buffer> {
  // A range is read whole, so that it is checked; those before it are not read again.
  const first = rangeAt(facts, from);
  let position = first * facts.rangeSizeBytes;
  for await (const piece of openRanges(destination, name, facts, signal, first)) {
    const start = Math.max(0, from - position);
    position += piece.length;
    if (start < piece.length) yield piece.subarray(start);
  }
}
