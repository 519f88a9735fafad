/** Brings back what a restore replaced, or removes it. */
import { diffTables, type TableDiff } from '../../shared/diff.ts';
import { Fail } from '../../shared/failure.ts';
import { wholeScope } from '../../shared/source.ts';
import type { RestoreTarget, UndoReport } from '../../shared/restore.ts';
import type { Clock } from '../base/clock.ts';
import type { Watch } from '../base/watch.ts';
import type { Counted, Engine, KeptMark, Secrets } from '../engine/engine.ts';
import { connectionOf, describeTarget } from './connection.ts';
import { keepUntil, placeOfTarget } from './original.ts';

export interface UndoOrder {
  kind: 'undo';
  target: RestoreTarget;
  /** What comes back. */
  keptAs: string;
  mark: KeptMark;
}

export interface ReleaseOrder {
  kind: 'release';
  target: RestoreTarget;
  keptAs: string;
  mark: KeptMark;
}

export interface UndoTools {
  engineOf(kind: 'sqlite' | 'postgres'): Engine;
  secrets: Secrets;
  clock: Clock;
}

const engineFor = ({ target }: UndoOrder | ReleaseOrder, tools: UndoTools): Engine =>
  tools.engineOf(target.kind === 'file' ? 'sqlite' : 'postgres');

/**
 * Exchanges the live one with the kept one, which is then kept in its stead: an undo can be undone. Both are counted
 * before, so that the report says what was written since.
 */
export async function undo(order: UndoOrder, tools: UndoTools, watch: Watch): Promise<UndoReport> {
  const { target, keptAs, mark } = order;
  const { secrets, clock } = tools;
  const engine = engineFor(order, tools);
  const wanted = { restoreId: mark.restoreId, name: keptAs, renamed: false };
  if ((await engine.findKept(target, secrets, wanted, watch)) === null)
    throw new Fail('restore.not-kept', `${keptAs} is not there any more, or not what was kept. Nothing was changed.`);
  watch.progress({ phase: 'Counting the live database' });
  const tables = await costOf(order, engine, secrets, watch);
  const undoneAs = await engine.undoneName(target, secrets, clock.now(), watch);
  const until = keepUntil(clock.now());
  const kept = { ...mark, keepUntil: until };
  watch.log.info('undoing', { target: describeTarget(target), keptAs, undoneAs, tables: differing(tables) });
  watch.progress({ phase: 'Exchanging' });
  const exchange = { target, identity: null, incoming: keptAs, keepAs: undoneAs, mark: kept, token: mark.restoreId };
  await engine.exchange(exchange, secrets, watch);
  return {
    restoreId: mark.restoreId,
    target: describeTarget(target),
    keptAs: undoneAs,
    keepUntil: until,
    tables,
    connection: connectionOf(target),
  };
}

const differing = (tables: TableDiff[]): TableDiff[] => tables.filter((table) => table.change !== 'same').slice(0, 50);

/** What the live one has and the kept one has not, and the other way round; nothing where one is damaged. */
async function costOf(
  { target, keptAs }: UndoOrder,
  engine: Engine,
  secrets: Secrets,
  watch: Watch,
): Promise<TableDiff[]> {
  const count = async (one: RestoreTarget): Promise<Counted> =>
    engine.count(placeOfTarget(one, secrets), { digests: false, scope: wholeScope }, watch);
  try {
    const kept = await count(named(target, keptAs));
    return diffTables(kept.tables, (await count(target)).tables, false);
  } catch (thrown) {
    watch.signal.throwIfAborted();
    if (!(thrown instanceof Fail)) throw thrown;
    watch.log.warn('what the undo costs could not be counted', { code: thrown.code, why: thrown.message });
    return [];
  }
}

/** The kept one as a target of its own. */
export function named(target: RestoreTarget, name: string): RestoreTarget {
  if (target.kind === 'file') return { kind: 'file', file: name };
  return { ...target, server: { ...target.server, databases: [name] }, database: name };
}

/** Removes what was kept. It cannot be brought back. */
export async function release(order: ReleaseOrder, tools: UndoTools, watch: Watch): Promise<{ removed: string }> {
  watch.progress({ phase: 'Removing' });
  await engineFor(order, tools).removeKept(order.target, tools.secrets, order.mark.restoreId, order.keptAs, watch);
  return { removed: order.keptAs };
}
