import { BackupId, Instant, ProofId, RowCount } from './id.ts';
import { z } from './schema.ts';

/**
 * `proven`: everything the manifest promises was restored and found equal. `partly`: nothing wrong was found, but not
 * everything could be checked (the problems say what). `failed`: something is wrong or missing.
 */
export const Verdict = z.enum(['proven', 'partly', 'failed']);
export type Verdict = z.output<typeof Verdict>;

/** `read` looks at every stored byte and the table of contents; `restore` restores and compares everything. */
export const VerifyLevel = z.enum(['read', 'restore']);
export type VerifyLevel = z.output<typeof VerifyLevel>;

/**
 * Something that was found. `fatal` makes a verdict `failed`, `unchecked` makes it `partly`, `cosmetic` (an owner, a
 * grant, a comment …) changes nothing but is shown.
 */
export const Problem = z.strictObject({
  grade: z.enum(['fatal', 'unchecked', 'cosmetic']),
  code: z.string(),
  /** What it concerns: a table, an archive entry, an artifact. */
  subject: z.string(),
  message: z.string(),
});
export type Problem = z.output<typeof Problem>;

export const TableProof = z.strictObject({
  name: z.string(),
  expectedRows: RowCount,
  /** What was found; null at level `read`, or where the table is missing. */
  rows: z.nullable(RowCount),
  /** Null where digests are off or cannot be compared, and at level `read`. */
  digestEqual: z.nullable(z.boolean()),
});
export type TableProof = z.output<typeof TableProof>;

/** A check that was made, for the report: "All 12 foreign keys hold". */
export const CheckNote = z.strictObject({
  name: z.string(),
  outcome: z.enum(['ok', 'failed', 'unchecked']),
  detail: z.string(),
  durationMs: z.int(),
});
export type CheckNote = z.output<typeof CheckNote>;

export const VerifyReport = z.strictObject({
  proofId: ProofId,
  backupId: BackupId,
  level: VerifyLevel,
  verdict: Verdict,
  startedAt: Instant,
  endedAt: Instant,
  tables: z.array(TableProof),
  problems: z.array(Problem),
  checks: z.array(CheckNote),
  /** Where it was restored, e.g. `throw-away PostgreSQL 15.18`, `a copy in the data folder`; null at level `read`. */
  where: z.nullable(z.string()),
});
export type VerifyReport = z.output<typeof VerifyReport>;

/** The verdict that these problems leave. A read can find a fault, but never proves: proof is a restore. */
export function verdictOf(level: VerifyLevel, problems: readonly Problem[]): Verdict {
  if (problems.some((problem) => problem.grade === 'fatal')) return 'failed';
  if (level === 'read' || problems.some((problem) => problem.grade === 'unchecked')) return 'partly';
  return 'proven';
}

type Outcome = Pick<VerifyReport, 'level' | 'verdict'>;

/**
 * The one of a backup's proofs, oldest first, that speaks for it: the newest. Only a read that found nothing wrong does
 * not speak against a restore before it, because it looked at less: neither does it undo a proof, nor does it excuse a
 * restore that failed.
 */
export function speakingProof<Proof extends Outcome>(oldestFirst: readonly Proof[]): Proof | undefined {
  let speaker: Proof | undefined;
  for (const proof of oldestFirst) {
    const saysLess = proof.level === 'read' && proof.verdict !== 'failed' && speaker?.level === 'restore';
    if (!saysLess) speaker = proof;
  }
  return speaker;
}

/** Whether a backup was read back whole and no more: nothing is wrong, and nothing was restored. */
export const isReadBack = (backup: { verdict: Verdict | 'unproven'; provenBy?: VerifyLevel | undefined }): boolean =>
  backup.verdict === 'partly' && backup.provenBy === 'read';
