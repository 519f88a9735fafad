import { describe, expect, test } from 'vitest';
import { mutateSets } from '../prove/mutations.ts';
import { mutateMessages } from '../prove/sealed-messages.ts';
import { countOr, freshSeed } from '../prove/seed.ts';

const count = countOr(100);
const seed = freshSeed();

describe('A stored backup that somebody changed', () => {
  test.each([
    ['open', false],
    ['sealed', true],
  ])(
    `%s: ${count} mutations (seed ${seed}) are all seen before a byte of a changed range comes out`,
    { timeout: 60_000 + count * 2000 },
    async (_name, sealed) => {
      console.log(`mutations: HOLDFAST_SEED=${seed} HOLDFAST_COUNT=${count}`);
      const outcome = await mutateSets({ count, seed, sealed, report: (line) => console.log(line) });
      expect(outcome.faults).toEqual([]);
      expect(outcome.made).toBe(count);
    },
  );
});

describe('A sealed message changed by somebody who can write its manifest anew', () => {
  test(`ends ${4 * count} times in an error or in the very content (seed ${seed})`, { timeout: 120_000 }, async () => {
    console.log(`messages: HOLDFAST_SEED=${seed} HOLDFAST_COUNT=${count}`);
    const { faults } = await mutateMessages({ count: 4 * count, seed, report: (line) => console.log(line) });
    expect(faults).toEqual([]);
  });
});
