/** The database that a restore fills: found empty or created, and taken back where the restore fails. */
import { randomUUID } from 'node:crypto';
import type { DatabaseInventory, PostgresFacts } from '../../../shared/inventory.ts';
import { Fail } from '../../../shared/failure.ts';
import type { RestoreTarget } from '../../../shared/restore.ts';
import type { Watch } from '../../base/watch.ts';
import type { Place, Secrets, Surroundings } from '../engine.ts';
import { connect, sqlState, type Session } from './connect.ts';
import type { OtherLocale } from './create-database.ts';
import { quoteName } from './name.ts';
import { createBeside, dropCreated, rename, sessionBeside, type DatabaseTarget } from './new-database.ts';
import { contentsOf } from './target-state.ts';
import {
  emptyAgain,
  markFinished,
  markUnfinished,
  readMark,
  sessionNameOf,
  standInName,
  unfinishedName,
} from './unfinished.ts';

export interface Prepared {
  /** Where the restore happens: a database that is created is filled under another name, which it keeps until it is whole. */
  building: DatabaseTarget;
  place: Place;
  /** The name under which pg_restore connects, by which its sessions are known. */
  sessionName: string;
  otherLocale: OtherLocale;
  /** Gives a database that was created its own name; from then on it is the target. */
  finish(): Promise<Place>;
  /** Takes back everything that was made, and nothing else. Works after the restore was cancelled too. Safe to call twice. */
  undo(): Promise<void>;
}

/** How long creating and taking back may last: neither ends with the watch of the restore. */
const undoWithinMs = 60_000;
export function databaseTarget(target: RestoreTarget): DatabaseTarget {
  if (target.kind === 'database') return target;
  throw new Fail('restore.wrong-kind', 'A PostgreSQL backup goes to a database, not to a file.');
}

export function placeOf(target: DatabaseTarget, secrets: Secrets): Place {
  return { settings: { ...target.server, databases: [target.database] }, secrets };
}

/**
 * A session on the target, if the database is there; null if it is not.
 * @throws as `connect` does for every other reason.
 */
export async function sessionIfThere(
  place: Place,
  database: string,
  watch: Watch,
  surroundings: Surroundings,
): Promise<Session | null> {
  try {
    return await connect(place, database, watch, surroundings);
  } catch (error) {
    if (error instanceof Fail && error.code === 'source.no-database') return null;
    throw error;
  }
}

/** Refuses a database that holds anything but extensions. */
export async function demandEmpty(session: Session, database: string): Promise<void> {
  const contents = await contentsOf(session);
  if (contents.length === 0) return;
  const some = contents.slice(0, 3).map(({ type, identity }) => `${type} ${identity.slice(0, 80)}`);
  throw new Fail(
    'restore.target-not-empty',
    `The database ${database} is not empty: it holds ${some.join(', ')}${contents.length > 3 ? ` and ${contents.length - 3} more` : ''}.`,
  );
}

/** Takes back what a killed restore with this token had made and not finished. */
export async function sweepDatabase(
  target: RestoreTarget,
  secrets: Secrets,
  token: string,
  watch: Watch,
  surroundings: Surroundings,
): Promise<string[]> {
  const wanted = databaseTarget(target);
  const name = unfinishedName(token);
  const place = placeOf(wanted, secrets);
  const swept: string[] = [];
  const filled = await sessionIfThere(place, wanted.database, watch, surroundings);
  try {
    const before = filled === null ? null : await readMark(filled, token);
    if (filled !== null && before !== null) {
      await emptyAgain(filled, token, before, watch, surroundings);
      swept.push(`what was in database ${wanted.database} on ${wanted.server.host}`);
    }
  } finally {
    await filled?.close();
  }
  const beside = await sessionBeside(place, name, watch, surroundings);
  try {
    for (const made of [name, standInName(token)]) {
      const there = await beside.query('SELECT FROM pg_database WHERE datname = $1', [made]);
      if (there.length === 0) continue;
      await beside.query(`DROP DATABASE IF EXISTS ${quoteName(made)} WITH (FORCE)`);
      swept.push(`database ${made} on ${wanted.server.host}`);
    }
  } finally {
    await beside.close();
  }
  return swept;
}

/**
 * The target, ready to be filled.
 * @param token null in a throw-away server: there nothing has to be found again.
 * @throws `restore.target-not-empty`, `restore.target-exists`, `restore.no-rights`, `restore.full`.
 */
export async function prepareTarget(
  target: DatabaseTarget,
  secrets: Secrets,
  from: DatabaseInventory & { engine: PostgresFacts },
  owner: string | null,
  token: string | null,
  watch: Watch,
  surroundings: Surroundings,
): Promise<Prepared> {
  const existing = await sessionIfThere(placeOf(target, secrets), target.database, watch, surroundings);
  if (existing !== null) return useEmpty(existing, placeOf(target, secrets), target, token, watch, surroundings);
  watch.signal.throwIfAborted();
  const own = token ?? randomUUID();
  const building = { ...target, database: unfinishedName(own) };
  const place = placeOf(building, secrets);
  // Not cancelled half-way: whether the server had made it by then could not be told from one that somebody else made.
  const otherLocale = await within(watch, (fresh) =>
    createBeside(target, building.database, place, from.engine, owner, fresh, surroundings),
  );
  let name = building.database;
  const undo = once(() => within(watch, (fresh) => dropCreated(place, name, fresh, surroundings)));
  if (watch.signal.aborted) await undo();
  watch.signal.throwIfAborted();
  const finish = async (): Promise<Place> => {
    await rename(place, name, target, watch, surroundings);
    name = target.database;
    return placeOf(target, secrets);
  };
  return { building, place, sessionName: sessionNameOf(own), otherLocale, finish, undo };
}

async function useEmpty(
  session: Session,
  place: Place,
  target: DatabaseTarget,
  token: string | null,
  watch: Watch,
  surroundings: Surroundings,
): Promise<Prepared> {
  const same = { building: target, place, otherLocale: null };
  try {
    await demandEmpty(session, target.database);
    // A throw-away server goes as a whole: nothing in it is marked, finished or taken back.
    if (token === null) {
      return { ...same, sessionName: 'holdfast', finish: () => Promise.resolve(place), undo: () => Promise.resolve() };
    }
    const before = await markUnfinished(session, token);
    const inside = (fresh: Watch, work: (again: Session) => Promise<void>): Promise<void> =>
      inSession(place, target.database, fresh, surroundings, work);
    return {
      ...same,
      sessionName: sessionNameOf(token),
      async finish() {
        await inside(watch, (again) => markFinished(again, token));
        return place;
      },
      undo: once(() =>
        within(watch, (fresh) => inside(fresh, (again) => emptyAgain(again, token, before, fresh, surroundings))),
      ),
    };
  } catch (error) {
    throw sqlState(error) === '42501' ? noRights(target, error) : error;
  } finally {
    await session.close();
  }
}

async function inSession(
  place: Place,
  database: string,
  watch: Watch,
  surroundings: Surroundings,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const session = await connect(place, database, watch, surroundings);
  try {
    await work(session);
  } finally {
    await session.close();
  }
}

function noRights(target: DatabaseTarget, error: unknown): Fail {
  const said = error instanceof Error ? error.message : String(error);
  return new Fail('restore.no-rights', `${target.server.user} may not fill the database ${target.database}. ${said}`, {
    cause: error,
  });
}

/** Work under a signal of its own: it goes on although the restore was cancelled. */
async function within<T>(watch: Watch, work: (fresh: Watch) => Promise<T>): Promise<T> {
  return work({ ...watch, signal: AbortSignal.timeout(undoWithinMs) });
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
