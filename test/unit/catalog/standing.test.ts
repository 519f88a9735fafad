import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { standingOf } from '../../../src/main/catalog/standing.ts';
import type { Verdict, VerifyLevel } from '../../../src/shared/verify.ts';

type Step = [VerifyLevel, Verdict];
const standing = (...steps: Step[]) =>
  standingOf(steps.map(([level, verdict], index) => ({ level, verdict, endedAt: index + 1 })));

describe('BS-7 CV-3 what the proofs of a backup come to', () => {
  test.each<[string, Step[], string, number | null]>([
    ['no proof yet', [], 'unproven', null],
    ['a restore proved it', [['restore', 'proven']], 'proven', 1],
    ['a read that finds nothing wrong is a beginning', [['read', 'partly']], 'partly', 1],
    [
      'a newer read does not undo a proof',
      [
        ['restore', 'proven'],
        ['read', 'partly'],
      ],
      'proven',
      1,
    ],
    [
      'a newer read that finds a fault does',
      [
        ['restore', 'proven'],
        ['read', 'failed'],
      ],
      'failed',
      2,
    ],
    [
      'a newer restore that fails does',
      [
        ['restore', 'proven'],
        ['restore', 'failed'],
      ],
      'failed',
      2,
    ],
    [
      'a newer restore that could not check everything speaks',
      [
        ['restore', 'proven'],
        ['restore', 'partly'],
      ],
      'partly',
      2,
    ],
    [
      'a read does not excuse a restore that failed',
      [
        ['restore', 'failed'],
        ['read', 'partly'],
      ],
      'failed',
      1,
    ],
    [
      'a restore that succeeds does',
      [
        ['restore', 'failed'],
        ['restore', 'proven'],
      ],
      'proven',
      2,
    ],
    [
      'a read answers an earlier read',
      [
        ['read', 'failed'],
        ['read', 'partly'],
      ],
      'partly',
      2,
    ],
    [
      'a proof before a fault stays behind it, whatever is read later',
      [
        ['restore', 'proven'],
        ['read', 'failed'],
        ['read', 'partly'],
      ],
      'partly',
      3,
    ],
  ])('%s', (_story, steps, verdict, provenAt) => {
    const [provenBy] = provenAt === null ? [] : (steps[provenAt - 1] ?? []);
    expect(standing(...steps)).toEqual({ verdict, provenAt, ...(provenBy === undefined ? {} : { provenBy }) });
  });

  const outcome = fc.constantFrom<Step[]>(
    ['read', 'partly'],
    ['read', 'failed'],
    ['restore', 'proven'],
    ['restore', 'partly'],
    ['restore', 'failed'],
  );

  test('a fault that was found last is always what is shown', () => {
    fc.assert(
      fc.property(fc.array(outcome), fc.constantFrom<VerifyLevel[]>('read', 'restore'), (before, level) => {
        expect(standing(...before, [level, 'failed'])).toMatchObject({
          verdict: 'failed',
          provenAt: before.length + 1,
          provenBy: level,
        });
      }),
    );
  });

  test('"proven" is never shown after a fault without a restore in between', () => {
    fc.assert(
      fc.property(fc.array(outcome), (steps) => {
        const lastFault = steps.findLastIndex(([, verdict]) => verdict === 'failed');
        const provenSince = steps.slice(lastFault + 1).some(([, verdict]) => verdict === 'proven');
        expect(standing(...steps).verdict === 'proven' && !provenSince).toBe(false);
      }),
    );
  });
});
