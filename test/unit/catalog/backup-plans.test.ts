import { describe, expect, test } from 'vitest';
import * as sample from './samples.ts';

const line = { planId: sample.backupPlanId(1), sourceId: sample.sourceId(1), what: 'backup' as const };
const proofs = { ...line, what: 'proof' as const };
const at = 1_795_000_000_000;

describe('BS-3 plans of backups', () => {
  test('are kept in the order they were made, and replaced by their id', () => {
    const { backupPlans } = sample.newCatalog();
    backupPlans.put(sample.backupPlan(2), {});
    backupPlans.put(sample.backupPlan(1), {});
    backupPlans.put(sample.backupPlan(2, { name: 'Often' }), {});
    expect(backupPlans.list().map(({ name }) => name)).toEqual(['Often', 'Nightly 1']);
    backupPlans.remove(sample.backupPlanId(2));
    backupPlans.remove(sample.backupPlanId(2));
    expect(backupPlans.list()).toEqual([sample.backupPlan(1)]);
  });

  test('what is decided begins with the plan, and again with another schedule', () => {
    const { backupPlans } = sample.newCatalog();
    backupPlans.put(sample.backupPlan(1), { backup: at + 5 });
    expect([backupPlans.decidedUntil(line), backupPlans.decidedUntil(proofs)]).toEqual([at + 5, at]);
    backupPlans.decide(line, at + 9);
    backupPlans.decide(proofs, at + 7);
    backupPlans.put(sample.backupPlan(1, { name: 'Renamed' }), {});
    expect([backupPlans.decidedUntil(line), backupPlans.decidedUntil(proofs)]).toEqual([at + 9, at + 7]);
    backupPlans.put(sample.backupPlan(1), { backup: at + 20 });
    expect([backupPlans.decidedUntil(line), backupPlans.decidedUntil(proofs)]).toEqual([at + 20, at + 7]);
  });

  test('a window is taken once; one that was missed can be taken still', () => {
    const { backupPlans } = sample.newCatalog();
    backupPlans.put(sample.backupPlan(1), {});
    const run = sample.planRun(1);
    expect(backupPlans.taken(line, run.dueAt)).toBe(false);
    expect(backupPlans.take({ ...run, outcome: 'missed', jobId: null })).toBe(true);
    expect(backupPlans.taken(line, run.dueAt)).toBe(false);
    expect(backupPlans.take(run)).toBe(true);
    expect(backupPlans.taken(line, run.dueAt)).toBe(true);
    expect(backupPlans.take({ ...run, jobId: sample.jobId(9) })).toBe(false);
    expect(backupPlans.newest(line)).toEqual(run);
    expect(backupPlans.take({ ...run, what: 'proof' })).toBe(true);
    expect(backupPlans.take({ ...run, sourceId: sample.sourceId(2) })).toBe(true);
  });

  test('running runs are found by their job until they have ended', () => {
    const { backupPlans } = sample.newCatalog();
    backupPlans.put(sample.backupPlan(1), {});
    const [first, second] = [sample.planRun(1), sample.planRun(2)];
    backupPlans.take(first);
    backupPlans.take(second);
    expect(backupPlans.running()).toEqual([first, second]);
    expect(backupPlans.ofJob(sample.jobId(2))).toEqual(second);
    backupPlans.update({ ...second, outcome: 'succeeded', endedAt: at + 3 });
    expect(backupPlans.ofJob(sample.jobId(2))).toBeUndefined();
    expect(backupPlans.newestOf(line.planId)).toEqual([{ ...second, outcome: 'succeeded', endedAt: at + 3 }]);
    backupPlans.remove(line.planId);
    backupPlans.update(first);
    expect(backupPlans.running()).toEqual([]);
  });
});
