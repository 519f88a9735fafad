import { describe, expect, test } from 'vitest';
import type { BackupId } from '../../../src/shared/id.ts';
import type { KeepReason } from '../../../src/shared/retention.ts';
import { clashesOf, type ExpiringRule, type KeptLine } from '../../../src/main/retention/expiry.ts';

const dayMs = 24 * 60 * 60 * 1000;
const now = 1_700_000_000_000;
const rule = (afterDays: number, more: Partial<ExpiringRule> = {}): ExpiringRule => ({
  id: 'r',
  ours: true,
  prefix: 'data/',
  hits: ['data'],
  expires: { afterDays },
  ...more,
});
const stay = (ageDays: number, reasons: [KeepReason['why'], number | null][], goesInDays: number | null = null) => ({
  backupId: `bk-${ageDays}` as BackupId,
  takenAt: now - ageDays * dayMs,
  sizeBytes: 1,
  reasons: reasons.map(([why, inDays]) => ({ why, words: why, until: inDays === null ? null : now + inDays * dayMs })),
  goesAt: goesInDays === null ? null : now + goesInDays * dayMs,
});
const line = (...stays: KeptLine['stays']): KeptLine => ({ source: 'shop', stays, keepsAll: false });
const codes = (rules: ExpiringRule[], lines: KeptLine[]) =>
  clashesOf(rules, lines, now).map(({ code, grade }) => `${code} ${grade}`);

describe('SV-16 what an expiry takes away that is promised', () => {
  test('a hold is always beaten, a pin only where it ends later', () => {
    expect(codes([rule(365)], [line(stay(10, [['held', null]]))])).toEqual(['beats-hold refused']);
    expect(codes([rule(365)], [line(stay(10, [['pinned', 354]]))])).toEqual([]);
    expect(codes([rule(365)], [line(stay(10, [['pinned', 356]]))])).toEqual(['beats-pin refused']);
    expect(codes([rule(365)], [line(stay(10, [['pinned', null]]))])).toEqual(['beats-pin refused']);
  });

  test('the last and the last proven one: refused within a day, said from half of their time on', () => {
    const keepers = (age: number) => [line(stay(age, [['newest', null]]), stay(age, [['proven', null]]))];
    expect(codes([rule(100)], keepers(49))).toEqual([]);
    expect(codes([rule(100)], keepers(51))).toEqual(['beats-last said', 'beats-proven said']);
    expect(codes([rule(100)], keepers(99))).toEqual(['beats-last refused', 'beats-proven refused']);
    expect(codes([rule(100)], keepers(400))).toEqual(['beats-last refused', 'beats-proven refused']);
  });

  test('what a rule keeps longer is said; what goes earlier by itself is not', () => {
    expect(codes([rule(30)], [line(stay(1, [['daily', null]], 20))])).toEqual([]);
    expect(codes([rule(30)], [line(stay(1, [['yearly', null]], 300))])).toEqual(['beats-rule said']);
    expect(codes([rule(30)], [{ ...line(stay(1, [['newest', null]])), keepsAll: true }])).toEqual(['beats-rule said']);
  });

  test('rules of others are told and never refused; what does not touch ours is nothing', () => {
    const held = line(stay(10, [['held', null]]));
    const theirs = { ours: false, prefix: '', hits: ['data', 'manifests', 'proofs', 'others'] as const };
    expect(codes([rule(365, { ...theirs, hits: [...theirs.hits] })], [held])).toEqual([
      'beats-hold said',
      'removes-manifests said',
    ]);
    expect(codes([rule(365, { ours: false, hits: ['others'] })], [held])).toEqual([]);
    const day = rule(0, { expires: { at: now + 5 * dayMs } });
    expect(clashesOf([day], [held], now)).toMatchObject([{ code: 'beats-hold', at: now + 5 * dayMs }]);
    const { expires: _expires, ...cools } = rule(1, {
      hits: ['manifests'],
      cools: { afterDays: 1, storageClass: 'GLACIER' },
    });
    expect(codes([cools], [held])).toEqual(['cools-manifests said']);
  });
});
