import { describe, expect, it } from 'vitest';
import {
  count,
  counted,
  duration,
  listed,
  percent,
  rateOf,
  roughly,
  sizeOf,
} from '../../../src/renderer/words/number.ts';

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('Numbers', () => {
  it('are grouped by a thin space that does not break', () => {
    expect([0, 999, 1204, 184_206, 1_234_567].map(count)).toEqual([
      '0',
      '999',
      '1\u202f204',
      '184\u202f206',
      '1\u202f234\u202f567',
    ]);
    expect(plain(count(-285))).toBe('\u2212285');
  });

  it('take their noun in the singular for one alone', () => {
    expect([0, 1, 2].map((tables) => plain(counted(tables, 'table', 'tables')))).toEqual([
      '0 tables',
      '1 table',
      '2 tables',
    ]);
  });

  it.each([
    [0, '0.0 s'],
    [300, '0.3 s'],
    [9_960, '10 s'],
    [52_000, '52 s'],
    [59_700, '1 min'],
    [400_000, '6 min 40 s'],
    [3_599_600, '1 h'],
    [4_800_000, '1 h 20 min'],
    [26 * 3_600_000, '26 h'],
    [76 * 3_600_000, '3 d 4 h'],
  ])('say %i ms as %s', (ms, text) => {
    expect(plain(duration(ms))).toBe(text);
  });

  it('are rounded to one unit where only the order matters', () => {
    expect([4_000, 70_000, 26 * 3_600_000, 9 * 86_400_000].map((ms) => plain(roughly(ms)))).toEqual([
      '4 s',
      '1 min',
      '26 h',
      '9 d',
    ]);
  });

  it('never claim that everything is done before it is, and claim nothing where the whole is unknown', () => {
    expect(percent(999, 1000)).toBe(99);
    expect(percent(1500, 1000)).toBe(100);
    expect(percent(5, null)).toBeNull();
    expect(percent(5, 0)).toBeNull();
  });

  it('have their units', () => {
    expect(plain(sizeOf(664e6))).toBe('664 MB');
    expect(plain(rateOf(18.4e6))).toBe('18.4 MB/s');
  });

  it('and names stand in a row with one "and"', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map((names) => listed(names))).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
  });
});
