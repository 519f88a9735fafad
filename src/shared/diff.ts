import { BackupId, Instant, RowCount } from './id.ts';
import { z } from './schema.ts';

/** `missing`: the table is in the backup and gone from the other side. `new`: the other way round. */
export const TableChange = z.enum(['same', 'fewer', 'more', 'missing', 'new']);
export type TableChange = z.output<typeof TableChange>;

export const TableDiff = z.strictObject({
  name: z.string(),
  /** Rows in the backup; null where it has no such table. */
  before: z.nullable(RowCount),
  /** Rows on the other side; null where the table is gone. */
  after: z.nullable(RowCount),
  change: TableChange,
  /** Whether the content is the same too; null where one side has no digest. Rows can change without their number changing. */
  contentEqual: z.nullable(z.boolean()),
});
export type TableDiff = z.output<typeof TableDiff>;

export const DiffReport = z.strictObject({
  backupId: BackupId,
  against: z.union([z.literal('live'), BackupId]),
  takenAt: Instant,
  tables: z.array(TableDiff),
});
export type DiffReport = z.output<typeof DiffReport>;

interface Counted {
  name: string;
  rows: number;
  digest: string | null;
}

/**
 * What changed from one list of tables to another, in the order of the first, new tables last.
 * @param comparable whether the two sides' digests were made by the same method.
 */
export function diffTables(before: readonly Counted[], after: readonly Counted[], comparable: boolean): TableDiff[] {
  const later = new Map(after.map((table) => [table.name, table]));
  const earlier = new Set(before.map((table) => table.name));
  const kept = before.map((table): TableDiff => {
    const other = later.get(table.name);
    if (other === undefined) {
      return { name: table.name, before: table.rows, after: null, change: 'missing', contentEqual: null };
    }
    const change = other.rows === table.rows ? 'same' : other.rows < table.rows ? 'fewer' : 'more';
    const bothDigests = comparable && table.digest !== null && other.digest !== null;
    return {
      name: table.name,
      before: table.rows,
      after: other.rows,
      change,
      contentEqual: bothDigests ? change === 'same' && table.digest === other.digest : null,
    };
  });
  const added = after
    .filter((table) => !earlier.has(table.name))
    .map((table): TableDiff => ({
      name: table.name,
      before: null,
      after: table.rows,
      change: 'new',
      contentEqual: null,
    }));
  return [...kept, ...added];
}
