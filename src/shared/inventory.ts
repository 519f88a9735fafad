import { ByteCount, RowCount } from './id.ts';
import { Scope } from './source.ts';
import { z } from './schema.ts';

/**
 * What one table held in the snapshot that was dumped.
 *
 * `name` is `schema.table` with each part quoted as SQL would need it (PostgreSQL), or the table's own name (SQLite).
 * `rows` counts the table's own rows: a partitioned parent has none, an inheritance parent without its children.
 */
export const TableFacts = z.strictObject({
  name: z.string(),
  rows: RowCount,
  /** Order-free sum of row hashes, by the database's `digest.method`; null where digests were off or impossible. */
  digest: z.nullable(z.string()),
});
export type TableFacts = z.output<typeof TableFacts>;

export const SequenceFacts = z.strictObject({
  name: z.string(),
  /**
   * Sequences do not obey snapshots: the value just before the dump began and just after it ended. A restored value
   * has to lie between the two (equal, where they are equal). Decimal strings: they may pass 2^53.
   */
  before: z.string(),
  after: z.string(),
});
export type SequenceFacts = z.output<typeof SequenceFacts>;

/** Anything of a schema that can be named and must be there again: an index, constraint, view, trigger, function, policy … */
export const ObjectFacts = z.strictObject({ kind: z.string(), name: z.string() });
export type ObjectFacts = z.output<typeof ObjectFacts>;

/** Something of the source that this backup does not carry, and why. */
export const Omission = z.strictObject({ what: z.string(), name: z.string(), why: z.string() });
export type Omission = z.output<typeof Omission>;

/**
 * How digests were made. `probe` is the method's value for a fixed text on that server: a server whose probe differs
 * (another byte order, a changed hash) cannot be compared by digest, and is said so instead of called different.
 */
export const DigestMethod = z.strictObject({ method: z.string(), probe: z.string() });
export type DigestMethod = z.output<typeof DigestMethod>;

export const PostgresFacts = z.strictObject({
  kind: z.literal('postgres'),
  /** As the server says it, e.g. `15.18 (Debian 15.18-0+deb12u1)`. */
  serverVersion: z.string(),
  serverMajor: z.int(),
  encoding: z.string(),
  collate: z.string(),
  ctype: z.string(),
  /** `libc`, `icu` or `builtin`. */
  localeProvider: z.string(),
  /** The ICU or builtin locale; null with libc. */
  locale: z.nullable(z.string()),
  owner: z.string(),
  /** Settings kept by ALTER DATABASE … SET, which a dump of the database alone does not carry. */
  databaseSettings: z.array(z.string()),
  extensions: z.array(z.strictObject({ name: z.string(), version: z.string(), schema: z.string() })),
  /** Roles that objects, grants or policies of this database name. */
  roles: z.array(z.string()),
  dumpTool: z.string(),
  snapshotId: z.string(),
});
export type PostgresFacts = z.output<typeof PostgresFacts>;

export const SqliteFacts = z.strictObject({
  kind: z.literal('sqlite'),
  libraryVersion: z.string(),
  pageSizeBytes: z.int(),
  pageCount: z.int(),
  encoding: z.string(),
  journalMode: z.string(),
  userVersion: z.int(),
  applicationId: z.int(),
  autoVacuum: z.int(),
  /** How the copy was taken: `held-snapshot`, `vacuum-into` or `locked-copy`. */
  method: z.string(),
  /** Longest time that writers had to wait for the copy; 0 in WAL mode. */
  writersWaitedMs: z.int(),
  /**
   * Rules that rows of the source itself broke when it was copied (a foreign key that leads nowhere, an old NULL), as
   * the named check words them. A restored database that breaks them as often is as it was.
   */
  violations: z.optional(z.array(z.strictObject({ check: z.string(), message: z.string(), count: z.int() }))),
});
export type SqliteFacts = z.output<typeof SqliteFacts>;

/** Everything that is known of one database in a backup. */
export const DatabaseInventory = z.strictObject({
  /** The database's name (PostgreSQL), or the file's name without its folder (SQLite). */
  name: z.string(),
  /** Which artifact of the set holds it. */
  artifact: z.string(),
  engine: z.discriminatedUnion('kind', [PostgresFacts, SqliteFacts]),
  scope: Scope,
  tables: z.array(TableFacts),
  sequences: z.array(SequenceFacts),
  objects: z.array(ObjectFacts),
  largeObjects: z.nullable(z.strictObject({ count: RowCount, digest: z.nullable(z.string()) })),
  omissions: z.array(Omission),
  digest: z.nullable(DigestMethod),
  /** Size of the live database when it was dumped; an estimate for the next run. */
  liveSizeBytes: z.nullable(ByteCount),
});
export type DatabaseInventory = z.output<typeof DatabaseInventory>;

/** Roles and tablespaces of a PostgreSQL server, kept as SQL in an artifact of their own. */
export const GlobalsFacts = z.strictObject({
  artifact: z.string(),
  roles: z.array(z.string()),
  tablespaces: z.array(z.string()),
  /** False where the role that made the backup may not read password verifiers. */
  passwordVerifiers: z.boolean(),
});
export type GlobalsFacts = z.output<typeof GlobalsFacts>;

export const Inventory = z.strictObject({
  databases: z.array(DatabaseInventory).check(z.minLength(1)),
  globals: z.nullable(GlobalsFacts),
});
export type Inventory = z.output<typeof Inventory>;

/** Whether digests of two places can be laid side by side: made by the same method, which gives the same value on both. */
export function digestsComparable(expected: DigestMethod | null, foundProbe: string | null): boolean {
  return expected !== null && foundProbe !== null && expected.probe === foundProbe;
}

/** In a set of several databases a table's name begins with its database's. */
export function tableNameIn(database: Pick<DatabaseInventory, 'name'>, table: string, several: boolean): string {
  return several ? `${database.name}:${table}` : table;
}
