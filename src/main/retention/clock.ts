/** Whether the clock can be believed before anything is deleted by it. */
import type { Instant } from '../../shared/id.ts';
import { plural } from '../../shared/plural.ts';

export interface ClockProblem {
  what: 'impossible' | 'before-newest' | 'went-back' | 'jumped';
  words: string;
}

export interface ClockFacts {
  now: Instant;
  /** Of all backups of this machine. */
  newestTakenAt: Instant | null;
  /** When the clock was last believed; null before the first time. */
  believedAt: Instant | null;
}

const dayMs = 86_400_000;
/** Longer without a look at the clock: a machine that was off, or a clock that was set. Nobody can tell which. */
export const longestGapMs = 14 * dayMs;
/** Clocks are corrected by small steps all the time. */
const smallStepMs = 10 * 60_000;
/** Before Holdfast existed, and after anybody will use this version of it. */
const earliest = Date.UTC(2025, 0, 1);
const latest = Date.UTC(2100, 0, 1);

/** The first thing that is wrong with the clock. The last two are undone by a person who says that it is right. */
export function clockProblem({ now, newestTakenAt, believedAt }: ClockFacts): ClockProblem | null {
  if (!Number.isFinite(now) || now < earliest || now >= latest)
    return { what: 'impossible', words: 'The clock shows a year that cannot be.' };
  if (newestTakenAt !== null && now < newestTakenAt)
    return { what: 'before-newest', words: 'The clock shows a time before the newest backup was taken.' };
  const before = believedAt ?? newestTakenAt;
  if (before === null) return null;
  if (now < before - smallStepMs)
    return { what: 'went-back', words: 'The clock went back behind the last time it was looked at.' };
  if (now > before + longestGapMs) {
    const days = Math.floor((now - before) / dayMs);
    return { what: 'jumped', words: `The clock is ${plural(days, 'day')} after the last time it was looked at.` };
  }
  return null;
}

/** Whether a person can say that the clock is right all the same. */
export const canBeBelieved = ({ what }: ClockProblem): boolean => what === 'went-back' || what === 'jumped';
