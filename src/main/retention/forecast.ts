/** When what stays now will go, if backups come as the schedule says. */
import type { BackupId, Instant } from '../../shared/id.ts';
import type { RetentionRule } from '../../shared/retention.ts';
import { decide } from './decide.ts';
import { deletes } from './keep.ts';
import { newestFirst, type Past, type PastBackup } from './past.ts';

/** How many backups are weighed in all: a look ahead over a hundred thousand of them must not hold the house up. */
const mostWeighed = 400_000;

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
  if (!rules.every(deletes)) return goes;
  const present = new Set(past.backups.map(({ backupId }) => backupId));
  const sizeBytes = past.backups.toSorted(newestFirst)[0]?.sizeBytes ?? 0;
  let backups = [...past.backups];
  let weighed = 0;
  for (const [index, takenAt] of coming.entries()) {
    if (goes.size === present.size || weighed > mostWeighed) break;
    weighed += backups.length;
    const backupId = `bk-coming-${String(index).padStart(6, '0')}` as BackupId;
    const next: PastBackup = { backupId, takenAt, sizeBytes, verdict: 'unproven', machine: past.machine, pin: null };
    backups.push(next);
    const going = new Set(
      decide(rules, { backups, machine: past.machine, clock: null, missing: [] }, takenAt).goes.map(
        (one) => one.backup.backupId,
      ),
    );
    if (going.size === 0) continue;
    for (const id of going) if (present.has(id)) goes.set(id, takenAt);
    backups = backups.filter((one) => !going.has(one.backupId));
  }
  return goes;
}
