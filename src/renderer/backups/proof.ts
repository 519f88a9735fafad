/** Pure: what a backup's proofs say of it, newest first. Proven is only what was restored and found equal. */
import { speakingProof, type CheckNote, type Problem, type VerifyReport } from '../../shared/verify.ts';

/** The one that speaks for the backup, as its card says it. */
export const newestProof = (proofs: readonly VerifyReport[]): VerifyReport | null =>
  speakingProof(proofs.toReversed()) ?? null;

export type Standing =
  | { kind: 'unproven' }
  /** Every byte was read; nothing was restored. */
  | { kind: 'read'; at: number; durationMs: number }
  | { kind: 'proven'; at: number; durationMs: number; digests: boolean; tables: number }
  | { kind: 'partly'; at: number; durationMs: number; unchecked: number }
  | { kind: 'failed'; at: number; durationMs: number; fatal: number; level: VerifyReport['level'] };

/** Where a backup stands, from its newest proof. */
export function standingOf(proofs: readonly VerifyReport[]): Standing {
  const proof = newestProof(proofs);
  if (proof === null) return { kind: 'unproven' };
  const at = proof.endedAt;
  const durationMs = proof.endedAt - proof.startedAt;
  const graded = (grade: Problem['grade']): number => proof.problems.filter((one) => one.grade === grade).length;
  if (proof.verdict === 'failed') return { kind: 'failed', at, durationMs, fatal: graded('fatal'), level: proof.level };
  if (proof.level === 'read') return { kind: 'read', at, durationMs };
  if (proof.verdict === 'partly') return { kind: 'partly', at, durationMs, unchecked: graded('unchecked') };
  const digests = proof.tables.every((table) => table.digestEqual === true);
  return { kind: 'proven', at, durationMs, digests, tables: proof.tables.length };
}

const gravity: Record<Problem['grade'], number> = { fatal: 0, unchecked: 1, cosmetic: 2 };

export const problemsOf = (proof: VerifyReport | null): Problem[] =>
  (proof?.problems ?? []).toSorted((a, b) => gravity[a.grade] - gravity[b.grade]);

const weight: Record<CheckNote['outcome'], number> = { failed: 0, ok: 1, unchecked: 2 };

/** Checks as they are listed: what failed first, what could not be made last. */
export const checksOf = (proof: VerifyReport | null): CheckNote[] =>
  (proof?.checks ?? []).toSorted((a, b) => weight[a.outcome] - weight[b.outcome]);

/** `41 of 41`: tables whose rows, and digests where there are any, were found again. */
export function equalTables(proof: VerifyReport): { equal: number; all: number } {
  const equal = proof.tables.filter((table) => table.rows === table.expectedRows && table.digestEqual !== false).length;
  return { equal, all: proof.tables.length };
}
