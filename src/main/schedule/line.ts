/** Pure: what a plan comes to for one kind of its runs. */
import type { BackupPlanId, Instant, MachineId } from '../../shared/id.ts';
import type { PlanRun, PlanSettings } from '../../shared/plan.ts';
import type { Line } from './due.ts';
import { jitterShare } from './share.ts';
import { timesOf } from './times.ts';

/** Null where the plan has no such runs. @throws Fail for a schedule that cannot be read */
export function lineOf(
  plan: PlanSettings & { id: BackupPlanId },
  what: PlanRun['what'],
  machine: MachineId,
): Line | null {
  const cron = what === 'backup' ? plan.backup : plan.proof;
  if (cron === null) return null;
  return {
    times: timesOf({ cron: cron.cron, timeZone: cron.timeZone }),
    makeUpWithinMs: plan.makeUpWithinMs,
    jitterMs: plan.jitterMs,
    share: (dueAt) => jitterShare(plan.id, machine, dueAt),
  };
}

/** Whether it is paused at `now`; a pause with an end ends by itself. */
export function isPaused(paused: { until: Instant | null } | null, now: Instant): boolean {
  return paused !== null && (paused.until === null || paused.until > now);
}
