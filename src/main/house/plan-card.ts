/** A plan as a door shows it: what was decided, and what follows from it now. */
import { Fail } from '../../shared/failure.ts';
import type { Cron, Plan, PlanCard, PlanRun, PlanWait, SchedulerState } from '../../shared/plan.ts';
import type { KeptRun } from '../catalog/backup-plans.ts';
import { isPaused } from '../schedule/line.ts';
import { nextOf } from '../schedule/preview.ts';
import { timesOf, type Times } from '../schedule/times.ts';
import { wordsOf } from '../schedule/words.ts';
import { schedulerPause } from './plan-pause.ts';
import type { Rooms } from './rooms.ts';

const shownNext = 5;

type CardRooms = Pick<Rooms, 'catalog' | 'clock'> & { planner: Pick<Rooms['planner'], 'waiting'> };

export function planCard(rooms: CardRooms, plan: Plan): PlanCard {
  const now = rooms.clock.now();
  const paused = isPaused(plan.paused, now) || isPaused(schedulerPause(rooms), now);
  const known = plan.sources.filter((id) => rooms.catalog.sources.byId(id) !== undefined);
  const asleep = paused || known.length === 0;
  const backup = readable(plan.backup);
  const proof = plan.proof === null ? null : readable(plan.proof);
  return {
    plan,
    words:
      backup === null ? `Cannot be read: ${plan.backup.cron} in ${plan.backup.timeZone}` : wordsOf(plan.backup.cron),
    next: asleep || backup === null ? [] : nextOf(backup, now, shownNext),
    nextProof: asleep ? null : (proof?.after(now) ?? null),
    waiting: known.length === 0 ? sourcesGone(plan) : rooms.planner.waiting(plan.id),
    runs: rooms.catalog.backupPlans
      .newestOf(plan.id)
      .filter(({ sourceId }) => plan.sources.includes(sourceId))
      .map(toldRun),
  };
}

/** A time zone can leave the list with an update of the system. One such plan must not hide the others. */
function readable(cron: Cron): Times | null {
  try {
    return timesOf(cron);
  } catch (thrown) {
    if (thrown instanceof Fail) return null;
    throw thrown;
  }
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
