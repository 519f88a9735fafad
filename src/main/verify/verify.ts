/** The proof of a backup: read every stored byte, or restore it and hold everything against the manifest. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Fail } from '../../shared/failure.ts';
import type { ProofId } from '../../shared/id.ts';
import { tableNameIn, type DatabaseInventory } from '../../shared/inventory.ts';
import {
  verdictOf,
  type CheckNote,
  type Problem,
  type TableProof,
  type VerifyLevel,
  type VerifyReport,
} from '../../shared/verify.ts';
import { readManifest } from '../artifact/manifest.ts';
import { writeProof } from '../artifact/proof.ts';
import { manifestKey, proofKey } from '../artifact/set.ts';
import type { Clock } from '../base/clock.ts';
import type { Watch } from '../base/watch.ts';
import { bodyOf } from '../destination/destination.ts';
import type { Engine, Opened, Scratch } from '../engine/engine.ts';
import {
  artifactOf,
  contentOf,
  expandTo,
  globalsOf,
  openFirst,
  openSet,
  type OpenPlace,
  type OpenSet,
  type OrderedSet,
} from '../set/open.ts';
import { withoutExcused } from './compare.ts';
import { recount } from './recount.ts';
import { plural } from '../../shared/plural.ts';

export interface VerifyOrder {
  kind: 'verify';
  proofId: ProofId;
  level: VerifyLevel;
  set: OrderedSet;
}

export interface VerifyTools {
  engineOf(kind: DatabaseInventory['engine']['kind']): Engine;
  places: OpenPlace[];
  clock: Clock;
}

interface Findings {
  tables: TableProof[];
  problems: Problem[];
  checks: CheckNote[];
  where: string | null;
}

/**
 * Verifies a backup. What is wrong with the backup is in the report; only what keeps us from looking is thrown.
 * At level `read` every place is read; at level `restore` the first place that has everything is restored.
 */
export async function verify(order: VerifyOrder, tools: VerifyTools, watch: Watch): Promise<VerifyReport> {
  const startedAt = tools.clock.now();
  const look = order.level === 'read' ? readEverywhere : restoreOnce;
  const findings = await gather(() => look(order, tools, watch));
  const verdict = verdictOf(order.level, findings.problems);
  watch.log.info('verified', { verdict, problems: findings.problems.length });
  const report: VerifyReport = {
    proofId: order.proofId,
    backupId: order.set.backupId,
    level: order.level,
    verdict,
    startedAt,
    endedAt: tools.clock.now(),
    tables: findings.tables,
    problems: findings.problems,
    checks: findings.checks,
    where: findings.where,
  };
  await leaveProof(report, order.set.manifestSha256, tools.places, watch);
  return report;
}

/**
 * The proof lies beside the backup, so that another machine, or this one without its catalog, knows of it. Beside a sealed
 * set it would tell the names of tables that the seal keeps: there the catalog alone remembers it.
 */
async function leaveProof(
  report: VerifyReport,
  manifestSha256: string,
  places: OpenPlace[],
  watch: Watch,
): Promise<void> {
  for (const place of places) {
    const { id, destination } = place;
    try {
      if (await keepsSecrets(place, report.backupId)) continue;
      await destination.put(proofKey(report.backupId, report.proofId), bodyOf(writeProof(report, manifestSha256)), {
        signal: watch.signal,
        ifAbsent: true,
      });
    } catch (thrown) {
      if (watch.signal.aborted) throw thrown;
      // The verdict stands; the catalog has it.
      watch.log.warn('the proof could not be left beside the backup', { destination: id, thrown });
    }
  }
}

/** Whether the set is sealed there; a manifest that cannot be read speaks for a seal wherever one is possible. */
async function keepsSecrets({ destination, keyring }: OpenPlace, backupId: VerifyReport['backupId']): Promise<boolean> {
  try {
    const { body } = readManifest(await buffer(await destination.get(manifestKey(backupId))), backupId);
    return body.sealing !== null;
  } catch (thrown) {
    if (!(thrown instanceof Fail)) throw thrown;
    return keyring !== undefined;
  }
}

/** A backup that is damaged is an answer, not a failure of the job. */
async function gather(look: () => Promise<Findings>): Promise<Findings> {
  try {
    return await look();
  } catch (thrown) {
    if (!speaksOfTheBackup(thrown)) throw thrown;
    return { tables: [], checks: [], where: null, problems: [asProblem(thrown)] };
  }
}

function speaksOfTheBackup(thrown: unknown): thrown is Fail {
  return thrown instanceof Fail && /^(artifact|manifest)\./.test(thrown.code) && thrown.code !== 'manifest.newer';
}

function asProblem(fail: Fail): Problem {
  return { grade: 'fatal', code: fail.code, subject: 'the stored backup', message: fail.message };
}

async function readEverywhere(order: VerifyOrder, tools: VerifyTools, watch: Watch): Promise<Findings> {
  const findings: Findings = { tables: [], problems: [], checks: [], where: null };
  for (const place of tools.places) {
    const one = await gather(async () => {
      const set = await openSet(order.set.backupId, order.set.manifestSha256, place, watch.signal);
      return readSet(set, tools, watch);
    });
    findings.problems.push(...one.problems);
    findings.checks.push(...one.checks);
    if (findings.tables.length === 0) findings.tables = one.tables;
  }
  return findings;
}

/** Whether somebody with a secret of the set wrote its manifest. Nothing to say where it is not sealed. */
function authenticity({ authenticated }: OpenSet): CheckNote[] {
  if (authenticated === null) return [];
  const name = 'The manifest is from somebody who has the recovery secret';
  if (authenticated) return [{ name, outcome: 'ok', detail: 'Its HMAC is right.', durationMs: 0 }];
  const detail = 'Unauthenticated: the secret of its HMAC is not here, or it is sealed to public keys alone.';
  return [{ name, outcome: 'unchecked', detail, durationMs: 0 }];
}

async function readSet(set: OpenSet, tools: VerifyTools, watch: Watch): Promise<Findings> {
  const findings: Findings = { tables: [], problems: [], checks: authenticity(set), where: null };
  watch.progress({
    phase: 'Reading',
    bytes: 0,
    totalBytes: set.manifest.artifacts.reduce((sum, artifact) => sum + artifact.rawSizeBytes, 0),
  });
  let before = 0;
  for (const facts of set.manifest.artifacts) {
    const started = tools.clock.elapsed();
    const arrived = before;
    const body = contentOf(set, facts, watch.signal, (bytes) => watch.progress({ bytes: arrived + bytes }));
    const database = set.inventory.databases.find((one) => one.artifact === facts.name);
    if (database === undefined) await body.resume().toArray();
    else {
      const survey = await tools.engineOf(database.engine.kind).survey(body, database, watch);
      findings.problems.push(...survey.problems);
      findings.checks.push(...survey.checks);
    }
    before += facts.rawSizeBytes;
    const detail = `${plural(facts.sizeBytes, 'stored byte')} in ${plural(facts.ranges.length, 'range')}, ${plural(facts.rawSizeBytes, 'byte')} of content.`;
    findings.checks.push({
      name: `Every byte of ${facts.name} is as written`,
      outcome: 'ok',
      detail,
      durationMs: Math.round(tools.clock.elapsed() - started),
    });
  }
  const several = set.inventory.databases.length > 1;
  findings.tables = set.inventory.databases.flatMap((database) =>
    database.tables.map((table) => ({
      name: tableNameIn(database, table.name, several),
      expectedRows: database.scope.part === 'schema' ? 0 : table.rows,
      rows: null,
      digestEqual: null,
    })),
  );
  return findings;
}

async function restoreOnce(order: VerifyOrder, tools: VerifyTools, watch: Watch): Promise<Findings> {
  const set = await openFirst(order.set.backupId, order.set.manifestSha256, tools.places, watch.signal);
  const globals = await globalsOf(set, watch.signal);
  const findings: Findings = { tables: [], problems: [], checks: authenticity(set), where: null };
  const several = set.inventory.databases.length > 1;
  for (const database of set.inventory.databases) {
    const one = await proveDatabase(set, database, globals, order.proofId, tools, watch);
    const named = (name: string): string => tableNameIn(database, name, several);
    findings.tables.push(...one.tables.map((table) => ({ ...table, name: named(table.name) })));
    findings.problems.push(...one.problems);
    findings.checks.push(...one.checks);
    findings.where ??= one.where;
  }
  return findings;
}

async function proveDatabase(
  set: OpenSet,
  database: DatabaseInventory,
  globals: string | null,
  token: string,
  tools: VerifyTools,
  watch: Watch,
): Promise<Findings> {
  const engine = tools.engineOf(database.engine.kind);
  if (database.scope.part === 'data') return unprovable(set, database, engine, watch);
  watch.progress({ phase: 'Expanding', bytes: 0, totalBytes: artifactOf(set, database.artifact).rawSizeBytes });
  const file = path.join(watch.work, `proof-${database.artifact}.raw`);
  await expandTo(file, set, artifactOf(set, database.artifact), watch.signal, (bytes) => watch.progress({ bytes }));
  watch.progress({ phase: 'Preparing a throw-away place' });
  const { scratch, problems } = await engine.openScratch(database, watch);
  if (scratch === null) {
    await rm(file, { force: true });
    return { tables: expectedOnly(database), problems, checks: [], where: null };
  }
  try {
    const proof = await proveIn(scratch, engine, { file, inventory: database, globals, token }, watch);
    return { ...proof, problems: [...problems, ...proof.problems] };
  } finally {
    await scratch.dispose();
    await rm(file, { force: true });
  }
}

async function proveIn(scratch: Scratch, engine: Engine, opened: Opened, watch: Watch): Promise<Findings> {
  watch.progress({ phase: 'Restoring' });
  const restored = await engine.restore(scratch.target, scratch.secrets, opened, watch);
  const { comparison, checked } = await recount(engine, restored, opened.inventory, watch);
  const deep = await scratch.deepChecks(opened.inventory, watch);
  return {
    tables: comparison.tables,
    problems: [
      ...restored.problems,
      ...withoutExcused(comparison.problems, restored.problems),
      ...checked.problems,
      ...deep.problems,
    ],
    checks: [...checked.checks, ...deep.checks],
    where: scratch.where,
  };
}

/** Rows without their tables cannot be restored alone: such a backup is read, and said to be unproven. */
async function unprovable(set: OpenSet, database: DatabaseInventory, engine: Engine, watch: Watch): Promise<Findings> {
  const survey = await engine.survey(contentOf(set, artifactOf(set, database.artifact), watch.signal), database, watch);
  const message =
    'This backup holds data only. Without the structure it cannot be restored to be proven; every byte was read.';
  return {
    tables: expectedOnly(database),
    problems: [...survey.problems, { grade: 'unchecked', code: 'scope.data-only', subject: database.name, message }],
    checks: survey.checks,
    where: null,
  };
}

const expectedOnly = (database: DatabaseInventory): TableProof[] =>
  database.tables.map((table) => ({ name: table.name, expectedRows: table.rows, rows: null, digestEqual: null }));
