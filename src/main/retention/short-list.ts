import type { BackupId } from '../../shared/id.ts';

/**
 * What a place should list and does not. A list that lags, a share that is half mounted, a folder that somebody moved
 * look just like this, and a rule that counted only what is listed would delete by it.
 * @param removing what a prune of ours has begun to remove there.
 */
export function missingFrom(
  remembered: readonly BackupId[],
  listed: ReadonlySet<BackupId>,
  removing: ReadonlySet<BackupId>,
): BackupId[] {
  return remembered.filter((id) => !listed.has(id) && !removing.has(id));
}
