import type { BackupId } from '../../shared/id.ts';
import { manifestKey } from '../artifact/set.ts';
import { key, type Destination } from '../destination/destination.ts';

/**
 * Takes a backup out of a place: manifest first, so that at no instant a manifest stands without its data because of us,
 * then data, then proofs. What is absent already is no error; after a failure the same call goes on.
 * @returns how many files there were, the manifest included.
 * @throws Fail destination.*
 */
export async function removeSet(destination: Destination, backupId: BackupId): Promise<number> {
  await destination.remove(manifestKey(backupId));
  let files = 1;
  for (const part of ['data', 'proofs']) {
    for await (const stored of destination.list(key(part, backupId))) {
      await destination.remove(stored.key);
      files += 1;
    }
  }
  return files;
}
