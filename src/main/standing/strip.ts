import type { DayMark } from '../../shared/overview.ts';
import type { SourceFacts, World } from './facts.ts';

/** The marks of the days, today last. */
export function stripOf(facts: SourceFacts, world: World, limitMs: number): DayMark[] {
  let held = facts.heldBefore;
  return world.days.map((day, index): DayMark => {
    const seen = facts.days[index] ?? { heldAt: null, proven: false, failed: false };
    const before = held;
    held = seen.heldAt ?? held;
    if (seen.proven) return 'proven';
    if (seen.heldAt !== null) return 'stored';
    const isToday = index === world.days.length - 1;
    if (isToday && isBackingUp(facts)) return 'running';
    if (seen.failed) return 'failed';
    return wasLate(facts, index, Math.min(day.to, world.now), before, limitMs) ? 'late' : 'none';
  });
}

const isBackingUp = (facts: SourceFacts): boolean =>
  facts.unfinished.some((job) => job.kind === 'backup' && job.state !== 'queued');

/** By its plans, where there are some; else by the age that its newest backup had reached at the end of the day. */
function wasLate(facts: SourceFacts, index: number, end: number, heldAt: number | null, limitMs: number): boolean {
  if (facts.schedule !== null) return facts.schedule.due[index] === true;
  return facts.source.sample !== true && heldAt !== null && end - heldAt > limitMs;
}
