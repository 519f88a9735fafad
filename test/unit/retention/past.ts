/** Histories for tests of the policy. */
import type { Past, PastBackup } from '../../../src/main/retention/past.ts';
import type { BackupId, Instant, MachineId } from '../../../src/shared/id.ts';
import type { Pin } from '../../../src/shared/pin.ts';
import type { RetentionRule } from '../../../src/shared/retention.ts';

export const ours = 'mac-aaaaaaaaaaaa' as MachineId;
export const now = Date.UTC(2026, 10, 25, 12);
export const day = 86_400_000;

export const nothing: RetentionRule = {
  timeZone: 'UTC',
  keepLast: null,
  daily: null,
  weekly: null,
  monthly: null,
  yearly: null,
  keepDays: null,
  maxBytes: null,
};

export const idAt = (at: Instant): BackupId =>
  `bk-${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-aaaaaaaa` as BackupId;

export const taken = (takenAt: Instant, facts: Partial<PastBackup> = {}): PastBackup => ({
  backupId: idAt(takenAt),
  takenAt,
  sizeBytes: 100,
  verdict: 'unproven',
  machine: ours,
  pin: null,
  ...facts,
});

/** A backup at 02:00 of each of the last nights, newest first. */
export const nights = (count: number): PastBackup[] =>
  Array.from({ length: count }, (_, index) => taken(Date.UTC(2026, 10, 25 - index, 2)));

export const pin = (facts: Partial<Pin> = {}): Pin => ({
  reason: 'critical',
  until: null,
  hold: false,
  since: now,
  by: 'ada',
  ...facts,
});

export const past = (backups: PastBackup[], facts: Partial<Past> = {}): Past => ({
  backups,
  machine: ours,
  clock: null,
  missing: [],
  ...facts,
});
