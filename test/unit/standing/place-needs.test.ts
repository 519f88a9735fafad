/** BD-17 BS-10: copies that wait too long and places that cannot be read again are told where a person looks first. */
import { describe, expect, it } from 'vitest';
import { standingOf } from '../../../src/main/standing/overview.ts';
import { destinationId } from '../catalog/samples.ts';
import { day, hour, now, well, world } from './facts.ts';

const placeId = destinationId(1);
const needsOf = (changes: Parameters<typeof well>[0]) => standingOf(well(changes), world).needs;
const waiting = (oldestAt: number) => ({
  late: [{ placeId, place: 'Office disk', copies: 2, oldestAt, message: 'The disk or share does not answer' }],
});

describe('BS-10 copies that wait', () => {
  it('are nothing to tell for a day, a hint for two, and need a person from the third on', () => {
    expect(needsOf(waiting(now - 23 * hour)).map(({ code }) => code)).not.toContain('copies-late');
    const hint = needsOf(waiting(now - 25 * hour)).find(({ code }) => code === 'copies-late');
    expect(hint).toMatchObject({ grade: 'hint', action: 'copies', place: placeId });
    expect(hint?.title).toBe('2 backups wait for Office disk, the oldest for 25 h.');
    expect(hint?.detail).toContain('The disk or share does not answer. ');
    const { state, needs } = standingOf(well(waiting(now - 3 * day)), world);
    expect(state).toBe('needs-you');
    expect(needs[0]).toMatchObject({ code: 'copies-late', grade: 'attention' });
  });

  it('of the sample need nobody', () => {
    const source = { ...well().source, sample: true };
    expect(needsOf({ ...waiting(now - 9 * day), source })).toContainEqual(
      expect.objectContaining({ code: 'copies-late', grade: 'hint' }),
    );
  });
});

describe('BD-17 a place that cannot be read again', () => {
  const failing = (failures: number) => ({
    reading: [{ placeId, place: 'Bucket', failures, message: 'It was refused' }],
  });

  it('is told from the third failure in a row on, and leads to the place', () => {
    expect(needsOf(failing(2)).map(({ code }) => code)).not.toContain('reading-fails');
    expect(needsOf(failing(3))).toContainEqual(
      expect.objectContaining({
        code: 'reading-fails',
        grade: 'hint',
        action: 'reading',
        place: placeId,
        title: 'Reading Bucket again failed 3 times in a row.',
      }),
    );
  });
});
