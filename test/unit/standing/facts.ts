/** Sources for tests of the overview: one that is well, and changes of it. */
import type { BackupCard } from '../../../src/shared/artifact.ts';
import type { FailureCode } from '../../../src/shared/failure.ts';
import { Fail, toFailure } from '../../../src/shared/failure.ts';
import type { BackupPlanId, DestinationId } from '../../../src/shared/id.ts';
import type { Job } from '../../../src/shared/job.ts';
import type { TrendPoint } from '../../../src/shared/overview.ts';
import { defaultPreferences } from '../../../src/shared/preferences.ts';
import { daysUntil } from '../../../src/main/standing/days.ts';
import type { ProofFacts, ScheduleFacts, SourceFacts, World } from '../../../src/main/standing/facts.ts';
import * as sample from '../catalog/samples.ts';

export const hour = 3_600_000;
export const day = 24 * hour;
/** Wed 25 Nov 2026, 14:08 in Berlin. */
export const now = Date.UTC(2026, 10, 25, 13, 8);
export const timeZone = 'Europe/Berlin';

export const world: World = {
  now,
  timeZone,
  days: daysUntil(now, timeZone, 14),
  preferences: defaultPreferences,
  placeName: (id: DestinationId) => (id === sample.destinationId(2) ? 'Office disk' : 'This computer'),
};

export function card(takenAt: number, changes: Partial<BackupCard> = {}): BackupCard {
  return {
    backupId: sample.backupId(1),
    source: 'shop-1',
    sourceId: sample.sourceId(1),
    kind: 'sqlite',
    takenAt,
    sizeBytes: 210e6,
    complete: true,
    verdict: 'proven',
    provenAt: takenAt,
    stored: [{ destination: sample.destinationId(1), state: 'stored', message: null }],
    ...changes,
  };
}

/** Points of these sizes in megabytes, a day apart, the last an hour ago. */
export function trend(...megabytes: number[]): TrendPoint[] {
  return megabytes.map((size, index) => ({
    backupId: sample.backupId(megabytes.length - index),
    takenAt: now - hour - (megabytes.length - 1 - index) * day,
    sizeBytes: size * 1e6,
    durationMs: 2_000,
    rows: null,
  }));
}

export function proof(changes: Partial<ProofFacts> = {}): ProofFacts {
  return {
    backupId: sample.backupId(1),
    verdict: 'proven',
    startedAt: now - day - 60_000,
    endedAt: now - day,
    tables: 19,
    equalTables: 19,
    ...changes,
  };
}

export function schedule(changes: Partial<ScheduleFacts> = {}): ScheduleFacts {
  const next = { planId: 'bpl-abcdefgh' as BackupPlanId, planName: 'Nightly', at: now + 12 * hour };
  const due = world.days.map(() => true);
  return { limitMs: 26 * hour, proofLimitMs: null, next, paused: false, due, waiting: null, ...changes };
}

export function failedJob(code: FailureCode, message: string, endedAt: number, kind: Job['kind'] = 'backup'): Job {
  const failure = toFailure(new Fail(code, message), 'job');
  return sample.job(7, { kind, state: 'failed', startedAt: endedAt - 1_000, endedAt, failure });
}

/** Backed up an hour ago and every day before, proven, on a plan. */
export function well(changes: Partial<SourceFacts> = {}): SourceFacts {
  return {
    source: sample.source(1),
    last: card(now - hour),
    trend: trend(205, 208, 210, 209, 210),
    protectedUntil: now - hour,
    provenUntil: now - day,
    heldBefore: now - 14 * day,
    damaged: [],
    days: world.days.map(({ from }) => ({ heldAt: from + hour, proven: false, failed: false })),
    restoreProof: proof(),
    readProof: null,
    failedBackup: null,
    failedProof: null,
    unfinished: [],
    backupMs: 2_100,
    restoreMs: 9_000,
    probedBytes: null,
    sealed: null,
    endingKeys: [],
    schedule: schedule(),
    ...changes,
  };
}

/** The same, last backed up that long ago. */
export function backedUpBefore(ageMs: number, changes: Partial<SourceFacts> = {}): SourceFacts {
  const takenAt = now - ageMs;
  return well({ last: card(takenAt), protectedUntil: takenAt, ...changes });
}

/** Never backed up. */
export function fresh(changes: Partial<SourceFacts> = {}): SourceFacts {
  return well({
    source: { ...sample.source(1), createdAt: now - hour },
    last: null,
    trend: [],
    protectedUntil: null,
    provenUntil: null,
    heldBefore: null,
    damaged: [],
    days: world.days.map(() => ({ heldAt: null, proven: false, failed: false })),
    restoreProof: null,
    backupMs: null,
    restoreMs: null,
    ...changes,
  });
}
