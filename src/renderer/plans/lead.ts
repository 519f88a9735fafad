/** Pure: the one sentence over the plans, computed from them. */
import type { PlanCard, SchedulerState } from '../../shared/plan.ts';
import { plansWords as words } from '../words/plans.ts';
import { planState, type PlanState } from './standing.ts';

/** @param said a moment as it stands in a sentence. */
export function leadOf(plans: readonly PlanCard[], scheduler: SchedulerState, said: (at: number) => string): string {
  const states = plans.map((card) => ({ card, state: planState(card, scheduler) }));
  const named = (kind: PlanState['kind']): string[] =>
    states.filter(({ state }) => state.kind === kind).map(({ card }) => card.plan.name);
  if (!scheduler.active) return words.lead.off;
  if (scheduler.paused !== null) return words.lead.paused;
  if (named('failed').length > 0) return words.lead.failed(named('failed'));
  if (named('never').length > 0) return words.lead.never(named('never'));
  if (named('waiting').length > 0) return words.lead.waiting(named('waiting'));
  if (named('running').length > 0) return words.lead.running(named('running'));
  const due = plans
    .flatMap((card) => card.next.slice(0, 1).map((at) => ({ at, name: card.plan.name })))
    .toSorted((a, b) => a.at - b.at)[0];
  return due === undefined ? words.lead.allPausedOne : words.lead.next(due.name, said(due.at));
}
