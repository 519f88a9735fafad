/**
 * Which windows of plans had their run. Runs are kept whole for the last ones of every line; of those before, in the
 * order they were written down and not by any clock, only the windows are remembered, as series of equal steps.
 */
import type Database from 'better-sqlite3';
import type { Instant } from '../../shared/id.ts';
import type { PlanLine } from './backup-plans.ts';

/** Of every line; a year of nights. */
export const runsKept = 400;
/** At a time, so that a catalog that holds years of them is not emptied while a run waits. */
const mostForgotten = 20;

export interface PlanWindows {
  /** Whether this window had a run that is forgotten. */
  holds(line: PlanLine, dueAt: Instant): boolean;
  /** Forgets what runs of this line are too many, and keeps their windows. Missed ones, which may still be run, leave none. */
  forgetOldRuns(line: PlanLine): void;
}

interface Series {
  firstAt: Instant;
  lastAt: Instant;
  stepMs: number;
}
type Named = [plan: string, source: string, what: string];
const named = ({ planId, sourceId, what }: PlanLine): Named => [planId, sourceId, what];

export function planWindowsOf(database: Database.Database): PlanWindows {
  const line = 'plan_id = ? AND source_id = ? AND what = ?';
  const series = 'SELECT first_at AS firstAt, last_at AS lastAt, step_ms AS stepMs FROM plan_windows';
  const holds = database
    .prepare<[...Named, number, number, number], number>(
      `SELECT 1 FROM plan_windows
       WHERE ${line} AND first_at <= ? AND last_at >= ? AND (step_ms = 0 OR (? - first_at) % step_ms = 0) LIMIT 1`,
    )
    .pluck();
  const before = database.prepare<[...Named, number], Series>(
    `${series} WHERE ${line} AND first_at < ? ORDER BY first_at DESC LIMIT 1`,
  );
  const alone = database.prepare(
    'INSERT INTO plan_windows (plan_id, source_id, what, first_at, last_at, step_ms) VALUES (?, ?, ?, ?, ?, 0)',
  );
  const extend = database.prepare(`UPDATE plan_windows SET last_at = ?, step_ms = ? WHERE ${line} AND first_at = ?`);
  const tooMany = database.prepare<[...Named, ...Named], { number: number; dueAt: Instant; outcome: string }>(
    `SELECT number, due_at AS dueAt, outcome FROM plan_runs WHERE ${line} AND outcome <> 'running' AND number <=
       (SELECT number FROM plan_runs WHERE ${line} ORDER BY number DESC LIMIT 1 OFFSET ${runsKept})
     ORDER BY number LIMIT ${mostForgotten}`,
  );
  const forget = database.prepare('DELETE FROM plan_runs WHERE number = ?');
  const isHeld = (of: PlanLine, dueAt: Instant): boolean => holds.get(...named(of), dueAt, dueAt, dueAt) !== undefined;

  function keep(of: PlanLine, dueAt: Instant): void {
    if (isHeld(of, dueAt)) return;
    const last = before.get(...named(of), dueAt);
    const stepMs = last === undefined ? 0 : dueAt - last.lastAt;
    // Only by its next step is a series longer: what lies between two windows had no run.
    if (last !== undefined && stepMs > 0 && (last.stepMs === 0 || last.stepMs === stepMs))
      extend.run(dueAt, stepMs, ...named(of), last.firstAt);
    else alone.run(...named(of), dueAt, dueAt);
  }
  return {
    holds: isHeld,
    forgetOldRuns: (of) => {
      for (const { number, dueAt, outcome } of tooMany.all(...named(of), ...named(of))) {
        if (outcome !== 'missed') keep(of, dueAt);
        forget.run(number);
      }
    },
  };
}
