/** After a backup that broke off: the places are the truth, what is whole there exists, what is not whole is swept. */
import type { ManifestBody, StoredState } from '../../shared/artifact.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import type { BackupId } from '../../shared/id.ts';
import { withInventory } from '../set/read-place.ts';
import { removeSet } from '../set/remove.ts';
import { wholeSet } from '../set/whole.ts';
import { withPlace } from './place.ts';
import { wholeKeyring } from './recovery.ts';
import type { Rooms } from './rooms.ts';

interface Found {
  manifest: ManifestBody;
  sha256: string;
  stored: StoredState[];
}

/**
 * After a backup job that was killed: a place with a whole set keeps it, and the catalog learns of it; anything less is
 * removed there.
 * @returns whether the backup exists after all.
 */
export async function reconcile(rooms: Rooms, backupId: BackupId, cards: readonly DestinationCard[]): Promise<boolean> {
  let found: Found | undefined;
  const keyring = await wholeKeyring(rooms);
  for (const card of cards) {
    try {
      const set = await withPlace(rooms, card, async (destination) => {
        const whole = await wholeSet(destination, backupId, keyring);
        if (whole === undefined) await removeSet(destination, backupId);
        return whole;
      });
      if (set !== undefined) {
        found ??= { manifest: await withInventory(set, keyring), sha256: set.sha256, stored: [] };
        found.stored.push({ destination: card.id, state: 'stored', message: null });
      }
    } catch (thrown) {
      rooms.log.warn('A place could not be put right after a failed backup.', {
        destination: card.id,
        backupId,
        thrown,
      });
    }
  }
  if (found === undefined) return false;
  rooms.catalog.backups.put({ manifest: found.manifest, manifestSha256: found.sha256, stored: found.stored });
  const card = rooms.catalog.backups.card(backupId);
  if (card !== undefined) rooms.announce.backup.added({ card });
  return true;
}
