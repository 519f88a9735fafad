import { TableDiff } from './diff.ts';
import { BackupId, ByteCount, Instant, PlanId, RestoreId, RowCount, SourceId } from './id.ts';
import { z } from './schema.ts';
import { PostgresSettings } from './source.ts';
import { CheckNote, Problem } from './verify.ts';

/** Where a restore goes. A PostgreSQL target names the server like a source does, with exactly one database: the new one. */
export const RestoreTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), file: z.string() }),
  z.strictObject({ kind: z.literal('database'), server: PostgresSettings, database: z.string() }),
]);
export type RestoreTarget = z.output<typeof RestoreTarget>;

/** What the rehearsal found. `blocking` stops the restore; `warning` is told before it. */
export const Finding = z.strictObject({
  grade: z.enum(['blocking', 'warning', 'note']),
  code: z.string(),
  message: z.string(),
  hint: z.optional(z.string()),
});
export type Finding = z.output<typeof Finding>;

/** What a restore into the original's place takes away, counted by the rehearsal, and the way back. */
export const ReplacePlan = z.strictObject({
  /** `before` is the backup, `after` the live database as it was counted. */
  tables: z.array(TableDiff),
  /** The name or file under which the live database stays, and until when at least. */
  keepAs: z.string(),
  keepUntil: Instant,
  /** Who is connected and will be cut off for a moment. */
  sessions: z.array(z.strictObject({ application: z.string(), count: z.int() })),
  /** What has to be typed before it runs. */
  confirm: z.string(),
  /** By what the engine knows the live database again: one that only has the same name is not replaced. */
  identity: z.string(),
  /** Whether the live database could be counted; where it could not (it is damaged), `after` of every table is null. */
  counted: z.boolean(),
});
export type ReplacePlan = z.output<typeof ReplacePlan>;

/** A rehearsed restore, kept by the owner of the catalog; `restore.run` names it by id and nothing else. */
export const RestorePlan = z.strictObject({
  planId: PlanId,
  backupId: BackupId,
  /** Which database of the set, by name. */
  database: z.string(),
  target: RestoreTarget,
  /** The steps in the order they will be taken, in words. */
  steps: z.array(z.string()),
  findings: z.array(Finding),
  /** False when a finding blocks. */
  canRun: z.boolean(),
  /** Bytes that the target and the work folder will need. */
  needsBytes: ByteCount,
  /** From this backup's earlier restores and proofs, or null without any. */
  expectedMs: z.nullable(z.int()),
  /** SHA-256 of the manifest's first line: the restore refuses if it is another by then. */
  manifestSha256: z.string(),
  rehearsedAt: Instant,
  /** Present where the original is replaced. */
  replaces: z.optional(ReplacePlan),
  /** The same with stock tools, a line each. */
  commands: z.optional(z.array(z.string())),
});
export type RestorePlan = z.output<typeof RestorePlan>;

export const RestoreReport = z.strictObject({
  backupId: BackupId,
  /** `equal`: every count and digest of the manifest was found again. `different`: the data is there, but not the same. */
  verdict: z.enum(['equal', 'different', 'failed']),
  target: z.string(),
  tables: z.array(
    z.strictObject({
      name: z.string(),
      expectedRows: RowCount,
      rows: z.nullable(RowCount),
      digestEqual: z.nullable(z.boolean()),
    }),
  ),
  problems: z.array(Problem),
  checks: z.array(CheckNote),
  startedAt: Instant,
  endedAt: Instant,
  /** Where the original was replaced: what can be undone, and until when. */
  undo: z.optional(z.strictObject({ restoreId: RestoreId, keptAs: z.string(), until: Instant })),
  /** How to reach what was restored, without a password: a URL or a path. */
  connection: z.optional(z.string()),
});
export type RestoreReport = z.output<typeof RestoreReport>;

/** What an undo came to. */
export const UndoReport = z.strictObject({
  restoreId: RestoreId,
  target: z.string(),
  /** What was live until now stays under this name. */
  keptAs: z.string(),
  keepUntil: Instant,
  /** `before` is what came back, `after` what was live until now; empty where one of them could not be counted. */
  tables: z.array(TableDiff),
  /** How to reach what came back, without a password. */
  connection: z.string(),
});
export type UndoReport = z.output<typeof UndoReport>;

/** A restore into the original's place, as long as the earlier database is kept. */
export const RestoreRecord = z.strictObject({
  restoreId: RestoreId,
  sourceId: SourceId,
  backupId: BackupId,
  /** The database's name or the file. */
  target: z.string(),
  /** The name or file that an undo would bring back. */
  keptAs: z.string(),
  restoredAt: Instant,
  keepUntil: Instant,
  state: z.enum(['kept', 'undone', 'released']),
});
export type RestoreRecord = z.output<typeof RestoreRecord>;
