/** Which things of the inventory an archive entry makes: pg_restore's listing and the manifest name them differently. */
import type { DatabaseInventory } from '../../../shared/inventory.ts';
import { asListed, type ArchiveEntry } from './archive.ts';
import { splitName } from './name-parts.ts';

/** Entries whose listed name is the table's, a space, and their own. */
const onTable = new Set(['CONSTRAINT', 'FK CONSTRAINT', 'CHECK CONSTRAINT', 'TRIGGER', 'POLICY', 'RULE']);
const tableLike = new Set(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE']);

/** Kinds of the inventory that lie in no schema. */
const ofDatabase = new Set([
  'extension',
  'event-trigger',
  'publication',
  'foreign-server',
  'language',
  'cast',
  'schema',
]);

export type InventoryNames = (entry: ArchiveEntry) => string[];

/** Finds the inventory's names of what an entry makes, and of what goes with it: a table's constraints go with the table. */
export function inventoryNames(
  from: Pick<DatabaseInventory, 'tables' | 'sequences' | 'objects' | 'omissions'>,
): InventoryNames {
  const byKey = new Map<string, Set<string>>();
  const know = (key: string, name: string): void => {
    const names = byKey.get(key) ?? new Set();
    byKey.set(key, names.add(name));
  };
  for (const { name } of [...from.tables, ...from.sequences]) know(keyOf(splitName(name)), name);
  for (const { kind, name } of [
    ...from.objects,
    ...from.omissions.map((one) => ({ kind: one.what, name: one.name })),
  ]) {
    if (ofDatabase.has(kind)) know(keyOf({ schema: '', name: splitName(`.${name}`).name }), name);
    else {
      const [own, table] = halves(name);
      if (table === undefined) know(keyOf(splitName(name)), name);
      else {
        know(`${keyOf(table)} ${asListed(own)}`, name);
        know(`with ${keyOf(table)}`, name);
      }
    }
  }
  return (entry) => {
    const key = keyOf({ schema: entry.schema ?? '', name: entry.name.replace(/^CAST (?=\()/, '') });
    return [...(byKey.get(key) ?? []), ...(tableLike.has(entry.kind) ? (byKey.get(`with ${key}`) ?? []) : [])].filter(
      // A table and a constraint can share a key only by name; a table never makes one that is called like another table.
      (name) => onTable.has(entry.kind) === (halves(name)[1] !== undefined) || tableLike.has(entry.kind),
    );
  };
}

const keyOf = ({ schema, name }: { schema: string; name: string }): string => `${asListed(schema)}.${asListed(name)}`;

/** `own on schema.table`, taken apart; the second half is undefined for any other name. */
function halves(name: string): [own: string, table: { schema: string; name: string } | undefined] {
  const found = /^("(?:[^"]|"")*"|[^" ]+) on ([\s\S]+)$/.exec(name);
  return found === null ? [name, undefined] : [splitName(`.${found[1] ?? ''}`).name, splitName(found[2] ?? '')];
}
