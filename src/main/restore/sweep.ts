/** After a job whose process was killed: what it had built and not finished goes, and how far it came is found out. */
import type { DatabaseInventory } from '../../shared/inventory.ts';
import type { PlanId, RestoreId } from '../../shared/id.ts';
import type { RestoreTarget } from '../../shared/restore.ts';
import type { Watch } from '../base/watch.ts';
import type { Engine, KeptMark, Secrets, WantedKept } from '../engine/engine.ts';

export interface SweepOrder {
  kind: 'sweep';
  /** What was being built carries this in its name. */
  token: PlanId | RestoreId;
  target: RestoreTarget;
  /** Where an original was being replaced, brought back or removed. */
  kept: WantedKept | null;
  /** What kind of job was killed, and what it would have written down. */
  after: { kind: 'restore' | 'undo' | 'release'; mark: KeptMark } | null;
}

export interface SweepTools {
  engineOf(kind: DatabaseInventory['engine']['kind']): Engine;
  secrets: Secrets;
}

export interface SweepOutcome {
  /** In words. */
  removed: string[];
  /** The name of what is kept for this restore; null for none. */
  found: string | null;
}

/** Removes what the killed job left half built, and nothing else. */
export async function sweep(order: SweepOrder, tools: SweepTools, watch: Watch): Promise<SweepOutcome> {
  watch.progress({ phase: 'Sweeping' });
  const engine = tools.engineOf(order.target.kind === 'file' ? 'sqlite' : 'postgres');
  const removed = await engine.sweepTarget(order.target, tools.secrets, order.token, watch);
  watch.log.info('swept', { removed });
  if (order.kept === null) return { removed, found: null };
  return { removed, found: await engine.findKept(order.target, tools.secrets, order.kept, watch) };
}
