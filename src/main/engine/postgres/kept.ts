/** A database that is kept for undo: what is written on it, so that it is known without any catalog. */
import { Fail } from '../../../shared/failure.ts';
import { BackupId, Instant, RestoreId, SourceId } from '../../../shared/id.ts';
import type { RestoreTarget } from '../../../shared/restore.ts';
import { z } from '../../../shared/schema.ts';
import type { Watch } from '../../base/watch.ts';
import type { KeptMark, Secrets, Surroundings, WantedKept } from '../engine.ts';
import { sqlState, type Session } from './connect.ts';
import { quoteName, quoteText } from './name.ts';
import { sessionBeside } from './new-database.ts';
import { databaseTarget, placeOf } from './target.ts';

/** What COMMENT ON DATABASE says of a kept one. */
const Note = z.strictObject({
  holdfast: z.literal('kept'),
  /** For whoever meets it in psql. */
  why: z.string(),
  restoreId: RestoreId,
  sourceId: SourceId,
  backupId: BackupId,
  restoredAt: Instant,
  keepUntil: Instant,
  /** The live name. */
  target: z.string(),
  /** The comment that the database had; it comes back with it. */
  comment: z.nullable(z.string()),
});
export type Note = z.output<typeof Note>;

/** A database of the server, as its list shows it. */
export interface Standing {
  name: string;
  oid: string;
  comment: string | null;
}

export async function standing(session: Session, names: readonly string[]): Promise<Map<string, Standing>> {
  const rows = await session.query<Standing>(
    `SELECT datname::text AS name, oid::text AS oid, shobj_description(oid, 'pg_database') AS comment
       FROM pg_database WHERE datname = ANY ($1::text[])`,
    [names],
  );
  return new Map(rows.map((row) => [row.name, row]));
}

/** Null where the comment is a person's own. */
export function readNote(comment: string | null): Note | null {
  if (comment === null || !comment.startsWith('{')) return null;
  try {
    const parsed = z.safeParse(Note, JSON.parse(comment));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The comment that a database had of its own, without what we wrote over it. */
export const ownComment = (comment: string | null): string | null => {
  const note = readNote(comment);
  return note === null ? comment : note.comment;
};

export function commentStatement(database: string, comment: string | null): string {
  return `COMMENT ON DATABASE ${quoteName(database)} IS ${comment === null ? 'NULL' : quoteText(comment)}`;
}

export function noteText(mark: KeptMark, target: string, comment: string | null): string {
  const why = `Kept by Holdfast for undo. To bring it back: holdfast restore undo ${mark.restoreId}`;
  const { restoreId, sourceId, backupId, restoredAt, keepUntil } = mark;
  const note: Note = {
    holdfast: 'kept',
    why,
    restoreId,
    sourceId,
    backupId,
    restoredAt,
    keepUntil,
    target,
    comment: ownComment(comment),
  };
  return JSON.stringify(note);
}

/** Every database of the server that was kept for this live name. */
export async function keptFor(session: Session, target: string): Promise<{ name: string; note: Note }[]> {
  const rows = await session.query<{ name: string; comment: string }>(
    `SELECT d.datname::text AS name, shobj_description(d.oid, 'pg_database') AS comment FROM pg_database d
      WHERE shobj_description(d.oid, 'pg_database') LIKE '{"holdfast":"kept"%' ORDER BY d.oid`,
  );
  return rows.flatMap(({ name, comment }) => {
    const note = readNote(comment);
    return note !== null && note.target === target ? [{ name, note }] : [];
  });
}

/** The database whose note says that it was kept for this restore. */
export async function findKeptDatabase(
  target: RestoreTarget,
  secrets: Secrets,
  wanted: WantedKept,
  watch: Watch,
  surroundings: Surroundings,
): Promise<string | null> {
  const database = databaseTarget(target);
  const session = await sessionBeside(placeOf(database, secrets), database.database, watch, surroundings);
  try {
    const kept = await keptFor(session, database.database);
    const mine = kept.filter(({ note }) => note.restoreId === wanted.restoreId);
    return mine.find(({ name }) => wanted.renamed || name === wanted.name)?.name ?? null;
  } finally {
    await session.close();
  }
}

/** Drops the database that was kept for this restore, and no other. */
export async function removeKeptDatabase(
  target: RestoreTarget,
  secrets: Secrets,
  restoreId: RestoreId,
  name: string,
  watch: Watch,
  surroundings: Surroundings,
): Promise<void> {
  const database = databaseTarget(target);
  const session = await sessionBeside(placeOf(database, secrets), name, watch, surroundings);
  try {
    const note = readNote((await standing(session, [name])).get(name)?.comment ?? null);
    if (note?.restoreId !== restoreId || name === database.database)
      throw new Fail(
        'restore.not-kept',
        `The database ${name} is not there, or not marked as kept for ${restoreId}. Nothing was removed.`,
      );
    await session.query(`DROP DATABASE ${quoteName(name)} WITH (FORCE)`);
  } catch (error) {
    const state = sqlState(error);
    const said = error instanceof Error ? error.message : String(error);
    if (state === '55006' || (state === '42501' && /terminate|superuser/i.test(said)))
      throw new Fail('restore.in-use', `The database ${name} is in use. ${said}`, { cause: error });
    if (state === '42501') throw new Fail('restore.no-rights', `${name} may not be dropped. ${said}`, { cause: error });
    throw error;
  } finally {
    await session.close();
  }
}
