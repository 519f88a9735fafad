/** The health of a place as it was last looked at, and the removal of what belongs to no backup there. */
import type { Caller } from '../../shared/channel.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import { PlaceHealth, type Orphan, type SweepReport } from '../../shared/health.ts';
import type { BackupId } from '../../shared/id.ts';
import { z } from '../../shared/schema.ts';
import { manifestKey } from '../artifact/set.ts';
import { key, type Destination } from '../destination/destination.ts';
import { healthOf, orphansOf, type Known, type Listed } from '../health/health.ts';
import { listPlace } from '../health/list.ts';
import { sweepPlace, withPlaceToDelete } from './deletion-key.ts';
import { askedAgain } from './place-asked.ts';
import { freeIn } from './place-room.ts';
import { unfinishedIn, withPlace } from './place.ts';
import { lookAtClock } from './retention-clock.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

const metaKey = (card: DestinationCard): string => `health.${card.id}`;

/** @param again looks also where a look is remembered. */
export async function healthOfPlace(
  rooms: Rooms,
  card: DestinationCard,
  again: boolean,
  signal: AbortSignal,
): Promise<PlaceHealth> {
  const known = again ? undefined : remembered(rooms, card);
  if (known !== undefined) return known;
  const unfinished = await unfinishedIn(rooms, card);
  const ours = rooms.catalog.readings.copies(card.id);
  const health = await withPlace(rooms, card, async (destination) => {
    const listed = await askedAgain(destination, await listPlace(destination, signal), ours);
    return healthOf({
      destination: card.id,
      now: rooms.clock.now(),
      listed,
      freeBytes: await freeIn(rooms, card, destination),
      unfinished,
      known: (name) => knownOf(rooms, card, name),
      remembered: ours,
    });
  });
  rooms.catalog.meta.set(metaKey(card), JSON.stringify(health));
  return health;
}

/** A look of an earlier Holdfast that had another form is none. */
function remembered(rooms: Rooms, card: DestinationCard): PlaceHealth | undefined {
  const text = rooms.catalog.meta.get(metaKey(card));
  return text === undefined ? undefined : z.safeParse(PlaceHealth, JSON.parse(text)).data;
}

function knownOf({ catalog, kept }: Rooms, place: DestinationCard, name: string): Known {
  const backupId = name as BackupId;
  const state = catalog.backups.card(backupId)?.stored.find(({ destination }) => destination === place.id)?.state;
  const jobs = catalog.jobs.list({ backupId, limit: 5 });
  return {
    here: state === 'stored' || state === 'damaged',
    own: jobs.length > 0,
    // A kept dump that no place has yet may have parts of it here already.
    busy: state === 'waiting' || kept.has(backupId) || jobs.some(({ endedAt }) => endedAt === null),
  };
}

/**
 * Removes what belongs to no backup, of those that are named, and what nobody is writing any more. Each is looked at once
 * more just before.
 * @throws Fail retention.clock-wrong, destination.*; the signal's reason.
 */
export async function sweepOrphans(
  rooms: Rooms,
  card: DestinationCard,
  names: readonly string[],
  caller: Caller,
): Promise<SweepReport> {
  const wrong = lookAtClock(rooms);
  if (wrong !== null) throw new Fail('retention.clock-wrong', wrong.words);
  const report: SweepReport = { removed: [], stayed: [], unfinished: 0 };
  await withPlaceToDelete(rooms, card, async (destination) => {
    const listed = await listPlace(destination, caller.signal);
    for (const name of names) {
      caller.signal.throwIfAborted();
      const orphan = orphanNow(rooms, card, listed, name);
      const why = orphan === undefined ? 'It is a backup, or is not there any more.' : orphan.stays;
      if (orphan === undefined || why !== null) report.stayed.push({ name, why: why ?? '' });
      else if (await hasManifest(destination, name))
        report.stayed.push({ name, why: 'Its manifest was written in this moment.' });
      else {
        await removeHeap(destination, name);
        report.removed.push(orphan);
        const { objects, sizeBytes, newestAt, whose } = orphan;
        audit(rooms, 'place.swept', caller.actor, card.name, { name, objects, sizeBytes, newestAt, whose });
      }
    }
  });
  report.unfinished = await sweepPlace(rooms, card);
  await healthOfPlace(rooms, card, true, caller.signal);
  return report;
}

function orphanNow(rooms: Rooms, card: DestinationCard, listed: Listed, name: string): Orphan | undefined {
  const heap = listed.heaps.get(name);
  if (heap === undefined) return undefined;
  const one: Listed = { ...listed, heaps: new Map([[name, heap]]) };
  return orphansOf({ listed: one, now: rooms.clock.now(), known: (id) => knownOf(rooms, card, id) })[0];
}

const hasManifest = async (destination: Destination, name: string): Promise<boolean> =>
  (await destination.stat(manifestKey(name as BackupId))) !== undefined;

async function removeHeap(destination: Destination, name: string): Promise<void> {
  for (const part of ['data', 'proofs'])
    for await (const stored of destination.list(key(part, name))) await destination.remove(stored.key);
}
