/** Pure: backups on a line of time. Places are shares of the line, so that any width can draw it. */
import type { BackupCard } from '../../shared/artifact.ts';
import type { BackupId } from '../../shared/id.ts';

export type Scale = 'day' | 'week' | 'month' | 'all';
export const scales: Scale[] = ['all', 'month', 'week', 'day'];

const dayMs = 86_400_000;
const spanMs: Record<Exclude<Scale, 'all'>, number> = { day: dayMs, week: 7 * dayMs, month: 31 * dayMs };

export interface Mark {
  backupId: BackupId;
  takenAt: number;
  verdict: BackupCard['verdict'];
  provenBy: BackupCard['provenBy'];
  /** 0 at the left end, 1 at the right. */
  at: number;
}

export interface Timeline {
  from: number;
  to: number;
  marks: Mark[];
  ticks: { at: number; moment: number }[];
  /** Where now is; beyond it the line is empty. */
  now: number;
}

/** A line that ends now, or half a span after the chosen one where that is older. Marks are oldest first. */
export function timelineOf(cards: readonly BackupCard[], scale: Scale, chosenAt: number | null, now: number): Timeline {
  const oldest = cards.reduce((least, card) => Math.min(least, card.takenAt), now);
  const span = scale === 'all' ? Math.max(dayMs / 24, (now - oldest) * 1.04) : spanMs[scale];
  const inView = chosenAt === null || scale === 'all' || chosenAt > now - span * 0.98;
  const to = inView ? now + span * 0.02 : Math.min(now + span * 0.02, chosenAt + span / 2);
  const from = to - span * 1.02;
  const place = (moment: number): number => (moment - from) / (to - from);
  const marks = cards
    .filter((card) => card.takenAt >= from && card.takenAt <= to)
    .toSorted((a, b) => a.takenAt - b.takenAt)
    .map((card) => ({
      backupId: card.backupId,
      takenAt: card.takenAt,
      verdict: card.verdict,
      provenBy: card.provenBy,
      at: place(card.takenAt),
    }));
  const ticks = Array.from({ length: 5 }, (_, index) => {
    const moment = from + ((to - from) * (index + 0.5)) / 5;
    return { at: place(moment), moment };
  });
  return { from, to, marks, ticks, now: Math.min(1, place(now)) };
}

/** The widest scale on which neighbours can still be told apart: 26 backups a line are enough. */
export function fittingScale(cards: readonly BackupCard[], now: number): Scale {
  const within = (ms: number): number => cards.filter((card) => card.takenAt > now - ms).length;
  if (cards.length <= 26) return 'all';
  return (['month', 'week'] as const).find((scale) => within(spanMs[scale]) <= 26) ?? 'day';
}

/** The mark nearest to a place on the line; null where there is none. */
export function nearestMark(timeline: Timeline, at: number): Mark | null {
  return timeline.marks.reduce<Mark | null>(
    (best, mark) => (best === null || Math.abs(mark.at - at) < Math.abs(best.at - at) ? mark : best),
    null,
  );
}

/** The backups just before and after one, by time. */
export function neighbours(
  cards: readonly BackupCard[],
  backupId: BackupId,
): { earlier: BackupCard | null; later: BackupCard | null } {
  const ordered = cards.toSorted((a, b) => a.takenAt - b.takenAt);
  const index = ordered.findIndex((card) => card.backupId === backupId);
  if (index < 0) return { earlier: null, later: null };
  return { earlier: ordered[index - 1] ?? null, later: ordered[index + 1] ?? null };
}
