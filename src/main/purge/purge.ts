/** Destroys backups because somebody asked for it: every object and every version that the key may remove, and looks again. */
import type { ArtifactFacts } from '../../shared/artifact.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail, toFailure } from '../../shared/failure.ts';
import { BackupId, type DestinationId } from '../../shared/id.ts';
import { plural } from '../../shared/plural.ts';
import { Purged, type PurgeReport } from '../../shared/purge.ts';
import { z } from '../../shared/schema.ts';
import { dataKey, manifestKey } from '../artifact/set.ts';
import type { Clock } from '../base/clock.ts';
import { journalIn, type Journal } from '../base/journal.ts';
import type { Watch } from '../base/watch.ts';
import { key, type Destination, type Key } from '../destination/destination.ts';
import type { Version, Versions } from '../destination/versions.ts';
import { removeSet } from '../set/remove.ts';

export interface PurgeOrder {
  kind: 'purge';
  /** Why, in the words of whoever asked; on the record. */
  reason: string;
  backups: { backupId: BackupId; manifestSha256: string; artifacts: ArtifactFacts[] }[];
  /** Each with the backups that are destroyed there. */
  places: { card: DestinationCard; backups: BackupId[] }[];
  /** What was said before that it does not reach. */
  notCovered: string[];
  /** Absolute path of a file that is not there yet. */
  journal: string;
}

export interface PurgeTools {
  /** In the order of the order's places. */
  places: { id: DestinationId; destination: Destination }[];
  /** Null where the place keeps no versions that could be asked for. */
  versionsOf(card: DestinationCard): Promise<Versions | null>;
  clock: Clock;
}

/** `purged` absent: it was begun, and may have come to half. */
export const PurgeLine = z.strictObject({
  backupId: BackupId,
  destination: Purged.shape.destination,
  purged: z.optional(Purged),
});
export type PurgeLine = z.output<typeof PurgeLine>;

/**
 * Each backup of each place for itself: what cannot be destroyed is told, the others go on. What was destroyed is in the
 * journal before the next is begun.
 * @throws the signal's reason; Fail of the first where nothing could be destroyed.
 */
export async function purge(order: PurgeOrder, tools: PurgeTools, watch: Watch): Promise<PurgeReport> {
  const { reason, notCovered } = order;
  const report: PurgeReport = { reason, removed: [], stopped: [], remains: [], notCovered };
  const journal = journalIn<PurgeLine>(order.journal);
  let first: Fail | undefined;
  for (const [index, { card, backups }] of order.places.entries()) {
    const destination = tools.places[index]?.destination;
    if (destination === undefined) throw new Error('A place of the order was not opened.');
    const versions = await tools.versionsOf(card);
    try {
      const place: Place = { card, destination, versions, journal, clock: tools.clock };
      for (const backupId of backups) {
        watch.signal.throwIfAborted();
        watch.progress({ phase: `Destroying in ${card.name}`, table: backupId });
        try {
          report.removed.push(await purgeOne(order, backupId, place, report, watch));
        } catch (thrown) {
          watch.signal.throwIfAborted();
          if (!(thrown instanceof Fail)) throw thrown;
          first ??= thrown;
          watch.log.warn('a backup was not destroyed', { backupId, destination: card.id, thrown });
          report.stopped.push({ backupId, destination: card.id, failure: toFailure(thrown, backupId) });
        }
      }
      if (report.removed.some((one) => one.destination === card.id)) await tellWhatStays(place, report, watch);
    } finally {
      versions?.close();
    }
  }
  if (first !== undefined && report.removed.length === 0) throw first;
  return report;
}

interface Place {
  card: DestinationCard;
  destination: Destination;
  versions: Versions | null;
  journal: Journal<PurgeLine>;
  clock: Clock;
}

async function purgeOne(
  order: PurgeOrder,
  backupId: BackupId,
  { card, destination, versions, journal, clock }: Place,
  report: PurgeReport,
  watch: Watch,
): Promise<Purged> {
  const known = order.backups.find((one) => one.backupId === backupId);
  if (known === undefined) throw new Error(`The order does not say what ${backupId} is.`);
  const objects = await objectsOf(known, destination, watch.signal);
  await journal.write({ backupId, destination: card.id });
  await removeSet(destination, backupId);
  const left = await objectsOf(known, destination, watch.signal);
  if (left.length > 0)
    throw new Fail('purge.still-there', `${left[0]?.name ?? ''} of ${backupId} is still there after it was removed.`);
  const removed = versions === null ? 0 : await removeVersions(backupId, card, versions, report, watch);
  const { manifestSha256 } = known;
  const purged: Purged = {
    backupId,
    destination: card.id,
    at: clock.now(),
    manifestSha256,
    objects,
    versions: removed,
  };
  await journal.write({ backupId, destination: card.id, purged });
  watch.log.info('destroyed', { backupId, destination: card.id, objects: objects.length, versions: removed });
  return purged;
}

async function tellWhatStays({ card, versions }: Place, report: PurgeReport, watch: Watch): Promise<void> {
  const tell = (said: string): void =>
    void report.remains.push({ destination: card.id, words: `${card.name}: ${said}` });
  try {
    const words = (await versions?.staysAfterwards?.(watch.signal)) ?? null;
    if (words !== null) tell(words);
  } catch (thrown) {
    watch.signal.throwIfAborted();
    if (!(thrown instanceof Fail)) throw thrown;
    tell(`Whether it keeps what was removed for some days could not be found out: ${thrown.message}`);
  }
}

async function objectsOf(
  { backupId, artifacts }: PurgeOrder['backups'][number],
  destination: Destination,
  signal: AbortSignal,
): Promise<Purged['objects']> {
  const digests = new Map<Key, string[]>(artifacts.map(({ name, ranges }) => [dataKey(backupId, name), ranges]));
  const found: Purged['objects'] = [];
  const manifest = await destination.stat(manifestKey(backupId));
  if (manifest !== undefined) found.push({ name: manifest.key, sizeBytes: manifest.sizeBytes, digests: [] });
  for (const part of ['data', 'proofs'])
    for await (const { key: name, sizeBytes } of destination.list(key(part, backupId), signal))
      found.push({ name, sizeBytes, digests: digests.get(name) ?? [] });
  return found;
}

/**
 * Versions first, then the marks of removals: where a version stays its mark stays too, or the object would be back.
 * @returns how many went; those that stay are in the report.
 */
async function removeVersions(
  backupId: BackupId,
  card: DestinationCard,
  versions: Versions,
  report: PurgeReport,
  watch: Watch,
): Promise<number> {
  try {
    const listed: Version[] = [];
    for (const prefix of [manifestKey(backupId), key('data', backupId), key('proofs', backupId)])
      for await (const version of versions.list(prefix, watch.signal)) listed.push(version);
    const bytes = listed.filter(({ isMark }) => !isMark);
    const stays = await removeEach(bytes, versions, watch.signal);
    const keptNames = new Set(stays.map(({ version }) => version.name));
    await removeEach(
      listed.filter(({ isMark, name }) => isMark && !keptNames.has(name)),
      versions,
      watch.signal,
    );
    for (const [code, those] of Map.groupBy(stays, ({ why }) => why.code)) {
      const why =
        code === 'destination.locked' ? 'an object lock' : 'an object lock, or a key that may not remove versions';
      const words = `${card.name} still keeps ${plural(those.length, 'older version')} of ${backupId} (${why}): ${those[0]?.why.message ?? ''}`;
      report.remains.push({ destination: card.id, code, words });
    }
    return bytes.length - stays.length;
  } catch (thrown) {
    watch.signal.throwIfAborted();
    if (!(thrown instanceof Fail)) throw thrown;
    const words = `Whether ${card.name} keeps older versions of ${backupId} could not be found out: ${thrown.message}`;
    report.remains.push({ destination: card.id, words });
    return 0;
  }
}

/** @returns what could not be removed, and why. */
async function removeEach(
  wanted: readonly Version[],
  versions: Versions,
  signal: AbortSignal,
): Promise<{ version: Version; why: Fail }[]> {
  const stays: { version: Version; why: Fail }[] = [];
  for (const version of wanted) {
    signal.throwIfAborted();
    try {
      await versions.remove(version);
    } catch (thrown) {
      if (!(thrown instanceof Fail)) throw thrown;
      stays.push({ version, why: thrown });
    }
  }
  return stays;
}
