import { describe, expect, it } from 'vitest';
import type { BackupId, PlanId, RestoreId } from '../../../../src/shared/id.ts';
import type { RestorePlan, RestoreReport } from '../../../../src/shared/restore.ts';
import { countLike, proofRows } from '../../../../src/renderer/restore/proof.ts';
import { reportText } from '../../../../src/renderer/restore/report-text.ts';

const backupId = 'bk-20261119-140000-abcdefgh' as BackupId;
const report: RestoreReport = {
  backupId,
  verdict: 'equal',
  target: 'shop',
  tables: [
    { name: 'orders', expectedRows: 61_882, rows: 61_882, digestEqual: true },
    { name: 'products', expectedRows: 9, rows: 9, digestEqual: null },
    { name: 'sessions', expectedRows: 8, rows: 7, digestEqual: false },
  ],
  problems: [{ grade: 'fatal', code: 'count.differs', subject: 'sessions', message: '7 rows instead of 8.' }],
  checks: [{ name: 'Every index is valid', outcome: 'ok', detail: '7 of 7 indexes.', durationMs: 3 }],
  startedAt: 1_000,
  endedAt: 3_500,
  undo: { restoreId: 'rst-20261119-140000-abcdefgh' as RestoreId, keptAs: 'shop__before', until: 600_000 },
  connection: 'postgres://ada@db:5432/shop',
};
const plan: RestorePlan = {
  planId: 'plan-20261119-141500-abcdefgh' as PlanId,
  backupId,
  database: 'shop',
  target: { kind: 'file', file: '/srv/shop.db' },
  steps: [],
  findings: [],
  canRun: true,
  needsBytes: 1,
  expectedMs: null,
  manifestSha256: 'a'.repeat(64),
  rehearsedAt: 1,
  replaces: {
    tables: [
      { name: 'orders', before: 61_882, after: 61_885, change: 'more', contentEqual: false },
      { name: 'products', before: 9, after: 9, change: 'same', contentEqual: true },
      { name: 'sessions', before: 8, after: 8, change: 'same', contentEqual: true },
      { name: 'flags', before: null, after: 12, change: 'new', contentEqual: null },
    ],
    keepAs: 'shop__before',
    keepUntil: 600_000,
    sessions: [],
    confirm: 'shop',
    identity: 'i',
    counted: true,
  },
};

describe('BS-6 CV-4 the proof of a restore, table by table', () => {
  it('puts what differs first, then what the restore changed, and tells of tables that went', () => {
    const rows = proofRows(report, plan);
    expect(rows.map(({ name, likeness, changed }) => [name, likeness, changed])).toEqual([
      ['sessions', 'differs', false],
      ['flags', 'equal', true],
      ['orders', 'equal', true],
      ['products', 'uncompared', false],
    ]);
    expect(rows[1]).toMatchObject({ before: 12, promised: null, now: null });
    expect(countLike(rows, 'differs')).toBe(1);
  });

  it('has no column of before where nothing was replaced', () => {
    expect(proofRows(report, null).every((row) => row.before === undefined)).toBe(true);
  });

  it('is copied as plain lines with every number', () => {
    const lines = reportText('Restored, 1 table differs.', report, 'UTC')
      .replaceAll(/[\u00a0\u202f]/g, ' ')
      .split('\n');
    expect(lines[0]).toBe('Restored, 1 table differs.');
    expect(lines).toContain('Connection: postgres://ada@db:5432/shop');
    expect(lines).toContain('Took: 2.5 s');
    expect(lines).toContain('sessions: 8 promised, 7 found, differs');
    expect(lines).toContain('orders: 61 882 promised, 61 882 found, equal');
    expect(lines).toContain('FATAL sessions: 7 rows instead of 8.');
    expect(lines).toContain('OK Every index is valid: 7 of 7 indexes.');
  });
});
