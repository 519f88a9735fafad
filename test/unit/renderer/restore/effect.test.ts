import { describe, expect, it } from 'vitest';
import { diffTables } from '../../../../src/shared/diff.ts';
import { checksOf, countOf, effectOf } from '../../../../src/renderer/restore/effect.ts';

const table = (name: string, rows: number, digest = String(rows)) => ({ name, rows, digest });

describe('BS-6 what a restore into its place does, in numbers', () => {
  it('counts the rows that disappear and come back from the very rows of the table', () => {
    const backup = [
      table('orders', 61_882),
      table('order_lines', 184_206),
      table('coupons', 1_204),
      table('products', 9, 'a'),
    ];
    const live = [
      table('orders', 61_885),
      table('order_lines', 183_914),
      table('products', 9, 'b'),
      table('flags', 12),
    ];
    const effect = effectOf(diffTables(backup, live, true));
    expect(effect).toMatchObject({
      comeBack: 292 + 1_204,
      disappear: 3 + 12,
      olderValues: 1,
      tables: 5,
      uncompared: 0,
    });
    expect(effect.changed.map((one) => [one.name, one.disappear, one.comeBack, one.table])).toEqual([
      ['flags', 12, 0, 'goes'],
      ['orders', 3, 0, 'stays'],
      ['coupons', 0, 1_204, 'returns'],
      ['order_lines', 0, 292, 'stays'],
      ['products', 0, 0, 'stays'],
    ]);
  });

  it('says what it could not compare instead of calling it the same', () => {
    const effect = effectOf(diffTables([table('a', 3)], [{ name: 'a', rows: 3, digest: null }], true));
    expect(effect).toMatchObject({ changed: [], uncompared: 1 });
  });

  it('an empty table that is gone is a change too', () => {
    expect(effectOf(diffTables([table('a', 0)], [], true)).changed).toMatchObject([{ name: 'a', table: 'returns' }]);
  });
});

describe('BS-15 the checks of a rehearsal', () => {
  it('shows first what stops it', () => {
    const checks = checksOf({
      findings: [
        { grade: 'note', code: 'restore.server', message: 'Fits.' },
        { grade: 'warning', code: 'restore.roles-missing', message: 'Gone.' },
        { grade: 'blocking', code: 'restore.full', message: 'Full.' },
      ],
    });
    expect(checks.map((check) => check.state)).toEqual(['stops', 'handled', 'passes']);
    expect(countOf(checks, 'stops')).toBe(1);
  });
});
