import { describe, expect, test } from 'vitest';
import { bytes, parseBytes } from '../../../src/shared/bytes.ts';

describe('sizes that a person types', () => {
  test.each([
    ['2MB', 2_000_000],
    ['1.5 GB', 1_500_000_000],
    ['100MiB', 104_857_600],
    ['800kB', 800_000],
    ['800K', 800_000],
    ['1Ti', 1_099_511_627_776],
    ['4096', 4_096],
    ['12B', 12],
  ])('%s', (text, size) => expect(parseBytes(text)).toBe(size));

  test.each(['', 'MB', '-1MB', '1e3', '2 M B', '0x10', '1,5MB', '5 apples', '1.2345678MB', '∞'])('%j is none', (text) =>
    expect(parseBytes(text)).toBeUndefined(),
  );

  test('what is shown can be typed', () => {
    for (const size of [999, 1_000, 1_400_000, 250_000_000, 5_000_000_000_000])
      expect(parseBytes(bytes(size))).toBe(size);
  });
});
