/** The parts of a name as a manifest writes it. */

/** `schema.table` in SQL's quoting, taken apart into the two names as they are stored. */
export function splitName(qualified: string): { schema: string; name: string } {
  const found = /^("(?:[^"]|"")*"|[^".]*)\.([\s\S]*)$/.exec(qualified);
  if (found === null) return { schema: '', name: unquoted(qualified) };
  return { schema: unquoted(found[1] ?? ''), name: unquoted(found[2] ?? '') };
}

function unquoted(part: string): string {
  return part.startsWith('"') && part.endsWith('"') && part.length > 1 ? part.slice(1, -1).replaceAll('""', '"') : part;
}
