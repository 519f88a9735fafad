/** A list of a place that lags behind what was put or removed: where it tells of something amiss, the place is asked by name. */
import { Fail } from '../../shared/failure.ts';
import type { BackupId } from '../../shared/id.ts';
import { backupIdIn, manifestKey } from '../artifact/set.ts';
import type { Destination } from '../destination/destination.ts';
import { doubtfulIn, type Facts, type Listed } from '../health/health.ts';
import { wholeSet } from '../set/whole.ts';

/** @throws Fail destination.* */
export async function askedAgain(
  destination: Destination,
  listed: Listed,
  remembered: Facts['remembered'],
): Promise<Listed> {
  const manifests = new Set(listed.manifests);
  const heaps = new Map(listed.heaps);
  for (const name of doubtfulIn(listed, remembered)) {
    const backupId = backupIdIn(name);
    if (backupId === undefined) continue;
    if ((await destination.stat(manifestKey(backupId))) === undefined) {
      manifests.delete(name);
      continue;
    }
    manifests.add(name);
    const dataBytes = await wholeBytes(destination, backupId);
    const heap = heaps.get(name) ?? { objects: 0, sizeBytes: 0, dataBytes: 0, newestAt: 0 };
    if (dataBytes !== undefined) heaps.set(name, { ...heap, dataBytes });
  }
  return { ...listed, manifests, heaps };
}

/** Undefined where anything of it is not there, or its manifest does not tell. */
async function wholeBytes(destination: Destination, backupId: BackupId): Promise<number | undefined> {
  try {
    const whole = await wholeSet(destination, backupId);
    return whole?.body.artifacts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  } catch (thrown) {
    if (thrown instanceof Fail && /^(?:manifest|artifact)[.]/.test(thrown.code)) return undefined;
    throw thrown;
  }
}
