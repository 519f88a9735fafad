/** A tenth of `npm run prove -- kills`, with a fresh seed. */
import { describe, expect, it } from 'vitest';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';
import { kills } from '../prove/kills.ts';
import { countOr, freshSeed } from '../prove/seed.ts';

const server = needs(
  'kills',
  process.platform !== 'linux'
    ? 'processes are found through /proc'
    : availableMajors().includes(15)
      ? undefined
      : 'no PostgreSQL server with its client tools is installed',
);

describe.runIf(server)('a kill of the owner, the job or its children at any named phase', () => {
  it('leaves the source intact, nothing listed that fails, and nothing behind after one restart', async () => {
    const seed = freshSeed();
    const cluster = await startCluster({ major: 15 });
    try {
      const result = await kills(tempFolder('kills'), cluster, { count: countOr(24), seed, report: () => {} });
      console.log(`seed ${seed}`, result.coverage, result.victims);
      expect(result.faults).toEqual([]);
    } finally {
      await cluster.stop();
    }
  }, 600_000);
});
