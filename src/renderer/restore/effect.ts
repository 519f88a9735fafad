/** Pure: what a restore does, in numbers. The lead sentence and the table under it come from the same rows. */
import type { TableDiff } from '../../shared/diff.ts';
import type { Finding, RestorePlan } from '../../shared/restore.ts';

/** One table of a database that goes back: what leaves it and what returns, by its counts. */
export interface TableEffect {
  name: string;
  disappear: number;
  comeBack: number;
  /** The counts are equal and the content is not: rows return to older values. */
  olderValues: boolean;
  /** `returns`: the table is gone now. `goes`: the backup does not have it. */
  table: 'stays' | 'returns' | 'goes';
  now: number | null;
  /** In the backup. */
  promised: number | null;
}

export interface Effect {
  disappear: number;
  comeBack: number;
  /** Tables whose rows change without a count that tells. */
  olderValues: number;
  /** Those that change, the most rows first. */
  changed: TableEffect[];
  tables: number;
  /** Tables whose content could not be compared, because one side has no digest. */
  uncompared: number;
}

/** @param tables as in a plan: `before` is the backup, `after` the live database. */
export function effectOf(tables: readonly TableDiff[]): Effect {
  const effects = tables.map(effectOn);
  const changed = effects
    .filter((one) => one.disappear + one.comeBack > 0 || one.olderValues || one.table !== 'stays')
    .toSorted((a, b) => b.disappear - a.disappear || b.comeBack - a.comeBack || a.name.localeCompare(b.name));
  return {
    disappear: effects.reduce((sum, one) => sum + one.disappear, 0),
    comeBack: effects.reduce((sum, one) => sum + one.comeBack, 0),
    olderValues: effects.filter((one) => one.olderValues).length,
    changed,
    tables: tables.length,
    uncompared: tables.filter((one) => one.contentEqual === null && one.before !== null && one.after !== null).length,
  };
}

function effectOn({ name, before, after, contentEqual }: TableDiff): TableEffect {
  const promised = before ?? 0;
  const now = after ?? 0;
  return {
    name,
    disappear: Math.max(0, now - promised),
    comeBack: Math.max(0, promised - now),
    olderValues: before !== null && before === after && contentEqual === false,
    table: after === null ? 'returns' : before === null ? 'goes' : 'stays',
    now: after,
    promised: before,
  };
}

export type CheckState = 'passes' | 'handled' | 'stops';
export interface Check {
  state: CheckState;
  finding: Finding;
}

const stateOf = { blocking: 'stops', warning: 'handled', note: 'passes' } as const;

/** What stops the restore first, then what is handled, then what passes. */
export function checksOf(plan: Pick<RestorePlan, 'findings'>): Check[] {
  const order: CheckState[] = ['stops', 'handled', 'passes'];
  return plan.findings
    .map((finding): Check => ({ state: stateOf[finding.grade], finding }))
    .toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
}

export const countOf = (checks: readonly Check[], state: CheckState): number =>
  checks.filter((check) => check.state === state).length;
