import { describe } from 'vitest';
import { postgresEngine } from '../../src/main/engine/postgres/index.ts';
import { findToolSets } from '../../src/main/engine/postgres/tool.ts';
import type { Place } from '../../src/main/engine/engine.ts';
import type { RestoreTarget } from '../../src/shared/restore.ts';
import type { PostgresSettings } from '../../src/shared/source.ts';
import { needs } from '../helpers/needs.ts';
import { availableMajors, startCluster } from '../helpers/postgres.ts';
import { sourceOf, surroundings } from '../helpers/postgres-source.ts';
import { engineSuite } from './engine.suite.ts';

const machine = surroundings();
const tools = (await findToolSets(machine)).filter((set) => set.programs.includes('pg_dump') && set.distrust === null);
const major = availableMajors().findLast((one) => tools.some((set) => set.major >= one));
const here = needs(
  'PostgreSQL server with its client programs',
  major === undefined ? 'no server here has a pg_dump at least as new' : undefined,
);

describe.runIf(here)('PostgreSQL', () => {
  engineSuite('PostgreSQL', async () => {
    const cluster = await startCluster({ major: major as number });
    let made = 0;
    const databaseOf = (place: Place): string =>
      place.settings.kind === 'postgres' ? (place.settings.databases[0] ?? '') : '';
    const target = (database: string): Extract<RestoreTarget, { kind: 'database' }> => ({
      kind: 'database',
      server: sourceOf(cluster, database).settings as PostgresSettings,
      database,
    });
    const nameOf = (of: RestoreTarget): string => (of.kind === 'database' ? of.database : '');
    return {
      engine: postgresEngine(machine),
      async newSource() {
        const database = `source_${++made}`;
        await cluster.createDatabase(database, 'TEMPLATE template0');
        return sourceOf(cluster, database);
      },
      run: async (place, sql) => void (await cluster.sql(databaseOf(place), sql)),
      newTarget: () => Promise.resolve({ target: target(`target_${++made}`), secrets: {} }),
      async occupy(of) {
        await cluster.createDatabase(nameOf(of), 'TEMPLATE template0');
        await cluster.sql(nameOf(of), 'CREATE TABLE somebody_elses (id int)');
      },
      isThere: async (of) =>
        (await cluster.sql('postgres', 'SELECT 1 FROM pg_database WHERE datname = $1', [nameOf(of)])).length > 0,
      nowhere: sourceOf({ ...cluster, port: 1 }, 'nowhere'),
      nameOf: (table) => `public.${table}`,
      scopeNameOf: (table) => `public.${table}`,
      close: () => cluster.stop(),
    };
  });
});
