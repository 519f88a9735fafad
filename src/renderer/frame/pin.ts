/** Pure: for how long a backup is pinned. */
import type { Instant } from '../../shared/id.ts';

export type PinChoice = 'days30' | 'days90' | 'year' | 'always' | 'hold';
export const pinChoices = ['days90', 'days30', 'year', 'always', 'hold'] as const satisfies readonly PinChoice[];

const dayMs = 86_400_000;

/** Null has no end. The 30 and 90 days are counted from the backup, as teams say it ("critical, 90 days"). */
export function pinUntil(choice: PinChoice, takenAt: Instant, now: Instant): Instant | null {
  switch (choice) {
    case 'days30':
      return takenAt + 30 * dayMs;
    case 'days90':
      return takenAt + 90 * dayMs;
    case 'year':
      return now + 365 * dayMs;
    case 'always':
    case 'hold':
      return null;
  }
}
