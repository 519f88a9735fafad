/** A plan as a door shows it: what was decided, and what follows from it now. */
import type { Plan, PlanCard, PlanRun, PlanWait, SchedulerState } from '../../shared/plan.ts';
import type { KeptRun } from '../catalog/backup-plans.ts';
import { isPaused } from '../schedule/line.ts';
import { nextOf } from '../schedule/preview.ts';
import { timesOf } from '../schedule/times.ts';
import { wordsOf } from '../schedule/words.ts';
import { schedulerPause } from './plan-pause.ts';
import type { Rooms } from './rooms.ts';

const shownNext = 5;

export function planCard(rooms: Rooms, plan: Plan): PlanCard {
  const now = rooms.clock.now();
  const paused = isPaused(plan.paused, now) || isPaused(schedulerPause(rooms), now);
  const known = plan.sources.filter((id) => rooms.catalog.sources.byId(id) !== undefined);
  const asleep = paused || known.length === 0;
  return {
    plan,
    words: wordsOf(plan.backup.cron),
    next: asleep ? [] : nextOf(timesOf(plan.backup), now, shownNext),
    nextProof: asleep || plan.proof === null ? null : timesOf(plan.proof).after(now),
    waiting: known.length === 0 ? sourcesGone(plan) : rooms.planner.waiting(plan.id),
    runs: rooms.catalog.backupPlans
      .newestOf(plan.id)
      .filter(({ sourceId }) => plan.sources.includes(sourceId))
      .map(toldRun),
  };
}

const sourcesGone = (plan: Plan): PlanWait => ({
  reason: 'source',
  since: plan.createdAt,
  detail: 'All sources of this plan were removed. Choose others, or remove the plan.',
});

function toldRun(run: KeptRun): PlanRun {
  const { sourceId, what, dueAt, startedAt, standsFor, outcome, jobId, failure, attempts } = run;
  return { sourceId, what, dueAt, startedAt, standsFor, outcome, jobId, failure, attempts };
}

export function schedulerState(rooms: Pick<Rooms, 'catalog' | 'planner' | 'clock'>): SchedulerState {
  const paused = schedulerPause(rooms);
  return { active: rooms.planner.active, paused: isPaused(paused, rooms.clock.now()) ? paused : null };
}
