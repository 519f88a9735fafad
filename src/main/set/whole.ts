import { buffer } from 'node:stream/consumers';
import type { BackupId } from '../../shared/id.ts';
import { readManifest, type ReadManifest } from '../artifact/manifest.ts';
import { dataKey, manifestKey } from '../artifact/set.ts';
import type { Keyring } from '../artifact/unseal.ts';
import type { Destination } from '../destination/destination.ts';

/**
 * The manifest of a set of which every file lies there, by its size; undefined for less.
 * @throws Fail manifest.tampered, manifest.malformed, manifest.newer, destination.*
 */
export async function wholeSet(
  destination: Destination,
  backupId: BackupId,
  keyring?: Keyring,
): Promise<ReadManifest | undefined> {
  if ((await destination.stat(manifestKey(backupId))) === undefined) return undefined;
  const manifest = readManifest(await buffer(await destination.get(manifestKey(backupId))), backupId, keyring);
  for (const artifact of manifest.body.artifacts) {
    const stored = await destination.stat(dataKey(backupId, artifact.name));
    if (stored?.sizeBytes !== artifact.sizeBytes) return undefined;
  }
  return manifest;
}
