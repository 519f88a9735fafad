/** BS-18: a day of the calendar says in words and by a mark that a copy of one of its backups does not hold. */
import { describe, expect, it } from 'vitest';
import { type DayFacts, isDamaged, marksOf, namesOf } from '../../../../src/renderer/retention/calendar.ts';
import { retentionWords as words } from '../../../../src/renderer/words/retention.ts';
import { type DestinationId } from '../../../../src/shared/id.ts';

const attic = 'dst-00000001' as DestinationId;
const cellar = 'dst-00000002' as DestinationId;
const day = (damaged: DestinationId[]): DayFacts => ({ day: '2026-11-20', kept: 1, goes: 0, why: ['daily'], damaged });

describe('BS-18 damage in the calendar', () => {
  it('marks a day whatever its backups are kept as, and leaves the letters as they are', () => {
    expect([day([]), day([attic])].map(isDamaged)).toEqual([false, true]);
    expect(marksOf(day([attic]))).toEqual(marksOf(day([])));
  });

  it('calls places by their names, and one that was forgotten by a word', () => {
    expect(namesOf([attic, cellar], [{ id: attic, name: 'attic' }], 'A place that was forgotten')).toEqual([
      'attic',
      'A place that was forgotten',
    ]);
  });

  it('is read with what stays and goes; one copy and several are said as such', () => {
    const label = (damaged: string[]): string => words.dayLabel('Friday 20 November', 1, 2, ['daily'], damaged);
    expect(label([])).toBe('Friday 20 November: 1 kept as daily; 2 go');
    expect(label(['attic'])).toBe('Friday 20 November: 1 kept as daily; 2 go; a copy in attic is damaged');
    expect(label(['attic', 'cellar'])).toMatch(/; copies in attic and cellar are damaged$/);
    expect(words.dayLabel('Friday 20 November', 0, 0, [], ['attic'])).toBe(
      'Friday 20 November: a copy in attic is damaged',
    );
    expect(words.damagedOn(['attic'])).toBe('A copy in attic is damaged.');
    expect(words.damagedIn(['attic', 'cellar'])).toBe('Its copies in attic and cellar are damaged.');
  });
});
