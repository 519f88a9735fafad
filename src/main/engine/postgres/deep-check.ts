/** amcheck over everything that was restored: damage in heaps and B-trees that no query shows. */
import type { DatabaseInventory } from '../../../shared/inventory.ts';
import { Fail } from '../../../shared/failure.ts';
import type { CheckNote, Problem } from '../../../shared/verify.ts';
import type { Watch } from '../../base/watch.ts';
import type { Place, Surroundings } from '../engine.ts';
import { connect, type Session } from './connect.ts';
import { quoteName } from './name.ts';

interface Target {
  oid: string;
  name: string;
}

/** Runs as the plain role that loaded the data: even here nothing of the dump meets a superuser. */
export async function deepChecks(
  place: Place,
  database: string,
  from: DatabaseInventory,
  watch: Watch,
  surroundings: Surroundings,
): Promise<{ problems: Problem[]; checks: CheckNote[] }> {
  const session = await connect(place, database, watch, surroundings);
  try {
    const schema = await schemaOfAmcheck(session);
    if (schema === null) return notHere(from);
    const time = async (
      name: string,
      noun: string,
      run: () => Promise<{ count: number; problems: Problem[] }>,
    ): Promise<Timed> => {
      const started = surroundings.clock.elapsed();
      const { count, problems } = await run();
      const detail =
        problems.length === 0 ? `${count} ${noun}.` : `${problems.length} of ${count} ${noun} are damaged.`;
      const durationMs = Math.round(surroundings.clock.elapsed() - started);
      return { problems, check: { name, outcome: problems.length === 0 ? 'ok' : 'failed', detail, durationMs } };
    };
    const heaps = await time('Every table is sound on disk (amcheck)', 'tables', () => checkHeaps(session, schema));
    const indexes = await time('Every B-tree is in order (amcheck)', 'indexes', () => checkIndexes(session, schema));
    return { problems: [...heaps.problems, ...indexes.problems], checks: [heaps.check, indexes.check] };
  } finally {
    await session.close();
  }
}

interface Timed {
  problems: Problem[];
  check: CheckNote;
}

function notHere(from: DatabaseInventory): { problems: Problem[]; checks: CheckNote[] } {
  const message =
    'The extension amcheck is not installed beside this server, so tables and indexes were not checked on disk.';
  return {
    problems: [{ grade: 'unchecked', code: 'amcheck.unavailable', subject: from.name, message }],
    checks: [{ name: 'Every table is sound on disk (amcheck)', outcome: 'unchecked', detail: message, durationMs: 0 }],
  };
}

async function schemaOfAmcheck(session: Session): Promise<string | null> {
  const [row] = await session.query<{ schema: string }>(
    `SELECT n.nspname AS schema FROM pg_catalog.pg_extension e
       JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
      WHERE e.extname = 'amcheck'
        AND EXISTS (SELECT 1 FROM pg_catalog.pg_proc p WHERE p.pronamespace = n.oid AND p.proname = 'verify_heapam')`,
  );
  return row?.schema ?? null;
}

async function checkHeaps(session: Session, schema: string): Promise<{ count: number; problems: Problem[] }> {
  const targets = await session.query<Target>(
    `SELECT c.oid::text AS oid, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
       FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_catalog.pg_am a ON a.oid = c.relam
      WHERE c.relkind IN ('r', 'm') AND a.amname = 'heap' AND c.oid >= 16384`,
  );
  const found = await session.query<{ name: string; message: string }>(
    `SELECT t.name, damage.msg AS message
       FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[]), pg_catalog.unnest($2::pg_catalog.text[])) AS t(relation, name)
       CROSS JOIN LATERAL ${quoteName(schema)}.verify_heapam(t.relation::pg_catalog.regclass, check_toast => true) AS damage
      LIMIT 1000`,
    [targets.map((one) => one.oid), targets.map((one) => one.name)],
  );
  const first = new Map(found.toReversed().map((one) => [one.name, one.message]));
  return { count: targets.length, problems: [...first].map(([name, message]) => damaged(name, message)) };
}

async function checkIndexes(session: Session, schema: string): Promise<{ count: number; problems: Problem[] }> {
  const targets = await session.query<Target>(
    `SELECT c.oid::text AS oid, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
       FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_catalog.pg_am a ON a.oid = c.relam
       JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
      WHERE c.relkind = 'i' AND a.amname = 'btree' AND i.indisvalid AND c.oid >= 16384`,
  );
  const check = `${quoteName(schema)}.bt_index_check(t.relation::pg_catalog.regclass, false)`;
  const all = `SELECT ${check} FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS t(relation)`;
  if (
    await isSound(
      session,
      all,
      targets.map((one) => one.oid),
    )
  )
    return { count: targets.length, problems: [] };
  // amcheck stops at the first damaged index: which ones they are comes out one by one.
  const problems: Problem[] = [];
  for (const { oid, name } of targets) {
    const message = await damageOf(session, all, [oid]);
    if (message !== null) problems.push(damaged(name, message));
  }
  return { count: targets.length, problems };
}

const isSound = async (session: Session, sql: string, oids: readonly string[]): Promise<boolean> =>
  (await damageOf(session, sql, oids)) === null;

async function damageOf(session: Session, sql: string, oids: readonly string[]): Promise<string | null> {
  try {
    await session.query(sql, [oids]);
    return null;
  } catch (error) {
    if (error instanceof Fail && error.code !== 'source.connection-lost' && error.code !== 'source.unreachable')
      return error.message;
    throw error;
  }
}

function damaged(subject: string, message: string): Problem {
  return { grade: 'fatal', code: 'amcheck.damaged', subject, message };
}
