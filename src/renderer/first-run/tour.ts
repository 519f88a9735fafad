/**
 * Pure: where the round of the sample stands, from what has really happened: jobs and what they came to. Nothing is
 * remembered beside them, so a reload, another window or the terminal see the same.
 */
import type { JobResult } from '../../shared/contract/job-result.ts';
import type { DiffReport } from '../../shared/diff.ts';
import type { Failure } from '../../shared/failure.ts';
import type { BackupId, JobId, RestoreId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { RestoreReport } from '../../shared/restore.ts';
import type { Source } from '../../shared/source.ts';
import type { VerifyReport } from '../../shared/verify.ts';

export const tourSteps = ['backUp', 'prove', 'break', 'restore', 'undo'] as const;
export type TourStep = (typeof tourSteps)[number];

export type StepState =
  | { kind: 'waits' }
  /** Its button can be pressed. */
  | { kind: 'ready' }
  | { kind: 'running'; jobId: JobId }
  | { kind: 'done'; tookMs: number }
  | { kind: 'failed'; failure: Failure | null };

export interface Tour {
  steps: Record<TourStep, StepState>;
  backup: { backupId: BackupId; tables: number; rows: number; sizeBytes: number } | null;
  proof: VerifyReport | null;
  damage: DiffReport | null;
  restored: RestoreReport | null;
  undo: { restoreId: RestoreId } | null;
  finished: boolean;
}

const waits: StepState = { kind: 'waits' };
const unfinished = new Set<Job['state']>(['queued', 'running', 'cancelling']);

/** @param results of the sample's jobs, in any order; those that are still going on are among them. */
export function tourOf(source: Source | null, results: readonly JobResult[]): Tour {
  const tour: Tour = {
    steps: { backUp: waits, prove: waits, break: waits, restore: waits, undo: waits },
    backup: null,
    proof: null,
    damage: null,
    restored: null,
    undo: null,
    finished: false,
  };
  const ordered = results.toSorted((a, b) => a.job.queuedAt - b.job.queuedAt);
  const { steps } = tour;
  steps.backUp = source === null ? { kind: 'ready' } : stepOf(ordered, 'backup', 0);
  const made = lastDone(ordered, 'backup', 0);
  if (made === undefined || made.backup === null) return tour;
  tour.backup = backupFigures(made.backup);

  steps.prove = stepOf(ordered, 'verify', made.job.queuedAt);
  tour.proof = lastDone(ordered, 'verify', made.job.queuedAt)?.verify ?? null;
  if (tour.proof === null) return tour;

  // What was deleted is seen by the comparison that follows it; an equal one is from before.
  steps.break = stepOf(ordered, 'diff', made.job.queuedAt);
  const seen = ordered.findLast((one) => one.diff?.tables.some((table) => table.change !== 'same') === true);
  tour.damage = seen?.diff ?? null;
  if (steps.break.kind === 'done' && seen === undefined) steps.break = { kind: 'ready' };
  if (seen === undefined) return tour;

  const since = seen.job.queuedAt;
  steps.restore = restoreStep(ordered, since);
  const restore = lastDone(ordered, 'restore', since);
  tour.restored = restore?.restore ?? null;
  if (restore === undefined || tour.restored === null) return tour;

  const kept = tour.restored.undo;
  tour.undo = kept === undefined ? null : { restoreId: kept.restoreId };
  if (kept !== undefined) steps.undo = stepOf(ordered, 'undo', restore.job.queuedAt);
  tour.finished = kept === undefined || steps.undo.kind === 'done';
  return tour;
}

/** How the newest job of a kind after a moment went; ready where there was none. */
function stepOf(ordered: readonly JobResult[], kind: Job['kind'], since: number): StepState {
  const newest = ordered.findLast(({ job }) => job.kind === kind && job.queuedAt >= since)?.job;
  if (newest === undefined || newest.state === 'cancelled') return { kind: 'ready' };
  if (unfinished.has(newest.state)) return { kind: 'running', jobId: newest.id };
  if (newest.state === 'failed') return { kind: 'failed', failure: newest.failure };
  return { kind: 'done', tookMs: (newest.endedAt ?? 0) - (newest.startedAt ?? newest.queuedAt) };
}

/** A restore is its rehearsal and its run. */
function restoreStep(ordered: readonly JobResult[], since: number): StepState {
  const rehearsal = stepOf(ordered, 'rehearse', since);
  const run = stepOf(ordered, 'restore', since);
  if (run.kind === 'done' && rehearsal.kind === 'done') return { kind: 'done', tookMs: run.tookMs + rehearsal.tookMs };
  if (run.kind === 'running' || run.kind === 'failed' || run.kind === 'done') return run;
  return rehearsal.kind === 'done' ? { kind: 'ready' } : rehearsal;
}

const lastDone = (ordered: readonly JobResult[], kind: Job['kind'], since: number): JobResult | undefined =>
  ordered.findLast(({ job }) => job.kind === kind && job.state === 'succeeded' && job.queuedAt >= since);

function backupFigures({ card, manifest }: NonNullable<JobResult['backup']>): Tour['backup'] {
  const tables =
    manifest.inventory.form === 'plain' ? manifest.inventory.content.databases.flatMap((one) => one.tables) : [];
  return {
    backupId: card.backupId,
    tables: tables.length,
    rows: tables.reduce((sum, table) => sum + table.rows, 0),
    sizeBytes: card.sizeBytes,
  };
}

/** What the steps took together on this computer. */
export const totalMs = (tour: Tour): number =>
  tourSteps.reduce((sum, step) => {
    const state = tour.steps[step];
    return sum + (state.kind === 'done' ? state.tookMs : 0);
  }, 0);

/** Rows that the damage took, over all tables. */
export const lostRows = (damage: DiffReport): number =>
  damage.tables.reduce((sum, { before, after }) => sum + Math.max(0, (before ?? 0) - (after ?? 0)), 0);

/** Tables whose count and content were found again. */
export const equalTables = (
  tables: readonly { expectedRows: number; rows: number | null; digestEqual: boolean | null }[],
): number => tables.filter((table) => table.rows === table.expectedRows && table.digestEqual !== false).length;
