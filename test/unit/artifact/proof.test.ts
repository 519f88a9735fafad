import { describe, expect, test } from 'vitest';
import { readProof, writeProof } from '../../../src/main/artifact/proof.ts';
import type { ProofId } from '../../../src/shared/id.ts';
import type { VerifyReport } from '../../../src/shared/verify.ts';
import { backupId, otherBackupId } from './facts.ts';

const proofId = 'proof-20261120-130000-0123abcd' as ProofId;
const manifestSha256 = 'ab'.repeat(32);
const report: VerifyReport = {
  proofId,
  backupId,
  level: 'restore',
  verdict: 'proven',
  startedAt: 1,
  endedAt: 2,
  tables: [{ name: 't', expectedRows: 3, rows: 3, digestEqual: true }],
  problems: [],
  checks: [{ name: 'integrity', outcome: 'ok', detail: 'ok', durationMs: 1 }],
  where: 'a copy',
};

describe('A proof lies beside its backup in the two lines of a manifest', () => {
  test('it is read back, and says which manifest it proved', () => {
    const file = writeProof(report, manifestSha256);
    expect(file.toString('utf8').split('\n')).toHaveLength(3);
    expect(readProof(file, { backupId, proofId })).toEqual({
      format: 'holdfast.proof',
      version: 1,
      manifestSha256,
      report,
    });
  });

  test('a proof changed to a better verdict, or laid beside another backup, is refused', () => {
    const failed = writeProof({ ...report, verdict: 'failed' }, manifestSha256);
    const better = Buffer.from(failed.toString('utf8').replace('"failed"', '"proven"'));
    expect(() => readProof(better, { backupId, proofId })).toThrow(expect.objectContaining({ code: 'proof.tampered' }));
    const file = writeProof(report, manifestSha256);
    expect(() => readProof(file, { backupId: otherBackupId, proofId })).toThrow(
      expect.objectContaining({ code: 'proof.tampered' }),
    );
    expect(() => readProof(Buffer.from('{}\n{}\n'), { backupId, proofId })).toThrow(
      expect.objectContaining({ code: 'proof.malformed' }),
    );
  });
});
