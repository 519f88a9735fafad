import { describe, expect, it } from 'vitest';
import { canBeBelieved, clockProblem, longestGapMs } from '../../../src/main/retention/clock.ts';
import { missingFrom } from '../../../src/main/retention/short-list.ts';
import { idAt, now } from './past.ts';

const problem = (facts: Partial<Parameters<typeof clockProblem>[0]>): string | undefined =>
  clockProblem({ now, newestTakenAt: null, believedAt: null, ...facts })?.what;

describe('BS-18 a clock that deletes', () => {
  it('is believed as long as it goes on', () => {
    expect(problem({})).toBeUndefined();
    expect(problem({ believedAt: now - longestGapMs, newestTakenAt: now })).toBeUndefined();
    expect(problem({ believedAt: now + 60_000 })).toBeUndefined();
  });

  it('is not, in a year that cannot be', () => {
    for (const at of [0, Date.UTC(2001, 1), Date.UTC(2107, 1), Number.NaN])
      expect(problem({ now: at })).toBe('impossible');
  });

  it('is not, before the newest backup, behind where it was, or far ahead of it', () => {
    expect(problem({ newestTakenAt: now + 1 })).toBe('before-newest');
    expect(problem({ believedAt: now + 3_600_000 })).toBe('went-back');
    expect(problem({ believedAt: now - longestGapMs - 1 })).toBe('jumped');
    expect(problem({ newestTakenAt: now - longestGapMs - 1 })).toBe('jumped');
  });

  it('can be vouched for by a person where nothing speaks against it but a step', () => {
    const of = (facts: Partial<Parameters<typeof clockProblem>[0]>): boolean | undefined => {
      const found = clockProblem({ now, newestTakenAt: null, believedAt: null, ...facts });
      return found === null ? undefined : canBeBelieved(found);
    };
    expect(of({ believedAt: now + 3_600_000 })).toBe(true);
    expect(of({ believedAt: now - longestGapMs - 1 })).toBe(true);
    expect(of({ newestTakenAt: now + 1 })).toBe(false);
    expect(of({ now: 0 })).toBe(false);
  });
});

describe('BS-18 a list of a place', () => {
  it('is short by what is remembered and not listed, but not by what is being removed', () => {
    const [first, second, third] = [idAt(now), idAt(now - 1_000), idAt(now - 2_000)];
    expect(missingFrom([first, second, third], new Set([first]), new Set([third]))).toEqual([second]);
    expect(missingFrom([first], new Set([first, second]), new Set())).toEqual([]);
  });
});
