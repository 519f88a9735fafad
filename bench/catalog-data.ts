/** A catalog as years of use leave it, the same every time. */
import type { BackupId, BackupPlanId, DestinationId, JobId, ProofId, SourceId } from '../src/shared/id.ts';
import type { DestinationCard } from '../src/shared/destination.ts';
import type { Job } from '../src/shared/job.ts';
import type { Plan } from '../src/shared/plan.ts';
import type { RetentionRule } from '../src/shared/retention.ts';
import { wholeScope, type Source } from '../src/shared/source.ts';
import { systemClock } from '../src/main/base/clock.ts';
import { openCatalog, type Catalog } from '../src/main/catalog/catalog.ts';

const sourceCount = 20;
const planCount = 5;
const minute = 60_000;
const hour = 60 * minute;

export interface Filled {
  sources: string[];
  jobs: number;
  proofs: number;
  plans: number;
  /** A backup of the first source, half way down the list. */
  middle: BackupId;
  someJob: JobId;
  somePlan: BackupPlanId;
}

const yearOfPeriods: RetentionRule = {
  timeZone: 'Europe/Berlin',
  keepLast: null,
  daily: 30,
  weekly: 12,
  monthly: 12,
  yearly: null,
  keepDays: null,
  maxBytes: null,
};

const tail = (n: number): string => n.toString(36).padStart(8, '0');
const sourceId = (n: number): SourceId => `src-${tail(n)}` as SourceId;
const backupId = (n: number): BackupId => `bk-20261120-120000-${tail(n)}` as BackupId;
const jobId = (n: number): JobId => `job-20261120-120000-${tail(n)}` as JobId;
const destination = 'dst-00000001' as DestinationId;

/** Fills a new catalog: backups of twenty sources in turn, an hour between two of one; every tenth was proven, some not well. */
export function fillCatalog(file: string, shelf: string, backups: number): Filled {
  const catalog = openCatalog(file, systemClock);
  const machine = catalog.meta.machineId();
  const now = systemClock.now();
  catalog.destinations.add({
    id: destination,
    name: 'shelf',
    settings: { kind: 'folder', path: shelf },
    ...rotated(now),
  });
  const sources = Array.from({ length: sourceCount }, (_, n) => sourceOf(n, now));
  for (const source of sources) catalog.sources.add(source);
  for (let n = 0; n < planCount; n += 1) catalog.backupPlans.put(planOf(n, sources, now), {});
  for (let n = 0; n < planCount; n += 1)
    catalog.retention.put({ owner: { planId: planOf(n, sources, now).id }, rule: yearOfPeriods, places: [] });
  let proofs = 0;
  for (let from = 0; from < backups; from += 2_000) {
    catalog.together(() => {
      for (let n = from; n < Math.min(backups, from + 2_000); n += 1) {
        const source = sources[n % sourceCount] as Source;
        const takenAt = now - Math.floor((backups - n) / sourceCount) * hour - 5 * minute;
        putBackup(catalog, { source, machine, keyId: n < backups * 0.9 ? keyIds.before : keyIds.now }, n, takenAt);
        if (n % 10 < 3) {
          putProof(catalog, n, takenAt + minute);
          proofs += 1;
        }
      }
    });
  }
  catalog.close();
  const middle = Math.floor(backups / 2 / sourceCount) * sourceCount;
  return {
    sources: sources.map(({ name }) => name),
    jobs: backups + proofs,
    proofs,
    plans: planCount,
    middle: backupId(middle),
    someJob: jobId(middle * 2),
    somePlan: `bpl-${tail(1)}` as BackupPlanId,
  };
}

/** Its key was replaced: nine of ten backups are sealed for the one before. */
const rotated = (now: number): Pick<DestinationCard, 'seal' | 'recovery'> => ({
  seal: true,
  recovery: {
    keyId: keyIds.now,
    madeAt: now - hour,
    provenAt: now - hour,
    earlier: [{ keyId: keyIds.before, madeAt: now - 400 * 24 * hour, provenAt: now - hour, replacedAt: now - hour }],
  },
});
const keyIds = { before: 'secret-0000000000000001', now: 'secret-0000000000000002' };

function sourceOf(n: number, now: number): Source {
  const name = `shop-${String(n + 1).padStart(2, '0')}`;
  return {
    id: sourceId(n),
    name,
    settings: { kind: 'sqlite', file: `/srv/${name}.sqlite3` },
    scope: wholeScope,
    digests: true,
    compressionLevel: 1,
    destinations: [destination],
    createdAt: now - 365 * 24 * hour,
  };
}

function planOf(n: number, sources: readonly Source[], now: number): Plan {
  return {
    id: `bpl-${tail(n)}` as BackupPlanId,
    name: `Plan ${n + 1}`,
    sources: sources.filter((_, index) => index % planCount === n).map(({ id }) => id),
    destinations: [],
    backup: {
      cron: ['0 2 * * *', '0 8-18 * * 1-5', '0 * * * *', '30 3 * * 0', '0 4 1 * *'][n] ?? '0 2 * * *',
      timeZone: 'UTC',
    },
    makeUpWithinMs: 12 * hour,
    jitterMs: 5 * minute,
    verifyEach: 'read',
    proof: n === 0 ? { cron: '0 3 * * 0', timeZone: 'UTC', which: 'latest' } : null,
    onBattery: 'run',
    onMetered: 'run',
    paused: null,
    createdAt: now - 300 * 24 * hour,
  };
}

const tables = Array.from({ length: 12 }, (_, n) => ({ name: `public.table_${n}`, rows: 1_000 * n, digest: null }));

function putBackup(
  catalog: Catalog,
  { source, machine, keyId }: { source: Source; machine: string; keyId: string },
  n: number,
  takenAt: number,
): void {
  const database = {
    name: source.name,
    artifact: '01-shop.sqlite.zst',
    tables,
    sequences: [],
    objects: [],
    largeObjects: null,
    omissions: [],
    digest: null,
    liveSizeBytes: 100e6,
    scope: wholeScope,
    engine: { kind: 'sqlite', libraryVersion: '3.53', pageSizeBytes: 4096, pageCount: 9, encoding: 'UTF-8' },
  };
  const manifest = {
    format: 'holdfast.backup',
    version: 1,
    backupId: backupId(n),
    machine: { id: machine, name: 'bench' },
    source: { id: source.id, name: source.name, kind: 'sqlite' },
    takenAt,
    finishedAt: takenAt + 2_000 + (n % 700),
    holdfast: '0.1.0',
    complete: true,
    missing: [],
    artifacts: [{ name: '01-shop.sqlite.zst', sizeBytes: 90_000_000 + n * 100, ranges: ['0'.repeat(64)] }],
    inventory: { form: 'plain', content: { databases: [database], globals: null } },
    sealing: { method: 'openpgp', keyId, recipients: [keyId] },
  } as unknown as Parameters<Catalog['backups']['put']>[0]['manifest'];
  const stored = [{ destination, state: 'stored' as const, message: null }];
  catalog.backups.put({ manifest, manifestSha256: '0'.repeat(64), stored });
  putJob(catalog, n * 2, 'backup', n, takenAt, n % 97 === 0 ? 'failed' : 'succeeded');
}

function putProof(catalog: Catalog, n: number, at: number): void {
  const verdict = n % 200 === 0 ? 'failed' : n % 50 === 0 ? 'partly' : 'proven';
  catalog.proofs.put({
    proofId: `proof-20261120-120000-${tail(n)}` as ProofId,
    backupId: backupId(n),
    level: 'restore',
    verdict,
    startedAt: at,
    endedAt: at + 4_000,
    tables: tables.map(({ name, rows }) => ({ name, expectedRows: rows, rows, digestEqual: true })),
    problems: [],
    checks: [],
    where: 'a copy in the data folder',
  });
  putJob(catalog, n * 2 + 1, 'verify', n, at, 'succeeded');
}

function putJob(catalog: Catalog, number: number, kind: Job['kind'], n: number, at: number, state: Job['state']): void {
  const failure =
    state === 'failed'
      ? {
          code: 'source.unreachable' as const,
          message: 'The server does not answer.',
          hint: '',
          retryable: true,
          ref: '',
        }
      : null;
  catalog.jobs.insert(
    {
      id: jobId(number),
      kind,
      state,
      sourceId: sourceId(n % sourceCount),
      backupId: backupId(n),
      queuedAt: at,
      startedAt: at,
      endedAt: at + 2_000,
      progress: null,
      failure,
    },
    '{}',
  );
}
