/** The rehearsal of a restore: reads everything it will need, changes nothing, and comes to a plan that can be kept. */
import { bytes } from '../../shared/bytes.ts';
import path from 'node:path';
import { addressOf } from '../../shared/destination.ts';
import type { PlanId } from '../../shared/id.ts';
import type { DatabaseInventory } from '../../shared/inventory.ts';
import type { Finding, RestorePlan, RestoreTarget } from '../../shared/restore.ts';
import type { SourceSettings } from '../../shared/source.ts';
import { freeBytesOn } from '../base/file.ts';
import type { Clock } from '../base/clock.ts';
import type { Watch } from '../base/watch.ts';
import type { Engine, Secrets } from '../engine/engine.ts';
import { dataKey } from '../artifact/set.ts';
import { artifactOf, databaseOf, openFirst, type OpenPlace, type OpenSet, type OrderedSet } from '../set/open.ts';
import { stockCommands } from './commands.ts';
import { nameOfTarget } from './connection.ts';
import { originalTarget, rehearseOriginal, type OriginalRehearsal } from './original.ts';
import { plural } from '../../shared/plural.ts';

export interface RehearseOrder {
  kind: 'rehearse';
  planId: PlanId;
  set: OrderedSet;
  /** Undefined: the only one of the set. */
  database: string | undefined;
  /** `original`: the place of the live database of these settings. */
  target: RestoreTarget | { kind: 'original'; settings: SourceSettings };
  /** The source's name: to be typed where the database's own name cannot be. */
  source: string;
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
  const facts = artifactOf(set, database.artifact);
  const target = order.target.kind === 'original' ? originalTarget(order.target.settings, database) : order.target;
  const { findings, replaces } = await collect(order, target, set, database, facts.rawSizeBytes, tools, watch);
  const keepAs = replaces?.keepAs ?? null;
  const owner = database.engine.kind === 'postgres' ? database.engine.owner : null;
  return {
    planId: order.planId,
    backupId: order.set.backupId,
    database: database.name,
    target,
    steps: stepsOf(target, database, keepAs),
    findings,
    canRun: findings.every((finding) => finding.grade !== 'blocking'),
    needsBytes: facts.rawSizeBytes + (database.liveSizeBytes ?? facts.rawSizeBytes),
    expectedMs: order.expectedMs,
    manifestSha256: order.set.manifestSha256,
    rehearsedAt: tools.clock.now(),
    ...(replaces === undefined ? {} : { replaces }),
    commands: await commandsOf(order, set, { artifact: facts.name, target, keepAs, owner }),
  };
}

/** The programs of the database read files: what lies elsewhere is fetched first. */
async function commandsOf(
  order: RehearseOrder,
  set: OpenSet,
  { artifact, ...facts }: { artifact: string } & Omit<Parameters<typeof stockCommands>[0], 'stored' | 'inParts'>,
): Promise<string[]> {
  const settings = order.set.destinations.find((one) => one.id === set.place.id)?.settings;
  const stored = dataKey(set.backupId, artifact);
  const rest = { ...facts, inParts: (await set.place.destination.stat(stored))?.parts !== undefined };
  if (settings === undefined || settings.kind === 'folder')
    return stockCommands({ ...rest, stored: path.join(settings?.path ?? '', stored) });
  return [
    `# Fetch ${addressOf(settings)}/${stored} into this folder first.`,
    ...stockCommands({ ...rest, stored: path.basename(stored) }),
  ];
}

async function collect(
  order: RehearseOrder,
  target: RestoreTarget,
  set: OpenSet,
  database: DatabaseInventory,
  rawBytes: number,
  tools: RehearseTools,
  watch: Watch,
): Promise<OriginalRehearsal> {
  const isFile = target.kind === 'file';
  if (isFile !== (database.engine.kind === 'sqlite')) {
    const message = isFile
      ? 'A PostgreSQL backup is restored to a database.'
      : 'A SQLite backup is restored to a file.';
    return { findings: [{ grade: 'blocking', code: 'restore.wrong-kind', message }], replaces: undefined };
  }
  const engine = tools.engineOf(database.engine.kind);
  const { secrets } = tools;
  const before = [...scopeFindings(set, database), ...unauthenticated(set), ...(await workSpace(watch.work, rawBytes))];
  const met =
    order.target.kind === 'original'
      ? await rehearseOriginal(
          target,
          database,
          order.planId,
          order.source,
          { engine, secrets, now: tools.clock.now() },
          watch,
        )
      : { findings: await engine.rehearse(target, secrets, database, watch), replaces: undefined };
  return { findings: [...before, ...met.findings], replaces: met.replaces };
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

function unauthenticated({ authenticated }: OpenSet): Finding[] {
  if (authenticated !== false) return [];
  const message =
    'This backup is unauthenticated: no HMAC shows that it was written by somebody who has a secret of its place.';
  return [{ grade: 'warning', code: 'seal.unauthenticated', message }];
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

function stepsOf(target: RestoreTarget, database: DatabaseInventory, keepAs: string | null): string[] {
  const rows = database.tables.reduce((sum, table) => sum + table.rows, 0);
  const check = 'Read the backup and check every byte against its manifest';
  const compare = `Compare ${plural(database.tables.length, 'table')} and ${plural(rows, 'row')} with the manifest`;
  if (keepAs !== null) {
    const live = nameOfTarget(target);
    return [
      check,
      `Restore ${database.name} beside the live one, which goes on working`,
      compare,
      target.kind === 'file' ? `Take ${live} for us alone` : `Cut off every session on ${live}`,
      `Keep ${live} as ${keepAs} and put the restored one in its place, in one step`,
      'Count again under the live name',
    ];
  }
  if (target.kind === 'file') return [check, `Make ${target.file}, which does not exist yet`, compare];
  return [
    check,
    `Make the database ${target.database} on ${target.server.host}, or use it if it is empty`,
    `Restore ${database.name} into it`,
    compare,
  ];
}
