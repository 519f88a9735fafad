import { beforeEach, describe, expect, it } from 'vitest';
import type { Failure, FailureCode } from '../../../src/shared/failure.ts';
import type { Plan, PlanRun } from '../../../src/shared/plan.ts';
import { Planner } from '../../../src/main/house/planner.ts';
import { setSchedulerPause } from '../../../src/main/house/plan-pause.ts';
import type { Catalog } from '../../../src/main/catalog/catalog.ts';
import { PlanWorld } from '../../helpers/plan-world.ts';
import * as sample from '../catalog/samples.ts';
import { turningClock } from '../job/turning-clock.ts';

const minute = 60_000;
const hour = 60 * minute;
const at = (text: string): number => Date.parse(`2026-11-${text}Z`);
const shop = sample.sourceId(1);
const blog = sample.sourceId(2);

function failure(code: FailureCode): Failure {
  return { code, message: 'It broke.', hint: '', retryable: true, ref: 'x' };
}

let clock: ReturnType<typeof sample.stillClock>;
let catalog: Catalog;
let world: PlanWorld;

beforeEach(() => {
  clock = sample.stillClock(at('09T12:00'));
  catalog = sample.newCatalog();
  world = new PlanWorld(catalog, clock);
});

function add(changes: Partial<Plan> = {}): Plan {
  const plan = sample.backupPlan(1, { createdAt: clock.at, ...changes });
  catalog.backupPlans.put(plan, { backup: clock.at, proof: clock.at });
  return plan;
}

/** Puts the clock to a moment and looks. */
async function when(text: string): Promise<void> {
  clock.at = at(text);
  await world.planner.look();
}

const runs = (): Pick<PlanRun, 'dueAt' | 'outcome' | 'standsFor'>[] =>
  catalog.backupPlans
    .newestOf(sample.backupPlanId(1))
    .map(({ dueAt, outcome, standsFor }) => ({ dueAt, outcome, standsFor }));
const newest = () => catalog.backupPlans.newest({ planId: sample.backupPlanId(1), sourceId: shop, what: 'backup' });

describe('BS-3 CV-5 SV-8 BD-8 a plan is kept', () => {
  it('in the very second that a minute begins, whenever the looking began', async () => {
    const turning = turningClock(at('10T01:59:47'));
    const kept = sample.backupPlan(1, { createdAt: at('10T01:59:47') });
    catalog.backupPlans.put(kept, { backup: kept.createdAt, proof: kept.createdAt });
    world = new PlanWorld(catalog, turning);
    world.planner.start(() => () => {});
    await turning.turn(12_000);
    expect(world.jobs).toEqual([]);
    await turning.turn(1_000);
    expect(world.jobs).toHaveLength(1);
    await world.planner.stop();
  });

  it('a backup of every source when it is due, and not again', async () => {
    add({ sources: [shop, blog] });
    await when('10T01:59');
    expect(world.jobs).toEqual([]);
    await when('10T02:00');
    expect(world.jobs.map(({ source }) => source)).toEqual([shop, blog]);
    await when('10T02:00:20');
    for (const one of world.unfinished()) world.end(one);
    await when('10T03:00');
    expect(world.jobs).toHaveLength(2);
    expect(runs()).toEqual([
      { dueAt: at('10T02:00'), outcome: 'succeeded', standsFor: 1 },
      { dueAt: at('10T02:00'), outcome: 'succeeded', standsFor: 1 },
    ]);
  });

  it('after a week asleep one run is made up, which stands for seven', async () => {
    add({ makeUpWithinMs: 24 * hour });
    await when('16T09:00');
    expect(world.jobs).toHaveLength(1);
    expect(runs()).toEqual([{ dueAt: at('16T02:00'), outcome: 'running', standsFor: 7 }]);
  });

  it('a run that could not be begun in time is written down as missed, with the reason', async () => {
    add();
    world.hindrances.set(shop, { reason: 'source', detail: 'docker-02 does not answer.' });
    await when('10T02:00');
    expect(world.planner.waiting(sample.backupPlanId(1))).toEqual({
      reason: 'source',
      since: at('10T02:00'),
      detail: 'docker-02 does not answer.',
    });
    await when('10T02:10');
    expect(runs()).toEqual([]);
    await when('10T02:11');
    expect(newest()).toMatchObject({ outcome: 'missed', failure: { code: 'plan.missed' } });
    expect(newest()?.failure?.message).toContain('docker-02 does not answer.');
    expect(world.planner.waiting(sample.backupPlanId(1))).toBeNull();
    expect(world.jobs).toEqual([]);
  });

  it('one that waited begins as soon as what it waited for is there', async () => {
    add({ makeUpWithinMs: 6 * hour });
    world.hindrances.set(shop, { reason: 'destination', detail: 'The disk is not there.' });
    await when('10T02:00');
    await when('10T05:00');
    world.hindrances.clear();
    await when('10T05:00:20');
    expect(runs()).toEqual([{ dueAt: at('10T02:00'), outcome: 'running', standsFor: 1 }]);
  });

  it('a source that is away keeps no other from its backup', async () => {
    add({ sources: [shop, blog] });
    world.hindrances.set(shop, { reason: 'network', detail: 'This machine has no network.' });
    await when('10T02:00');
    expect(world.jobs.map(({ source }) => source)).toEqual([blog]);
  });

  it('a paused plan runs nothing, and catches up when the pause ends by itself', async () => {
    const plan = add({ makeUpWithinMs: 12 * hour });
    catalog.backupPlans.put({ ...plan, paused: { since: clock.at, until: at('10T08:00') } }, {});
    await when('10T02:00');
    expect(world.jobs).toEqual([]);
    await when('10T08:00');
    expect(world.jobs).toHaveLength(1);
    expect(catalog.backupPlans.byId(plan.id)?.paused).toBeNull();
  });

  it('while all plans are paused none runs', async () => {
    add({ makeUpWithinMs: 12 * hour });
    setSchedulerPause({ catalog }, { since: clock.at, until: null });
    await when('10T02:00');
    expect(world.jobs).toEqual([]);
    setSchedulerPause({ catalog }, null);
    await when('10T09:00');
    expect(world.jobs).toHaveLength(1);
  });

  it('the next window waits for the run before, however long that takes', async () => {
    add({ backup: { cron: '*/30 * * * *', timeZone: 'UTC' } });
    await when('09T12:30');
    await when('09T13:00');
    expect(world.jobs).toHaveLength(1);
    expect(world.planner.waiting(sample.backupPlanId(1))?.reason).toBe('busy');
    await when('09T13:20');
    world.end(world.unfinished()[0] as never);
    await when('09T13:20:20');
    expect(world.jobs).toHaveLength(2);
    expect(newest()).toMatchObject({ dueAt: at('09T13:00'), outcome: 'running' });
  });

  it('a source that was removed is left out; the others go on', async () => {
    add({ sources: [shop, blog] });
    world.gone.add(shop);
    await when('10T02:00');
    expect(world.jobs.map(({ source }) => source)).toEqual([blog]);
  });

  it('a plan that is removed while its job runs lets the job end and remembers nothing', async () => {
    const plan = add();
    await when('10T02:00');
    catalog.backupPlans.remove(plan.id);
    world.end(world.unfinished()[0] as never);
    await when('10T02:05');
    expect(catalog.backupPlans.running()).toEqual([]);
  });
});

describe('BS-3 JO-15 proofs by plan', () => {
  it('what was backed up is read as soon as it is made, and counts when it holds', async () => {
    add({ verifyEach: 'read' });
    await when('10T02:00');
    world.end(world.jobs[0] as never);
    expect(world.jobs[1]).toMatchObject({ what: 'proof', level: 'read', backupId: world.jobs[0]?.backupId });
    expect(newest()?.outcome).toBe('running');
    world.end(world.jobs[1] as never);
    expect(newest()).toMatchObject({ outcome: 'succeeded', attempts: [{ failure: null }, { failure: null }] });
  });

  it('a backup that does not hold is a run that failed, and is told so', async () => {
    add({ verifyEach: 'read' });
    world.verdict = 'failed';
    await when('10T02:00');
    world.end(world.jobs[0] as never);
    world.end(world.jobs[1] as never);
    expect(newest()).toMatchObject({ outcome: 'failed', failure: { code: 'plan.proof-failed' } });
    await when('10T03:00');
    expect(world.jobs).toHaveLength(2);
  });

  it('a proof has times of its own and waits for the backup that is being made', async () => {
    add({ proof: { cron: '0 3 * * 0', timeZone: 'UTC', which: 'latest' }, makeUpWithinMs: hour });
    await when('15T02:00');
    await when('15T03:00');
    expect(world.jobs).toHaveLength(1);
    world.end(world.jobs[0] as never);
    await when('15T03:00:20');
    expect(world.jobs[1]).toMatchObject({ what: 'proof', level: 'restore', backupId: world.jobs[0]?.backupId });
  });
});

describe('a run that fails', () => {
  it('is begun again while its window lasts, and every attempt is told', async () => {
    add();
    await when('10T02:00');
    world.end(world.jobs[0] as never, failure('source.unreachable'));
    await when('10T02:00:30');
    expect(world.jobs).toHaveLength(1);
    await when('10T02:01');
    expect(world.jobs).toHaveLength(2);
    world.end(world.jobs[1] as never);
    expect(newest()).toMatchObject({
      dueAt: at('10T02:00'),
      outcome: 'succeeded',
      attempts: [{ failure: { code: 'source.unreachable' } }, { failure: null }],
    });
  });

  it('is not begun again where that cannot help, or where a person cancelled it', async () => {
    add({ sources: [shop, blog] });
    await when('10T02:00');
    world.end(world.jobs[0] as never, failure('source.auth-failed'));
    world.end(world.jobs[1] as never, 'cancelled');
    await when('10T03:00');
    expect(world.jobs).toHaveLength(2);
    expect(runs().map(({ outcome }) => outcome)).toEqual(['failed', 'cancelled']);
  });

  it('is begun again at once when the machine slept in the middle', async () => {
    add({ makeUpWithinMs: 12 * hour });
    await when('10T02:00');
    let asleep = 0;
    clock.elapsed = () => clock.at - asleep;
    await when('10T02:00:20');
    asleep = 5 * hour;
    await when('10T07:01');
    expect(newest()?.slept).toBe(true);
    world.end(world.jobs[0] as never, failure('tool.missing'));
    await when('10T07:01:20');
    expect(world.jobs).toHaveLength(2);
    expect(newest()).toMatchObject({ outcome: 'running', slept: false, dueAt: at('10T02:00') });
  });

  it('whose owner was killed is taken over by the next one', async () => {
    add();
    await when('10T02:00');
    const one = world.jobs[0] as never as { job: { state: string } };
    Object.assign(one.job, { state: 'failed', endedAt: at('10T02:01'), failure: failure('home.owner-left') });
    const next = new Planner(world.ports(catalog));
    next.takeOver();
    expect(newest()?.outcome).toBe('failed');
    clock.at = at('10T02:02');
    await next.look();
    expect(newest()).toMatchObject({ outcome: 'running', dueAt: at('10T02:00') });
  });

  it('whose job was never queued because its owner was killed is begun again', async () => {
    add();
    catalog.backupPlans.take(sample.planRun(1, { dueAt: at('10T02:00'), jobId: null }));
    catalog.backupPlans.decide({ planId: sample.backupPlanId(1), sourceId: shop, what: 'backup' }, at('10T02:00'));
    clock.at = at('10T02:01');
    world.planner.takeOver();
    await when('10T02:02');
    expect(world.jobs).toHaveLength(1);
  });
});

describe('a run that a person asks for', () => {
  it('is made at once, beside the schedule and with the proof that the plan asks for', async () => {
    const plan = add({ verifyEach: 'restore' });
    world.planner.runNow(plan, 'ada (terminal)');
    world.end(world.jobs[0] as never);
    world.end(world.jobs[1] as never);
    expect(newest()).toMatchObject({ asked: true, outcome: 'succeeded' });
    await when('10T02:00');
    expect(world.jobs).toHaveLength(3);
  });
});
