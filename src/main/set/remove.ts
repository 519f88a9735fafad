import type { BackupId } from '../../shared/id.ts';
import { manifestKey } from '../artifact/set.ts';
import { key, type Destination } from '../destination/destination.ts';

/**
 * Takes a backup out of a place: manifest first, so that at no instant a manifest stands without its data because of us,
 * then data, then proofs. What is absent already is no error; after a failure the same call goes on.
 * @throws Fail destination.*
 */
export async function removeSet(destination: Destination, backupId: BackupId): Promise<void> {
  await destination.remove(manifestKey(backupId));
  for (const part of ['data', 'proofs']) {
    for await (const stored of destination.list(key(part, backupId))) await destination.remove(stored.key);
  }
}
