/** What plans come to for one source: for the overview, which knows nothing of schedules. */
import type { BackupPlanId, Instant, SourceId } from '../../shared/id.ts';
import type { Plan, SchedulerState } from '../../shared/plan.ts';
import { nextOf } from '../schedule/preview.ts';
import { isPaused } from '../schedule/line.ts';
import { timesOf } from '../schedule/times.ts';
import type { Rooms } from './rooms.ts';

type Known = Pick<Rooms, 'catalog'>;

const pauseKey = 'scheduler.paused';

/** Whether all plans are paused, by tray or window. */
export function schedulerPause({ catalog }: Known): SchedulerState['paused'] {
  const text = catalog.meta.get(pauseKey);
  return text === undefined ? null : (JSON.parse(text) as SchedulerState['paused']);
}

export function setSchedulerPause({ catalog }: Known, paused: SchedulerState['paused']): void {
  if (paused === null) catalog.meta.remove(pauseKey);
  else catalog.meta.set(pauseKey, JSON.stringify(paused));
}

/** The plans that name a source, paused ones too. */
export function plansOfSource({ catalog }: Known, sourceId: SourceId): Plan[] {
  return catalog.backupPlans.list().filter((plan) => plan.sources.includes(sourceId));
}

export interface NextRun {
  planId: BackupPlanId;
  planName: string;
  at: Instant;
}

/** When a source is backed up next; null where no plan says, or all that do are paused. */
export function nextRunOf(rooms: Known, sourceId: SourceId, now: Instant): NextRun | null {
  if (isPaused(schedulerPause(rooms), now)) return null;
  const found = plansOfSource(rooms, sourceId)
    .filter((plan) => !isPaused(plan.paused, now))
    .map((plan) => ({ planId: plan.id, planName: plan.name, at: timesOf(plan.backup).after(now) }))
    .filter((one): one is NextRun => one.at !== null);
  return found.toSorted((a, b) => a.at - b.at)[0] ?? null;
}

/** Whether every plan that names the source is paused, or all plans are. False without a plan. */
export function plansPaused(rooms: Known, sourceId: SourceId, now: Instant): boolean {
  const plans = plansOfSource(rooms, sourceId);
  if (plans.length === 0) return false;
  return isPaused(schedulerPause(rooms), now) || plans.every((plan) => isPaused(plan.paused, now));
}

/** Whether a backup of the source was due later than `from` and not later than `to`, by the plans there are now. */
export function wasDue(rooms: Known, sourceId: SourceId, from: Instant, to: Instant): boolean {
  return plansOfSource(rooms, sourceId).some((plan) => {
    const at = timesOf(plan.backup).after(Math.max(from, plan.createdAt));
    return at !== null && at <= to;
  });
}

/**
 * How old the newest backup of a source may become by its plans: the longest of the next gaps between two of their
 * moments, and what a run may be late. Null without a plan.
 */
export function planLimitMs(rooms: Known, sourceId: SourceId, now: Instant): number | null {
  const limits = plansOfSource(rooms, sourceId).map((plan) => {
    const times = timesOf(plan.backup);
    const moments = [times.latest(now), ...nextOf(times, now, 40)].filter((at) => at !== null);
    const gaps = moments.slice(1).map((at, index) => at - (moments[index] ?? at));
    return Math.max(...gaps, 0) + plan.jitterMs + 2 * 3_600_000;
  });
  return limits.length === 0 ? null : Math.min(...limits);
}
