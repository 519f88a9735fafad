/** A backup in a new place, and the proof of what came back. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseInventory } from '../../shared/inventory.ts';
import type { RestorePlan, RestoreReport, RestoreTarget } from '../../shared/restore.ts';
import type { Clock } from '../base/clock.ts';
import type { Watch } from '../base/watch.ts';
import type { Engine, KeptMark, Opened, RestoreFacts, Secrets } from '../engine/engine.ts';
import {
  artifactOf,
  databaseOf,
  expandTo,
  globalsOf,
  openFirst,
  type OpenPlace,
  type OrderedSet,
} from '../set/open.ts';
import { recount } from '../verify/recount.ts';

export interface RestoreOrder {
  kind: 'restore';
  set: OrderedSet;
  plan: RestorePlan;
  /** Where the plan replaces the original: what the kept one is known by. */
  mark: KeptMark | null;
}

export interface RestoreTools {
  engineOf(kind: DatabaseInventory['engine']['kind']): Engine;
  secrets: Secrets;
  places: OpenPlace[];
  clock: Clock;
}

/** The backup in a new place, compared as a proof does. When it throws, the place is as it was. */
export async function bringBack(
  order: RestoreOrder,
  target: RestoreTarget,
  tools: RestoreTools,
  watch: Watch,
): Promise<{ restored: RestoreFacts; proof: Proof; inventory: DatabaseInventory; engine: Engine }> {
  const { plan } = order;
  const set = await openFirst(order.set.backupId, order.set.manifestSha256, tools.places, watch.signal);
  const inventory = databaseOf(set, plan.database);
  const facts = artifactOf(set, inventory.artifact);
  const file = path.join(watch.work, `restore-${facts.name}.raw`);
  watch.progress({ phase: 'Expanding', bytes: 0, totalBytes: facts.rawSizeBytes });
  await expandTo(file, set, facts, watch.signal, (bytes) => watch.progress({ bytes }));
  const engine = tools.engineOf(inventory.engine.kind);
  const opened: Opened = { file, inventory, globals: await globalsOf(set, watch.signal), token: plan.planId };
  watch.progress({ phase: 'Restoring' });
  const restored = await engine.restore(target, tools.secrets, opened, watch);
  await rm(file, { force: true });
  return { restored, proof: await proveOrUndo(restored, engine, inventory, watch), inventory, engine };
}

export type Proof = Pick<RestoreReport, 'verdict' | 'tables' | 'problems' | 'checks'>;

async function proveOrUndo(
  restored: RestoreFacts,
  engine: Engine,
  inventory: DatabaseInventory,
  watch: Watch,
): Promise<Proof> {
  try {
    const { comparison, checked } = await recount(engine, restored, inventory, watch);
    const problems = [...restored.problems, ...comparison.problems, ...checked.problems];
    const verdict = problems.some((problem) => problem.grade === 'fatal') ? 'different' : 'equal';
    return { verdict, tables: comparison.tables, problems, checks: checked.checks };
  } catch (thrown) {
    await restored.undo();
    throw thrown;
  }
}
