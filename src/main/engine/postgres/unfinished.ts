/** What an unfinished restore is known by, so that what a killed one left is found, and nothing else. */
import type { Watch } from '../../base/watch.ts';
import type { Surroundings } from '../engine.ts';
import type { Session } from './connect.ts';
import { quoteName, quoteText } from './name.ts';
import { dropNewThings, thingsOf } from './target-state.ts';

/**
 * The name of a database while it is filled or, in a database that was there before, of a schema that goes when all the
 * rest has come.
 */
export const unfinishedName = (token: string): string => `holdfast_restoring_${token}`;

/** The name of a database that is whole and waits to take the place of a live one. */
export const standInName = (token: string): string => `holdfast_restored_${token}`;

/** The name under which pg_restore connects, by which its sessions are known. */
export const sessionNameOf = (token: string): string => `holdfast restore ${token}`;

/** Marks an empty database as one that is being filled, with what it holds now (extensions). */
export async function markUnfinished(session: Session, token: string): Promise<Set<string>> {
  const before = (await thingsOf(session)).map((thing) => thing.key);
  const mark = quoteName(unfinishedName(token));
  // One statement: a mark without its list would not say what was there.
  const work = `CREATE SCHEMA ${mark}; COMMENT ON SCHEMA ${mark} IS ${quoteText(JSON.stringify(before))};`;
  await session.query(`DO ${quoteText(`BEGIN ${work} END`)}`);
  return new Set(before);
}

/** Takes the mark away: what is in the database is whole. */
export async function markFinished(session: Session, token: string): Promise<void> {
  await makeWritable(session);
  await session.query(`DROP SCHEMA ${quoteName(unfinishedName(token))}`);
}

/** What the database held when the mark was set; null where it has none. */
export async function readMark(session: Session, token: string): Promise<Set<string> | null> {
  const [mark] = await session.query<{ before: string | null }>(
    `SELECT obj_description(oid, 'pg_namespace') AS before FROM pg_namespace WHERE nspname = $1`,
    [unfinishedName(token)],
  );
  if (mark === undefined) return null;
  return new Set(JSON.parse(mark.before ?? '[]') as string[]);
}

/** Drops all that came after the mark; the mark goes last. */
export async function emptyAgain(
  session: Session,
  token: string,
  before: ReadonlySet<string>,
  watch: Pick<Watch, 'signal'>,
  surroundings: Pick<Surroundings, 'clock'>,
): Promise<void> {
  await makeWritable(session);
  // Workers of a pg_restore that was killed go on until their table is done, and would fill what is being emptied.
  const ours = 'FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()';
  while ((await session.query(`SELECT pg_terminate_backend(pid) ${ours}`, [sessionNameOf(token)])).length > 0) {
    await surroundings.clock.sleep(50, watch.signal);
  }
  const marks = (await thingsOf(session)).filter(
    ({ type, identity }) => type === 'schema' && identity === quotedMark(token),
  );
  await dropNewThings(session, new Set([...before, ...marks.map((mark) => mark.key)]));
  if (marks.length > 0) await session.query(`DROP SCHEMA ${quotedMark(token)}`);
}

const quotedMark = (token: string): string => quoteName(unfinishedName(token));

/** A setting that the restore has just brought back may say that this database is not to be written to. */
async function makeWritable(session: Session): Promise<void> {
  await session.query('SET default_transaction_read_only = off');
}
