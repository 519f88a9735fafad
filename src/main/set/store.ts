/** From the spool into every place: data first, the manifest last, then a look whether it is really there. */
import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import type { ArtifactFacts, StoredState } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, DestinationId } from '../../shared/id.ts';
import { restoreHelp } from '../artifact/help.ts';
import { dataKey, manifestKey } from '../artifact/set.ts';
import type { Watch } from '../base/watch.ts';
import { bodyOf, key, type Body, type Destination, type Key } from '../destination/destination.ts';

/** One artifact, packed and waiting on the data folder's disk. */
export interface Spooled {
  facts: ArtifactFacts;
  file: string;
}

export interface SpooledSet {
  backupId: BackupId;
  spooled: Spooled[];
  /** The bytes of the manifest file, as they are to lie in this place. */
  manifestFor(place: DestinationId): Buffer;
}

type Place = { id: DestinationId; destination: Destination };

/**
 * Stores a set in every place. One failing place does not lose the others; it is left as it was before.
 * @throws Fail of the first place when none of them took it; the signal's reason when cancelled.
 */
export async function storeSet(set: SpooledSet, places: Place[], watch: Watch): Promise<StoredState[]> {
  watch.progress({
    phase: 'Storing',
    bytes: 0,
    totalBytes: set.spooled.reduce((sum, item) => sum + item.facts.sizeBytes, 0),
  });
  const taken = places.map((): Key[] => []);
  const results = await Promise.allSettled(
    places.map((place, index) => storeInPlace(set, place, taken[index] ?? [], watch)),
  );
  if (watch.signal.aborted) {
    await Promise.all(places.map((place, index) => takeBack(taken[index] ?? [], place.destination, watch)));
    throw watch.signal.reason;
  }
  const states = results.map((result, index): StoredState => {
    const destination = places[index]?.id as DestinationId;
    if (result.status === 'fulfilled') return { destination, state: 'stored', message: null };
    watch.log.warn('a place did not take the backup', { destination, reason: result.reason });
    return {
      destination,
      state: 'failed',
      message: result.reason instanceof Fail ? result.reason.message : 'Something in Holdfast broke.',
    };
  });
  const firstFailure = results.find((result) => result.status === 'rejected');
  if (states.every((state) => state.state === 'failed') && firstFailure !== undefined) throw firstFailure.reason;
  return states;
}

/** @param taken learns of every key that was put here, so that taking back touches nothing else. */
async function storeInPlace(set: SpooledSet, { id, destination }: Place, taken: Key[], watch: Watch): Promise<void> {
  try {
    let before = 0;
    for (const { facts, file } of set.spooled) {
      const body: Body = {
        sizeBytes: facts.sizeBytes,
        file,
        open: (from = 0) => createReadStream(file, { start: from }),
      };
      const arrived = before;
      const name = dataKey(set.backupId, facts.name);
      await destination.put(name, body, {
        signal: watch.signal,
        ifAbsent: true,
        onProgress: (bytes) => watch.progress({ bytes: arrived + bytes }),
      });
      taken.push(name);
      before += facts.sizeBytes;
    }
    await leaveHelp(destination);
    watch.progress({ phase: 'Writing the manifest' });
    const manifest = set.manifestFor(id);
    await destination.put(manifestKey(set.backupId), bodyOf(manifest), { signal: watch.signal, ifAbsent: true });
    taken.push(manifestKey(set.backupId));
    watch.progress({ phase: 'Reading back' });
    await readBack(set, manifest, destination);
  } catch (thrown) {
    await takeBack(taken, destination, watch);
    throw thrown;
  }
}

/** The recipe for a machine without Holdfast lies beside the backups. It is written once and never replaced. */
async function leaveHelp(destination: Destination): Promise<void> {
  const name = key('HOW-TO-RESTORE.txt');
  if ((await destination.stat(name)) !== undefined) return;
  await destination.put(name, bodyOf(Buffer.from(restoreHelp)));
}

async function readBack(set: SpooledSet, written: Buffer, destination: Destination): Promise<void> {
  for (const { facts } of set.spooled) {
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

/** Manifest first: from then on the backup does not exist, whatever happens to the rest. */
async function takeBack(taken: readonly Key[], destination: Destination, watch: Watch): Promise<void> {
  for (const name of taken.toReversed()) {
    await destination
      .remove(name)
      .catch((thrown: unknown) => watch.log.warn('could not take back', { key: name, reason: thrown }));
  }
}
