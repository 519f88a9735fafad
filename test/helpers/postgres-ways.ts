import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { run } from '../../src/main/base/run.ts';
import { connect, libpqAccess } from '../../src/main/engine/postgres/connect.ts';
import { findToolSets, programPath } from '../../src/main/engine/postgres/tool.ts';
import type { Place } from '../../src/main/engine/engine.ts';
import { needs } from './needs.ts';
import { availableMajors } from './postgres.ts';
import { surroundings, testWatch } from './postgres-source.ts';

export const machine = surroundings();
const tools = (await findToolSets(machine)).find((set) => set.programs.includes('pg_dump') && set.distrust === null);

/** Asked while a test file is collected. */
export const serverIsHere = (): boolean =>
  needs(
    'PostgreSQL server and pg_dump',
    availableMajors().length === 0 ? 'no server' : tools === undefined ? 'no pg_dump' : undefined,
  );

/** Both ways in: our own session, and PostgreSQL's programs. They must agree about every server. */
export async function ways(
  place: Place,
  database = 'postgres',
  around = machine,
): Promise<{ session: string; program: string }> {
  const watch = testWatch();
  const session = await connect(place, database, watch, around).then(
    async (open) => {
      const [row] = await open.query<{ name: string }>('SELECT current_database() AS name');
      await open.close();
      return `in ${row?.name}`;
    },
    (error: { code: string }) => error.code,
  );
  let program = '';
  try {
    const access = await libpqAccess(place, database, tools?.major ?? 0, watch, around);
    const ended = await run(
      programPath(tools as NonNullable<typeof tools>, 'pg_dump'),
      ['--schema-only', '--no-password', `--dbname=${access.conninfo}`],
      { env: access.env },
    );
    program = ended.code === 0 ? `in ${/dumped/i.test(ended.stdout) ? database : ''}` : ended.stderr;
    await access.close();
  } catch (error) {
    program = (error as { code: string }).code;
  }
  expect(readdirSync(watch.work)).toEqual([]);
  return { session, program };
}

/** What both ways say of a server that lets them in. */
export const welcome = { session: 'in postgres', program: 'in postgres' };
