import { describe, expect, it } from 'vitest';
import { progressLine } from '../../../src/main/cli/follow.ts';
import { bytes } from '../../../src/shared/bytes.ts';
import { count, plural } from '../../../src/shared/plural.ts';
import { duration, jsonDocument, moment, table } from '../../../src/main/cli/format.ts';

describe('what a person reads', () => {
  it('sizes', () => {
    expect([0, 999, 1_000, 1_450, 99_940, 99_960, 999_499, 999_600, 1_107_000_000, 5e15].map(bytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '1.4 kB',
      '99.9 kB',
      '100 kB',
      '999 kB',
      '1.0 MB',
      '1.1 GB',
      '5.0 PB',
    ]);
  });

  it('times', () => {
    expect([0, 400, 9_940, 9_960, 59_400, 59_600, 60_000, 200_000, 3_600_000, 7_500_000].map(duration)).toEqual([
      '0.0 s',
      '0.4 s',
      '9.9 s',
      '10 s',
      '59 s',
      '1 min',
      '1 min',
      '3 min 20 s',
      '1 h',
      '2 h 5 min',
    ]);
    expect(moment(Date.UTC(2026, 10, 20, 12, 30, 28, 999))).toBe('2026-11-20 12:30:28 UTC');
  });

  it('numbers', () => {
    expect([7, 1_234, 12_345_678].map(count)).toEqual(['7', '1\u00a0234', '12\u00a0345\u00a0678']);
    expect([plural(1, 'row'), plural(2, 'entry', 'entries')]).toEqual(['1 row', '2 entries']);
  });

  it('tables, whatever a name holds', () => {
    expect(
      table(
        [{ title: 'TABLE' }, { title: 'ROWS', align: 'right' }],
        [
          ['a\nb', '7'],
          ['orders', '1200'],
        ],
      ),
    ).toBe(['TABLE   ROWS', 'a\\nb       7', 'orders  1200'].join('\n'));
  });

  it('how far a job is', () => {
    const progress = {
      phase: 'Dumping',
      bytes: 1_200_000,
      totalBytes: 3_400_000,
      rows: 0,
      rate: 120_000,
      leftMs: 18_000,
      table: 'orders',
    };
    expect(progressLine(progress)).toBe('Dumping  1.2 MB of 3.4 MB  35 %  120 kB/s  18 s left  orders');
    expect(progressLine({ ...progress, bytes: 4_000_000, leftMs: null, table: null, rate: 0 })).toBe('Dumping  4.0 MB');
    expect(
      progressLine({ ...progress, bytes: 0, totalBytes: null, rate: 0, leftMs: null, rows: 12, table: null }),
    ).toBe('Dumping  12 rows');
  });
});

describe('what a program reads', () => {
  it('holds nothing that could steer a terminal, and is the same once parsed', () => {
    const value = { name: 'a\u001b[2Jb\u009b31mc\u007f' };
    const text = jsonDocument(value);
    // eslint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
