/** Pure: what a finished restore comes to, table by table. */
import type { RestorePlan, RestoreReport } from '../../shared/restore.ts';

export type Likeness = 'equal' | 'differs' | 'uncompared';

export interface ProofRow {
  name: string;
  /** In the live database before; undefined where nothing was replaced, null where it had no such table. */
  before?: number | null;
  promised: number | null;
  now: number | null;
  likeness: Likeness;
  /** What the restore changed: its count, or its content. */
  changed: boolean;
}

/** Rows that differ first, then those that the restore changed. Tables that went are told too. */
export function proofRows(report: RestoreReport, plan: RestorePlan | null): ProofRow[] {
  const earlier = new Map(plan?.replaces?.tables.map((table) => [table.name, table]) ?? []);
  const replaced = plan?.replaces !== undefined;
  const rows = report.tables.map((table): ProofRow => {
    const { name, expectedRows, rows: now, digestEqual } = table;
    const before = earlier.get(name);
    return {
      name,
      ...(replaced ? { before: before?.after ?? null } : {}),
      promised: expectedRows,
      now,
      likeness:
        now !== expectedRows || digestEqual === false ? 'differs' : digestEqual === null ? 'uncompared' : 'equal',
      changed: before === undefined || before.change !== 'same' || before.contentEqual === false,
    };
  });
  const gone = [...earlier.values()]
    .filter((table) => table.change === 'new')
    .map((table): ProofRow => ({
      name: table.name,
      before: table.after,
      promised: null,
      now: null,
      likeness: 'equal',
      changed: true,
    }));
  const order: Likeness[] = ['differs', 'equal', 'uncompared'];
  return [...rows, ...gone].toSorted(
    (a, b) =>
      Number(b.likeness === 'differs') - Number(a.likeness === 'differs') ||
      Number(b.changed) - Number(a.changed) ||
      order.indexOf(a.likeness) - order.indexOf(b.likeness) ||
      a.name.localeCompare(b.name, 'en'),
  );
}

export const countLike = (rows: readonly ProofRow[], likeness: Likeness): number =>
  rows.filter((row) => row.likeness === likeness).length;
