/** What one rule keeps, and why. It knows nothing of what may never be deleted but which ones a size must not take. */
import type { BackupId, Instant } from '../../shared/id.ts';
import { periodKinds, periodsAt } from '../../shared/period.ts';
import type { KeepReason, RetentionRule } from '../../shared/retention.ts';
import type { PastBackup } from './past.ts';
import { agedWords, lastWords, periodWords, sizeWords } from './words.ts';

const dayMs = 86_400_000;

export type Reasons = Map<BackupId, KeepReason[]>;

/**
 * @param own newest first, made by this machine.
 * @param untouchable what a size never takes, though it counts.
 */
export function keptBy(
  rule: RetentionRule,
  own: readonly PastBackup[],
  untouchable: ReadonlySet<BackupId>,
  now: Instant,
): Reasons {
  const kept: Reasons = new Map();
  const whole = own.filter(({ verdict, damaged }) => verdict !== 'failed' && damaged !== true);
  // A backup whose proof failed, or whose copy does not hold, takes no place from another, and loses none.
  for (const counted of whole.length === own.length ? [own] : [own, whole]) {
    keepLast(rule, counted, kept);
    keepPeriods(rule, counted, kept);
  }
  keepYoung(rule, own, now, kept);
  if (rule.maxBytes !== null) keepWithin(rule, rule.maxBytes, own, untouchable, kept);
  return kept;
}

/** Whether the rule says of anything that it should go. */
export const deletes = (rule: RetentionRule | null): rule is RetentionRule =>
  rule !== null && (rule.maxBytes !== null || hasParts(rule));

const hasParts = ({ keepLast: last, daily, weekly, monthly, yearly, keepDays }: RetentionRule): boolean =>
  [last, daily, weekly, monthly, yearly, keepDays].some((part) => part !== null);

function add(kept: Reasons, { backupId }: PastBackup, reason: KeepReason): void {
  const reasons = kept.get(backupId);
  if (reasons === undefined) kept.set(backupId, [reason]);
  else if (!reasons.some(({ why }) => why === reason.why)) reasons.push(reason);
}

function keepLast({ keepLast: most }: RetentionRule, counted: readonly PastBackup[], kept: Reasons): void {
  if (most === null) return;
  for (const one of counted.slice(0, most)) add(kept, one, { why: 'last', words: lastWords(most), until: null });
}

function keepPeriods(rule: RetentionRule, counted: readonly PastBackup[], kept: Reasons): void {
  const wanted = periodKinds.flatMap((kind) => {
    const most = rule[kind];
    return most === null ? [] : [{ kind, most, had: new Set<string>() }];
  });
  if (wanted.length === 0) return;
  for (const one of counted) {
    const periods = periodsAt(one.takenAt, rule.timeZone);
    for (const { kind, most, had } of wanted) {
      const period = periods[kind];
      if (had.size >= most || had.has(period)) continue;
      had.add(period);
      add(kept, one, { why: kind, words: periodWords(kind, period), until: null });
    }
  }
}

function keepYoung({ keepDays }: RetentionRule, own: readonly PastBackup[], now: Instant, kept: Reasons): void {
  if (keepDays === null) return;
  for (const one of own) {
    const until = one.takenAt + keepDays * dayMs;
    if (until > now) add(kept, one, { why: 'age', words: agedWords(keepDays), until });
  }
}

/** Takes the oldest of what is kept until the rest fits. */
function keepWithin(
  rule: RetentionRule,
  maxBytes: number,
  own: readonly PastBackup[],
  untouchable: ReadonlySet<BackupId>,
  kept: Reasons,
): void {
  if (!hasParts(rule)) for (const one of own) add(kept, one, { why: 'size', words: sizeWords(maxBytes), until: null });
  const held = own.filter(({ backupId }) => kept.has(backupId) || untouchable.has(backupId));
  let total = held.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const one of held.toReversed()) {
    if (total <= maxBytes) return;
    if (untouchable.has(one.backupId)) continue;
    kept.delete(one.backupId);
    total -= one.sizeBytes;
  }
}
