/** What a database holds, read from its catalogue in a fixed number of queries however large it is. */
import type { PostgresFacts } from '../../../shared/inventory.ts';
import type { Session } from './connect.ts';
import type { DigestColumn } from './digest.ts';

/** `r` table, `p` partitioned table, `v` view, `m` materialised view, `f` foreign table, `S` sequence. */
export type RelationKind = 'r' | 'p' | 'v' | 'm' | 'f' | 'S';

export interface Relation {
  oid: number;
  schema: string;
  name: string;
  kind: RelationKind;
  unlogged: boolean;
  /** The extension that owns it: a dump carries the extension's name instead. */
  extension: string | null;
  /** The partitioned table directly above; null where there is none. */
  partitionOf: number | null;
  /** The table whose column draws from this sequence. */
  ownedBy: number | null;
  /** It is part of an identity column, and goes only with its table. */
  identity: boolean;
  /** False for a materialised view that was never filled. */
  populated: boolean;
  /** This role may use the schema and read the relation. */
  readable: boolean;
  /** Row security would keep rows from this role. */
  hidesRows: boolean;
  columns: DigestColumn[];
  /** Pages on disk by the last VACUUM or ANALYZE; only good for choosing which queries to put together. */
  pages: number;
}

/** Schemas that a dump carries: all but the server's own, which nobody else can make. */
export const ownSchemas = (column: string): string => `(${column} !~ '^pg_' AND ${column} <> 'information_schema')`;

interface RelationRow extends Omit<Relation, 'columns'> {
  columnNames: string[] | null;
  columnBytes: boolean[] | null;
}

/** Every relation outside the server's own schemas, in the order of schema and name. One query. */
export async function listRelations(session: Session): Promise<Relation[]> {
  const rows = await session.query<RelationRow>(
    `SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
        c.relpersistence = 'u' AS unlogged, e.extname::text AS extension,
        CASE WHEN c.relispartition THEN i.inhparent END AS "partitionOf",
        o.refobjid AS "ownedBy", coalesce(o.deptype = 'i', false) AS identity,
        c.relispopulated AS populated, c.relpages AS pages,
        coalesce(has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'), false) AS readable,
        c.relrowsecurity AND row_security_active(c.oid) AS "hidesRows",
        a.names AS "columnNames", a.bytes AS "columnBytes"
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e'
      LEFT JOIN pg_extension e ON e.oid = d.refobjid
      LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND c.relispartition
      LEFT JOIN pg_depend o ON c.relkind = 'S' AND o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.objsubid = 0
        AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')
      LEFT JOIN (
        SELECT attrelid, array_agg(attname::text ORDER BY attname::text COLLATE "C") AS names,
          array_agg(atttypid = '"char"'::regtype ORDER BY attname::text COLLATE "C") AS bytes
        FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped GROUP BY attrelid) a ON a.attrelid = c.oid AND c.relkind = 'r'
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't' AND ${ownSchemas('n.nspname')}
      ORDER BY n.nspname::text COLLATE "C", c.relname::text COLLATE "C"`,
  );
  return rows.map(({ columnNames, columnBytes, ...row }) => ({
    ...row,
    columns: (columnNames ?? []).map((name, index) => ({ name, isSingleByte: columnBytes?.[index] ?? false })),
  }));
}

/** Names of schemas that a dump carries. */
export async function listSchemas(session: Session): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT nspname::text AS name FROM pg_namespace WHERE ${ownSchemas('nspname')} ORDER BY nspname::text COLLATE "C"`,
  );
  return rows.map((row) => row.name);
}

/** What must be the same, or at least known, where this database is made again. */
export type DatabaseFacts = Omit<PostgresFacts, 'kind' | 'dumpTool' | 'snapshotId'>;

export async function databaseFacts(session: Session): Promise<DatabaseFacts> {
  const [facts] = await session.query<Omit<DatabaseFacts, 'serverVersion' | 'serverMajor'>>(
    `SELECT pg_encoding_to_char(d.encoding) AS encoding, d.datcollate::text AS collate, d.datctype::text AS ctype,
        ${localeColumns(session.major)}, pg_get_userbyid(d.datdba)::text AS owner,
        coalesce((SELECT array_agg(setting ORDER BY setting COLLATE "C") FROM pg_db_role_setting s, unnest(s.setconfig) AS setting
                  WHERE s.setdatabase = d.oid AND s.setrole = 0), '{}') AS "databaseSettings",
        coalesce((SELECT json_agg(json_build_object('name', extname, 'version', extversion, 'schema', nspname) ORDER BY extname)
                  FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname <> 'plpgsql'), '[]') AS extensions,
        ${rolesColumn}
      FROM pg_database d WHERE d.datname = current_database()`,
  );
  if (facts === undefined) throw new Error('A database that does not list itself.');
  return { ...facts, serverVersion: session.serverVersion, serverMajor: session.major };
}

function localeColumns(major: number): string {
  if (major < 15) return `'libc' AS "localeProvider", NULL::text AS locale`;
  const locale = major >= 17 ? 'd.datlocale' : 'd.daticulocale';
  return `CASE d.datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END AS "localeProvider", ${locale}::text AS locale`;
}

/** Roles that objects, grants or policies name. The first superuser is in no list of dependencies, so owners are asked too. */
const rolesColumn = `coalesce((SELECT array_agg(r.rolname::text ORDER BY r.rolname::text COLLATE "C") FROM pg_roles r WHERE r.rolname !~ '^pg_' AND r.oid IN (
    SELECT refobjid FROM pg_shdepend WHERE dbid = d.oid AND refclassid = 'pg_authid'::regclass
    UNION SELECT c.relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${ownSchemas('n.nspname')}
    UNION SELECT p.proowner FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${ownSchemas('n.nspname')}
    UNION SELECT d.datdba)), '{}') AS roles`;

/** Bytes of the database as it lies on the server's disk; null where this role may not ask. */
export async function databaseSize(session: Session): Promise<number | null> {
  const rows = await session.query<{ size: string | null }>(
    `SELECT CASE WHEN has_database_privilege(current_database(), 'CONNECT') THEN pg_database_size(current_database())::text END AS size`,
  );
  const size = rows[0]?.size ?? null;
  return size === null ? null : Number(size);
}

/** About how many bytes a dump of these relations is: their rows without indexes. */
export async function dataSize(session: Session, oids: readonly number[]): Promise<number> {
  const rows = await session.query<{ size: string | null }>(
    'SELECT sum(pg_table_size(o::oid))::text AS size FROM unnest($1::int8[]) AS o',
    [oids],
  );
  return Number(rows[0]?.size ?? 0);
}
