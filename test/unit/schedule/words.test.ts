import { describe, expect, it } from 'vitest';
import { backupPresets, proofPresets, recommended } from '../../../src/shared/plan-presets.ts';
import { previewOf } from '../../../src/main/schedule/preview.ts';
import { wordsOf } from '../../../src/main/schedule/words.ts';

const now = Date.parse('2026-11-25T08:00Z');
const berlin = (cron: string) => previewOf({ cron, timeZone: 'Europe/Berlin' }, now);

describe('BS-3 CV-5 SV-8 BD-8 a schedule in words', () => {
  it.each([
    ['0 2 * * *', 'Every day at 02:00'],
    ['0 9-17 * * 1-5', 'Hourly from 09:00 to 17:00, Monday to Friday'],
    ['*/30 * * * *', 'Every 30 minutes'],
    ['*/30 9-17 * * MON-FRI', 'Every 30 minutes from 09:00 to 17:30, Monday to Friday'],
    ['0 * * * *', 'Every hour'],
    ['15 * * * *', 'Every hour, 15 min past'],
    ['0 */6 * * *', 'Every 6 hours, from 00:00'],
    ['0 3 * * 0', 'Every Sunday at 03:00'],
    ['0 3 * * 7', 'Every Sunday at 03:00'],
    ['0 2 * * 0,6', 'Every Saturday and Sunday at 02:00'],
    ['0 3 * * 1,3,5', 'Every Monday, Wednesday and Friday at 03:00'],
    ['5 4 * * 1-7', 'Every day at 04:05'],
    ['0 8,12,18 * * *', 'Every day at 08:00, 12:00 and 18:00'],
    ['0 2 1,15 * *', 'On the 1st and 15th of every month at 02:00'],
    ['7 3 * 2 *', 'Every day in February at 03:07'],
  ])('%s is “%s”', (cron, words) => {
    expect(wordsOf(cron)).toBe(words);
  });

  it.each(['0 2 1 * 1', '*/7 * * * *', '0 */5 * * *', '0 2 * * 1#2', '0 2 L * *', '1,7 2 * * *', '0 9-12/2 * * *'])(
    '%s has no words that would be true, so it stands for itself',
    (cron) => {
      expect(wordsOf(cron)).toBe(`Whenever the clock matches cron “${cron}”`);
      expect(berlin(cron).next.length).toBe(5);
    },
  );

  it('says what a person might not expect', () => {
    expect(berlin('30 2 * * *').notes).toEqual([
      'On 28 March 2027 there is no 02:30: it runs at 03:00.',
      'On 31 October 2027 02:30 comes twice: it runs once, at the first.',
    ]);
    expect(berlin('*/30 1-3 * * *').notes).toEqual(['On 31 October 2027 an hour comes twice: it runs in both.']);
    expect(berlin('0 2 31 2 *')).toMatchObject({
      next: [],
      notes: ['This never comes: no year has such a day.'],
    });
    expect(berlin('0 2 29 2 *').notes).toContain('Only leap years have a 29 February.');
    expect(berlin('0 2 31 * *').notes).toContain('Months without a 31st are left out.');
    expect(berlin('0 12 1 * 1').notes).toEqual(['Day and weekday are both given: it runs when either matches.']);
    expect(berlin('0 12 * * *').notes).toEqual([]);
    expect(previewOf({ cron: '0 0 * * *', timeZone: 'America/Santiago' }, now).notes).toContain(
      'On 5 September 2027 there is no 00:00: it runs at 01:00.',
    );
  });

  it('every preset comes again and has words', () => {
    for (const preset of [...backupPresets, ...proofPresets]) {
      expect(berlin(preset.cron).next.length, preset.name).toBe(5);
      expect(wordsOf(preset.cron), preset.name).not.toContain('cron');
    }
    expect(wordsOf(recommended.backup)).toBe('Every day at 02:00');
    expect(wordsOf(recommended.proof.cron)).toBe('Every Sunday at 03:00');
  });
});
