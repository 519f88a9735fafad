/** When what stays now will go, if backups come as the schedule says. */
import type { BackupId, Instant } from '../../shared/id.ts';
import type { RetentionRule } from '../../shared/retention.ts';
import { decide } from './decide.ts';
import { newestFirst, type Past, type PastBackup } from './past.ts';

/**
 * @param coming moments of backups to come, soonest first; each is taken to be as large as the newest one there is.
 * @returns the moment of the backup after which each one goes; one that stays longer than is looked ahead is not in it.
 */
export function forecast(
  rules: readonly (RetentionRule | null)[],
  past: Past,
  coming: readonly Instant[],
): Map<BackupId, Instant> {
  const goes = new Map<BackupId, Instant>();
  const present = new Set(past.backups.map(({ backupId }) => backupId));
  const sizeBytes = past.backups.toSorted(newestFirst)[0]?.sizeBytes ?? 0;
  let backups = [...past.backups];
  for (const [index, takenAt] of coming.entries()) {
    if (goes.size === present.size) break;
    const backupId = `bk-coming-${String(index).padStart(6, '0')}` as BackupId;
    const next: PastBackup = { backupId, takenAt, sizeBytes, verdict: 'unproven', machine: past.machine, pin: null };
    backups.push(next);
    const going = new Set(
      decide(rules, { ...past, backups, clock: null, missing: [] }, takenAt).goes.map((one) => one.backup.backupId),
    );
    if (going.size === 0) continue;
    for (const id of going) if (present.has(id)) goes.set(id, takenAt);
    backups = backups.filter((one) => !going.has(one.backupId));
  }
  return goes;
}
