/** A tenth of `npm run prove -- retention`, with a seed of its own every time. */
import { describe, expect, it } from 'vitest';
import { retention } from '../../prove/retention.ts';
import { countOr, freshSeed } from '../../prove/seed.ts';

describe('BS-1 BD-3 JO-2 SV-1 rules that delete', () => {
  it('let go what an independent model lets go, for years, under clocks and lists that lie', () => {
    const seed = freshSeed();
    const count = countOr(1_000);
    const proof = retention({ seed, count, report: () => {} });
    expect(proof.faults, `HOLDFAST_SEED=${seed} npm run prove -- retention`).toEqual([]);
    expect(proof.saw).toContain(`${count} random histories`);
    expect(proof.details.length).toBe(6);
  }, 120_000);
});
