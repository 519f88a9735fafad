/** Exact counts and digests of a database, in whatever transaction the session is in. */
import type { Omission } from '../../../shared/inventory.ts';
import type { Scope } from '../../../shared/source.ts';
import type { Watch } from '../../base/watch.ts';
import type { Counted } from '../engine.ts';
import { sqlState, type Session } from './connect.ts';
import { countQuery, digestProbe, emptyDigest, fixText } from './digest.ts';
import { listRelations, listSchemas, type Relation } from './inspect.ts';
import { countLargeObjects } from './large-object.ts';
import { qualifiedName } from './name.ts';
import { listObjects } from './objects.ts';
import { selectScope, type Selection } from './scope.ts';
import { readSequences } from './sequence.ts';

export type CountWatch = Pick<Watch, 'signal' | 'progress' | 'log'>;

/** Small tables are counted many at a time: over a slow line the round trips would take longer than the counting. */
const smallPages = 256;
const tablesPerQuery = 40;

/**
 * Counts everything of `scope` that is there, and digests it where asked. A table that is named in the scope and absent
 * here is simply not in the result. Inside an open transaction everything is read there; else in a transaction of its
 * own, so that it is one moment either way. Nothing is locked against TRUNCATE: whoever counts a live source holds the
 * tables first (`snapshot.ts`).
 */
export async function countDatabase(
  session: Session,
  options: { digests: boolean; scope: Scope },
  watch: CountWatch,
): Promise<Counted> {
  await fixText(session);
  const own = session.client.getTransactionStatus() === 'I';
  if (own) await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    const relations = await listRelations(session);
    const [recovery] = await session.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
    const selection = selectScope(options.scope, relations, await listSchemas(session), 'this database', {
      standby: recovery?.standby ?? false,
      strict: false,
    });
    const { counted } = await countSelection(session, selection, options.digests, watch);
    return counted;
  } finally {
    if (own) await session.query('ROLLBACK').catch(() => {});
  }
}

/** What a dump without rows holds: every table, empty. */
export async function describeSelection(
  session: Session,
  selection: Selection,
): Promise<{ counted: Counted; omissions: Omission[] }> {
  const { objects, omissions } = await listObjects(session, selection);
  const tables = selection.counted.map((table) => ({ name: nameOf(table), rows: 0, digest: null }));
  return { counted: { tables, largeObjects: null, sequences: [], objects, digestProbe: null }, omissions };
}

/** Counts a selection that was made before, in the transaction that is open. What could not be digested is said. */
export async function countSelection(
  session: Session,
  selection: Selection,
  digests: boolean,
  watch: CountWatch,
): Promise<{ counted: Counted; omissions: Omission[] }> {
  const { objects, omissions } = await listObjects(session, selection);
  const sequences = await readSequences(session, selection.sequences);
  const { tables, undigested } = await countTables(session, selection, digests, watch);
  const largeObjects = selection.largeObjects ? await countObjectsSafely(session, digests, omissions) : null;
  const counted = {
    tables,
    largeObjects,
    sequences,
    objects,
    digestProbe: digests ? await digestProbe(session) : null,
  };
  return { counted, omissions: [...omissions, ...undigested] };
}

async function countObjectsSafely(
  session: Session,
  digests: boolean,
  omissions: Omission[],
): Promise<Counted['largeObjects']> {
  const attempt = await inSavepoint(session, () => countLargeObjects(session, digests, () => {}));
  if (attempt.ok) return attempt.value;
  omissions.push({
    what: 'digest',
    name: 'large objects',
    why: `They could not all be read (${(attempt.error as Error).message})`,
  });
  return countLargeObjects(session, false, () => {});
}

interface CountRow {
  tag: number;
  rows: string;
  digest: string | null;
}

async function countTables(
  session: Session,
  { counted: tables, rowless }: Selection,
  digests: boolean,
  watch: CountWatch,
): Promise<{ tables: Counted['tables']; undigested: Omission[] }> {
  const found = new Map<number, CountRow>();
  const undigested: Omission[] = [];
  let rows = 0;
  const keep = (result: readonly CountRow[]): void => {
    for (const row of result) {
      found.set(row.tag, row);
      rows += Number(row.rows);
    }
    watch.progress({ rows });
  };
  const query = (indexes: readonly number[], withDigests: boolean): Promise<CountRow[]> =>
    session.query<CountRow>(
      indexes.map((index) => countQuery(index, tables[index] as Relation, withDigests)).join(' UNION ALL '),
    );
  for (const group of groupsOf(tables, rowless)) {
    watch.progress({ table: nameOf(tables[group[0] as number] as Relation), rows });
    const together = await inSavepoint(session, () => query(group, digests));
    if (together.ok) {
      keep(together.value);
      continue;
    }
    for (const index of group) {
      const alone = await inSavepoint(session, () => query([index], digests));
      if (alone.ok) keep(alone.value);
      else {
        if (!isTooLarge(alone.error)) throw alone.error;
        keep(await query([index], false));
        undigested.push({
          what: 'digest',
          name: nameOf(tables[index] as Relation),
          why: 'A row is too large to be read as one text.',
        });
      }
    }
  }
  const facts = tables.map((table, index) => ({
    name: nameOf(table),
    rows: Number(found.get(index)?.rows ?? 0),
    digest: rowless.has(table.oid) && digests ? emptyDigest : (found.get(index)?.digest ?? null),
  }));
  return { tables: facts, undigested };
}

const nameOf = (relation: Relation): string => qualifiedName(relation.schema, relation.name);

/** Large tables alone, small ones together. Tables that were never analysed count as small: the query is the same either way. */
function groupsOf(tables: readonly Relation[], rowless: ReadonlySet<number>): number[][] {
  const groups: number[][] = [];
  let open: number[] = [];
  tables.forEach((table, index) => {
    if (rowless.has(table.oid)) return;
    if (table.pages > smallPages) {
      groups.push([index]);
      return;
    }
    open.push(index);
    if (open.length === tablesPerQuery) {
      groups.push(open);
      open = [];
    }
  });
  if (open.length > 0) groups.push(open);
  return groups;
}

/** Runs a query so that its failure does not end the transaction. */
async function inSavepoint<T>(
  session: Session,
  work: () => Promise<T>,
): Promise<{ ok: true; value: T } | { ok: false; error: unknown }> {
  await session.query('SAVEPOINT holdfast');
  try {
    const value = await work();
    await session.query('RELEASE SAVEPOINT holdfast');
    return { ok: true, value };
  } catch (error) {
    // A broken connection or a cancel is not something to go on from.
    if (sqlState(error) === undefined || /^(57|08|40)/.test(sqlState(error) ?? '')) throw error;
    await session.query('ROLLBACK TO SAVEPOINT holdfast');
    return { ok: false, error };
  }
}

/** A text of more than 1 GB, or a server without the memory for it. */
function isTooLarge(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  return (
    state.startsWith('54') ||
    state === '53200' ||
    (state === 'XX000' && /invalid memory alloc|request size/i.test((error as Error).message))
  );
}
