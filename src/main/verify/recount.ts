/** What was restored, counted again: every proof and every restore holds it against the manifest in this one way. */
import type { DatabaseInventory } from '../../shared/inventory.ts';
import type { CheckNote, Problem } from '../../shared/verify.ts';
import type { Watch } from '../base/watch.ts';
import type { Engine, RestoreFacts } from '../engine/engine.ts';
import { compare, type Comparison } from './compare.ts';

export interface Recount {
  comparison: Comparison;
  /** What the engine's own checks of the restored database said. */
  checked: { problems: Problem[]; checks: CheckNote[] };
}

export async function recount(
  engine: Engine,
  { place }: Pick<RestoreFacts, 'place'>,
  inventory: DatabaseInventory,
  watch: Watch,
): Promise<Recount> {
  watch.progress({ phase: 'Comparing' });
  const found = await engine.count(place, { digests: inventory.digest !== null, scope: inventory.scope }, watch);
  const comparison = compare(inventory, found);
  watch.progress({ phase: 'Checking' });
  return { comparison, checked: await engine.check(place, inventory, watch) };
}
