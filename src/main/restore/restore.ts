/** Runs a rehearsed restore into a new place and proves what came back. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Fail } from '../../shared/failure.ts';
import type { DatabaseInventory } from '../../shared/inventory.ts';
import type { RestorePlan, RestoreReport } from '../../shared/restore.ts';
import type { Clock } from '../base/clock.ts';
import type { Watch } from '../base/watch.ts';
import type { Engine, Opened, RestoreFacts, Secrets } from '../engine/engine.ts';
import {
  artifactOf,
  databaseOf,
  expandTo,
  globalsOf,
  openFirst,
  type OpenPlace,
  type OrderedSet,
} from '../set/open.ts';
import { compare } from '../verify/compare.ts';

export interface RestoreOrder {
  kind: 'restore';
  set: OrderedSet;
  plan: RestorePlan;
}

export interface RestoreTools {
  engineOf(kind: DatabaseInventory['engine']['kind']): Engine;
  secrets: Secrets;
  places: OpenPlace[];
  clock: Clock;
}

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
  const set = await openFirst(order.set.backupId, order.set.manifestSha256, tools.places, watch.signal);
  const inventory = databaseOf(set, plan.database);
  const facts = artifactOf(set, inventory.artifact);
  const file = path.join(watch.work, `restore-${facts.name}.raw`);
  watch.progress({ phase: 'Expanding', bytes: 0, totalBytes: facts.rawSizeBytes });
  await expandTo(file, set, facts, watch.signal, (bytes) => watch.progress({ bytes }));
  const engine = tools.engineOf(inventory.engine.kind);
  const opened: Opened = { file, inventory, globals: await globalsOf(set, watch.signal), token: plan.planId };
  watch.progress({ phase: 'Restoring' });
  const restored = await engine.restore(plan.target, tools.secrets, opened, watch);
  await rm(file, { force: true });
  const proof = await proveOrUndo(restored, engine, inventory, watch);
  return { backupId: plan.backupId, target: restored.target, startedAt, endedAt: tools.clock.now(), ...proof };
}

type Proof = Pick<RestoreReport, 'verdict' | 'tables' | 'problems' | 'checks'>;

async function proveOrUndo(
  restored: RestoreFacts,
  engine: Engine,
  inventory: DatabaseInventory,
  watch: Watch,
): Promise<Proof> {
  try {
    watch.progress({ phase: 'Comparing' });
    const found = await engine.count(
      restored.place,
      { digests: inventory.digest !== null, scope: inventory.scope },
      watch,
    );
    const comparison = compare(inventory, found);
    watch.progress({ phase: 'Checking' });
    const checked = await engine.check(restored.place, inventory, watch);
    const problems = [...restored.problems, ...comparison.problems, ...checked.problems];
    const verdict = problems.some((problem) => problem.grade === 'fatal') ? 'different' : 'equal';
    return { verdict, tables: comparison.tables, problems, checks: checked.checks };
  } catch (thrown) {
    await restored.undo();
    throw thrown;
  }
}
