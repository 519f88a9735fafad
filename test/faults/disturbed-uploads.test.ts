/** A few of `npm run prove -- uploads`, with a fresh seed. */
import { describe, expect, it } from 'vitest';
import { needs } from '../helpers/needs.ts';
import { availableMajors } from '../helpers/postgres.ts';
import { sshdMissing } from '../helpers/sshd.ts';
import { countOr, freshSeed } from '../prove/seed.ts';
import { uploads } from '../prove/uploads.ts';

const server = needs(
  'uploads that are disturbed',
  sshdMissing() ?? (availableMajors().length > 0 ? undefined : 'no PostgreSQL is installed'),
);

describe.runIf(server)('BD-6 JO-13 SV-1 a backup into three sealed places whose uploads are disturbed', () => {
  it(
    'comes out whole in all of them and proven, from one dump, and leaves nothing behind',
    { timeout: 600_000 },
    async () => {
      const seed = freshSeed();
      const result = await uploads(16, { count: countOr(4), seed, report: () => {} });
      console.log(`seed ${seed}`, result.coverage);
      expect(result.faults).toEqual([]);
    },
  );
});
