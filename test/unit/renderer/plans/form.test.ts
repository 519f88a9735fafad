import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlanSettings } from '../../../../src/shared/plan.ts';
import { z } from '../../../../src/shared/schema.ts';
import type { SourceId } from '../../../../src/shared/id.ts';
import { choicesWith, faultsOf, formOf, settingsOf, suggestedForm } from '../../../../src/renderer/plans/form.ts';
import {
  fromCron,
  isTime,
  presets,
  toCron,
  withKind,
  type Schedule,
  type Weekday,
} from '../../../../src/renderer/schedule/schedule.ts';

const source = 'src-abcdefgh' as SourceId;

describe('BS-3 a plan as a person makes it', () => {
  it('is nightly at 02:00 with a proof on Sunday at 03:00 at first', () => {
    const settings = settingsOf(suggestedForm('Nightly', [source], 'Europe/Berlin'));
    expect(z.parse(PlanSettings, settings)).toMatchObject({
      backup: { cron: '0 2 * * *', timeZone: 'Europe/Berlin' },
      proof: { cron: '0 3 * * 0', timeZone: 'Europe/Berlin', which: 'latest' },
      verifyEach: 'read',
      makeUpWithinMs: 86_400_000,
    });
  });

  it('comes back from what was saved as it was', () => {
    const form = suggestedForm('Nightly', [source], 'Europe/Berlin');
    expect(formOf(settingsOf(form))).toEqual(form);
  });

  it('says what keeps it from being saved, in the order of the form', () => {
    const form = suggestedForm(' ', [], 'Mars/Olympus');
    expect(faultsOf({ ...form, backup: { kind: 'daily', time: '25:00' } }, ['UTC'])).toEqual([
      'name',
      'sources',
      'backup-time',
      'time-zone',
    ]);
    const cron = { kind: 'cron', cron: '* *' } as const;
    expect(
      faultsOf(
        {
          ...form,
          name: 'a',
          sources: [source],
          timeZone: 'UTC',
          backup: cron,
          proof: { when: 'at', schedule: cron, which: 'latest' },
        },
        ['UTC'],
      ),
    ).toEqual(['backup-cron', 'proof-cron']);
  });

  it('keeps a number that is none of the choices', () => {
    expect(choicesWith([0, 10], 5)).toEqual([0, 5, 10]);
    expect(choicesWith([0, 10], 10)).toEqual([0, 10]);
  });
});

const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const schedule: fc.Arbitrary<Schedule> = fc.oneof(
  time.map((at): Schedule => ({ kind: 'daily', time: at })),
  time.map((at): Schedule => ({ kind: 'working-days', time: at })),
  fc
    .tuple(time, fc.integer({ min: 0, max: 6 }))
    .map(([at, day]): Schedule => ({ kind: 'weekly', time: at, day: day as Weekday })),
  fc.constantFrom(...presets).map(({ cron }): Schedule => ({ kind: 'preset', cron })),
);

describe('CV-5 schedules in words and as cron', () => {
  it('every preset comes back from its five fields', () => {
    fc.assert(
      fc.property(schedule, (one) => {
        expect(fromCron(toCron(one))).toEqual(one);
      }),
    );
  });

  it('fields that no preset makes stay as they were written', () => {
    for (const cron of ['0 2 1 * *', '*/7 * * * *', '0 2 * * 1,3', '0 2 * 3 *', '0 2 * * 9', 'nonsense', '61 2 * * *'])
      expect(toCron(fromCron(cron))).toBe(cron);
    expect(fromCron('00  2 * * 7')).toEqual({ kind: 'weekly', day: 0, time: '02:00' });
  });

  it('another kind keeps the time, and cron shows the fields of the one before', () => {
    expect(withKind({ kind: 'daily', time: '04:30' }, 'weekly')).toEqual({ kind: 'weekly', day: 0, time: '04:30' });
    expect(withKind({ kind: 'weekly', day: 3, time: '04:30' }, 'cron')).toEqual({ kind: 'cron', cron: '30 4 * * 3' });
    expect(withKind({ kind: 'preset', cron: '0 * * * *' }, 'daily')).toEqual({ kind: 'daily', time: '02:00' });
  });

  it('knows a time', () => {
    expect(['00:00', '23:59'].every(isTime)).toBe(true);
    expect(['24:00', '2:00', '12:60', '', 'noon'].some(isTime)).toBe(false);
  });
});
