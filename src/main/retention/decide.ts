/** What of one line stays and why, and what goes. */
import type { BackupId, Instant } from '../../shared/id.ts';
import type { KeepReason, RetentionRule } from '../../shared/retention.ts';
import { deletes, keptBy, type Reasons } from './keep.ts';
import { neverDeleted } from './never.ts';
import { inOrder, type Past, type PastBackup } from './past.ts';
import { goesWords, noRuleWords, shortWords } from './words.ts';

export interface Decision {
  /** Newest first. */
  stays: { backup: PastBackup; reasons: KeepReason[] }[];
  goes: { backup: PastBackup; at: Instant; words: string }[];
}

/**
 * A backup goes only where every rule lets it go and nothing forbids it. Without a rule everything stays.
 * @param rules that govern the line; null is one that keeps everything.
 */
export function decide(rules: readonly (RetentionRule | null)[], past: Past, now: Instant): Decision {
  const all = inOrder(past.backups);
  const never = neverDeleted(past, now);
  const kept = keptByAll(
    rules,
    all.filter(({ machine }) => machine === past.machine),
    new Set(never.keys()),
    now,
  );
  const stops = stopsOf(past);
  const decision: Decision = { stays: [], goes: [] };
  for (const backup of all) {
    const always = never.get(backup.backupId);
    const byRule = kept?.get(backup.backupId);
    let reasons = always === undefined ? byRule : byRule === undefined ? always : [...always, ...byRule];
    if (reasons === undefined && kept === null) reasons = [{ why: 'no-rule', words: noRuleWords, until: null }];
    if (reasons === undefined && stops.length > 0) reasons = [...stops];
    if (reasons === undefined) decision.goes.push({ backup, at: now, words: goesWords(backup.damaged === true) });
    else decision.stays.push({ backup, reasons });
  }
  return decision;
}

/** Null where some rule keeps everything, or there is none. */
function keptByAll(
  rules: readonly (RetentionRule | null)[],
  own: readonly PastBackup[],
  untouchable: ReadonlySet<BackupId>,
  now: Instant,
): Reasons | null {
  const binding = rules.filter(deletes);
  if (binding.length === 0 || binding.length < rules.length) return null;
  const [first] = binding;
  if (first !== undefined && binding.length === 1) return keptBy(first, own, untouchable, now);
  const kept: Reasons = new Map();
  for (const rule of binding) {
    for (const [backupId, reasons] of keptBy(rule, own, untouchable, now))
      kept.set(backupId, [...(kept.get(backupId) ?? []), ...reasons]);
  }
  return kept;
}

function stopsOf({ clock, missing, silent }: Past): KeepReason[] {
  return [
    ...(clock === null ? [] : [{ why: 'clock' as const, words: clock.words, until: null }]),
    ...(missing.length === 0 ? [] : [{ why: 'list-short' as const, words: shortWords(missing), until: null }]),
    ...(silent === undefined ? [] : [{ why: 'place-silent' as const, words: silent, until: null }]),
  ];
}
