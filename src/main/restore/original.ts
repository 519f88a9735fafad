/** The rehearsal of a restore into the original's place: what goes, what comes back, and the way back. */
import { diffTables, type TableDiff } from '../../shared/diff.ts';
import { Fail } from '../../shared/failure.ts';
import type { PlanId } from '../../shared/id.ts';
import { digestsComparable, type DatabaseInventory } from '../../shared/inventory.ts';
import type { Finding, ReplacePlan, RestoreTarget } from '../../shared/restore.ts';
import type { SourceSettings } from '../../shared/source.ts';
import type { Watch } from '../base/watch.ts';
import type { Counted, Engine, Original, Place, Secrets } from '../engine/engine.ts';

const dayMs = 86_400_000;
/** How long what was replaced is kept at least. Nothing is ever removed without being asked (0070). */
export const keepDays = 7;
export const keepUntil = (now: number): number => now + keepDays * dayMs;

/** The live database or file of a source, as a target. */
export function originalTarget(settings: SourceSettings, database: DatabaseInventory): RestoreTarget {
  if (settings.kind !== database.engine.kind)
    throw new Fail('restore.wrong-kind', 'The source is of another kind now than when this backup was made.');
  if (settings.kind === 'sqlite') return { kind: 'file', file: settings.file };
  const server = { ...settings, databases: [database.name] };
  return { kind: 'database', server, database: database.name };
}

/** Where a target's content is counted. */
export function placeOfTarget(target: RestoreTarget, secrets: Secrets): Place {
  if (target.kind === 'file') return { settings: { kind: 'sqlite', file: target.file }, secrets };
  return { settings: { ...target.server, databases: [target.database] }, secrets };
}

export interface OriginalTools {
  engine: Engine;
  secrets: Secrets;
  now: number;
}

export interface OriginalRehearsal {
  findings: Finding[];
  /** Undefined where nothing has the name: then it is an ordinary restore into a new place. */
  replaces: ReplacePlan | undefined;
}

/** @param known a name without surprises, for a live name that nobody can type. */
export async function rehearseOriginal(
  target: RestoreTarget,
  from: DatabaseInventory,
  planId: PlanId,
  known: string,
  tools: OriginalTools,
  watch: Watch,
): Promise<OriginalRehearsal> {
  const { engine, secrets, now } = tools;
  const original = await meet(target, tools, watch);
  if ('blocked' in original) return { findings: [original.blocked], replaces: undefined };
  if ('gone' in original) {
    const gone: Finding = {
      grade: 'note',
      code: 'restore.original-gone',
      message: 'There is nothing under the live name any more: it is made anew, and nothing has to be kept.',
    };
    return { findings: [gone, ...(await engine.rehearse(target, secrets, from, watch))], replaces: undefined };
  }
  watch.progress({ phase: 'Counting the live database' });
  const live = await countLive(target, from, tools, watch);
  const standIn = await engine.rehearse(engine.standIn(target, planId), secrets, from, watch);
  const findings = [
    ...scopeFindings(from),
    ...original.findings,
    ...live.findings,
    // The stand-in's own name says nothing to anybody.
    ...standIn.filter((finding) => finding.code !== 'restore.target-new'),
  ];
  return { findings: once(findings), replaces: replacePlan(original, from, live.counted, known, now) };
}

/** A server that cannot be asked is what the rehearsal was to find out. */
async function meet(
  target: RestoreTarget,
  { engine, secrets, now }: OriginalTools,
  watch: Watch,
): Promise<Original | { gone: true } | { blocked: Finding }> {
  try {
    return (await engine.meetOriginal(target, secrets, now, watch)) ?? { gone: true };
  } catch (thrown) {
    watch.signal.throwIfAborted();
    if (!(thrown instanceof Fail)) throw thrown;
    const { code, message, hint } = thrown;
    return { blocked: { grade: 'blocking', code, message, hint } };
  }
}

function replacePlan(
  original: Original,
  from: DatabaseInventory,
  live: Counted | null,
  known: string,
  now: number,
): ReplacePlan {
  return {
    tables: live === null ? uncounted(from) : compareWithLive(from, live),
    keepAs: original.keepAs,
    keepUntil: keepUntil(now),
    sessions: original.sessions,
    confirm: canBeTyped(original.name) ? original.name : known,
    identity: original.identity,
    counted: live !== null,
  };
}

const compareWithLive = (from: DatabaseInventory, live: Counted): TableDiff[] =>
  diffTables(from.tables, live.tables, digestsComparable(from.digest, live.digestProbe));

const uncounted = (from: DatabaseInventory): TableDiff[] =>
  from.tables.map(({ name, rows }) => ({ name, before: rows, after: null, change: 'missing', contentEqual: null }));

/** A live database that cannot be counted may be the very reason for the restore. */
async function countLive(
  target: RestoreTarget,
  from: DatabaseInventory,
  { engine, secrets }: OriginalTools,
  watch: Watch,
): Promise<{ counted: Counted | null; findings: Finding[] }> {
  try {
    const options = { digests: from.digest !== null, scope: from.scope };
    return { counted: await engine.count(placeOfTarget(target, secrets), options, watch), findings: [] };
  } catch (thrown) {
    watch.signal.throwIfAborted();
    if (!(thrown instanceof Fail)) throw thrown;
    const message = `The live database could not be counted, so nobody can say what disappears: ${thrown.message} It is kept as it is.`;
    return { counted: null, findings: [{ grade: 'warning', code: 'restore.uncounted', message, hint: thrown.hint }] };
  }
}

/** In a new place a part is a part; in the original's place all the rest would be gone. */
function scopeFindings(from: DatabaseInventory): Finding[] {
  const { part, schemas, tables, excludeTables } = from.scope;
  if (part === 'all' && schemas.length + tables.length + excludeTables.length === 0) return [];
  return [
    {
      grade: 'blocking',
      code: 'restore.part-in-place',
      message: 'This backup holds a part of its database. In its place, the rest would be gone.',
      hint: 'Restore it into a new place and copy over what you need, or choose a complete backup.',
    },
  ];
}

function canBeTyped(name: string): boolean {
  return name === name.trim() && name.length <= 200 && /^\P{C}+$/u.test(name);
}

/** The same lack of rights is met by the stand-in and by the original. */
function once(findings: Finding[]): Finding[] {
  const weight = ({ grade }: Finding): number => ['blocking', 'warning', 'note'].indexOf(grade);
  const seen = new Set<string>();
  const kept = findings.filter(({ grade, code, message }) => {
    const key = grade === 'blocking' && code === 'restore.no-rights' ? code : `${code} ${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return kept.toSorted((a, b) => weight(a) - weight(b));
}
