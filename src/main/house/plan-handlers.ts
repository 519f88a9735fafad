/** Plans of backups, as doors make and change them. */
import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupPlanId } from '../../shared/id.ts';
import type { Cron, Plan, PlanCard, PlanSettings, SchedulerState } from '../../shared/plan.ts';
import { newBackupPlanId } from '../base/id.ts';
import { previewOf } from '../schedule/preview.ts';
import { timesOf } from '../schedule/times.ts';
import { keepSettings } from './keepsake.ts';
import { destinationsOf } from './order.ts';
import { planCard, schedulerState } from './plan-card.ts';
import { setSchedulerPause } from './plan-pause.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

export function planHandlers(rooms: Rooms): Handlers<HoldfastContract>['plan'] {
  const plans = rooms.catalog.backupPlans;
  return {
    list: async () => plans.list().map((plan) => planCard(rooms, plan)),
    save: async ({ planId, settings }, caller) => savePlan(rooms, planId, settings, caller),
    remove: async ({ planId }, caller) => {
      const plan = planOf(rooms, planId);
      plans.remove(planId);
      rooms.catalog.retention.forget({ planId });
      keepSettings(rooms);
      audit(rooms, 'plan.removed', caller.actor, plan.name, { planId });
      rooms.announce.plan.removed({ planId });
      return {};
    },
    pause: async ({ planId, until }, caller) => {
      const paused = { since: rooms.clock.now(), until };
      return changed(rooms, { ...planOf(rooms, planId), paused }, 'plan.paused', caller);
    },
    resume: async ({ planId }, caller) =>
      changed(rooms, { ...planOf(rooms, planId), paused: null }, 'plan.resumed', caller),
    runNow: async ({ planId }, caller) => {
      const plan = planOf(rooms, planId);
      const jobIds = rooms.planner.runNow(plan, caller.actor);
      if (jobIds.length === 0) throw new Fail('source.unknown', `All sources of ${plan.name} were removed.`);
      return { jobIds };
    },
    preview: async (cron) => previewOf(cron, rooms.clock.now()),
    pauseAll: async ({ until }, caller) => pauseAll(rooms, { since: rooms.clock.now(), until }, caller),
    resumeAll: async (_input, caller) => pauseAll(rooms, null, caller),
  };
}

function planOf(rooms: Rooms, planId: BackupPlanId): Plan {
  const plan = rooms.catalog.backupPlans.byId(planId);
  if (plan === undefined) throw new Fail('plan.gone', 'This plan was removed.');
  return plan;
}

function savePlan(rooms: Rooms, planId: BackupPlanId | undefined, settings: PlanSettings, caller: Caller): PlanCard {
  const plans = rooms.catalog.backupPlans;
  const known = planId === undefined ? undefined : planOf(rooms, planId);
  const now = rooms.clock.now();
  const sources = [...new Set(settings.sources)];
  const plan: Plan = {
    ...settings,
    sources,
    destinations: [...new Set(settings.destinations)],
    id: known?.id ?? newBackupPlanId(),
    paused: known?.paused ?? null,
    createdAt: known?.createdAt ?? now,
  };
  refuseUnusable(rooms, plan, known);
  rooms.catalog.together(() => {
    plans.put(plan, {
      ...(sameCron(known?.backup, plan.backup) ? {} : { backup: now }),
      ...(sameCron(known?.proof, plan.proof) ? {} : { proof: now }),
    });
    // A source that comes to a plan has missed nothing of it.
    for (const sourceId of sources.filter((id) => known?.sources.includes(id) === false))
      for (const what of ['backup', 'proof'] as const) plans.decide({ planId: plan.id, sourceId, what }, now);
  });
  audit(rooms, 'plan.saved', caller.actor, plan.name, { planId: plan.id, cron: plan.backup.cron });
  return told(rooms, plan);
}

function sameCron(before: Cron | null | undefined, after: Cron | null): boolean {
  return before?.cron === after?.cron && before?.timeZone === after?.timeZone;
}

/** Sources that the plan had before and that were removed since may stay: their backups do. */
function refuseUnusable(rooms: Rooms, plan: Plan, known: Plan | undefined): void {
  const taken = rooms.catalog.backupPlans.list().some((one) => one.name === plan.name && one.id !== plan.id);
  if (taken) throw new Fail('plan.name-taken', `There is a plan named ${plan.name} already.`);
  for (const id of plan.sources) {
    if (rooms.catalog.sources.byId(id) === undefined && known?.sources.includes(id) !== true)
      throw new Fail('source.unknown', `The source ${id} is not known.`);
  }
  destinationsOf(rooms, plan.destinations);
  for (const cron of [plan.backup, ...(plan.proof === null ? [] : [plan.proof])]) {
    if (timesOf(cron).after(rooms.clock.now()) === null)
      throw new Fail('plan.never-fires', `“${cron.cron}” never comes: no year has such a day.`);
  }
}

function changed(rooms: Rooms, plan: Plan, action: 'plan.paused' | 'plan.resumed', caller: Caller): PlanCard {
  rooms.catalog.backupPlans.put(plan, {});
  audit(rooms, action, caller.actor, plan.name, { planId: plan.id, until: plan.paused?.until ?? null });
  return told(rooms, plan);
}

function told(rooms: Rooms, plan: Plan): PlanCard {
  keepSettings(rooms);
  const card = planCard(rooms, plan);
  rooms.announce.plan.changed({ card });
  rooms.planner.poke();
  return card;
}

function pauseAll(rooms: Rooms, paused: SchedulerState['paused'], caller: Caller): SchedulerState {
  setSchedulerPause(rooms, paused);
  audit(rooms, paused === null ? 'plan.resumed' : 'plan.paused', caller.actor, 'all plans', {
    until: paused?.until ?? null,
  });
  const scheduler = schedulerState(rooms);
  rooms.announce.plan.schedulerChanged({ scheduler });
  for (const plan of rooms.catalog.backupPlans.list()) rooms.announce.plan.changed({ card: planCard(rooms, plan) });
  rooms.planner.poke();
  return scheduler;
}
