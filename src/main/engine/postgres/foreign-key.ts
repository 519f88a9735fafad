/** Foreign keys, asked again: a constraint in the catalogue says what should be, these queries say what is. */
import { Fail } from '../../../shared/failure.ts';
import type { Problem } from '../../../shared/verify.ts';
import type { Watch } from '../../base/watch.ts';
import type { Finding } from './check.ts';
import type { Session } from './connect.ts';
import { quoteName } from './name.ts';
import { plural } from '../../../shared/plural.ts';

interface ForeignKey {
  name: string;
  /** The tables, each with ONLY before it unless it is partitioned. */
  referencing: string;
  referenced: string;
  matchFull: boolean;
  temporal: boolean;
  columns: string[];
  referencedColumns: string[];
  /** The equality of each pair, as `OPERATOR(schema.=)` would name it. */
  operators: string[];
}

/**
 * Counts the rows of every validated foreign key that point nowhere. Children of a partitioned table's key are covered
 * by the key itself.
 */
export async function checkForeignKeys(session: Session, watch: Pick<Watch, 'progress'>): Promise<Finding> {
  const keys = await listForeignKeys(session);
  const problems: Problem[] = [];
  let held = 0;
  for (const key of keys) {
    watch.progress({ table: key.referencing.replace(/^ONLY /, '') });
    if (key.temporal) {
      problems.push(unchecked(key, 'A foreign key over periods is not asked again.'));
      continue;
    }
    try {
      const [row] = await session.query<{ count: string }>(violations(key));
      const count = Number(row?.count ?? 0);
      if (count === 0) held++;
      else {
        const message = `${plural(count, 'row')} of ${key.referencing.replace(/^ONLY /, '')} ${count === 1 ? 'points to a row that is' : 'point to rows that are'} not there.`;
        problems.push({ grade: 'fatal', code: 'foreign-key.violated', subject: key.name, message });
      }
    } catch (error) {
      if (!(error instanceof Fail) || error.code === 'source.connection-lost') throw error;
      problems.push(unchecked(key, error.message));
    }
  }
  return { problems, detail: `${held} of ${keys.length} foreign keys.` };
}

function unchecked(key: ForeignKey, message: string): Problem {
  return { grade: 'unchecked', code: 'foreign-key.unchecked', subject: key.name, message };
}

async function listForeignKeys(session: Session): Promise<ForeignKey[]> {
  const column = (name: string): string =>
    session.major >= 18 ? `k.${name}` : name === 'conenforced' ? 'true' : 'false';
  return session.query<ForeignKey>(
    `SELECT format('%I on %s', k.conname, k.conrelid::regclass) AS name,
        CASE WHEN f.relkind = 'p' THEN '' ELSE 'ONLY ' END || k.conrelid::regclass AS referencing,
        CASE WHEN p.relkind = 'p' THEN '' ELSE 'ONLY ' END || k.confrelid::regclass AS referenced,
        k.confmatchtype = 'f' AS "matchFull", ${column('conperiod')} AS temporal,
        (SELECT array_agg(a.attname::text ORDER BY i) FROM unnest(k.conkey) WITH ORDINALITY AS u(n, i) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n) AS columns,
        (SELECT array_agg(a.attname::text ORDER BY i) FROM unnest(k.confkey) WITH ORDINALITY AS u(n, i) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n) AS "referencedColumns",
        (SELECT array_agg(quote_ident(n.nspname) || '.' || o.oprname ORDER BY i) FROM unnest(k.conpfeqop) WITH ORDINALITY AS u(op, i)
           JOIN pg_operator o ON o.oid = u.op JOIN pg_namespace n ON n.oid = o.oprnamespace) AS operators
       FROM pg_constraint k JOIN pg_class f ON f.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
      WHERE k.contype = 'f' AND k.conparentid = 0 AND k.convalidated AND ${column('conenforced')}
      ORDER BY 1`,
  );
}

/** MATCH SIMPLE lets a row go that has any null; MATCH FULL only one that has nothing else. */
function violations(key: ForeignKey): string {
  const columns = key.columns.map((name) => `f.${quoteName(name)}`);
  const pairs = key.columns.map((_, index) => {
    const referenced = `p.${quoteName(key.referencedColumns[index] ?? '')}`;
    return `${referenced} OPERATOR(${key.operators[index] ?? ''}) ${columns[index]}`;
  });
  const absent = `NOT EXISTS (SELECT 1 FROM ${key.referenced} AS p WHERE ${pairs.join(' AND ')})`;
  const complete = columns.map((column) => `${column} IS NOT NULL`).join(' AND ');
  const begun = columns.map((column) => `${column} IS NOT NULL`).join(' OR ');
  const where = key.matchFull ? `(${begun}) AND (NOT (${complete}) OR ${absent})` : `${complete} AND ${absent}`;
  return `SELECT count(*)::text AS count FROM ${key.referencing} AS f WHERE ${where}`;
}
