/** A backup without a spool: every stream goes straight to one place, in parts. What breaks off leaves nothing there. */
import type { BackupId, DestinationId } from '../../shared/id.ts';
import type { StoredState } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import { dueIn } from '../../shared/stored.ts';
import { writeManifest } from '../artifact/manifest.ts';
import { packedName, packInto } from '../artifact/pack.ts';
import { dataKey, manifestKey } from '../artifact/set.ts';
import type { Watch } from '../base/watch.ts';
import type { Destination } from '../destination/destination.ts';
import { DirectUpload } from '../set/direct-upload.ts';
import { removeSet } from '../set/remove.ts';
import { storeSet } from '../set/store.ts';
import { Uploads } from '../set/uploads.ts';
import { closed, describe, sealerFor } from './describe.ts';
import { dump, type Keep } from './dump.ts';
import type { BackupOrder, BackupOutcome, BackupTools } from './order.ts';

const oneMiB = 1024 * 1024;
const leastPartBytes = 16 * oneMiB;
const mostPartBytes = 512 * oneMiB;
/** So many parts a backup of the expected size may have: room to grow before they cannot be counted any more. */
const expectedParts = 4_000;

interface DirectPlace {
  id: DestinationId;
  destination: Destination;
}

/**
 * Makes one backup set in the first place that answers. The others wait, and are given it from there.
 * @throws Fail with the code of whatever stopped it, the signal's reason when it was stopped; nothing of it is left then, as
 * far as the place can still be asked.
 */
export async function backUpDirect(order: BackupOrder, tools: BackupTools, watch: Watch): Promise<BackupOutcome> {
  const place = await firstThatAnswers(order.backupId, tools.places, watch);
  let exists = false;
  const others = order.destinations.filter(({ id }) => id !== place.id).map(({ id }) => dueIn({ destination: id }));
  try {
    const made = await streamInto(place, order, tools, watch);
    const outcome = (stored: StoredState[]): BackupOutcome => ({ ...made.facts, stored: [...stored, ...others] });
    const uploads = new Uploads(place.id, undefined, true, () => {});
    const storeTools = {
      clock: tools.clock,
      takesBack: true,
      told: (states: StoredState[]) => {
        if (!states.some(({ state }) => state === 'stored')) return;
        exists = true;
        tools.told(outcome(states));
      },
    };
    const [brought] = await storeSet(made.set, [{ ...place, uploads }], storeTools, watch);
    if (brought === undefined || brought.state.state !== 'stored') throw brought?.thrown;
    return outcome([brought.state]);
  } catch (thrown) {
    if (!exists) await takeBack(place, order.backupId, watch);
    watch.signal.throwIfAborted();
    throw brokenOff(thrown);
  }
}

/** Before the source is touched. @throws Fail of the first where none answers. */
async function firstThatAnswers(
  backupId: BackupId,
  places: readonly DirectPlace[],
  watch: Watch,
): Promise<DirectPlace> {
  watch.progress({ phase: 'Looking', bytes: 0, totalBytes: null });
  let first: Error | undefined;
  for (const place of places) {
    try {
      if ((await place.destination.stat(manifestKey(backupId))) === undefined) return place;
    } catch (thrown) {
      watch.signal.throwIfAborted();
      first ??= thrown as Error;
      watch.log.warn('a place does not answer', { destination: place.id, thrown });
    }
  }
  throw first ?? new Fail('destination.exists', `A backup of the id ${backupId} lies there already.`);
}

async function streamInto(place: DirectPlace, order: BackupOrder, tools: BackupTools, watch: Watch) {
  const { destination } = place;
  const sealer = await sealerFor(order, tools);
  const partBytes = partBytesFor(order, place.id);
  const uploads = new Map<string, DirectUpload>();
  const keep: Keep = async (head, body, options) => {
    // The body may fail while a part is still on its way; the pipeline tells of it later.
    body.on('error', () => {});
    const name = packedName(head, sealer);
    const upload = new DirectUpload(destination, dataKey(order.backupId, name), {
      partBytes,
      signal: options.signal,
      onArrived: (sent) => watch.log.debug('arrived', { name, bytes: sent }),
    });
    uploads.set(name, upload);
    try {
      const facts = await packInto(head, body, (chunk) => upload.take(chunk), options);
      await upload.end();
      return facts;
    } catch (thrown) {
      body.destroy();
      await upload.takeBack().catch((reason: unknown) => watch.log.warn('could not take back', { name, reason }));
      options.signal.throwIfAborted();
      throw thrown;
    }
  };
  const { facts, artifacts } = await dump(order, tools, sealer, keep, watch);
  for (const [name, upload] of uploads)
    if (!artifacts.some((artifact) => artifact.name === name)) await upload.takeBack();
  const manifest = describe(order, facts, artifacts, sealer, tools.clock);
  const stands = sealer === undefined ? manifest : await closed(manifest, facts.inventory, sealer);
  const [firstKey] = tools.recovery.values();
  const { file, sha256 } = writeManifest(stands, tools.recovery.get(place.id) ?? firstKey);
  watch.log.info('streamed', { artifacts: artifacts.map(({ name, sizeBytes }) => ({ name, sizeBytes })) });
  return {
    facts: { manifest, manifestSha256: sha256 },
    set: {
      backupId: order.backupId,
      artifacts: artifacts.map((one) => ({ facts: one, body: { sizeBytes: one.sizeBytes, open: gone } })),
      manifestFor: () => file,
    },
  };
}

/** Everything lies there; that it is asked for again means that it does not. */
const gone = (): never => {
  throw new Fail(
    'destination.hash-mismatch',
    'What was streamed is not there as it was sent, and cannot be sent again.',
  );
};

function partBytesFor({ destinations, lastSizeBytes }: BackupOrder, id: DestinationId): number {
  const wanted = Math.ceil((lastSizeBytes ?? 0) / expectedParts / oneMiB) * oneMiB;
  const chosen = Math.min(mostPartBytes, Math.max(leastPartBytes, wanted));
  return Math.min(chosen, destinations.find((card) => card.id === id)?.maxFileBytes ?? chosen);
}

async function takeBack({ id, destination }: DirectPlace, backupId: BackupId, watch: Watch): Promise<void> {
  try {
    const files = await removeSet(destination, backupId);
    watch.log.info('nothing of it stays', { destination: id, files });
  } catch (thrown) {
    watch.log.warn('could not take back; destination sweep removes it', { destination: id, thrown });
  }
}

function brokenOff(thrown: unknown): unknown {
  if (!(thrown instanceof Fail)) return thrown;
  return new Fail(thrown.code, `${thrown.message} It went straight to its place, so nothing of it is kept.`, {
    hint: `${thrown.hint} Then back up again: it begins anew.`,
    cause: thrown,
  });
}
