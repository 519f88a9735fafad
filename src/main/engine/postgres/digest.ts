/**
 * The digest of a table: two sums, over all its rows, of a 64-bit hash of the row's text. `docs/decisions/0010-digest.md`
 * says why: the order of rows does not matter, two equal rows do not cancel, and the same rows have the same digest on
 * every major version.
 */
import { createHash } from 'node:crypto';
import type { Session } from './connect.ts';
import { qualifiedName, quoteName } from './name.ts';

/** Changes whenever the same rows would get another digest. */
export const digestMethod = 'postgres-row-text/hashtextextended-sum-2x64/1';

/**
 * Whatever changes how a value is written as text. `lc_monetary` has no effect on the stored number but on its text;
 * `search_path` decides whether a name in a regclass column is written with its schema.
 */
const textSettings: Record<string, string> = {
  search_path: 'pg_catalog',
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  lc_monetary: 'C',
  xmloption: 'content',
  quote_all_identifiers: 'off',
  // Compiling a query takes longer than running it here, and its result is the same.
  jit: 'off',
};

/** Sets the session so that text means the same everywhere. To be done before a transaction's first query: it takes no snapshot. */
export async function fixText(session: Session): Promise<void> {
  for (const [name, value] of Object.entries(textSettings)) await session.query(`SET ${name} = '${value}'`);
}

/** A column as the digest reads it. */
export interface DigestColumn {
  name: string;
  /** `"char"` writes bytes above 127 otherwise since PostgreSQL 16, so its number is taken. */
  isSingleByte: boolean;
}

/** The digest of nothing. */
export const emptyDigest = '0:0';

/** One row: what `tag` is, the number of rows, and the digest (null unless asked for). Columns come in the order of their names. */
export function countQuery(
  tag: number,
  table: { schema: string; name: string; columns: readonly DigestColumn[] },
  digests: boolean,
): string {
  const from = `ONLY ${qualifiedName(table.schema, table.name)} AS r`;
  if (!digests) return `SELECT ${tag} AS tag, count(*)::text AS rows, NULL::text AS digest FROM ${from}`;
  const values = table.columns.map(({ name, isSingleByte }) =>
    isSingleByte ? `r.${quoteName(name)}::pg_catalog.int4` : `r.${quoteName(name)}`,
  );
  // OFFSET 0 keeps the planner from writing the row's text twice, once for each hash: it halves the cost.
  return `SELECT ${tag} AS tag, count(*)::text AS rows, ${sums('t', seedsOf(table.columns))} AS digest
    FROM (SELECT ROW(${values.join(', ')})::text COLLATE "C" AS t FROM ${from} OFFSET 0) AS s`;
}

/** The names of a table's columns choose its hash: the same values under other names are other rows. */
function seedsOf(columns: readonly DigestColumn[]): Seeds {
  const names = createHash('sha256')
    .update(columns.map(({ name }) => `${name}\0`).join(''))
    .digest();
  return [names.readBigInt64LE(0), names.readBigInt64LE(8)];
}

type Seeds = readonly [bigint, bigint];

/** The digest of a set of texts: two sums of hashes with different seeds. */
export function sums(expression: string, seeds: Seeds = [0n, 1n]): string {
  const sum = (seed: bigint): string => `coalesce(sum(hashtextextended(${expression}, '${seed}')), 0)::text`;
  return `${sum(seeds[0])} || ':' || ${sum(seeds[1])}`;
}

/**
 * The method's value for fixed values on this server: where it differs, digests cannot be compared. It covers the hash
 * and its byte order, the encoding, and how the built-in types that matter most are written.
 */
export async function digestProbe(session: Session): Promise<string> {
  const rows = await session.query<{ probe: string }>(
    `SELECT ${sums('t')} || '@' || getdatabaseencoding() AS probe FROM (VALUES
       (ROW('Holdfast'::text, 1::int4, -1.50::numeric, 0.1::float8, true, NULL::text, ''::text, ARRAY['a', 'b"']::text[])::text COLLATE "C"),
       (ROW('2026-11-20 12:30:28.25+00'::timestamptz, '1 year 2 days'::interval, '\\x00ff'::bytea, '{"b": 1, "a": [1, null]}'::jsonb,
            '[1,5)'::int4range, 12.34::money, 'pg_class'::regclass)::text COLLATE "C")
     ) AS v (t)`,
  );
  return rows[0]?.probe ?? '';
}
