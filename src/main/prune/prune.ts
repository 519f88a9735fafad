/** Removes what a stored list names, after everything that forbids it has been looked at once more, in the place itself. */
import { buffer } from 'node:stream/consumers';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail, toFailure } from '../../shared/failure.ts';
import type { BackupId, DestinationId, Instant, MachineId, RetentionPreviewId, SourceId } from '../../shared/id.ts';
import type { PruneReport } from '../../shared/retention.ts';
import { readManifest, type ReadManifest } from '../artifact/manifest.ts';
import { listManifests, manifestKey } from '../artifact/set.ts';
import type { Clock } from '../base/clock.ts';
import type { Watch } from '../base/watch.ts';
import type { Destination } from '../destination/destination.ts';
import { clockProblem } from '../retention/clock.ts';
import { missingFrom } from '../retention/short-list.ts';
import { removeSet } from '../set/remove.ts';
import { wholeSet } from '../set/whole.ts';

/** A backup as the catalog remembers it. */
export interface Remembered {
  backupId: BackupId;
  manifestSha256: string;
  sizeBytes: number;
  /** Its copy in this place is known not to hold: its manifest may be gone or unreadable, but no other one. */
  damaged?: boolean;
}

export interface PrunePlace {
  card: DestinationCard;
  /** What goes, oldest first. */
  goes: Remembered[];
  /** The last backup and the last proven one: without them, whole, nothing goes. */
  keepers: Remembered[];
  /** Every backup, of any source, that should lie there. */
  remembered: BackupId[];
  /** What earlier prunes, which have ended, began to remove there. */
  unfinished: Remembered[];
  /** What any other prune, ended or not, removes there: the place is not short of it. */
  removing: BackupId[];
}

export interface PruneOrder {
  kind: 'prune';
  previewId: RetentionPreviewId;
  sourceId: SourceId;
  machine: MachineId;
  newestTakenAt: Instant | null;
  believedAt: Instant | null;
  places: PrunePlace[];
  /** They go because these were sealed anew, and not by any rule. */
  sealedAnew?: { replaces: BackupId; backupId: BackupId }[];
}

export interface PruneTools {
  clock: Clock;
  /** In the order of the order's places. */
  places: { id: DestinationId; destination: Destination }[];
}

/**
 * Each place for itself: one that is gone, read-only or not as it should be keeps what it has and is told.
 * @throws Fail of the first place where none could be pruned; the signal's reason.
 */
export async function prune(order: PruneOrder, tools: PruneTools, watch: Watch): Promise<PruneReport> {
  const report: PruneReport = { previewId: order.previewId, removed: [], stopped: [] };
  let first: Fail | undefined;
  for (const [index, place] of order.places.entries()) {
    const destination = tools.places[index]?.destination;
    if (destination === undefined) throw new Error('A place of the order was not opened.');
    try {
      await prunePlace(order, place, { destination, clock: tools.clock }, report, watch);
    } catch (thrown) {
      watch.signal.throwIfAborted();
      if (!(thrown instanceof Fail)) throw thrown;
      watch.log.warn('a place was not pruned', { destination: place.card.id, reason: thrown });
      first ??= thrown;
      report.stopped.push({ destination: place.card.id, failure: toFailure(thrown, order.previewId) });
    }
  }
  if (first !== undefined && report.removed.length === 0) throw first;
  return report;
}

type Tools = { destination: Destination; clock: Clock };

async function prunePlace(
  order: PruneOrder,
  place: PrunePlace,
  { destination, clock }: Tools,
  report: PruneReport,
  watch: Watch,
): Promise<void> {
  watch.progress({ phase: `Checking ${place.card.name}` });
  const clockIs = clockProblem({ ...order, now: clock.now() });
  if (clockIs !== null) throw new Fail('retention.clock-wrong', clockIs.words);
  const listed = await listManifests(destination, watch.signal);
  demandWholeList(place, listed);
  for (const keeper of place.keepers) await demandKeeper(destination, place, keeper);
  const remove = async (one: Remembered): Promise<void> => {
    const files = await removeSet(destination, one.backupId);
    const { backupId, manifestSha256, sizeBytes } = one;
    report.removed.push({ backupId, manifestSha256, sizeBytes, destination: place.card.id, files });
    watch.log.info('removed', { ...one, destination: place.card.id, files });
  };
  for (const one of place.unfinished) if (!listed.has(one.backupId)) await remove(one);
  for (const one of place.goes) {
    watch.signal.throwIfAborted();
    await demandSame(destination, order, one);
    watch.progress({ phase: `Removing ${one.backupId}` });
    await remove(one);
  }
}

function demandWholeList({ card, remembered, removing }: PrunePlace, listed: ReadonlySet<BackupId>): void {
  const missing = missingFrom(remembered, listed, new Set(removing));
  if (missing.length === 0) return;
  throw new Fail(
    'retention.list-short',
    `${card.name} lists ${missing.length} fewer backups than it should hold; ${missing[0] ?? ''} is missing.`,
  );
}

async function demandKeeper(destination: Destination, { card }: PrunePlace, keeper: Remembered): Promise<void> {
  const whole = await wholeSet(destination, keeper.backupId);
  if (whole === undefined)
    throw new Fail('artifact.missing', `${keeper.backupId}, which has to stay, is not whole in ${card.name}.`);
  if (whole.sha256 !== keeper.manifestSha256) throw replaced(keeper);
}

/** It is the very backup that the list speaks of, of this machine and this source. */
async function demandSame(destination: Destination, order: PruneOrder, one: Remembered): Promise<void> {
  const read = await manifestOf(destination, one);
  if (read === null) return;
  const { body, sha256 } = read;
  if (sha256 !== one.manifestSha256) throw replaced(one);
  if (body.machine.id !== order.machine || body.source.id !== order.sourceId)
    throw new Fail('manifest.replaced', `${one.backupId} is of another machine or source.`);
}

/** Null where the copy is known as damaged and its manifest is gone, or is none any more. */
async function manifestOf(destination: Destination, one: Remembered): Promise<ReadManifest | null> {
  try {
    return readManifest(await buffer(await destination.get(manifestKey(one.backupId))), one.backupId);
  } catch (thrown) {
    if (one.damaged === true && thrown instanceof Fail && speaksOfManifest.test(thrown.code)) return null;
    throw thrown;
  }
}

const speaksOfManifest = /^(?:artifact[.]missing|manifest[.](?:missing|tampered|malformed))$/;

const replaced = ({ backupId }: Remembered): Fail =>
  new Fail(
    'manifest.replaced',
    `The manifest of ${backupId} is not the one that was written when the backup was made.`,
  );
