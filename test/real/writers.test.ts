/** A tenth of `npm run prove -- writers-…`, with a fresh seed. */
import { describe, expect, it } from 'vitest';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster } from '../helpers/postgres.ts';
import { tempFolder } from '../helpers/temp.ts';
import { countOr, freshSeed, type ProofOptions } from '../prove/seed.ts';
import { postgresUnderWriters, sqliteUnderWriters } from '../prove/writers.ts';

const server = needs(
  'PostgreSQL 15',
  availableMajors().includes(15) ? undefined : 'no server with its client tools is installed',
);

function options(usual: number): ProofOptions {
  const seed = freshSeed();
  console.log(`seed ${seed}`);
  return { count: countOr(usual), seed, report: () => {} };
}

describe('SV-14 the manifest of a backup that was taken while writers wrote equals what a restore gives', () => {
  it.each(['wal', 'delete'] as const)(
    'SQLite in %s mode',
    async (mode) => {
      const result = await sqliteUnderWriters(tempFolder(`writers-${mode}`), mode, options(3));
      expect(result.faults).toEqual([]);
      expect(result.underWriting).toBe(result.backups);
    },
    300_000,
  );

  it.runIf(server)(
    'PostgreSQL, with tables that are truncated and filled again',
    async () => {
      const cluster = await startCluster({ major: 15 });
      try {
        const result = await postgresUnderWriters(tempFolder('writers-pg'), cluster, options(5));
        expect(result.faults).toEqual([]);
        expect(result.underWriting).toBe(result.backups);
      } finally {
        await cluster.stop();
      }
    },
    300_000,
  );
});
