/**
 * The same promises again, written another way and from the documents alone: for each backup it is counted how many others
 * come before it, days are had from a formatted date, weeks from their Mondays. It shares no code with src/main/retention.
 */
import type { RetentionRule } from '../../src/shared/retention.ts';
import type { Past, PastBackup } from '../../src/main/retention/past.ts';

const dayMs = 24 * 60 * 60 * 1000;
const formats = new Map<string, Intl.DateTimeFormat>();

function dateIn(zone: string, at: number): string {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
  formats.set(zone, format);
  return format.format(at);
}

const spans: Record<'daily' | 'weekly' | 'monthly' | 'yearly', (date: string) => string> = {
  daily: (date) => date,
  weekly: (date) => {
    const day = new Date(`${date}T00:00:00Z`);
    while (day.getUTCDay() !== 1) day.setUTCDate(day.getUTCDate() - 1);
    return day.toISOString().slice(0, 10);
  },
  monthly: (date) => date.slice(0, 7),
  yearly: (date) => date.slice(0, 4),
};

const isLater = (a: PastBackup, b: PastBackup): boolean =>
  a.takenAt > b.takenAt || (a.takenAt === b.takenAt && a.backupId > b.backupId);

/** Whether last N or a period of the rule keeps `one` when these are the ones that count. */
function counts(rule: RetentionRule, one: PastBackup, among: readonly PastBackup[]): boolean {
  if (!among.includes(one)) return false;
  const later = among.filter((other) => isLater(other, one));
  if (rule.keepLast !== null && later.length < rule.keepLast) return true;
  return (['daily', 'weekly', 'monthly', 'yearly'] as const).some((kind) => {
    const most = rule[kind];
    if (most === null) return false;
    const span = (at: number): string => spans[kind](dateIn(rule.timeZone, at));
    const own = span(one.takenAt);
    const laterSpans = later.map(({ takenAt }) => span(takenAt));
    return !laterSpans.includes(own) && new Set(laterSpans).size < most;
  });
}

function ruleKeeps(
  rule: RetentionRule,
  own: readonly PastBackup[],
  safe: ReadonlySet<string>,
  now: number,
): Set<string> {
  const parts = [rule.keepLast, rule.daily, rule.weekly, rule.monthly, rule.yearly, rule.keepDays];
  const onlySize = parts.every((part) => part === null);
  const good = own.filter(({ verdict, damaged }) => verdict !== 'failed' && damaged !== true);
  const kept = own.filter(
    (one) =>
      onlySize ||
      counts(rule, one, own) ||
      counts(rule, one, good) ||
      (rule.keepDays !== null && now - one.takenAt < rule.keepDays * dayMs),
  );
  if (rule.maxBytes !== null) {
    const stored = new Set([...kept, ...own.filter(({ backupId }) => safe.has(backupId))]);
    const total = (): number => [...stored].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    for (;;) {
      const free = [...stored].filter(({ backupId }) => !safe.has(backupId));
      const oldest = free.find((one) => free.every((other) => other === one || isLater(other, one)));
      if (total() <= rule.maxBytes || oldest === undefined) break;
      stored.delete(oldest);
    }
    return new Set([...stored].map(({ backupId }) => backupId));
  }
  return new Set(kept.map(({ backupId }) => backupId));
}

/** What must not go for reasons that no rule has a say in. */
export function untouchableOf(past: Past, now: number): Set<string> {
  const own = past.backups.filter(({ machine }) => machine === past.machine);
  // What is damaged proves nothing, and is the last one only where nothing else is left.
  const hold = own.filter(({ damaged }) => damaged !== true);
  const lastOf = (list: readonly PastBackup[]): PastBackup | undefined =>
    list.find((one) => list.every((other) => other === one || isLater(one, other)));
  const lastProven = lastOf(hold.filter(({ verdict }) => verdict === 'proven'));
  const lastPartly = lastOf(hold.filter(({ verdict }) => verdict === 'partly'));
  const provenOne = lastProven ?? lastPartly;
  // Of the same moment, none is the last.
  const last = Math.max(...(hold.length > 0 ? hold : own).map(({ takenAt }) => takenAt));
  const newest = own.filter(({ takenAt }) => takenAt === last);
  const safe = [...newest, ...(provenOne === undefined ? [] : [provenOne])];
  const pinned = past.backups.filter(({ pin }) => pin !== null && (pin.hold || pin.until === null || pin.until > now));
  const strangers = past.backups.filter(({ machine }) => machine !== past.machine);
  return new Set([...safe, ...pinned, ...strangers].map(({ backupId }) => backupId));
}

/** The ids that go, in no order. */
export function goesByModel(rules: readonly (RetentionRule | null)[], past: Past, now: number): Set<string> {
  const nothing = new Set<string>();
  if (past.clock !== null || past.missing.length > 0 || rules.length === 0) return nothing;
  const own = past.backups.filter(({ machine }) => machine === past.machine);
  const safe = untouchableOf(past, now);
  const keepers: Set<string>[] = [];
  for (const rule of rules) {
    if (rule === null) return nothing;
    const { timeZone: _, ...amounts } = rule;
    if (Object.values(amounts).every((amount) => amount === null)) return nothing;
    keepers.push(ruleKeeps(rule, own, safe, now));
  }
  return new Set(
    past.backups.map(({ backupId }) => backupId).filter((id) => !safe.has(id) && !keepers.some((kept) => kept.has(id))),
  );
}
