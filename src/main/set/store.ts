/** One set into every place: data first, the manifest last, then a look whether it is really there. */
import { buffer } from 'node:stream/consumers';
import type { ArtifactFacts, StoredState } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, DestinationId } from '../../shared/id.ts';
import { afterFailure, dueIn, stoppedAt, storedIn } from '../../shared/stored.ts';
import { restoreHelp } from '../artifact/help.ts';
import { dataKey, manifestKey } from '../artifact/set.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { OwnerLeaves, type Watch } from '../base/watch.ts';
import { bodyOf, key, type Body, type Destination, type Key } from '../destination/destination.ts';
import { StoreProgress } from './store-progress.ts';
import type { Uploads } from './uploads.ts';

export interface SetToStore {
  backupId: BackupId;
  /** `body` is read again from its start, or from where a place stopped. */
  artifacts: { facts: ArtifactFacts; body: Body }[];
  /** The bytes of the manifest file, as they are to lie in this place. */
  manifestFor(place: DestinationId): Buffer;
}

export interface PlaceToStore {
  id: DestinationId;
  destination: Destination;
  /** How far it has come before, and where that is written down. */
  uploads: Uploads;
}

export interface StoreTools {
  clock: Clock;
  /** Told each time that a place has it, or gave up for now, with the states of all of them. */
  told: (states: StoredState[]) => void;
  /** Whether a person's stop takes everything back while no place has it; otherwise what arrived stays. */
  takesBack: boolean;
}

/** What a place came to, and what it threw. */
export interface Brought {
  state: StoredState;
  thrown?: unknown;
}

/**
 * Brings a set into every place, each at its own pace: one that fails or is slow holds no other up. What one came to is
 * written down and told at once.
 * @throws the signal's reason when it was stopped; by then every place's state is written down.
 */
export async function storeSet(
  set: SetToStore,
  places: readonly PlaceToStore[],
  tools: StoreTools,
  watch: Watch,
): Promise<Brought[]> {
  const totalBytes = set.artifacts.reduce((sum, item) => sum + item.facts.sizeBytes, 0);
  const progress = new StoreProgress(watch, places.length, totalBytes);
  const brought: Brought[] = places.map(({ id, uploads }) => ({ state: uploads.stored ?? dueIn({ destination: id }) }));
  const states = (): StoredState[] => brought.map(({ state }) => state);
  await Promise.all(
    places.map(async (place, index) => {
      const came = await bring(set, place, tools.clock, { watch, progress, index });
      if (came === undefined) return;
      brought[index] = came;
      tools.told(states());
    }),
  );
  if (!watch.signal.aborted) return brought;
  await stop(set, places, brought, tools, watch);
  throw watch.signal.reason;
}

/** One place among the others. */
interface Turn {
  watch: Watch;
  progress: StoreProgress;
  index: number;
}

/** Undefined where it was stopped on the way. */
async function bring(set: SetToStore, place: PlaceToStore, clock: Clock, turn: Turn): Promise<Brought | undefined> {
  const { id, uploads } = place;
  const { watch } = turn;
  const before = uploads.stored ?? dueIn({ destination: id });
  // While a job is on it nothing else is due.
  const { nextTryAt: _, ...now } = before;
  uploads.is({ ...now, state: 'waiting' });
  try {
    await storeInPlace(set, place, turn);
    uploads.is(storedIn(before));
    return { state: storedIn(before) };
  } catch (thrown) {
    if (watch.signal.aborted) return undefined;
    const state = afterFailure(uploads.stored ?? before, thrown, clock.now());
    watch.log.warn('a place did not take the backup', { destination: id, state: state.state, reason: thrown });
    // A manifest whose data are not what it says must not stand until the next try.
    if (state.state === 'failed' || state.code === 'destination.hash-mismatch') await takeBack(set, place, watch.log);
    const { arrivedBytes: _gone, ...bare } = state;
    const left = uploads.anything() ? state : bare;
    uploads.is(left);
    return { state: left, thrown };
  } finally {
    turn.progress.past(turn.index);
  }
}

/** A stop by a person, or because the owner leaves. */
async function stop(
  set: SetToStore,
  places: readonly PlaceToStore[],
  brought: readonly Brought[],
  { clock, takesBack, told }: StoreTools,
  watch: Watch,
): Promise<void> {
  const byPerson = !(watch.signal.reason instanceof OwnerLeaves);
  if (byPerson && takesBack && !brought.some(({ state }) => state.state === 'stored')) {
    await Promise.all(places.map((place) => takeBack(set, place, watch.log)));
    return;
  }
  const states = brought.map(({ state }, index) => {
    const uploads = places[index]?.uploads;
    if (state.state !== 'waiting' || state.nextTryAt !== undefined || uploads === undefined) return state;
    const left = uploads.stored ?? state;
    const stopped = byPerson ? stoppedAt(left, clock.now()) : left;
    uploads.is(stopped);
    return stopped;
  });
  told(states);
}

async function storeInPlace(set: SetToStore, place: PlaceToStore, turn: Turn): Promise<void> {
  const { destination, id, uploads } = place;
  const manifest = set.manifestFor(id);
  // Written by us before whoever wrote it could tell, or there since the catalog was lost.
  const there = await manifestIn(destination, set.backupId);
  if (there !== undefined) {
    if (!sameSet(there, manifest))
      throw new Fail('destination.exists', `Another manifest of ${set.backupId} lies there.`);
    return readBack(set, there, destination);
  }
  let before = 0;
  for (const { facts, body } of set.artifacts) {
    await putArtifact(set.backupId, facts, body, place, before, turn);
    before += facts.sizeBytes;
    uploads.arrived(before);
    turn.progress.arrived(turn.index, before);
  }
  await leaveHelp(destination, await liesInParts(set, destination));
  turn.progress.past(turn.index);
  turn.progress.ending('Writing the manifest');
  const { signal } = turn.watch;
  await destination.put(manifestKey(set.backupId), bodyOf(manifest), { signal, ifAbsent: true });
  uploads.manifestThere = true;
  turn.progress.ending('Reading back');
  await readBack(set, manifest, destination);
}

async function manifestIn(destination: Destination, backupId: BackupId): Promise<Buffer | undefined> {
  const name = manifestKey(backupId);
  return (await destination.stat(name)) === undefined ? undefined : buffer(await destination.get(name));
}

const newline = 0x0a;

/** The first line is what a set is; the second tells whose secret vouches for it. */
const sameSet = (one: Buffer, other: Buffer): boolean =>
  one.subarray(0, one.indexOf(newline)).equals(other.subarray(0, other.indexOf(newline)));

async function putArtifact(
  backupId: BackupId,
  facts: ArtifactFacts,
  body: Body,
  { destination, uploads }: PlaceToStore,
  before: number,
  { watch, progress, index }: Turn,
): Promise<void> {
  const name = dataKey(backupId, facts.name);
  // Of an earlier try: nobody else knows the name, and a put is there whole or not at all.
  if (uploads.tried && (await destination.stat(name))?.sizeBytes === facts.sizeBytes) {
    uploads.done(facts.name);
    return;
  }
  const resumeToken = uploads.token(facts.name);
  await destination.put(name, body, {
    signal: watch.signal,
    ifAbsent: true,
    ...(resumeToken === undefined ? {} : { resumeToken }),
    onResumable: (token) => uploads.resumable(facts.name, token),
    onProgress: (bytes) => {
      progress.arrived(index, before + bytes);
      uploads.arrived(before + bytes);
    },
  });
  uploads.done(facts.name);
}

async function liesInParts({ backupId, artifacts }: SetToStore, destination: Destination): Promise<boolean> {
  for (const { facts } of artifacts)
    if ((await destination.stat(dataKey(backupId, facts.name)))?.parts !== undefined) return true;
  return false;
}

/** The recipe for a machine without Holdfast lies beside the backups. It is written once and never replaced. */
async function leaveHelp(destination: Destination, inParts: boolean): Promise<void> {
  const name = key('HOW-TO-RESTORE.txt');
  if ((await destination.stat(name)) === undefined) await destination.put(name, bodyOf(Buffer.from(restoreHelp)));
  if (!inParts) return;
  // What was written before there were parts says nothing of them.
  const said = await buffer(await destination.get(name));
  const more = key('HOW-TO-JOIN-PARTS.txt');
  if (said.includes('.part-0001') || (await destination.stat(more)) !== undefined) return;
  await destination.put(more, bodyOf(Buffer.from(restoreHelp)));
}

async function readBack(set: SetToStore, written: Buffer, destination: Destination): Promise<void> {
  for (const { facts } of set.artifacts) {
    const stored = await destination.stat(dataKey(set.backupId, facts.name));
    if (stored?.sizeBytes !== facts.sizeBytes) {
      throw new Fail(
        'destination.hash-mismatch',
        `${facts.name} was stored, but the place has ${stored?.sizeBytes ?? 'no'} bytes of it.`,
      );
    }
  }
  const manifest = await buffer(await destination.get(manifestKey(set.backupId)));
  if (!manifest.equals(written))
    throw new Fail('destination.hash-mismatch', 'The manifest that was read back is not the one written.');
}

/**
 * Manifest first: from then on the backup does not exist, whatever happens to the rest. Nothing is touched that others put there.
 * @returns whether nothing of it is left there, as far as it is known.
 */
export async function takeBack(set: SetToStore, { destination, uploads }: PlaceToStore, log: Log): Promise<boolean> {
  const { backupId } = set;
  let clean = true;
  const forget = async (what: Key, work: () => Promise<void>): Promise<void> =>
    work().catch((thrown: unknown) => {
      clean = false;
      log.warn('could not take back', { key: what, reason: thrown });
    });
  // A manifest that was there before speaks of the data under these names: then they are not ours to remove.
  if (!uploads.manifestThere) {
    const there = await manifestIn(destination, backupId).catch(() => undefined);
    if (there !== undefined) return false;
  } else await forget(manifestKey(backupId), () => destination.remove(manifestKey(backupId)));
  for (const { facts } of set.artifacts.toReversed()) {
    const name = dataKey(backupId, facts.name);
    const token = uploads.token(facts.name);
    if (uploads.isDone(facts.name)) await forget(name, () => destination.remove(name));
    if (token !== undefined) await forget(name, async () => destination.giveUp?.(name, token));
  }
  uploads.nothingThere();
  return clean;
}
