/** The rehearsal of a restore: reads everything it will need, changes nothing, and comes to a plan that can be kept. */
import { bytes } from '../../shared/bytes.ts';
import path from 'node:path';
import type { PlanId } from '../../shared/id.ts';
import type { DatabaseInventory } from '../../shared/inventory.ts';
import type { Finding, RestorePlan, RestoreTarget } from '../../shared/restore.ts';
import { freeBytesOn } from '../base/file.ts';
import type { Clock } from '../base/clock.ts';
import type { Watch } from '../base/watch.ts';
import type { Engine, Secrets } from '../engine/engine.ts';
import { artifactOf, databaseOf, openFirst, type OpenPlace, type OpenSet, type OrderedSet } from '../set/open.ts';

export interface RehearseOrder {
  kind: 'rehearse';
  planId: PlanId;
  set: OrderedSet;
  /** Undefined: the only one of the set. */
  database: string | undefined;
  target: RestoreTarget;
  /** Median of earlier restores and proofs of this source; null without any. */
  expectedMs: number | null;
}

export interface RehearseTools {
  engineOf(kind: DatabaseInventory['engine']['kind']): Engine;
  secrets: Secrets;
  places: OpenPlace[];
  clock: Clock;
}

/**
 * What a restore would meet. Findings that block are in the plan, not thrown; only what keeps us from looking is.
 * @throws Fail manifest.*, artifact.* when the backup itself is not whole; source.* when the target cannot be asked.
 */
export async function rehearse(order: RehearseOrder, tools: RehearseTools, watch: Watch): Promise<RestorePlan> {
  watch.progress({ phase: 'Rehearsing' });
  const set = await openFirst(order.set.backupId, order.set.manifestSha256, tools.places, watch.signal);
  const database = databaseOf(set, order.database);
  const rawBytes = artifactOf(set, database.artifact).rawSizeBytes;
  const findings = await collect(order, set, database, rawBytes, tools, watch);
  return {
    planId: order.planId,
    backupId: order.set.backupId,
    database: database.name,
    target: order.target,
    steps: stepsOf(order.target, database),
    findings,
    canRun: findings.every((finding) => finding.grade !== 'blocking'),
    needsBytes: rawBytes + (database.liveSizeBytes ?? rawBytes),
    expectedMs: order.expectedMs,
    manifestSha256: order.set.manifestSha256,
    rehearsedAt: tools.clock.now(),
  };
}

async function collect(
  order: RehearseOrder,
  set: OpenSet,
  database: DatabaseInventory,
  rawBytes: number,
  tools: RehearseTools,
  watch: Watch,
): Promise<Finding[]> {
  const fits = (order.target.kind === 'file') === (database.engine.kind === 'sqlite');
  if (!fits) {
    const message =
      database.engine.kind === 'sqlite'
        ? 'A SQLite backup is restored to a file.'
        : 'A PostgreSQL backup is restored to a database.';
    return [{ grade: 'blocking', code: 'restore.wrong-kind', message }];
  }
  const engine = tools.engineOf(database.engine.kind);
  return [
    ...scopeFindings(set, database),
    ...(await workSpace(watch.work, rawBytes)),
    ...(await engine.rehearse(order.target, tools.secrets, database, watch)),
  ];
}

function scopeFindings(set: OpenSet, database: DatabaseInventory): Finding[] {
  if (database.scope.part === 'data') {
    const message = 'This backup holds rows without their tables. It cannot make a new database.';
    return [{ grade: 'blocking', code: 'scope.data-only', message, hint: 'Choose a backup that holds everything.' }];
  }
  return set.manifest.missing.map((what): Finding => ({
    grade: 'warning',
    code: 'scope.incomplete',
    message: `Not in this backup: ${what}.`,
  }));
}

/** The content is expanded beside the data folder first, so that no unchecked byte reaches the target. */
async function workSpace(folder: string, rawBytes: number): Promise<Finding[]> {
  const freeBytes = await freeBytesOn(folder);
  if (freeBytes >= rawBytes) return [];
  const message = `The data folder's disk has ${bytes(freeBytes)} free; the expanded backup takes ${bytes(rawBytes)}.`;
  return [
    { grade: 'blocking', code: 'spool.full', message, hint: `Make room on the disk of ${path.dirname(folder)}.` },
  ];
}

function stepsOf(target: RestoreTarget, database: DatabaseInventory): string[] {
  const rows = database.tables.reduce((sum, table) => sum + table.rows, 0);
  const check = 'Read the backup and check every byte against its manifest';
  const compare = `Compare ${database.tables.length} tables and ${rows} rows with the manifest`;
  if (target.kind === 'file') return [check, `Make ${target.file}, which does not exist yet`, compare];
  return [
    check,
    `Make the database ${target.database} on ${target.server.host}, or use it if it is empty`,
    `Restore ${database.name} into it`,
    compare,
  ];
}
