/** What a prune came to: the catalog forgets what is gone, and the trail says what was destroyed where. */
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import type { PruneReport } from '../../shared/retention.ts';
import { listManifests } from '../artifact/set.ts';
import type { JobEnd } from '../job/message.ts';
import type { PruneOrder, Remembered } from '../prune/prune.ts';
import { removeSet } from '../set/remove.ts';
import { withPlace } from './place.ts';
import type { Rooms } from './rooms.ts';
import type { AskedOrder } from './settle.ts';
import { audit } from './trail.ts';

type Removed = PruneReport['removed'];

export async function settlePrune(rooms: Rooms, job: Job, written: AskedOrder, end: JobEnd): Promise<void> {
  const { order } = written;
  if (order.kind !== 'prune') return;
  if (end.kind === 'done') {
    const report = end.result as PruneReport;
    rooms.catalog.jobs.putResult(job.id, JSON.stringify(report));
    for (const one of report.removed) gone(rooms, written, one);
    const stopped = new Set(report.stopped.map(({ destination }) => destination));
    // A place that was pruned has nothing half removed any more.
    for (const one of rooms.catalog.retention.removing()) {
      const inOrder = order.places.some(({ card }) => card.id === one.destination);
      if (inOrder && !stopped.has(one.destination)) rooms.catalog.retention.endRemoval(one);
    }
    for (const place of order.places) if (stopped.has(place.card.id)) await putRight(rooms, written, place);
    return;
  }
  for (const place of order.places) await putRight(rooms, written, place);
}

/** How far it came is asked of the place. One that does not answer is asked by the next prune. */
async function putRight(
  rooms: Rooms,
  written: AskedOrder,
  { card, goes }: Pick<PruneOrder['places'][number], 'card' | 'goes'>,
): Promise<void> {
  const open = goes.filter((one) => stillRemoving(rooms, card, one));
  if (open.length === 0) return;
  try {
    const removed = await withPlace(rooms, card, async (destination) => {
      const listed = await listManifests(destination);
      const found: Removed = [];
      for (const one of open) {
        if (listed.has(one.backupId)) rooms.catalog.retention.endRemoval({ ...one, destination: card.id });
        else found.push({ ...one, destination: card.id, files: await removeSet(destination, one.backupId) });
      }
      return found;
    });
    for (const one of removed) gone(rooms, written, one);
  } catch (thrown) {
    if (!(thrown instanceof Fail)) throw thrown;
    rooms.log.warn('A place could not be put right after a prune.', { destination: card.id, thrown });
  }
}

const stillRemoving = (rooms: Rooms, card: DestinationCard, { backupId }: Remembered): boolean =>
  rooms.catalog.retention.removing().some((one) => one.backupId === backupId && one.destination === card.id);

function gone(rooms: Rooms, { actor, order }: AskedOrder, one: Removed[number]): void {
  const { backups, retention } = rooms.catalog;
  const card = backups.card(one.backupId);
  const stored = card?.stored.filter(({ destination }) => destination !== one.destination) ?? [];
  const left = stored.some(({ state }) => state === 'stored');
  rooms.catalog.together(() => {
    retention.endRemoval(one);
    if (card === undefined) return;
    if (left) backups.setStored(one.backupId, stored);
    else backups.forget(one.backupId);
  });
  const place = rooms.catalog.destinations.byId(one.destination)?.name ?? null;
  audit(rooms, 'backup.deleted', actor, one.backupId, {
    source: card?.source ?? null,
    takenAt: card?.takenAt ?? null,
    places: one.destination,
    place,
    sizeBytes: one.sizeBytes,
    files: one.files,
    manifestSha256: one.manifestSha256,
    previewId: order.kind === 'prune' ? order.previewId : null,
  });
  const changed = left ? backups.card(one.backupId) : undefined;
  if (changed === undefined) rooms.announce.backup.removed({ backupId: one.backupId });
  else rooms.announce.backup.changed({ card: changed });
}
