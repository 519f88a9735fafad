/** Everything of a database that has a name and must be there again after a restore. A fixed number of queries. */
import type { ObjectFacts, Omission } from '../../../shared/inventory.ts';
import type { Session } from './connect.ts';
import { ownSchemas, type Relation } from './inspect.ts';
import { qualifiedName, quoteName } from './name.ts';
import type { Selection } from './scope.ts';

interface Row {
  kind: string;
  schema: string | null;
  name: string;
  /** Types of arguments, operands …, already in the form of SQL. */
  detail: string | null;
  /** The relation it hangs on. */
  relation: number | null;
  /** What it refers to: a foreign key's other table. */
  refers: number | null;
}

/** Not owned by an extension: those come back with it. */
const notOfExtension = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;

/** Things that hang on a relation. Clones that partitioning makes by itself are left out: their names may change. */
const onRelations = `
  SELECT 'index' AS kind, n.nspname::text AS schema, c.relname::text AS name, NULL::text AS detail, i.indrelid AS relation, NULL::oid AS refers
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE (i.indisvalid OR c.relkind = 'I') AND ${ownSchemas('n.nspname')}
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
  UNION ALL
  SELECT CASE contype WHEN 'p' THEN 'primary-key' WHEN 'u' THEN 'unique' WHEN 'x' THEN 'exclusion' WHEN 'f' THEN 'foreign-key' ELSE 'check' END,
      NULL, conname::text, NULL, conrelid, CASE WHEN contype = 'f' THEN confrelid END
    FROM pg_constraint WHERE conrelid <> 0 AND contype IN ('p', 'u', 'x', 'f', 'c') AND (contype <> 'f' OR conparentid = 0)
  UNION ALL
  SELECT 'trigger', NULL, tgname::text, NULL, tgrelid, NULL FROM pg_trigger WHERE NOT tgisinternal AND tgparentid = 0
  UNION ALL
  SELECT 'policy', NULL, polname::text, NULL, polrelid, NULL FROM pg_policy
  UNION ALL
  SELECT 'rule', NULL, rulename::text, NULL, ev_class, NULL FROM pg_rewrite WHERE rulename <> '_RETURN'
  UNION ALL
  SELECT 'statistics', n.nspname::text, s.stxname::text, NULL, s.stxrelid, NULL FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace`;

const inSchemas = `
  SELECT CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END AS kind, n.nspname::text AS schema, proname::text AS name,
      '(' || oidvectortypes(proargtypes) || ')' AS detail
    FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE ${ownSchemas('n.nspname')} AND ${notOfExtension('pg_proc', 'p.oid')}
      -- Constructors of range types come with their type.
      AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')
  UNION ALL
  SELECT CASE typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' WHEN 'c' THEN 'composite-type' ELSE 'base-type' END,
      n.nspname::text, typname::text, NULL
    FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
    WHERE ${ownSchemas('n.nspname')} AND ${notOfExtension('pg_type', 't.oid')}
      AND (typtype IN ('e', 'd', 'r') OR (typtype = 'b' AND typcategory <> 'A')
        OR (typtype = 'c' AND (SELECT relkind FROM pg_class WHERE oid = typrelid) = 'c'))
  UNION ALL
  SELECT 'collation', n.nspname::text, collname::text, NULL FROM pg_collation c JOIN pg_namespace n ON n.oid = collnamespace
    WHERE ${ownSchemas('n.nspname')} AND ${notOfExtension('pg_collation', 'c.oid')}
  UNION ALL
  SELECT 'operator', n.nspname::text, oprname::text, ' (' || oprleft::regtype || ', ' || oprright::regtype || ')' FROM pg_operator o JOIN pg_namespace n ON n.oid = oprnamespace
    WHERE ${ownSchemas('n.nspname')} AND ${notOfExtension('pg_operator', 'o.oid')} AND oprcode <> 0
  UNION ALL
  SELECT 'text-search-configuration', n.nspname::text, cfgname::text, NULL FROM pg_ts_config c JOIN pg_namespace n ON n.oid = cfgnamespace
    WHERE ${ownSchemas('n.nspname')} AND ${notOfExtension('pg_ts_config', 'c.oid')}`;

/** First oid that is not the server's own. */
const firstOwnOid = 16_384;

const ofDatabase = `
  SELECT 'extension' AS kind, extname::text AS name, NULL::text AS detail FROM pg_extension WHERE extname <> 'plpgsql'
  UNION ALL SELECT 'event-trigger', evtname::text, NULL FROM pg_event_trigger t WHERE ${notOfExtension('pg_event_trigger', 't.oid')}
  UNION ALL SELECT 'publication', pubname::text, NULL FROM pg_publication
  UNION ALL SELECT 'foreign-server', srvname::text, NULL FROM pg_foreign_server s WHERE ${notOfExtension('pg_foreign_server', 's.oid')}
  UNION ALL SELECT 'language', lanname::text, NULL FROM pg_language l WHERE oid >= ${firstOwnOid} AND ${notOfExtension('pg_language', 'l.oid')}
  UNION ALL SELECT 'cast', '', '(' || format_type(castsource, NULL) || ' AS ' || format_type(casttarget, NULL) || ')'
    FROM pg_cast c WHERE oid >= ${firstOwnOid} AND ${notOfExtension('pg_cast', 'c.oid')}
      AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_cast'::regclass AND i.objid = c.oid AND i.deptype = 'i')`;

const relationKinds: Record<Relation['kind'], string> = {
  r: 'table',
  p: 'partitioned-table',
  v: 'view',
  m: 'materialised-view',
  f: 'foreign-table',
  S: 'sequence',
};

/**
 * The objects of a selection in the order of kind and name. What a dump of this selection carries but cannot be made
 * again without the rest of the database (a foreign key to a table that is left out) is an omission instead.
 */
export async function listObjects(
  session: Session,
  selection: Selection,
): Promise<{ objects: ObjectFacts[]; omissions: Omission[] }> {
  if (!selection.definitions) return { objects: [], omissions: [] };
  const byOid = new Map(selection.relations.map((relation) => [relation.oid, relation]));
  const objects: ObjectFacts[] = [];
  const omissions: Omission[] = [];
  const broken = await brokenViews(session, selection, byOid);
  for (const relation of selection.relations) {
    const name = qualifiedName(relation.schema, relation.name);
    if (broken.has(relation.oid))
      omissions.push({ what: relationKinds[relation.kind], name, why: 'It reads what the scope leaves out.' });
    else objects.push({ kind: relationKinds[relation.kind], name });
  }
  for (const row of await session.query<Row>(onRelations)) {
    const on = row.relation === null ? undefined : byOid.get(row.relation);
    if (on === undefined || broken.has(on.oid)) continue;
    const table = qualifiedName(on.schema, on.name);
    const name = row.schema === null ? `${quoteName(row.name)} on ${table}` : qualifiedName(row.schema, row.name);
    const reachable = row.refers === null || byOid.has(row.refers);
    if (reachable) objects.push({ kind: row.kind, name });
    else omissions.push({ what: row.kind, name, why: 'It refers to a table that the scope leaves out.' });
  }
  const wanted = selection.schemas === null ? undefined : new Set(selection.schemas);
  for (const row of await session.query<Row>(inSchemas)) {
    if (row.schema === null || (wanted !== undefined && !wanted.has(row.schema))) continue;
    const name = row.kind === 'operator' ? `${quoteName(row.schema)}.${row.name}` : qualifiedName(row.schema, row.name);
    objects.push({ kind: row.kind, name: `${name}${row.detail ?? ''}` });
  }
  for (const name of selection.schemas ?? (await schemasToMake(session)))
    if (name !== 'public') objects.push({ kind: 'schema', name: quoteName(name) });
  if (selection.everything) {
    for (const row of await session.query<Row>(ofDatabase))
      objects.push({ kind: row.kind, name: row.kind === 'cast' ? (row.detail ?? '') : quoteName(row.name) });
  }
  return { objects: objects.toSorted(byKindAndName), omissions };
}

const byKindAndName = (a: ObjectFacts, b: ObjectFacts): number =>
  Buffer.compare(Buffer.from(`${a.kind}\0${a.name}`), Buffer.from(`${b.kind}\0${b.name}`));

async function schemasToMake(session: Session): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT nspname::text AS name FROM pg_namespace n WHERE ${ownSchemas('nspname')} AND ${notOfExtension('pg_namespace', 'n.oid')}`,
  );
  return rows.map((row) => row.name);
}

/** Views that read, directly or through other views, a relation that does not go along. */
async function brokenViews(
  session: Session,
  selection: Selection,
  carried: ReadonlyMap<number, Relation>,
): Promise<Set<number>> {
  const broken = new Set<number>();
  if (selection.everything && selection.missing.length === 0) return broken;
  const edges = await session.query<{ view: number; reads: number }>(
    `SELECT DISTINCT r.ev_class AS view, d.refobjid AS reads FROM pg_rewrite r
       JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
       JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE r.rulename = '_RETURN' AND d.refobjid <> r.ev_class AND ${ownSchemas('n.nspname')}
         AND ${notOfExtension('pg_class', 'c.oid')}`,
  );
  for (let before = -1; before !== broken.size;) {
    before = broken.size;
    for (const { view, reads } of edges)
      if (carried.has(view) && (!carried.has(reads) || broken.has(reads))) broken.add(view);
  }
  return broken;
}
