import { describe, expect, test } from 'vitest';
import type { Goals } from '../../../src/shared/source.ts';
import type { SourceFacts } from '../../../src/main/standing/facts.ts';
import { standingOf } from '../../../src/main/standing/overview.ts';
import * as sample from '../catalog/samples.ts';
import { day, fresh, hour, now, schedule, well, world } from './facts.ts';

const minute = 60_000;
const promised = (goals: Goals, changes: Partial<SourceFacts> = {}): SourceFacts =>
  well({ source: { ...sample.source(1), goals }, ...changes });
const needs = (facts: SourceFacts) =>
  standingOf(facts, world).needs.filter(({ code }) => /^r[pt]o-|^never-proven|^proof-old/.test(code));
const told = (facts: SourceFacts): string[] =>
  needs(facts).map(({ code, grade, action }) => `${code} ${grade} ${action}`);

describe('SV-12 BD-14 what may be lost (RPO), held against the newest proven backup', () => {
  test('nothing is said where nothing was promised, and nothing where it holds, to the millisecond', () => {
    expect(told(well({ provenUntil: now - 3 * day }))).toEqual([]);
    expect(told(promised({ rpoMs: day }))).toEqual([]);
    expect(told(promised({ rpoMs: day }, { provenUntil: now - day - 1 }))).toEqual(['rpo-missed attention prove']);
  });

  test('a newer backup that is stored and not proven keeps no promise: it waits for its proof', () => {
    const [need] = needs(promised({ rpoMs: 12 * hour }));
    expect(need?.title).toBe('The newest proven backup is older than 12 h.');
    expect(need?.detail).toBe('It is of yesterday, 14:08. That of today, 13:08 waits for a proof.');
    expect(standingOf(promised({ rpoMs: 12 * hour }), world).state).toBe('needs-you');
  });

  test('where none is young enough, a backup comes first', () => {
    const old = promised({ rpoMs: 30 * minute }, { provenUntil: now - hour });
    expect(told(old)).toEqual(['rpo-missed attention back-up']);
  });

  test('a source that was never proven has the time that was promised, and is then told once', () => {
    const never = (age: number) =>
      promised(
        { rpoMs: day },
        {
          provenUntil: null,
          restoreProof: null,
          source: { ...sample.source(1), goals: { rpoMs: day }, createdAt: now - age },
        },
      );
    expect(told(never(day))).toEqual(['never-proven hint prove']);
    expect(told(never(day + 1))).toEqual(['rpo-missed attention prove']);
    expect(needs(never(2 * day))[0]?.title).toBe('No backup is proven, and at most 24 h may be lost.');
  });
});

describe('SV-12 BD-14 how long it may be away (RTO), held against restores and proofs', () => {
  test('is met as long as what was measured is not longer', () => {
    expect(told(promised({ rtoMs: minute }, { restoreMs: minute }))).toEqual([]);
    const late = promised({ rtoMs: minute }, { restoreMs: minute + 1 });
    expect(told(late)).toEqual(['rto-missed attention goals']);
    expect(needs(late)[0]?.title).toBe('Bringing it back takes longer than 1 min.');
  });

  test('what was never measured is neither met nor missed, and is said', () => {
    const unmeasured = promised({ rtoMs: minute }, { restoreMs: null });
    expect(told(unmeasured)).toEqual(['rto-unmeasured hint prove']);
    expect(standingOf(unmeasured, world).state).toBe('protected');
  });

  test('SV-16 an archive that has to give it out first counts, also before anything was measured', () => {
    const archived = { thawMs: 12 * hour };
    expect(told(promised({ rtoMs: 12 * hour }, { ...archived, restoreMs: 1 }))).toEqual(['rto-missed attention goals']);
    expect(told(promised({ rtoMs: 13 * hour }, { ...archived, restoreMs: hour }))).toEqual([]);
    const [need] = needs(promised({ rtoMs: hour }, { ...archived, restoreMs: null }));
    expect(need?.code).toBe('rto-missed');
    expect(need?.detail).toMatch(/^Its newest backup lies in an archive alone, which gives it out after up to 12 h\./);
  });

  test('before the first backup there is nothing to measure', () => {
    expect(
      told(fresh({ source: { ...sample.source(1), createdAt: now - hour, goals: { rtoMs: minute, rpoMs: day } } })),
    ).toEqual([]);
  });
});

test('SV-12 a sample and a source whose plans are paused only hint', () => {
  const goals = { rpoMs: minute, rtoMs: minute };
  const missed = { provenUntil: now - day, restoreMs: hour };
  const both = ['rpo-missed hint prove', 'rto-missed hint goals'];
  const protectedNow = { protectedUntil: now - 1 };
  expect(told(promised(goals, { ...missed, ...protectedNow, schedule: schedule({ paused: true }) }))).toEqual(both);
  const source = { ...sample.source(1), sample: true, goals };
  expect(told(well({ ...missed, ...protectedNow, source }))).toEqual(both);
});
