import { describe, expect, test } from 'vitest';
import { kitRows } from '../../../src/main/kit/check-words.ts';

const secret = '0123456789abcdef'.repeat(4);

describe('The rows of a kit', () => {
  test('hold the whole secret, in order', () => {
    const rows = kitRows(secret);
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(rows.flatMap(({ groups }) => groups).join('')).toBe(secret);
  });

  test('a slip of the pen, and two rows in the wrong order, change a word', () => {
    const words = kitRows(secret).map(({ word }) => word);
    // Rows 1, 3, 5, 7 have the same digits; their words tell them apart.
    expect(new Set([words[0], words[2], words[4], words[6]]).size).toBe(4);
    const wrong = Array.from({ length: 500 }, (_, at) => {
      const digit = ((at >> 6) + 1 + Number.parseInt(secret[at % 64] ?? '', 16)) % 16;
      return secret.slice(0, at % 64) + digit.toString(16) + secret.slice((at % 64) + 1);
    });
    const unseen = wrong.filter((text) => kitRows(text).every(({ word }, row) => word === words[row]));
    expect(unseen.length).toBeLessThan(10);
  });

  test('there is a word for every value of a byte, and no two are the same', () => {
    const seen = new Set<string>();
    for (let n = 0; n < 4000; n += 1)
      for (const { word } of kitRows(n.toString(16).padStart(8, '0').repeat(8))) seen.add(word);
    expect(seen.size).toBe(256);
    for (const word of seen) expect(word).toMatch(/^[a-z]{3,8}$/);
  });

  test('the words of printed kits never change', () => {
    expect(kitRows(secret).map(({ word }) => word)).toMatchInlineSnapshot(`
      [
        "autumn",
        "pine",
        "diamond",
        "diamond",
        "fountain",
        "linen",
        "arrow",
        "crystal",
      ]
    `);
  });
});
