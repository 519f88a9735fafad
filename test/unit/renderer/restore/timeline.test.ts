import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BackupCard } from '../../../../src/shared/artifact.ts';
import type { BackupId } from '../../../../src/shared/id.ts';
import {
  fittingScale,
  nearestMark,
  neighbours,
  scales,
  timelineOf,
} from '../../../../src/renderer/restore/timeline.ts';

const dayMs = 86_400_000;
const now = 1_000 * dayMs;
const card = (takenAt: number): BackupCard =>
  ({ backupId: `bk-${takenAt}` as BackupId, takenAt, verdict: 'unproven' }) as BackupCard;

describe('BS-5 backups on a line of time', () => {
  it('shows the chosen one on every scale, and nothing outside the line', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: now - 900 * dayMs, max: now }), { minLength: 1, maxLength: 40 }),
        fc.constantFrom(...scales),
        fc.nat(),
        (times, scale, pick) => {
          const cards = times.map(card);
          const chosen = cards[pick % cards.length] as BackupCard;
          const line = timelineOf(cards, scale, chosen.takenAt, now);
          expect(line.marks.map((mark) => mark.takenAt)).toContain(chosen.takenAt);
          expect(line.marks.every((mark) => mark.at >= 0 && mark.at <= 1)).toBe(true);
          expect(line.now).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('chooses a scale on which neighbours can be told apart', () => {
    const hourly = Array.from({ length: 200 }, (_, index) => card(now - index * 3_600_000));
    const nightly = Array.from({ length: 60 }, (_, index) => card(now - index * dayMs));
    expect(fittingScale(hourly, now)).toBe('day');
    expect(fittingScale(nightly, now)).toBe('week');
    expect(fittingScale(nightly.slice(0, 20), now)).toBe('all');
  });

  it('finds the nearest mark and the neighbours', () => {
    const cards = [card(now - 3 * dayMs), card(now), card(now - dayMs)];
    const line = timelineOf(cards, 'all', null, now);
    expect(nearestMark(line, 0)?.takenAt).toBe(now - 3 * dayMs);
    expect(nearestMark(line, 1)?.takenAt).toBe(now);
    expect(nearestMark({ ...line, marks: [] }, 1)).toBeNull();
    const [first, , middle] = cards as [BackupCard, BackupCard, BackupCard];
    expect(neighbours(cards, middle.backupId)).toMatchObject({
      earlier: { takenAt: first.takenAt },
      later: { takenAt: now },
    });
    expect(neighbours(cards, first.backupId).earlier).toBeNull();
    expect(neighbours([], first.backupId)).toEqual({ earlier: null, later: null });
  });
});
