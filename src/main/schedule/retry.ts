/** Pure: whether a run that failed is tried again within its window, and when. */
import type { Instant } from '../../shared/id.ts';
import { lateMs, type Line } from './due.ts';

const minute = 60_000;
/** After the first attempt, the second, and so on: five attempts at most. */
const pausesMs = [minute, 5 * minute, 15 * minute, 30 * minute];
/** A run is tried again while it is younger, even where missed runs are not made up: it was begun in time. */
const retryWithinMs = 2 * 3_600_000;

export interface FailedRun {
  dueAt: Instant;
  endedAt: Instant;
  attempts: number;
  /** Whether the reason passes by itself, as far as its code says. */
  retryable: boolean;
  /** Whether the machine slept while it ran: then any failure may come from that. */
  slept: boolean;
}

/** Whether to begin it again at `now`. A newer window that has come replaces it. */
export function againAt(now: Instant, run: FailedRun, line: Line): boolean {
  if (!run.retryable && !run.slept) return false;
  const pause = pausesMs[run.attempts - 1];
  if (pause === undefined || run.dueAt > now) return false;
  const next = line.times.after(run.dueAt);
  if (next !== null && next <= now) return false;
  if (now - run.dueAt > Math.max(lateMs(line), retryWithinMs)) return false;
  // A clock that was set back must not make the pause longer.
  return run.slept || now < run.endedAt || now - run.endedAt >= pause;
}
