import { describe, expect, it } from 'vitest';
import type { BackupPlanId, MachineId } from '../../../src/shared/id.ts';
import { beginAt, stepAt, type Line, type Past } from '../../../src/main/schedule/due.ts';
import { isPaused, lineOf } from '../../../src/main/schedule/line.ts';
import { againAt, type FailedRun } from '../../../src/main/schedule/retry.ts';
import { backupPlan } from '../catalog/samples.ts';
import { jitterShare } from '../../../src/main/schedule/share.ts';
import { timesOf } from '../../../src/main/schedule/times.ts';

const at = (text: string): number => Date.parse(`2026-11-${text}Z`);
const minute = 60_000;
const hour = 60 * minute;

const line = (cron: string, changes: Partial<Line> = {}): Line => ({
  times: timesOf({ cron, timeZone: 'UTC' }),
  makeUpWithinMs: 0,
  jitterMs: 0,
  share: () => 0.5,
  ...changes,
});
const past = (decidedUntil: number, ...taken: number[]): Past => ({
  decidedUntil,
  taken: (dueAt) => taken.includes(dueAt),
});
const nightly = line('0 2 * * *');
const hourly = line('0 * * * *');

describe('what is due', () => {
  it('nothing before the window, the run at it and through the grace, missed afterwards', () => {
    const since = past(at('09T12:00'));
    expect(stepAt(at('10T01:59:59'), nightly, since)).toEqual({ act: 'rest' });
    const run = { act: 'run', dueAt: at('10T02:00'), standsFor: 1 };
    expect(stepAt(at('10T02:00'), nightly, since)).toEqual(run);
    expect(stepAt(at('10T02:10'), nightly, since)).toEqual(run);
    expect(stepAt(at('10T02:10:01'), nightly, since)).toEqual({ ...run, act: 'miss' });
  });

  it('a plan made at noon did not miss the night before', () => {
    expect(stepAt(at('10T12:00'), line('0 2 * * *', { makeUpWithinMs: 24 * hour }), past(at('10T12:00')))).toEqual({
      act: 'rest',
    });
  });

  it('missed runs are made up as one, which stands for all of them', () => {
    const madeUp = line('0 * * * *', { makeUpWithinMs: 24 * hour });
    expect(stepAt(at('10T07:30'), madeUp, past(at('09T22:00')))).toEqual({
      act: 'run',
      dueAt: at('10T07:00'),
      standsFor: 9,
    });
  });

  it('what is older than the time one chose is not made up', () => {
    const within = line('0 2 * * *', { makeUpWithinMs: 6 * hour });
    const since = past(at('09T12:00'));
    expect(stepAt(at('10T08:00'), within, since)).toMatchObject({ act: 'run' });
    expect(stepAt(at('10T08:00:01'), within, since)).toMatchObject({ act: 'miss' });
  });

  it('a window that had its run never gets another, also when the clock is set back over it', () => {
    const ran = at('10T02:00');
    expect(stepAt(at('10T02:01'), nightly, past(ran, ran))).toEqual({ act: 'rest' });
    expect(stepAt(at('10T01:00'), nightly, past(ran, ran))).toEqual({ act: 'note', decidedUntil: at('10T01:00') });
    expect(stepAt(at('10T02:00'), nightly, past(at('10T01:00'), ran))).toEqual({ act: 'note', decidedUntil: ran });
    expect(stepAt(at('11T02:00'), nightly, past(ran, ran))).toMatchObject({ act: 'run', dueAt: at('11T02:00') });
  });

  it('a clock that was years ahead does not silence the plan until those years have passed', () => {
    const ahead = Date.parse('2031-01-01T02:00Z');
    expect(stepAt(at('10T12:00'), nightly, past(ahead, ahead))).toEqual({ act: 'note', decidedUntil: at('10T12:00') });
    expect(stepAt(at('11T02:00'), nightly, past(at('10T12:00'), ahead))).toMatchObject({ act: 'run' });
  });
});

describe('jitter', () => {
  it('puts a run off by its share', () => {
    const late = line('0 2 * * *', { jitterMs: 30 * minute });
    expect(stepAt(at('10T02:14:59'), late, past(at('09T12:00')))).toEqual({ act: 'rest' });
    expect(stepAt(at('10T02:15'), late, past(at('09T12:00')))).toMatchObject({ act: 'run', dueAt: at('10T02:00') });
  });

  it('that is longer than the gap does not put runs off for ever', () => {
    const wide = line('0 * * * *', { jitterMs: 5 * hour, share: () => 0.999 });
    expect(beginAt(at('10T02:00'), wide)).toBeLessThan(at('10T02:30'));
    expect(stepAt(at('10T03:10'), wide, past(at('10T01:00')))).toMatchObject({ act: 'run', dueAt: at('10T02:00') });
  });

  it('is the same for one run of one plan on one machine, and spread between machines and nights', () => {
    const plan = 'bpl-abcdefgh' as BackupPlanId;
    const machine = (n: number): MachineId => `mac-${String(n).padStart(8, '0')}` as MachineId;
    expect(jitterShare(plan, machine(1), 1000)).toBe(jitterShare(plan, machine(1), 1000));
    const shares = Array.from({ length: 1_000 }, (_, n) =>
      jitterShare(plan, machine(n % 10), at('10T02:00') + n * hour),
    );
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...shares)).toBeLessThan(1);
    for (let tenth = 0; tenth < 10; tenth += 1)
      expect(shares.filter((share) => Math.floor(share * 10) === tenth).length).toBeGreaterThan(60);
  });
});

describe('a run that failed', () => {
  const failed = (changes: Partial<FailedRun> = {}): FailedRun => ({
    dueAt: at('10T02:00'),
    endedAt: at('10T02:05'),
    attempts: 1,
    retryable: true,
    slept: false,
    ...changes,
  });

  it('is tried again after 1, 5, 15 and 30 minutes, five times in all', () => {
    expect(againAt(at('10T02:05:59'), failed(), nightly)).toBe(false);
    expect(againAt(at('10T02:06'), failed(), nightly)).toBe(true);
    expect(againAt(at('10T02:09:59'), failed({ attempts: 2 }), nightly)).toBe(false);
    expect(againAt(at('10T02:10'), failed({ attempts: 2 }), nightly)).toBe(true);
    expect(againAt(at('10T02:20'), failed({ attempts: 3 }), nightly)).toBe(true);
    expect(againAt(at('10T02:35'), failed({ attempts: 4 }), nightly)).toBe(true);
    expect(againAt(at('10T03:59'), failed({ attempts: 5 }), nightly)).toBe(false);
  });

  it('is not tried again where that cannot help', () => {
    expect(againAt(at('10T02:30'), failed({ retryable: false }), nightly)).toBe(false);
  });

  it('is begun at once when the machine slept in the middle, whatever the failure was', () => {
    expect(againAt(at('10T02:05'), failed({ retryable: false, slept: true }), nightly)).toBe(true);
  });

  it('gives way to the next window, and to a day that has gone on', () => {
    expect(againAt(at('10T03:00'), failed(), hourly)).toBe(false);
    expect(againAt(at('10T04:00'), failed(), nightly)).toBe(true);
    expect(againAt(at('10T04:01'), failed(), nightly)).toBe(false);
    expect(againAt(at('10T09:00'), failed(), line('0 2 * * *', { makeUpWithinMs: 12 * hour }))).toBe(true);
  });

  it('waits no longer because the clock was set back', () => {
    expect(againAt(at('10T02:01'), failed(), nightly)).toBe(true);
    expect(againAt(at('10T01:00'), failed(), nightly)).toBe(false);
  });
});

describe('a plan as lines', () => {
  const machine = 'mac-abcdefgh' as MachineId;

  it('has one for backups, and one for proofs where it has any', () => {
    const plan = backupPlan(1, { makeUpWithinMs: hour, jitterMs: minute });
    expect(lineOf(plan, 'backup', machine)).toMatchObject({ makeUpWithinMs: hour, jitterMs: minute });
    expect(lineOf(plan, 'proof', machine)).toBeNull();
    const proof = { cron: '0 3 * * 0', timeZone: 'UTC', which: 'latest' as const };
    expect(lineOf({ ...plan, proof }, 'proof', machine)?.times.after(at('25T12:00'))).toBe(at('29T03:00'));
  });

  it('a pause ends when it was to end, or when a person ends it', () => {
    expect([
      isPaused(null, 5),
      isPaused({ until: null }, 5),
      isPaused({ until: 6 }, 5),
      isPaused({ until: 5 }, 5),
    ]).toEqual([false, true, true, false]);
  });
});
