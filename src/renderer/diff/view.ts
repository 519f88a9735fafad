/** Pure: a comparison as a table shows it. What differs comes first, and first of that what is lost. */
import type { TableDiff } from '../../shared/diff.ts';

export type DiffFilter = 'differ' | 'same' | 'all';
export type DiffColumn = 'table' | 'before' | 'after' | 'change';
export interface DiffSort {
  column: DiffColumn;
  descending: boolean;
}

/** How many tables of each kind. `changed`: as many rows, other content. `uncompared`: as many rows, content unknown. */
export interface DiffSummary {
  missing: number;
  fewer: number;
  changed: number;
  more: number;
  added: number;
  same: number;
  uncompared: number;
}

/** Rows can change without their number changing. */
export const differs = (one: TableDiff): boolean => one.change !== 'same' || one.contentEqual === false;

export function summarize(tables: readonly TableDiff[]): DiffSummary {
  const number = (holds: (one: TableDiff) => boolean): number => tables.filter(holds).length;
  return {
    missing: number((one) => one.change === 'missing'),
    fewer: number((one) => one.change === 'fewer'),
    changed: number((one) => one.change === 'same' && one.contentEqual === false),
    more: number((one) => one.change === 'more'),
    added: number((one) => one.change === 'new'),
    same: number((one) => !differs(one)),
    uncompared: number((one) => one.change === 'same' && one.contentEqual === null),
  };
}

/** Whether something of the backup is gone or less on the other side. */
export const losesRows = ({ missing, fewer }: DiffSummary): boolean => missing > 0 || fewer > 0;

/** Missing, fewer, other content; then what is more or new; then what is the same. */
function gravity(one: TableDiff): number {
  if (one.change === 'missing') return 0;
  if (one.change === 'fewer') return 1;
  if (one.change === 'same') return one.contentEqual === false ? 2 : 4;
  return 3;
}

const byName = (a: TableDiff, b: TableDiff): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
const byRows = (a: number | null, b: number | null): number => (a ?? -1) - (b ?? -1);

function compare(a: TableDiff, b: TableDiff, column: DiffColumn): number {
  switch (column) {
    case 'table':
      return byName(a, b);
    case 'before':
      return byRows(a.before, b.before) || byName(a, b);
    case 'after':
      return byRows(a.after, b.after) || byName(a, b);
    case 'change':
      return gravity(a) - gravity(b) || byName(a, b);
  }
}

export function diffRows(tables: readonly TableDiff[], filter: DiffFilter, sort: DiffSort): TableDiff[] {
  const shown = filter === 'all' ? tables : tables.filter((one) => differs(one) === (filter === 'differ'));
  const sign = sort.descending ? -1 : 1;
  return shown.toSorted((a, b) => sign * compare(a, b, sort.column));
}

/** The rows that the filter "differ" leaves out, as one line: how many tables, and their rows together. */
export function others(tables: readonly TableDiff[]): { tables: number; rows: number } {
  const same = tables.filter((one) => !differs(one));
  return { tables: same.length, rows: same.reduce((sum, one) => sum + (one.before ?? 0), 0) };
}

export type DiffSign = 'missing' | 'fewer' | 'more' | 'new' | 'changed' | 'same';
export const signOf = (one: TableDiff): DiffSign =>
  one.change !== 'same' ? one.change : one.contentEqual === false ? 'changed' : 'same';
/** Said by a character too, so that colour is never the only word. */
export const signs: Record<DiffSign, string> = {
  missing: '×',
  fewer: '−',
  more: '+',
  new: '∗',
  changed: '≠',
  same: '=',
};

/** `public.` where every table is in that schema: it says nothing then, and the names have more room without it. */
export const plainPrefix = (tables: readonly TableDiff[]): string =>
  tables.length > 0 && tables.every((table) => table.name.startsWith('public.')) ? 'public.' : '';
