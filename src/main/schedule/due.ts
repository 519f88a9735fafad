/** Pure: whether a run is due now, which, and whether it may still begin. */
import type { Instant } from '../../shared/id.ts';
import type { Times } from './times.ts';

/** How late a run may begin and still be called on time. */
export const graceMs = 10 * 60_000;

/** One kind of run of one plan for one source: what is decided of it. */
export interface Line {
  times: Times;
  /** A run that was missed is made up if it is at most this old when it can be made. */
  makeUpWithinMs: number;
  jitterMs: number;
  /** 0 to 1, the same for the same window on this machine. */
  share(dueAt: Instant): number;
}

/** What is remembered of it. */
export interface Past {
  /** Windows up to here are decided: run, missed, or before the plan had this schedule. */
  decidedUntil: Instant;
  /** Whether this window had its run. */
  taken(dueAt: Instant): boolean;
}

export type Step =
  | { act: 'rest' }
  /** Nothing to run, but this is decided now; earlier than before where the clock was set back. */
  | { act: 'note'; decidedUntil: Instant }
  /** A run is due: begin it as soon as it can be. `standsFor` counts it and those before it that were missed. */
  | { act: 'run'; dueAt: Instant; standsFor: number }
  /** It was not begun and is too old now. */
  | { act: 'miss'; dueAt: Instant; standsFor: number };

/**
 * What to do at `now`. Missed windows come to one run: the newest stands for those before it. A window that had its run
 * never gets another, also where the clock was set back over it. Where the clock was set back, windows that come again
 * and had no run of their own are due when the clock shows them: a machine whose clock was years ahead must not wait for
 * those years to pass.
 */
export function stepAt(now: Instant, line: Line, past: Past): Step {
  if (past.decidedUntil > now) return { act: 'note', decidedUntil: now };
  const dueAt = newestBegun(now, line);
  if (dueAt === null || dueAt <= past.decidedUntil) return { act: 'rest' };
  if (past.taken(dueAt)) return { act: 'note', decidedUntil: dueAt };
  const standsFor = line.times.count(past.decidedUntil, dueAt);
  return { act: now - dueAt > lateMs(line) ? 'miss' : 'run', dueAt, standsFor };
}

/** How long after its window a run may begin. */
export function lateMs(line: Pick<Line, 'jitterMs' | 'makeUpWithinMs'>): number {
  return Math.max(line.jitterMs + graceMs, line.makeUpWithinMs);
}

/** When the run of a window begins: later by a share of the jitter, which never reaches into the next window. */
export function beginAt(dueAt: Instant, line: Line): Instant {
  if (line.jitterMs === 0) return dueAt;
  const next = line.times.after(dueAt);
  // Half of the gap at most: a jitter longer than the gap would put every run off to the next one, for ever.
  const most = next === null ? line.jitterMs : Math.min(line.jitterMs, (next - dueAt) / 2);
  return dueAt + Math.floor(most * line.share(dueAt));
}

/** The newest window whose time to begin has come. Only the last can still wait for its jitter. */
function newestBegun(now: Instant, line: Line): Instant | null {
  const latest = line.times.latest(now);
  if (latest === null || beginAt(latest, line) <= now) return latest;
  return line.times.latest(latest - 1);
}
