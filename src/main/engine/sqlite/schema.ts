/** The entries of a database's schema, as SQLite keeps them. */
import type { Connection } from './open.ts';

export interface Entry {
  type: string;
  name: string;
  table: string;
  sql: string | null;
  /** Ordinary tables have rows; virtual ones are programs over other tables, which are counted instead. */
  virtual: boolean;
}

/** Every entry of the schema, in the order of type and name. */
export function entriesOf(db: Connection): Entry[] {
  const rows = db
    .prepare<[], { type: string; name: string; tbl_name: string; sql: string | null; rootpage: number }>(
      'SELECT type, name, tbl_name, sql, rootpage FROM main.sqlite_schema',
    )
    .all();
  return rows
    .map((row) => ({
      type: row.type,
      name: row.name,
      table: row.tbl_name,
      sql: row.sql,
      virtual: row.type === 'table' && row.rootpage === 0,
    }))
    .toSorted((a, b) => compareText(a.type, b.type) || compareText(a.name, b.name));
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Names of the shadow tables that SQLite itself knows, by the name of the virtual table that keeps its content in them. */
export function shadowsOf(db: Connection, entries: readonly Entry[]): Map<string, string> {
  const shadows = db
    .prepare<[], string>("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'")
    .pluck()
    .all();
  const owners = entries
    .filter((entry) => entry.virtual)
    .map((entry) => entry.name)
    .toSorted((a, b) => b.length - a.length);
  return new Map(
    shadows.map((shadow) => [
      shadow,
      owners.find((owner) => shadow.toLowerCase().startsWith(`${owner.toLowerCase()}_`)) ?? shadow,
    ]),
  );
}
