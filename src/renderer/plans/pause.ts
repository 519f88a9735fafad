/** Pure: for how long a plan can be paused. */

export type PauseChoice = 'hour' | 'fourHours' | 'morning' | 'week' | 'open';
export const pauseChoices: PauseChoice[] = ['hour', 'fourHours', 'morning', 'week', 'open'];

const hourMs = 3_600_000;
const morningHour = 8;

/** When the pause ends; null: when a person ends it. Tomorrow morning is by the clock of this window. */
export function pauseEnd(choice: PauseChoice, now: number): number | null {
  switch (choice) {
    case 'hour':
      return now + hourMs;
    case 'fourHours':
      return now + 4 * hourMs;
    case 'week':
      return now + 7 * 24 * hourMs;
    case 'morning': {
      const morning = new Date(now);
      morning.setDate(morning.getDate() + 1);
      morning.setHours(morningHour, 0, 0, 0);
      return morning.getTime();
    }
    case 'open':
      return null;
  }
}
