/** Runs a rehearsed restore and proves what came back. */
import { Fail } from '../../shared/failure.ts';
import type { RestoreReport } from '../../shared/restore.ts';
import type { Watch } from '../base/watch.ts';
import { bringBack, type RestoreOrder, type RestoreTools } from './bring-back.ts';
import { connectionOf } from './connection.ts';
import { replaceOriginal } from './replace.ts';

/**
 * Restores what the plan says, nothing else. Refuses a plan that was blocked, or whose backup is another by now.
 * When it throws or is cancelled, whatever it had made in the target is gone again; a target that came out different
 * is kept, and the report says where it differs.
 */
export async function restore(order: RestoreOrder, tools: RestoreTools, watch: Watch): Promise<RestoreReport> {
  const startedAt = tools.clock.now();
  const { plan } = order;
  if (!plan.canRun) throw new Fail('restore.blocked', 'The rehearsal of this restore found something that blocks it.');
  if (plan.manifestSha256 !== order.set.manifestSha256)
    throw new Fail('restore.moved', 'The backup is not the one that was rehearsed.');
  const { replaces } = plan;
  if (replaces !== undefined && order.mark !== null)
    return replaceOriginal({ order, replaces, mark: order.mark, startedAt }, tools, watch);
  const { restored, proof } = await bringBack(order, plan.target, tools, watch);
  const connection = connectionOf(plan.target);
  return {
    backupId: plan.backupId,
    target: restored.target,
    startedAt,
    endedAt: tools.clock.now(),
    ...proof,
    connection,
  };
}
