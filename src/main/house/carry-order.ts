/** Jobs that bring a backup into a place. */
import type { StoredState } from '../../shared/artifact.ts';
import type { Caller } from '../../shared/channel.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, DestinationId, JobId } from '../../shared/id.ts';
import { askJob } from './job-handlers.ts';
import { destinationsOf, orderedSet } from './order.ts';
import type { Rooms } from './rooms.ts';
import type { AskedOrder } from './settle.ts';

/** Which backups and places unfinished jobs are on. */
export function beingStored(rooms: Rooms): {
  stores(backupId: BackupId): boolean;
  carriedTo(place: DestinationId): boolean;
  carry(backupId: BackupId, place: DestinationId): JobId | undefined;
} {
  const jobs = rooms.queue.unfinished();
  const carries = jobs
    .filter(({ kind }) => kind === 'carry')
    .map((job) => ({ job, places: placesOfCarry(rooms.queue.order(job.id) as AskedOrder) }));
  return {
    stores: (backupId) =>
      jobs.some((job) => job.backupId === backupId && ['backup', 'carry', 'reseal'].includes(job.kind)),
    carriedTo: (place) => carries.some(({ places }) => places.includes(place)),
    carry: (backupId, place) =>
      carries.find(({ job, places }) => job.backupId === backupId && places.includes(place))?.job.id,
  };
}

const placesOfCarry = ({ order }: AskedOrder): DestinationId[] =>
  order.kind === 'carry' ? order.destinations.map(({ id }) => id) : [];

/** Whether a backup that is being made, or waits for its turn, is to go there. */
export const isGivenBackup = (rooms: Rooms, place: DestinationId): boolean =>
  rooms.queue.unfinished().some((job) => {
    const { order } = rooms.queue.order(job.id) as AskedOrder;
    return (order.kind === 'backup' || order.kind === 'reseal') && order.destinations.some(({ id }) => id === place);
  });

/**
 * Queues the job that brings a backup into one place; the one that is queued for it already is that job.
 * @param stored how the place stands to it now.
 * @throws Fail backup.nowhere where there is nothing to copy from.
 */
export function askCarry(rooms: Rooms, caller: Caller, backupId: BackupId, stored: StoredState): JobId {
  const there = beingStored(rooms).carry(backupId, stored.destination);
  if (there !== undefined) return there;
  const card = rooms.catalog.backups.card(backupId);
  const fromSpool = rooms.kept.made(backupId, stored.destination);
  const set =
    fromSpool !== undefined || card === undefined
      ? { backupId, manifestSha256: '', destinations: [] }
      : orderedSet(rooms, card);
  if (fromSpool === undefined && set.destinations.length === 0)
    throw new Fail('backup.nowhere', `No place has ${backupId}, and its dump is not kept here any more.`);
  const order = {
    kind: 'carry' as const,
    backupId,
    destinations: destinationsOf(rooms, [stored.destination]),
    states: [stored],
    folder: fromSpool === undefined ? null : rooms.kept.folder(backupId),
    notes: rooms.kept.folder(backupId),
    set,
  };
  const sourceId = card?.sourceId ?? fromSpool?.source.id ?? null;
  return askJob(rooms, caller, order, { sourceId, backupId }).jobId;
}

/** The place is given up: what is on its way there is stopped. Resolves when nothing is. */
export async function stopCarriesTo(rooms: Rooms, place: DestinationId): Promise<void> {
  for (const job of rooms.queue.unfinished()) {
    if (job.kind !== 'carry' || !placesOfCarry(rooms.queue.order(job.id) as AskedOrder).includes(place)) continue;
    await rooms.queue.cancel(job.id);
    await rooms.queue.wait(job.id);
  }
}
