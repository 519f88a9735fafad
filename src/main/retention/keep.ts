/** What one rule keeps, and why. It knows nothing of what may never be deleted but which ones a size must not take. */
import type { BackupId, Instant } from '../../shared/id.ts';
import { periodKinds, periodsIn, type PeriodKind, type Periods } from '../../shared/period.ts';
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
  // A backup whose proof failed, or whose copy does not hold, takes no place from another, and loses none.
  for (const counted of own.every(isWhole) ? [own] : [own, own.filter(isWhole)]) {
    keepLast(rule, counted, kept);
    keepPeriods(rule, counted, kept);
  }
  keepYoung(rule, own, now, kept);
  if (rule.maxBytes !== null) keepWithin(rule, rule.maxBytes, own, untouchable, kept);
  return kept;
}

const isWhole = ({ verdict, damaged }: PastBackup): boolean => verdict !== 'failed' && damaged !== true;

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

/** A look ahead asks a million times: each by its own name. */
const periodIn: Record<PeriodKind, (periods: Readonly<Periods>) => string> = {
  daily: ({ daily }) => daily,
  weekly: ({ weekly }) => weekly,
  monthly: ({ monthly }) => monthly,
  yearly: ({ yearly }) => yearly,
};

function keepPeriods(rule: RetentionRule, counted: readonly PastBackup[], kept: Reasons): void {
  const wanted = periodKinds.flatMap((kind) => {
    const most = rule[kind];
    return most === null ? [] : [{ kind, most, of: periodIn[kind], had: [] as string[] }];
  });
  const periodsOf = periodsIn(rule.timeZone);
  let before: Readonly<Periods> | undefined;
  let open = wanted.length;
  for (const one of counted) {
    // Every kind has as many as it keeps: what is older is kept by none.
    if (open === 0) return;
    const periods = periodsOf(one.takenAt);
    // Of the same day as the one before: whatever keeps the day, its week or its month has been asked.
    if (periods === before) continue;
    before = periods;
    for (const { kind, most, of, had } of wanted) {
      const period = of(periods);
      if (had.length >= most || isAmong(had, period)) continue;
      had.push(period);
      if (had.length === most) open -= 1;
      add(kept, one, { why: kind, words: periodWords(kind, period), until: null });
    }
  }
}

/** From the newest to the oldest names fall: only where a zone set its clocks back over midnight one comes again later. */
function isAmong(had: readonly string[], period: string): boolean {
  const last = had.at(-1);
  return last !== undefined && (period === last || (period > last && had.includes(period)));
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
