/** Pure: what the list of plans says of each of them. */
import type { SourceId } from '../../shared/id.ts';
import type { PlanCard, PlanRun, SchedulerState } from '../../shared/plan.ts';
import type { Source } from '../../shared/source.ts';

export type PlanState =
  | { kind: 'off' }
  | { kind: 'all-paused'; until: number | null }
  | { kind: 'paused'; until: number | null }
  | { kind: 'running' }
  | { kind: 'waiting' }
  | { kind: 'never' }
  | { kind: 'failed' }
  | { kind: 'due' };

/** The strongest thing to know of a plan: nobody keeps it, it is paused, it runs, it waits, it will never fire, it failed. */
export function planState(card: PlanCard, scheduler: SchedulerState): PlanState {
  if (card.plan.paused !== null) return { kind: 'paused', until: card.plan.paused.until };
  if (!scheduler.active) return { kind: 'off' };
  if (scheduler.paused !== null) return { kind: 'all-paused', until: scheduler.paused.until };
  if (card.runs.some((run) => run.outcome === 'running')) return { kind: 'running' };
  if (card.waiting !== null) return { kind: 'waiting' };
  if (card.next.length === 0) return { kind: 'never' };
  return card.runs.some((run) => isBad(run)) ? { kind: 'failed' } : { kind: 'due' };
}

export const isBad = (run: PlanRun): boolean => run.outcome === 'failed' || run.outcome === 'missed';

export interface SourceRuns {
  sourceId: SourceId;
  /** Null where the source was removed. */
  source: Source | null;
  backup: PlanRun | null;
  proof: PlanRun | null;
}

/** The newest backup and proof of each source of a plan, in the plan's order. */
export function runsBySource(card: PlanCard, sources: readonly Source[]): SourceRuns[] {
  return card.plan.sources.map((sourceId) => ({
    sourceId,
    source: sources.find((one) => one.id === sourceId) ?? null,
    backup: newest(card.runs, sourceId, 'backup'),
    proof: newest(card.runs, sourceId, 'proof'),
  }));
}

function newest(runs: readonly PlanRun[], sourceId: SourceId, what: PlanRun['what']): PlanRun | null {
  return (
    runs
      .filter((run) => run.sourceId === sourceId && run.what === what)
      .toSorted((a, b) => b.dueAt - a.dueAt)
      .at(0) ?? null
  );
}

/** Sources that no plan names. The sample needs none. */
export function unplanned(sources: readonly Source[], plans: readonly PlanCard[]): Source[] {
  const planned = new Set(plans.flatMap((card) => card.plan.sources));
  return sources.filter((source) => source.sample !== true && !planned.has(source.id));
}
