/** A tenth of `npm run prove -- swaps`, with a fresh seed. */
import { describe, expect, it } from 'vitest';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';
import { countOr, freshSeed } from '../prove/seed.ts';
import { swaps } from '../prove/swaps.ts';

const server = needs(
  'kills during an exchange',
  process.platform !== 'linux'
    ? 'processes are found through /proc'
    : availableMajors().includes(15)
      ? undefined
      : 'no PostgreSQL server with its client tools is installed',
);

describe.runIf(server)('BS-6 a kill of the owner or the job at any phase of a restore in place or its undo', () => {
  it('leaves the one or the other under the live name, whole, and the rest where the list says', async () => {
    const seed = freshSeed();
    const cluster = await startCluster({ major: 15 });
    try {
      const result = await swaps(tempFolder('swaps'), cluster, { count: countOr(10), seed, report: () => {} });
      console.log(`seed ${seed}`, result.coverage, result.victims, `${result.exchanged} exchanged`);
      expect(result.faults).toEqual([]);
    } finally {
      await cluster.stop();
    }
  }, 600_000);
});
