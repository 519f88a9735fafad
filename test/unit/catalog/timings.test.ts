import { describe, expect, test } from 'vitest';
import { median } from '../../../src/main/catalog/timings.ts';
import * as sample from './samples.ts';

const at = 1_795_000_000_000;

describe('BS-15 how long it will take', () => {
  test('the median of an odd and an even number of values', () => {
    expect(median([])).toBeNull();
    expect(median([7])).toBe(7);
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 1, 4, 7])).toBe(6);
  });

  test('comes from the last five of the same source that succeeded', () => {
    const { jobs, timings } = sample.newCatalog();
    const ran = (n: number, durationMs: number, changes: object = {}) =>
      jobs.insert(
        sample.job(n, { kind: 'restore', state: 'succeeded', startedAt: at, endedAt: at + durationMs, ...changes }),
        '{}',
      );
    expect(timings.restoreMs(sample.sourceId(1))).toBeNull();
    ran(1, 900_000);
    ran(2, 10);
    ran(3, 20);
    ran(4, 30);
    ran(5, 40);
    ran(6, 50);
    ran(7, 1, { state: 'failed' });
    ran(8, 1, { sourceId: sample.sourceId(2) });
    ran(9, 77, { kind: 'backup' });
    expect(timings.restoreMs(sample.sourceId(1))).toBe(30);
    expect(timings.backupMs(sample.sourceId(1))).toBe(77);
    expect(timings.backupMs(sample.sourceId(2))).toBeNull();
  });

  test('a source that was never restored is estimated from its proofs by restore', () => {
    const { backups, proofs, timings } = sample.newCatalog();
    const manifest = sample.manifest(1, sample.source(1), at);
    backups.put({ manifest, manifestSha256: sample.sha256(1), stored: [] });
    proofs.put(sample.proof(1, sample.backupId(1), 'read', 'partly', at, 5));
    expect(timings.restoreMs(sample.sourceId(1))).toBeNull();
    proofs.put(sample.proof(2, sample.backupId(1), 'restore', 'proven', at, 4_000));
    proofs.put(sample.proof(3, sample.backupId(1), 'restore', 'failed', at, 10));
    expect(timings.proofMs(sample.sourceId(1))).toBe(4_000);
    expect(timings.restoreMs(sample.sourceId(1))).toBe(4_000);
  });
});
