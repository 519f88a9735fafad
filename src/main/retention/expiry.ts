/** What a place would delete by itself that Holdfast promises to keep. Pure: rules of a place and lines in, clashes out. */
import type { Instant } from '../../shared/id.ts';
import type { LifecycleClash, LifecycleRule } from '../../shared/place-admin.ts';
import { goneAt } from '../../shared/place-rules.ts';
import { plural } from '../../shared/plural.ts';
import type { RetentionLine } from '../../shared/retention.ts';

const dayMs = 24 * 60 * 60 * 1000;

export interface ExpiringRule extends Pick<LifecycleRule, 'id' | 'ours' | 'hits' | 'prefix'> {
  expires?: { afterDays: number } | { at: number };
  cools?: { afterDays: number; storageClass: string };
}

/** What a line keeps, and whether no rule ever lets anything of it go. */
export interface KeptLine extends Pick<RetentionLine, 'source' | 'stays'> {
  keepsAll: boolean;
}

type Staying = RetentionLine['stays'][number];
type Grade = LifecycleClash['grade'];

const order: readonly LifecycleClash['code'][] = [
  'beats-hold',
  'beats-pin',
  'beats-last',
  'beats-proven',
  'removes-manifests',
  'cools-manifests',
  'beats-rule',
  'other-machine',
];

/** Gravest first. Those of rules that are not ours are said and never refused: nobody asked Holdfast for them. */
export function clashesOf(rules: readonly ExpiringRule[], lines: readonly KeptLine[], now: Instant): LifecycleClash[] {
  return rules
    .flatMap((rule) => [...manifestClashes(rule), ...lines.flatMap((line) => dataClashes(rule, line, now))])
    .toSorted(
      (a, b) =>
        Number(a.grade === 'said') - Number(b.grade === 'said') || order.indexOf(a.code) - order.indexOf(b.code),
    );
}

function manifestClashes({ id, hits, expires, cools }: ExpiringRule): LifecycleClash[] {
  if (!hits.includes('manifests')) return [];
  const said = { grade: 'said' as const, ruleId: id, at: null };
  return [
    ...(expires === undefined
      ? []
      : [
          {
            ...said,
            code: 'removes-manifests' as const,
            words: `The rule “${id}” deletes manifests. A backup without its manifest is not found any more, whatever is left of its data.`,
          },
        ]),
    ...(cools === undefined
      ? []
      : [
          {
            ...said,
            code: 'cools-manifests' as const,
            words: `The rule “${id}” moves manifests to ${cools.storageClass}, where they cannot be read at once. Backups there are not found before a thaw.`,
          },
        ]),
  ];
}

function dataClashes(rule: ExpiringRule, line: KeptLine, now: Instant): LifecycleClash[] {
  if (rule.expires === undefined || !(rule.hits.includes('data') || rule.hits.includes('manifests'))) return [];
  const { ours, id: ruleId } = rule;
  const found = new Map<LifecycleClash['code'], { grade: Grade; at: Instant; backups: number }>();
  for (const one of line.stays) {
    const at = goneAt(rule, one.takenAt);
    if (at === undefined) continue;
    for (const [code, grade] of beaten(one, line.keepsAll, at, now)) {
      const before = found.get(code);
      const earlier = before === undefined || at < before.at;
      found.set(code, {
        grade: before?.grade === 'refused' || (ours && grade === 'refused') ? 'refused' : 'said',
        at: earlier ? at : before.at,
        backups: (before?.backups ?? 0) + 1,
      });
    }
  }
  return [...found].map(([code, { grade, at, backups }]) => ({
    code,
    grade,
    ruleId,
    at,
    words: wordsOf(code, { source: line.source, backups, at, now, ruleId }),
  }));
}

/** Which promises about a backup are broken when it goes at `at`. */
function beaten(
  { reasons, goesAt, takenAt }: Staying,
  keepsAll: boolean,
  at: Instant,
  now: Instant,
): [LifecycleClash['code'], Grade][] {
  const why = new Map(reasons.map((reason) => [reason.why, reason]));
  const soon = at <= now + dayMs;
  // The newest is replaced by a newer one long before, where the source is backed up at all.
  const stale = now - takenAt > (at - takenAt) / 2;
  const pin = why.get('pinned');
  const promises: [LifecycleClash['code'], Grade][] = [];
  if (why.has('held')) promises.push(['beats-hold', 'refused']);
  if (pin !== undefined && (pin.until === null || pin.until > at)) promises.push(['beats-pin', 'refused']);
  if (why.has('newest') && (soon || stale)) promises.push(['beats-last', soon ? 'refused' : 'said']);
  if (why.has('proven') && (soon || stale)) promises.push(['beats-proven', soon ? 'refused' : 'said']);
  if (why.has('other-machine')) promises.push(['other-machine', 'said']);
  const byRule = keepsAll || reasons.some((reason) => ruleReasons.has(reason.why));
  if (byRule && (goesAt === null || goesAt > at)) promises.push(['beats-rule', 'said']);
  return promises;
}

const ruleReasons = new Set(['no-rule', 'last', 'daily', 'weekly', 'monthly', 'yearly', 'age', 'size']);

function wordsOf(
  code: LifecycleClash['code'],
  { source, backups, at, now, ruleId }: { source: string; backups: number; at: Instant; now: Instant; ruleId: string },
): string {
  const when = at <= now ? 'within a day' : `from ${new Date(at).toISOString().slice(0, 10)} on`;
  const many = plural(backups, 'backup');
  switch (code) {
    case 'beats-hold':
      return `${many} of ${source} under a legal hold would be deleted ${when}.`;
    case 'beats-pin':
      return `${many} of ${source} would be deleted ${when}, before the pin ends.`;
    case 'beats-last':
      return `The last backup of ${source} would be deleted ${when}, if no newer one comes.`;
    case 'beats-proven':
      return `The last proven backup of ${source} would be deleted ${when}, if no newer one is proven.`;
    case 'other-machine':
      return `${many} of ${source} were made by another machine, whose pins, holds and rules are not known here; the first would be deleted ${when}.`;
    default:
      return `Retention keeps ${many} of ${source} longer than “${ruleId}” lets them; the first would be deleted ${when}. Its manifest would stay, without data: set a rule of retention that lets go earlier.`;
  }
}
