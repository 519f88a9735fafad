import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster, type Cluster } from '../helpers/postgres.ts';
import { roundTripPostgres } from '../prove/postgres-schemas.ts';
import { countOr, freshSeed } from '../prove/seed.ts';

const here = needs(
  'PostgreSQL server with client programs',
  availableMajors().some((major) => major < 18) ? undefined : 'only the packaged 18 is here',
);

describe.runIf(here)('SV-14 random schemas', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster({ major: 15 });
  });
  afterAll(async () => {
    await cluster?.stop();
  });

  test('come back as they were, by every row and every line of their schema', async () => {
    const seed = freshSeed();
    const proof = await roundTripPostgres({ count: countOr(30), seed, report: () => {}, cluster });
    expect(proof.faults, `HOLDFAST_SEED=${seed}`).toEqual([]);
    expect(proof.details.length).toBeGreaterThan(30);
  });
});
