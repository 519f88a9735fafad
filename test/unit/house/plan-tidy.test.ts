import { beforeEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/shared/plan.ts';
import type { Catalog } from '../../../src/main/catalog/catalog.ts';
import { PlanWorld } from '../../helpers/plan-world.ts';
import * as sample from '../catalog/samples.ts';

const step = 2 * 3_600_000;
const day = 12 * step;
const start = Date.UTC(2026, 0, 1);
const shop = sample.sourceId(1);
const blog = sample.sourceId(2);
const line = { planId: sample.backupPlanId(1), sourceId: shop, what: 'backup' as const };

let clock: ReturnType<typeof sample.stillClock>;
let catalog: Catalog;
let world: PlanWorld;

beforeEach(() => {
  clock = sample.stillClock(start);
  catalog = sample.newCatalog();
  world = new PlanWorld(catalog, clock);
});

/** A plan of every other hour whose runs of this many days were made, each in its window. */
function live(days: number): void {
  const plan = sample.backupPlan(1, {
    createdAt: start,
    sources: [shop, blog],
    backup: { cron: '0 */2 * * *', timeZone: 'UTC' },
  });
  catalog.backupPlans.put(plan, { backup: start, proof: start });
  catalog.together(() => liveThrough(days, plan));
}

function liveThrough(days: number, plan: Plan): void {
  const done = { planId: plan.id, outcome: 'succeeded' as const };
  catalog.backupPlans.take(sample.planRun(1, { ...done, sourceId: blog, dueAt: start + step }));
  for (let dueAt = start + step; dueAt <= start + days * day; dueAt += step)
    catalog.backupPlans.take(sample.planRun(1, { ...done, sourceId: shop, dueAt }));
  clock.at = start + days * day + 60_000;
  for (const sourceId of [shop, blog]) catalog.backupPlans.decide({ ...line, sourceId }, clock.at);
}
const known = (dueAt: number, sourceId = shop): boolean => catalog.backupPlans.taken({ ...line, sourceId }, dueAt);
async function lookUntilTidy(): Promise<void> {
  for (let looks = 0; looks < 10; looks += 1) await world.planner.look();
}

describe('BS-3 the runs of plans do not grow for ever', () => {
  it('keeps the last ninety days, and the newest of every source however old', async () => {
    live(130);
    const now = clock.at;
    await lookUntilTidy();
    expect(known(start + step)).toBe(false);
    expect(known(start + 39 * day)).toBe(false);
    expect(known(start + 41 * day)).toBe(true);
    expect(known(start + 130 * day)).toBe(true);
    expect(known(start + step, blog)).toBe(true);
    expect(catalog.backupPlans.newestOf(line.planId).map(({ sourceId }) => sourceId)).toEqual([blog, shop]);
    expect(world.jobs).toEqual([]);
    expect(clock.at).toBe(now);
  });

  it('keeps hundreds of every line however old, and what still runs', () => {
    live(60);
    catalog.backupPlans.update(sample.planRun(1, { ...line, dueAt: start + step, outcome: 'running' }));
    expect(catalog.backupPlans.forgetRuns(start + 9_000 * day)).toBe(60 * 12 - 400 - 1);
    expect(known(start + step)).toBe(true);
    expect(known(start + 2 * step)).toBe(false);
    expect(known(start + 60 * day - 399 * step)).toBe(true);
    expect(catalog.backupPlans.forgetRuns(start + 9_000 * day)).toBe(0);
  });

  it('no window runs twice after it, where the clock goes back by weeks', async () => {
    live(130);
    await lookUntilTidy();
    for (let back = 80; back >= 0; back -= 16) {
      clock.at = start + (130 - back) * day + 60_000;
      await world.planner.look();
    }
    expect(world.jobs.filter(({ source }) => source === shop)).toEqual([]);
  });

  it('nor where the clock was years ahead for a while, and what was forgotten then', async () => {
    live(40);
    const now = clock.at;
    clock.at = now + 3_650 * day;
    await world.planner.look();
    for (const one of world.unfinished()) world.end(one);
    await lookUntilTidy();
    const before = world.jobs.length;
    expect(known(start + step)).toBe(false);
    clock.at = now;
    await lookUntilTidy();
    expect(world.jobs.slice(before).filter(({ source }) => source === shop)).toEqual([]);
    clock.at = now + step;
    await world.planner.look();
    expect(world.jobs.slice(before).filter(({ source }) => source === shop)).toHaveLength(1);
  });
});
