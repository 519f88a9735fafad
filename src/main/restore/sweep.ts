/** After a restore whose process was killed: what it had built and not finished goes. */
import type { DatabaseInventory } from '../../shared/inventory.ts';
import type { PlanId } from '../../shared/id.ts';
import type { RestoreTarget } from '../../shared/restore.ts';
import type { Watch } from '../base/watch.ts';
import type { Engine, Secrets } from '../engine/engine.ts';

export interface SweepOrder {
  kind: 'sweep';
  planId: PlanId;
  target: RestoreTarget;
}

export interface SweepTools {
  engineOf(kind: DatabaseInventory['engine']['kind']): Engine;
  secrets: Secrets;
}

/** Removes what the restore of this plan left half built, and nothing else. Returns what was removed, in words. */
export async function sweep(order: SweepOrder, tools: SweepTools, watch: Watch): Promise<string[]> {
  watch.progress({ phase: 'Sweeping' });
  const engine = tools.engineOf(order.target.kind === 'file' ? 'sqlite' : 'postgres');
  const removed = await engine.sweepTarget(order.target, tools.secrets, order.planId, watch);
  watch.log.info('swept', { removed });
  return removed;
}
