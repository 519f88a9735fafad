import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from '../../../src/main/retention/decide.ts';
import { forecast } from '../../../src/main/retention/forecast.ts';
import type { PastBackup } from '../../../src/main/retention/past.ts';
import type { BackupId, Instant } from '../../../src/shared/id.ts';
import type { RetentionRule } from '../../../src/shared/retention.ts';
import { day, nothing, now, ours, past, pin, taken } from './past.ts';

const hour = day / 24;
const few = fc.option(fc.integer({ min: 1, max: 4 }));
const rules = fc.array(
  fc.record({
    // Newfoundland set its clocks back at a minute past midnight: the day before came again.
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns'),
    daily: few,
    weekly: few,
    monthly: few,
    keepLast: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 9 }),
    keepDays: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 9 }),
  }),
  { minLength: 1, maxLength: 2 },
);
const backups = fc.uniqueArray(
  fc.record({
    hours: fc.integer({ min: 1, max: 400 }),
    verdict: fc.constantFrom('unproven' as const, 'proven' as const, 'failed' as const, 'partly' as const),
    pin: fc.constantFrom(null, null, null, null, pin({ hold: true }), pin({ until: now + 3 * day })),
    damaged: fc.constantFrom(undefined, undefined, true as const),
  }),
  { minLength: 1, maxLength: 12, selector: ({ hours }) => hours },
);

/** Every backup to come is weighed. */
function slowly(
  all: readonly RetentionRule[],
  present: PastBackup[],
  coming: readonly Instant[],
): Map<BackupId, Instant> {
  const goes = new Map<BackupId, Instant>();
  let left = present;
  for (const [index, at] of coming.entries()) {
    const next = taken(at, { backupId: `bk-next-${index}` as BackupId, sizeBytes: present[0]?.sizeBytes ?? 0 });
    const step = decide(all, { backups: [...left, next], machine: ours, clock: null, missing: [] }, at);
    for (const { backup } of step.goes) if (present.includes(backup)) goes.set(backup.backupId, at);
    left = step.stays.map(({ backup }) => backup);
  }
  return goes;
}

test('a look ahead that leaves out what changes nothing says the same as one that weighs every backup', () => {
  fc.assert(
    fc.property(
      rules,
      backups,
      fc.integer({ min: 1, max: 30 }),
      fc.constantFrom(now, Date.UTC(2006, 9, 27)),
      (some, facts, step, from) => {
        const all = some.map((rule) => ({ ...nothing, ...rule }));
        if (
          all.some(
            ({ daily, weekly, monthly, keepLast, keepDays }) =>
              (daily ?? weekly ?? monthly ?? keepLast ?? keepDays) === null,
          )
        )
          return;
        const present = facts.map(({ hours, ...one }) => {
          const { damaged, ...rest } = one;
          return taken(from - hours * hour, damaged === undefined ? rest : (one as Partial<PastBackup>));
        });
        const coming = Array.from({ length: 60 }, (_, index) => from + (index + 1) * step * hour);
        expect(forecast(all, past(present), coming)).toEqual(slowly(all, present, coming));
      },
    ),
    { numRuns: 60 },
  );
});
