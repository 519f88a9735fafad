/** A database that does not exist yet: created beside the target, filled there, and given its name when it is whole. */
import type { PostgresFacts } from '../../../shared/inventory.ts';
import { Fail } from '../../../shared/failure.ts';
import type { RestoreTarget } from '../../../shared/restore.ts';
import type { Watch } from '../../base/watch.ts';
import type { Place, Surroundings } from '../engine.ts';
import { connect, sqlState, type Session } from './connect.ts';
import { createDatabase, type OtherLocale } from './create-database.ts';
import { quoteName } from './name.ts';

export type DatabaseTarget = Extract<RestoreTarget, { kind: 'database' }>;

/** Databases through which another one can be created, in the order they are tried. */
const maintenance = ['postgres', 'template1'];

/** A session on a database of this server other than `database`, from which that one can be created or dropped. */
export async function sessionBeside(
  place: Place,
  database: string,
  watch: Watch,
  surroundings: Surroundings,
): Promise<Session> {
  let first: unknown;
  const own = place.settings.kind === 'postgres' ? [place.settings.user] : [];
  for (const candidate of [...maintenance, ...own].filter((name) => name !== database)) {
    try {
      return await connect(place, candidate, watch, surroundings);
    } catch (error) {
      watch.signal.throwIfAborted();
      first ??= error;
      if (
        !(error instanceof Fail) ||
        !['source.no-database', 'source.auth-failed', 'source.no-rights'].includes(error.code)
      )
        throw error;
    }
  }
  throw first;
}

/** Creates the database under `name`, for the target. */
export async function createBeside(
  target: DatabaseTarget,
  name: string,
  place: Place,
  like: PostgresFacts,
  owner: string | null,
  watch: Watch,
  surroundings: Surroundings,
): Promise<OtherLocale> {
  const beside = await sessionBeside(place, name, watch, surroundings);
  try {
    return await createDatabase(beside, like, { name, owner });
  } catch (error) {
    throw explainCreate(error, target);
  } finally {
    await beside.close();
  }
}

/** How long sessions of a pg_restore that has ended may take to be gone. */
const goneWithinMs = 10_000;

/**
 * Gives the database its own name.
 * @throws `restore.target-exists` when somebody else took the name meanwhile.
 */
export async function rename(
  place: Place,
  from: string,
  target: DatabaseTarget,
  watch: Watch,
  surroundings: Surroundings,
): Promise<void> {
  const session = await sessionBeside(place, from, watch, surroundings);
  try {
    const deadline = surroundings.clock.elapsed() + goneWithinMs;
    for (;;) {
      try {
        await session.query(`ALTER DATABASE ${quoteName(from)} RENAME TO ${quoteName(target.database)}`);
        return;
      } catch (error) {
        if (sqlState(error) !== '55006' || surroundings.clock.elapsed() > deadline) throw explainCreate(error, target);
        await surroundings.clock.sleep(50, watch.signal);
      }
    }
  } finally {
    await session.close();
  }
}

/** Drops a database that a restore has created, with whatever sessions it still has. */
export async function dropCreated(
  place: Place,
  database: string,
  watch: Watch,
  surroundings: Surroundings,
): Promise<void> {
  const session = await sessionBeside(place, database, watch, surroundings);
  try {
    // Sessions of our own pg_restore may not have ended yet.
    await session.query(`DROP DATABASE IF EXISTS ${quoteName(database)} WITH (FORCE)`);
  } finally {
    await session.close();
  }
}

function explainCreate(error: unknown, target: DatabaseTarget): unknown {
  const state = sqlState(error);
  const said = error instanceof Error ? error.message : String(error);
  if (state === '42501')
    return new Fail(
      'restore.no-rights',
      `${target.server.user} may not create the database ${target.database}. ${said}`,
      { cause: error },
    );
  if (state === '42P04')
    return new Fail(
      'restore.target-exists',
      `The database ${target.database} has just been created by somebody else.`,
      { cause: error },
    );
  if (state === '53100') return new Fail('restore.full', `The target's disk is full. ${said}`, { cause: error });
  return error;
}
