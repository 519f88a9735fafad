/** What a prune came to: the catalog forgets what is gone, and the trail says what was destroyed where. */
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { JobId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { PruneReport } from '../../shared/retention.ts';
import { manifestKey } from '../artifact/set.ts';
import type { JobEnd } from '../job/message.ts';
import { removeSet } from '../set/remove.ts';
import { withPlaceToDelete } from './deletion-key.ts';
import { hasEnded, remembered } from './prune-order.ts';
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
  }
  for (const { card } of order.places) await putRight(rooms, written, card, job.id);
}

/** How far it came is asked of the place. One that does not answer is asked by the next prune. */
async function putRight(rooms: Rooms, written: AskedOrder, card: DestinationCard, jobId: JobId): Promise<void> {
  // Another prune that still runs knows itself how far it came.
  const open = rooms.catalog.retention
    .removing()
    .filter((one) => one.destination === card.id && (one.jobId === jobId || hasEnded(rooms, one.jobId)));
  if (open.length === 0) return;
  try {
    const removed = await withPlaceToDelete(rooms, card, async (destination) => {
      const found: Removed = [];
      for (const one of open) {
        const known = remembered(rooms, one.backupId);
        // By its name: a list may not tell yet what has just been removed.
        const stands = (await destination.stat(manifestKey(one.backupId))) !== undefined;
        if (stands || known === undefined) rooms.catalog.retention.endRemoval(one);
        else found.push({ ...known, destination: card.id, files: await removeSet(destination, one.backupId) });
      }
      return found;
    });
    for (const one of removed) gone(rooms, written, one);
  } catch (thrown) {
    if (!(thrown instanceof Fail)) throw thrown;
    rooms.log.warn('A place could not be put right after a prune.', { destination: card.id, thrown });
  }
}

function gone(rooms: Rooms, { actor, order }: AskedOrder, one: Removed[number]): void {
  const { backups, retention } = rooms.catalog;
  const card = backups.card(one.backupId);
  const stored = card?.stored.filter(({ destination }) => destination !== one.destination) ?? [];
  // A copy that does not hold lies there all the same, and goes by a prune of its place.
  const left = stored.some(({ state }) => state === 'stored' || state === 'damaged');
  rooms.catalog.together(() => {
    retention.endRemoval(one);
    if (card === undefined) return;
    if (left) backups.setStored(one.backupId, stored);
    else backups.forget(one.backupId);
  });
  // Nothing is to bring it back.
  if (!left) void rooms.kept.drop(one.backupId).catch(() => {});
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
