import path from 'node:path';
import type { ManifestBody } from '../../../src/shared/artifact.ts';
import { rangeSizeBytes } from '../../../src/shared/artifact.ts';
import type { DestinationCard } from '../../../src/shared/destination.ts';
import type {
  BackupId,
  BackupPlanId,
  DestinationId,
  JobId,
  MachineId,
  PlanId,
  ProofId,
  SourceId,
} from '../../../src/shared/id.ts';
import type { Job } from '../../../src/shared/job.ts';
import type { KeptRun } from '../../../src/main/catalog/backup-plans.ts';
import type { Plan } from '../../../src/shared/plan.ts';
import type { RestorePlan } from '../../../src/shared/restore.ts';
import { wholeScope, type Source } from '../../../src/shared/source.ts';
import type { VerifyReport } from '../../../src/shared/verify.ts';
import type { Clock } from '../../../src/main/base/clock.ts';
import { openCatalog, type Catalog } from '../../../src/main/catalog/catalog.ts';
import { tempFolder } from '../../helpers/temp.ts';

/** A clock that stands where it is put. */
export function stillClock(at = 1_795_000_000_000): Clock & { at: number } {
  const clock = {
    at,
    now: () => clock.at,
    elapsed: () => clock.at,
    sleep: () => Promise.reject(new Error('Nobody sleeps here.')),
  };
  return clock;
}

export function newCatalogFile(): string {
  return path.join(tempFolder('catalog'), 'catalog.sqlite');
}

export function newCatalog(): Catalog {
  return openCatalog(newCatalogFile(), stillClock());
}

const letters = 'abcdefghij';
/** The same tail for the same number. */
const tail = (n: number): string => `${n}`.padStart(8, '0').replaceAll(/\d/g, (digit) => letters[Number(digit)] ?? 'z');

export const sourceId = (n: number): SourceId => `src-${tail(n)}` as SourceId;
export const destinationId = (n: number): DestinationId => `dst-${tail(n)}` as DestinationId;
export const backupId = (n: number): BackupId => `bk-20261120-120000-${tail(n)}` as BackupId;
export const jobId = (n: number): JobId => `job-20261120-120000-${tail(n)}` as JobId;
export const planId = (n: number): PlanId => `plan-20261120-120000-${tail(n)}` as PlanId;
export const backupPlanId = (n: number): BackupPlanId => `bpl-${tail(n)}` as BackupPlanId;
export const proofId = (n: number): ProofId => `proof-20261120-120000-${tail(n)}` as ProofId;
export const sha256 = (n: number): string => n.toString(16).padStart(64, '0');

export function source(n: number, name = `shop-${n}`): Source {
  return {
    id: sourceId(n),
    name,
    settings: { kind: 'sqlite', file: `/srv/${name}.sqlite3` },
    scope: wholeScope,
    digests: true,
    compressionLevel: 1,
    destinations: [destinationId(1)],
    createdAt: 1_795_000_000_000,
  };
}

export function folder(n: number, place = `/backups/${n}`): DestinationCard {
  return { id: destinationId(n), name: `folder ${n}`, settings: { kind: 'folder', path: place } };
}

export function manifest(n: number, of: Source, takenAt: number): ManifestBody {
  const artifact = {
    name: '01-shop.sqlite.zst',
    content: 'sqlite-file' as const,
    coding: ['zstd' as const],
    sizeBytes: 1_000 + n,
    rawSizeBytes: 4_000,
    rangeSizeBytes: rangeSizeBytes,
    ranges: [sha256(n)],
  };
  return {
    format: 'holdfast.backup',
    version: 1,
    backupId: backupId(n),
    machine: { id: 'mac-abcdefgh' as MachineId, name: 'laptop' },
    source: { id: of.id, name: of.name, kind: 'sqlite' },
    takenAt,
    finishedAt: takenAt + 1_000,
    holdfast: '0.1.0',
    complete: true,
    missing: [],
    artifacts: [artifact, { ...artifact, name: '02-more.sqlite.zst', sizeBytes: 5 }],
    inventory: { form: 'sealed', content: 'x' },
    sealing: null,
  };
}

export function proof(
  n: number,
  of: BackupId,
  level: VerifyReport['level'],
  verdict: VerifyReport['verdict'],
  endedAt = 1_795_000_100_000 + n,
  durationMs = 1_000,
): VerifyReport {
  const startedAt = endedAt - durationMs;
  return {
    proofId: proofId(n),
    backupId: of,
    level,
    verdict,
    startedAt,
    endedAt,
    tables: [],
    problems: [],
    checks: [],
    where: null,
  };
}

export function job(n: number, changes: Partial<Job> = {}): Job {
  return {
    id: jobId(n),
    kind: 'backup',
    state: 'queued',
    sourceId: sourceId(1),
    backupId: null,
    queuedAt: 1_795_000_000_000 + n,
    startedAt: null,
    endedAt: null,
    progress: null,
    failure: null,
    ...changes,
  };
}

export function plan(n: number): RestorePlan {
  return {
    planId: planId(n),
    backupId: backupId(1),
    database: 'shop',
    target: { kind: 'file', file: '/srv/restored.sqlite3' },
    steps: ['Copy'],
    findings: [],
    canRun: true,
    needsBytes: 4_000,
    expectedMs: null,
    manifestSha256: sha256(1),
    rehearsedAt: 1_795_000_000_000,
  };
}

export function backupPlan(n: number, changes: Partial<Plan> = {}): Plan {
  return {
    id: backupPlanId(n),
    name: `Nightly ${n}`,
    sources: [sourceId(1)],
    destinations: [],
    backup: { cron: '0 2 * * *', timeZone: 'UTC' },
    makeUpWithinMs: 0,
    jitterMs: 0,
    verifyEach: 'none',
    proof: null,
    onBattery: 'run',
    onMetered: 'run',
    paused: null,
    createdAt: 1_795_000_000_000,
    ...changes,
  };
}

export function planRun(n: number, changes: Partial<KeptRun> = {}): KeptRun {
  return {
    planId: backupPlanId(1),
    sourceId: sourceId(1),
    what: 'backup',
    dueAt: 1_795_000_000_000 + n,
    startedAt: 1_795_000_000_000 + n,
    endedAt: null,
    standsFor: 1,
    outcome: 'running',
    jobId: jobId(n),
    failure: null,
    attempts: [],
    backupId: null,
    step: 'backup',
    asked: false,
    slept: false,
    ...changes,
  };
}
