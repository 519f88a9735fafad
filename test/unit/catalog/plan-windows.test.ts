import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BackupPlans } from '../../../src/main/catalog/backup-plans.ts';
import { openCatalog, type Catalog } from '../../../src/main/catalog/catalog.ts';
import { runsKept } from '../../../src/main/catalog/plan-windows.ts';
import * as sample from './samples.ts';

const line = { planId: sample.backupPlanId(1), sourceId: sample.sourceId(1), what: 'backup' as const };
const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);

function take(plans: BackupPlans, dueAt: number, outcome: 'succeeded' | 'missed' | 'running' = 'succeeded'): boolean {
  return plans.take(sample.planRun(1, { ...line, dueAt, outcome }));
}
function countIn(file: string, table: 'plan_runs' | 'plan_windows'): number {
  const database = new Database(file, { readonly: true });
  try {
    return Number(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  } finally {
    database.close();
  }
}
function withPlan(): Catalog {
  const catalog = sample.newCatalog();
  catalog.backupPlans.put(sample.backupPlan(1), {});
  return catalog;
}

describe('BS-3 the runs of plans do not grow for ever', () => {
  test('a window whose run is forgotten is taken for good, and none beside it is', () => {
    const catalog = withPlan();
    const plans = catalog.backupPlans;
    catalog.together(() => {
      for (let n = 0; n < runsKept + 300; n += 1) expect(take(plans, start + n * hour)).toBe(true);
    });
    for (let n = 0; n < runsKept + 300; n += 1) {
      expect(plans.taken(line, start + n * hour)).toBe(true);
      expect(plans.taken(line, start + n * hour + hour / 2)).toBe(false);
    }
    expect(take(plans, start)).toBe(false);
    expect(plans.taken({ ...line, what: 'proof' }, start)).toBe(false);
    expect(plans.taken({ ...line, sourceId: sample.sourceId(2) }, start)).toBe(false);
    plans.update(sample.planRun(1, { ...line, dueAt: start, outcome: 'running' }));
    expect(plans.running()).toEqual([]);
  });

  test('what still runs is kept, and a missed window that is forgotten can still be taken', () => {
    const catalog = withPlan();
    const plans = catalog.backupPlans;
    take(plans, start, 'running');
    take(plans, start + hour, 'missed');
    catalog.together(() => {
      for (let n = 2; n < runsKept + 10; n += 1) take(plans, start + n * hour);
    });
    expect(plans.running()).toHaveLength(1);
    expect(plans.taken(line, start + hour)).toBe(false);
    expect(take(plans, start + hour)).toBe(true);
    expect(take(plans, start)).toBe(false);
  });

  test('goes with its plan', () => {
    const catalog = withPlan();
    const plans = catalog.backupPlans;
    catalog.together(() => {
      for (let n = 0; n < runsKept + 10; n += 1) take(plans, start + n * hour);
    });
    plans.remove(line.planId);
    plans.put(sample.backupPlan(1), {});
    expect(plans.taken(line, start)).toBe(false);
  });

  test('ten years of nights are some lines, whatever order they came in', () => {
    const file = sample.newCatalogFile();
    const catalog = openCatalog(file, sample.stillClock(start));
    catalog.backupPlans.put(sample.backupPlan(1), {});
    catalog.together(() => {
      for (let n = 0; n < 3_650; n += 1) take(catalog.backupPlans, start + n * 24 * hour + (n % 365 > 180 ? hour : 0));
    });
    catalog.close();
    expect(countIn(file, 'plan_runs')).toBe(runsKept);
    expect(countIn(file, 'plan_windows')).toBeLessThan(30);
  });

  test('is the same as never forgetting, for windows in any order', () => {
    const windows = fc.array(fc.nat(900), { minLength: runsKept, maxLength: 900 });
    fc.assert(
      fc.property(windows, (drawn) => {
        const catalog = withPlan();
        const plans = catalog.backupPlans;
        const model = new Set<number>();
        catalog.together(() => {
          for (const n of drawn) {
            expect(take(plans, start + n * hour)).toBe(!model.has(n));
            model.add(n);
          }
        });
        for (let n = 0; n <= 900; n += 1) expect(plans.taken(line, start + n * hour)).toBe(model.has(n));
      }),
      { numRuns: 15 },
    );
  });
});
