/** BS-6: a restore into the original's place. Built and proven beside it first; the live name changes hands in one step. */
import { Fail } from '../../shared/failure.ts';
import { plural } from '../../shared/plural.ts';
import type { ReplacePlan, RestoreReport, RestoreTarget } from '../../shared/restore.ts';
import type { CheckNote } from '../../shared/verify.ts';
import type { Watch } from '../base/watch.ts';
import type { Counted, Engine, KeptMark } from '../engine/engine.ts';
import { bringBack, type RestoreOrder, type RestoreTools } from './bring-back.ts';
import { connectionOf, describeTarget, nameOfTarget } from './connection.ts';
import { keepUntil, placeOfTarget } from './original.ts';

export interface Replacement {
  order: RestoreOrder;
  replaces: ReplacePlan;
  mark: KeptMark;
  startedAt: number;
}

/**
 * Until the exchange nothing of the live one is touched, and whatever fails takes away what was built. A backup that does
 * not come back equal is not put in its place: the report says `failed`, and where it differs.
 * @throws `restore.moved` when the live one is not the one that was told of any more.
 */
export async function replaceOriginal(
  replacement: Replacement,
  tools: RestoreTools,
  watch: Watch,
): Promise<RestoreReport> {
  const { order, replaces, mark, startedAt } = replacement;
  const { plan } = order;
  const { secrets, clock } = tools;
  const built = await bringBack(
    order,
    tools.engineOf(kindOf(plan.target)).standIn(plan.target, plan.planId),
    tools,
    watch,
  );
  const { restored, proof, engine, inventory } = built;
  const report = (rest: Partial<RestoreReport>): RestoreReport => ({
    backupId: plan.backupId,
    target: describeTarget(plan.target),
    startedAt,
    endedAt: clock.now(),
    ...proof,
    ...rest,
  });
  try {
    if (proof.verdict !== 'equal') {
      await restored.undo();
      return report({ verdict: 'failed', checks: [...proof.checks, notReplaced(plan.target)] });
    }
    watch.progress({ phase: 'Counting the live database again' });
    const drift = await driftOf(replacement, engine, tools, inventory.scope, watch);
    const incoming = nameOfTarget(engine.standIn(plan.target, plan.planId));
    const carried = await engine.inherit(plan.target, secrets, incoming, watch);
    watch.progress({ phase: 'Exchanging' });
    const keptMark = { ...mark, restoredAt: clock.now(), keepUntil: keepUntil(clock.now()) };
    const exchange = { target: plan.target, incoming, keepAs: replaces.keepAs, token: plan.planId, mark: keptMark };
    const told = await engine.exchange({ ...exchange, identity: replaces.identity }, secrets, watch);
    watch.progress({ phase: 'Counting under the live name' });
    const after = await countAfter(plan.target, engine, tools, inventory, watch);
    return report({
      problems: [...proof.problems, ...carried],
      checks: [...proof.checks, drift, exchanged(replaces, told), after],
      undo: { restoreId: mark.restoreId, keptAs: replaces.keepAs, until: keptMark.keepUntil },
      connection: connectionOf(plan.target),
    });
  } catch (thrown) {
    // The stand-in is gone under its name once it has taken the place: then this removes nothing.
    await engine
      .sweepTarget(plan.target, secrets, plan.planId, { ...watch, signal: AbortSignal.timeout(sweepWithinMs) })
      .catch((failure: unknown) => watch.log.error('what was built could not be removed', { failure }));
    throw thrown;
  }
}

const sweepWithinMs = 60_000;

const kindOf = (target: RestoreTarget): 'sqlite' | 'postgres' => (target.kind === 'file' ? 'sqlite' : 'postgres');

const notReplaced = (target: RestoreTarget): CheckNote => ({
  name: 'Live database',
  outcome: 'ok',
  detail: `The backup did not come back equal, so ${nameOfTarget(target)} was left as it is.`,
  durationMs: 0,
});

function exchanged(replaces: ReplacePlan, told: readonly string[]): CheckNote {
  const what = `What was live is kept as ${replaces.keepAs}, with all that was written until then.`;
  return { name: 'Exchange', outcome: 'ok', detail: [what, ...told].join(' '), durationMs: 0 };
}

/** So many rows may change between the rehearsal and the run without being asked about again. */
const driftRows = 100;
const driftShare = 0.01;

/**
 * The told numbers are what a person agreed to. A database in use goes on changing, so a little is told in the report;
 * more, or other tables, is refused. Nothing of it is lost either way: it stays in the kept one.
 */
async function driftOf(
  { order, replaces }: Replacement,
  engine: Engine,
  tools: RestoreTools,
  scope: Parameters<Engine['count']>[1]['scope'],
  watch: Watch,
): Promise<CheckNote> {
  const started = tools.clock.elapsed();
  const name = 'Since the rehearsal';
  const note = (outcome: CheckNote['outcome'], detail: string): CheckNote => {
    const durationMs = Math.round(tools.clock.elapsed() - started);
    return { name, outcome, detail, durationMs };
  };
  if (!replaces.counted) return note('unchecked', 'The live database could not be counted at the rehearsal either.');
  const place = placeOfTarget(order.plan.target, tools.secrets);
  const live = await engine.count(place, { digests: false, scope }, watch).catch((thrown: unknown) => {
    watch.signal.throwIfAborted();
    if (!(thrown instanceof Fail)) throw thrown;
    throw new Fail('restore.moved', `The live database cannot be counted any more. ${thrown.message}`, {
      cause: thrown,
    });
  });
  const { rows, tables } = changed(replaces, live);
  const told = replaces.tables.reduce((sum, table) => sum + (table.after ?? 0), 0);
  if (tables.length > 0)
    throw new Fail(
      'restore.moved',
      `Tables of the live database came or went since the rehearsal: ${tables.slice(0, 5).join(', ')}.`,
    );
  if (rows > Math.max(driftRows, told * driftShare))
    throw new Fail(
      'restore.moved',
      `The live database changed by ${plural(rows, 'row')} since the rehearsal, so its numbers are no longer true.`,
    );
  if (rows === 0) return note('ok', 'The live database has as many rows as it had then.');
  return note('ok', `The live database changed by ${plural(rows, 'row')}. They stay in ${replaces.keepAs}.`);
}

/** Rows by which the tables grew or shrank, and tables that are on one side only. */
export function changed(replaces: ReplacePlan, live: Counted): { rows: number; tables: string[] } {
  const now = new Map(live.tables.map((table) => [table.name, table.rows]));
  let rows = 0;
  const tables: string[] = [];
  for (const { name, after } of replaces.tables) {
    const found = now.get(name);
    now.delete(name);
    if ((found === undefined) !== (after === null)) tables.push(name);
    else rows += Math.abs((found ?? 0) - (after ?? 0));
  }
  return { rows, tables: [...tables, ...now.keys()] };
}

/** Programs write again at once, so a difference here is no fault: the proof was made before. */
async function countAfter(
  target: RestoreTarget,
  engine: Engine,
  tools: RestoreTools,
  inventory: Parameters<Engine['check']>[1],
  watch: Watch,
): Promise<CheckNote> {
  const started = tools.clock.elapsed();
  const name = 'Under the live name';
  try {
    const fresh = { ...watch, signal: AbortSignal.timeout(countWithinMs) };
    const options = { digests: false, scope: inventory.scope };
    const found = await engine.count(placeOfTarget(target, tools.secrets), options, fresh);
    const durationMs = Math.round(tools.clock.elapsed() - started);
    const rows = new Map(found.tables.map((table) => [table.name, table.rows]));
    const differing = inventory.tables.filter((table) => rows.get(table.name) !== table.rows).length;
    const total = found.tables.reduce((sum, table) => sum + table.rows, 0);
    const what = `${plural(found.tables.length, 'table')} and ${plural(total, 'row')} under ${nameOfTarget(target)}.`;
    const since = differing === 0 ? '' : ` ${plural(differing, 'table')} changed since: programs write again.`;
    return { name, outcome: 'ok', detail: what + since, durationMs };
  } catch (thrown) {
    // The exchange is done, and this must not call it undone.
    watch.log.warn('the restored database could not be counted under its live name', { thrown });
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return { name, outcome: 'unchecked', detail: `It could not be counted again. ${why}`, durationMs: 0 };
  }
}

const countWithinMs = 600_000;
