/** A tenth of `npm run prove -- schedule`, with a seed of its own every time. */
import { describe, expect, it } from 'vitest';
import { yearsOfPlans } from '../prove/schedule.ts';
import { countOr, freshSeed } from '../prove/seed.ts';

describe('BS-3 CV-5 SV-8 BD-8 a year of a plan', () => {
  it('has never two runs in a window, and misses none that could be run longer than the grace', async () => {
    const seed = freshSeed();
    const years = await yearsOfPlans({ seed, count: countOr(100), report: () => {} });
    expect(years.faults, `HOLDFAST_SEED=${seed} npm run prove -- schedule`).toEqual([]);
    expect(years.saw).toContain(`${countOr(100)} years`);
  }, 900_000);
});
