import { describe, expect, test } from 'vitest';
import { diffRows, losesRows, others, signOf, summarize } from '../../../../src/renderer/diff/view.ts';
import { diff as words } from '../../../../src/renderer/words/diff.ts';
import { diffTables } from '../../../../src/shared/diff.ts';

const table = (name: string, rows: number, digest: string | null = `${rows}`) => ({ name, rows, digest });
const tables = diffTables(
  [
    table('audit', 10),
    table('coupons', 5),
    table('lines', 8),
    table('notes', 3, 'a'),
    table('plain', 1),
    table('blob', 2),
  ],
  [
    table('audit', 12),
    table('lines', 6),
    table('notes', 3, 'b'),
    table('plain', 1),
    table('flags', 4),
    table('blob', 2, null),
  ],
  true,
);
const byChange = { column: 'change' as const, descending: false };

describe('BS-15 the comparison of a backup with something else', () => {
  test('lists what differs first: missing, fewer, other content, then more and new', () => {
    expect(diffRows(tables, 'all', byChange).map((one) => one.name)).toEqual([
      'coupons',
      'lines',
      'notes',
      'audit',
      'flags',
      'blob',
      'plain',
    ]);
    expect(diffRows(tables, 'differ', byChange).map(signOf)).toEqual(['missing', 'fewer', 'changed', 'more', 'new']);
    expect(diffRows(tables, 'same', byChange).map((one) => one.name)).toEqual(['blob', 'plain']);
  });

  test('sorts by any column, an absent table as the least', () => {
    const names = (column: 'before' | 'after' | 'table', descending: boolean) =>
      diffRows(tables, 'all', { column, descending }).map((one) => one.name);
    expect(names('after', false)[0]).toBe('coupons');
    expect(names('before', true)[0]).toBe('audit');
    expect(names('table', false)).toEqual(names('table', true).toReversed());
  });

  test('says the finding in a sentence that follows from the table', () => {
    const summary = summarize(tables);
    expect(summary).toEqual({ missing: 1, fewer: 1, changed: 1, more: 1, added: 1, same: 2, uncompared: 1 });
    expect(losesRows(summary)).toBe(true);
    expect(words.summary(summary, '14:00 today').replaceAll('\u00a0', ' ')).toBe(
      'Compared with 14:00 today: 1 table is missing, 1 has fewer rows, 1 has as many rows but other content, 1 has more rows and 1 is new.',
    );
  });

  test('counts that are equal with content that nobody compared are not called equal', () => {
    const summary = summarize(diffTables([table('a', 1, null)], [table('a', 1)], true));
    expect(words.summary(summary, '14:00 today')).toContain('was not compared');
    expect(words.change(diffTables([table('a', 1, null)], [table('a', 1)], true)[0] as never, words.live)).toBe(
      'same count',
    );
  });

  test('what is the same is one line, with its rows together', () => {
    expect(others(tables)).toEqual({ tables: 2, rows: 3 });
  });
});
