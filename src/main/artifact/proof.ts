/** The report of a verification, kept beside the backup, so that another computer sees what was proven and when. */
import { Fail } from '../../shared/failure.ts';
import { Sha256, type BackupId, type ProofId } from '../../shared/id.ts';
import { z } from '../../shared/schema.ts';
import { VerifyReport } from '../../shared/verify.ts';
import { demandSchema, readTwoLines, writeTwoLines, type Form } from './two-lines.ts';

const form: Form = {
  format: 'holdfast.proof',
  noun: 'proof',
  tampered: 'proof.tampered',
  malformed: 'proof.malformed',
  newer: 'proof.newer',
};

/** The first line of a proof file. */
export const ProofBody = z.strictObject({
  format: z.literal('holdfast.proof'),
  version: z.literal(1),
  /** Which manifest was proven, by its first line's SHA-256: a proof says nothing about another under the same id. */
  manifestSha256: Sha256,
  report: VerifyReport,
});
export type ProofBody = z.output<typeof ProofBody>;

/** The bytes of the proof file. */
export function writeProof(report: VerifyReport, manifestSha256: string): Buffer {
  const body: ProofBody = { format: 'holdfast.proof', version: 1, manifestSha256, report };
  return writeTwoLines(z.parse(ProofBody, body)).file;
}

/**
 * The proof in these bytes.
 * @param expected the ids that the file's name speaks of.
 * @throws Fail proof.tampered, proof.malformed, proof.newer.
 */
export function readProof(file: Buffer, expected: { backupId: BackupId; proofId: ProofId }): ProofBody {
  const body = demandSchema(ProofBody, readTwoLines(file, form).value, form);
  if (body.report.backupId !== expected.backupId || body.report.proofId !== expected.proofId) {
    throw new Fail(
      'proof.tampered',
      `The proof under the name ${expected.proofId} of ${expected.backupId} is another one.`,
    );
  }
  return body;
}
