/** The jobs of plans, as the queue of the house runs them. */
import { Fail } from '../../shared/failure.ts';
import type { JobId } from '../../shared/id.ts';
import type { Verdict } from '../../shared/verify.ts';
import type { Surroundings } from '../base/surroundings.ts';
import { jitterShare } from '../schedule/share.ts';
import { askBackup, askVerify } from './backup-handlers.ts';
import { planCard, schedulerState } from './plan-card.ts';
import type { PlanJobs, PlanPorts } from './plan-run.ts';
import { hindranceOf } from './reach.ts';
import type { Rooms } from './rooms.ts';

export function planPorts(rooms: Rooms, surroundings: Surroundings): PlanPorts {
  const { clock, log, catalog } = rooms;
  return {
    clock,
    log,
    catalog,
    machine: rooms.machine.id,
    plans: catalog.backupPlans,
    jobs: planJobs(rooms),
    hindrance: (plan, sourceId, what) => hindranceOf(rooms, surroundings, plan, sourceId, what),
    changed: (planId) => {
      const plan = catalog.backupPlans.byId(planId);
      if (plan !== undefined) rooms.announce.plan.changed({ card: planCard(rooms, plan) });
    },
    lookToo: () => rooms.scrubs.look(),
    schedulerChanged: () => rooms.announce.plan.schedulerChanged({ scheduler: schedulerState(rooms) }),
  };
}

function planJobs(rooms: Rooms): PlanJobs {
  const { catalog } = rooms;
  const callerOf = (actor: string) => ({ actor, signal: new AbortController().signal });
  return {
    knows: (sourceId) => catalog.sources.byId(sourceId) !== undefined,
    get: (id) => {
      try {
        return rooms.queue.get(id);
      } catch (thrown) {
        if (thrown instanceof Fail && thrown.code === 'job.unknown') return undefined;
        throw thrown;
      }
    },
    // A backup that is due goes between two that are sealed anew.
    busy: (sourceId) =>
      catalog.jobs
        .unfinished()
        .some((job) => job.sourceId === sourceId && job.kind !== 'carry' && job.kind !== 'reseal'),
    backUp: (plan, sourceId, actor) => {
      const source = catalog.sources.byId(sourceId);
      if (source === undefined) throw new Fail('source.unknown', 'The source of this plan was removed.');
      const places = plan.destinations.length === 0 ? source.destinations : plan.destinations;
      return askBackup(rooms, callerOf(actor), source, { places, backupPlanId: plan.id });
    },
    prove: (plan, backup, level, actor) => {
      const card = catalog.backups.card(backup);
      if (card === undefined) throw new Fail('backup.unknown', `There is no backup ${backup}.`);
      return askVerify(rooms, callerOf(actor), card, level, { backupPlanId: plan.id }).jobId;
    },
    choose: (plan, sourceId, dueAt) => {
      const held = catalog.backups
        .cards({ sourceId })
        .filter(({ stored }) => stored.some(({ state }) => state === 'stored'));
      const older = held.slice(1);
      // Drawn by the window, so that a second attempt proves the same backup.
      const drawn = older[Math.floor(jitterShare(plan.id, rooms.machine.id, dueAt) * older.length)];
      const chosen = plan.proof?.which === 'random-older' ? (drawn ?? held[0]) : held[0];
      if (chosen === undefined) throw new Fail('backup.none', 'There is no backup to prove yet.');
      return chosen.backupId;
    },
    verdict: (id) => verdictOf(rooms, id),
    exists: (backup) => catalog.backups.card(backup) !== undefined,
  };
}

function verdictOf(rooms: Rooms, id: JobId): Verdict | null {
  const text = rooms.catalog.jobs.result(id);
  return text === undefined ? null : (JSON.parse(text) as { verdict: Verdict }).verdict;
}
