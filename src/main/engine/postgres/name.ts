/** Names as SQL and pg_dump want them. A name from a catalogue is data: it is quoted here or not used at all. */

/**
 * Words that mean something where a name stands: every keyword of PostgreSQL 13 to 18 that is not plainly unreserved.
 * Fixed, and not asked of the server: the same table must have the same name in every manifest.
 */
const keywords = new Set(
  `all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast
  char character check coalesce collate collation column concurrently constraint create cross current_catalog
  current_date current_role current_schema current_time current_timestamp current_user dec decimal default deferrable
  desc distinct do else end except exists extract false fetch float for foreign freeze from full grant greatest group
  grouping having ilike in initially inner inout int integer intersect interval into is isnull join json json_array
  json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value
  lateral leading least left like limit localtime localtimestamp merge_action national natural nchar none normalize not
  notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision primary real
  references returning right row select session_user setof similar smallint some substring symmetric system_user table
  tablesample then time timestamp to trailing treat trim true union unique user using values varchar variadic verbose
  when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot
  xmlserialize xmltable`.split(/\s+/),
);

/** One name as SQL needs it: bare where that is the same name, else in double quotes. */
export function quoteName(part: string): string {
  if (/^[a-z_][a-z0-9_$]*$/.test(part) && !keywords.has(part)) return part;
  return `"${part.replaceAll('"', '""')}"`;
}

/** `schema.table`, each part quoted only where SQL would need it. The form of every name in a manifest. */
export function qualifiedName(schema: string, name: string): string {
  return `${quoteName(schema)}.${quoteName(name)}`;
}

/** A text as an SQL literal. */
export function quoteText(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  // A backslash is plain only while standard_conforming_strings is on; the E form does not depend on it.
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** A pattern for pg_dump's `--schema=` that matches this schema and no other, whatever its name looks like. */
export function schemaPattern(schema: string): string {
  return `"${schema.replaceAll('"', '""')}"`;
}

/** A pattern for pg_dump's `--table=` and `--exclude-table=` that matches this table and no other. */
export function tablePattern(schema: string, table: string): string {
  return `${schemaPattern(schema)}.${schemaPattern(table)}`;
}
