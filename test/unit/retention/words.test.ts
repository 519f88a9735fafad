import { describe, expect, it } from 'vitest';
import { ruleWords } from '../../../src/main/retention/words.ts';
import { retentionPresets } from '../../../src/shared/retention-presets.ts';
import { nothing } from './past.ts';

describe('BS-1 BD-3 JO-2 SV-1 a rule in words', () => {
  it('says what it keeps', () => {
    expect(retentionPresets.map(({ name, rule }) => [name, ruleWords({ ...rule, timeZone: 'Europe/Berlin' })])).toEqual(
      [
        ['BS-1', '30 daily, 12 weekly, 12 monthly (Europe/Berlin)'],
        ['BD-3', '7 daily, 4 weekly, 12 monthly, 5 yearly (Europe/Berlin)'],
        ['JO-2', 'all of the last 30 days'],
        ['SV-1', 'all of the last 30 days'],
      ],
    );
    expect(ruleWords(null)).toBe('everything');
    expect(ruleWords(nothing)).toBe('everything');
    expect(ruleWords({ ...nothing, maxBytes: 2_000_000_000 })).toBe('everything, at most 2.0 GB');
    expect(ruleWords({ ...nothing, keepLast: 3, maxBytes: 5_000_000 })).toBe('the last 3; at most 5.0 MB');
  });
});
