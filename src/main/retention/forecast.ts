/** When what stays now will go, if backups come as the schedule says. */
import type { BackupId, Instant } from '../../shared/id.ts';
import { periodsIn, type Periods } from '../../shared/period.ts';
import type { RetentionRule } from '../../shared/retention.ts';
import { decide } from './decide.ts';
import { deletes } from './keep.ts';
import { inOrder, type Past, type PastBackup } from './past.ts';

/** How many backups are weighed in all: a look ahead over a hundred thousand of them must not hold the house up. */
const mostWeighed = 400_000;

/**
 * Where rules know nothing but periods, a second backup of a day takes the place of the first in every period: what was there
 * before stays or goes as it did. Ages, numbers, sizes and pins that end know more than days.
 */
function thatMatter(
  rules: readonly RetentionRule[],
  { backups }: Past,
  coming: readonly Instant[],
): readonly Instant[] {
  const knowsMore = ({ keepLast, keepDays, maxBytes }: RetentionRule): boolean =>
    keepLast !== null || keepDays !== null || maxBytes !== null;
  const ends = ({ pin }: PastBackup): boolean => pin !== null && !pin.hold && pin.until !== null;
  if (rules.some(knowsMore) || backups.some(ends)) return coming;
  const zones = rules.map(({ timeZone }) => periodsIn(timeZone));
  let before: readonly Readonly<Periods>[] = [];
  return coming.filter((at) => {
    const days = zones.map((periodsOf) => periodsOf(at));
    const isSame = before.length > 0 && days.every((day, index) => day === before[index]);
    before = days;
    return !isSame;
  });
}

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
  // In the order in which they are weighed: then nothing is sorted anew at each step.
  let backups = [...inOrder(past.backups)];
  const sizeBytes = backups[0]?.sizeBytes ?? 0;
  let weighed = 0;
  for (const [index, takenAt] of thatMatter(rules, past, coming).entries()) {
    if (goes.size === present.size || weighed > mostWeighed) break;
    weighed += backups.length;
    const backupId = `bk-coming-${String(index).padStart(6, '0')}` as BackupId;
    const next: PastBackup = { backupId, takenAt, sizeBytes, verdict: 'unproven', machine: past.machine, pin: null };
    backups.unshift(next);
    const step = decide(rules, { backups, machine: past.machine, clock: null, missing: [] }, takenAt);
    if (step.goes.length === 0) continue;
    for (const { backup } of step.goes) if (present.has(backup.backupId)) goes.set(backup.backupId, takenAt);
    backups = step.stays.map(({ backup }) => backup);
  }
  return goes;
}
