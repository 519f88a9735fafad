import type { BackupCard } from '../../shared/artifact.ts';
import type { Caller } from '../../shared/channel.ts';
import { removeSet } from '../set/remove.ts';
import { destinationsOf } from './order.ts';
import { withPlaceToDelete } from './deletion-key.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

/**
 * Removes a backup from every place it may lie in, then from the catalog. A place that cannot be reached fails the call
 * and the backup stays known, so that it can be asked for again.
 * @throws Fail destination.*
 */
export async function removeBackup(rooms: Rooms, card: BackupCard, caller: Caller): Promise<void> {
  const places = destinationsOf(
    rooms,
    card.stored.map((stored) => stored.destination),
  );
  for (const place of places) {
    await withPlaceToDelete(rooms, place, (destination) => removeSet(destination, card.backupId));
  }
  await rooms.kept.drop(card.backupId);
  rooms.catalog.backups.forget(card.backupId);
  audit(rooms, 'backup.deleted', caller.actor, card.backupId, {
    source: card.source,
    places: places.map((place) => place.id).join(', '),
  });
  rooms.announce.backup.removed({ backupId: card.backupId });
}
