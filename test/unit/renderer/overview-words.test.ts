import { describe, expect, it } from 'vitest';
import { leadOf, noteOf, overviewWords, stripFinding } from '../../../src/renderer/words/overview.ts';
import { backupGlyph, backupWord, glyphOfStanding, wordOfStanding } from '../../../src/renderer/words/state.ts';
import { type Overview, type SourceStanding } from '../../../src/shared/overview.ts';
import { standing } from './things.ts';

const zone = 'Europe/Berlin';
const now = Date.parse('2026-11-19T14:08:00+01:00');
const overview = (...sources: SourceStanding[]): Overview => ({ at: now, sources, agenda: [] });
const needy = (name: string, protectedUntil: number | null = 1): SourceStanding =>
  standing(name, { state: 'needs-you', protectedUntil });
const fresh = (name: string): SourceStanding => standing(name, { state: 'new', protectedUntil: null });
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('The first sentence of the overview', () => {
  it.each([
    [[standing('Shop')], 'Shop is protected.'],
    [[standing('Shop'), standing('Till')], 'Shop and Till are protected.'],
    [[standing('A'), standing('B'), standing('C')], 'All three sources are protected.'],
    [[needy('Shop')], 'Shop needs you.'],
    [[needy('Shop'), standing('Till')], 'Shop needs you. Till is protected.'],
    [
      [needy('Certificates'), standing('A'), standing('B'), standing('C'), standing('D')],
      'Certificates needs you. The other four are protected.',
    ],
    [
      [needy('Shop'), needy('Till'), standing('A'), standing('B')],
      'Shop and Till need you. The other two are protected.',
    ],
    [[needy('A'), needy('B'), needy('C'), needy('D')], 'Four sources need you.'],
    [[needy('Shop'), standing('A'), fresh('B')], 'Shop needs you. One of the other two is protected.'],
    [[needy('Shop'), fresh('B')], 'Shop needs you.'],
    [[fresh('Shop')], 'Shop is not backed up yet.'],
    [[fresh('Shop'), standing('Till')], 'Shop is not backed up yet. Till is protected.'],
    [[standing('Shop', { state: 'working' }), standing('Till')], 'Shop and Till are protected.'],
    [[standing('Shop', { state: 'working', protectedUntil: null })], 'Shop is being backed up for the first time.'],
    [[standing('shop'), standing('till')], 'shop and till are protected.'],
  ])('of case %# is computed from the rows', (sources, sentence) => {
    expect(leadOf(overview(...sources))).toBe(sentence);
  });

  it('never calls a source protected that needs a person', () => {
    expect(leadOf(overview(needy('A', now), needy('B', now), needy('C', now)))).toBe('A, B and C need you.');
  });
});

describe('The sentences after it', () => {
  it('say until when, by the oldest, and when it was looked at', () => {
    const at = (hours: number) => now - hours * 3_600_000;
    expect(
      noteOf(
        overview(
          needy('Certificates', at(26)),
          standing('Shop', { protectedUntil: at(0.05) }),
          standing('Till', { protectedUntil: at(1.1) }),
        ),
        now,
        zone,
      ),
    ).toBe(
      'Two sources restore to today, 13:02 or later. Certificates restores to yesterday, 12:08. Checked today, 14:08.',
    );
  });

  it('say that there is no backup where there is none', () => {
    expect(noteOf(overview(needy('Shop', null)), now, zone)).toBe('Shop has no backup. Checked today, 14:08.');
  });
});

describe('What a picture shows is said in words', () => {
  it('for the strip', () => {
    expect(plain(stripFinding(['stored', 'proven', 'failed', 'none', 'late']))).toBe(
      '5 days: backups on two, one of them proven, one failed, one late. None today, though one was due.',
    );
  });

  it('for the sizes', () => {
    expect(plain(overviewWords.sizes([610e6, 664e6]))).toBe('Size over 2 backups: 610 MB to 664 MB');
  });

  it('and the filled seal is only for what was restored and found equal', () => {
    const proof = { backupId: 'bk-1' as never, at: 1, tables: 1, equalTables: 1, durationMs: 1 };
    expect(glyphOfStanding(standing('a'))).toBe('stored');
    const proven = standing('a', { lastProof: { ...proof, verdict: 'proven' } });
    expect(glyphOfStanding({ ...proven, provenUntil: proven.protectedUntil })).toBe('proven');
    expect(wordOfStanding({ ...proven, provenUntil: proven.protectedUntil })).toBe('proven');
    // A backup was made since, and nobody has looked whether it holds.
    expect(glyphOfStanding({ ...proven, provenUntil: (proven.protectedUntil ?? 0) - 1 })).toBe('stored');
    expect(wordOfStanding({ ...proven, provenUntil: (proven.protectedUntil ?? 0) - 1 })).toBe('protected');
    expect(glyphOfStanding({ ...proven, protectedUntil: null })).toBe('stored');
    expect(glyphOfStanding(standing('a', { lastProof: { ...proof, verdict: 'partly' } }))).toBe('stored');
    expect(glyphOfStanding(standing('a', { state: 'needs-you', lastProof: { ...proof, verdict: 'proven' } }))).toBe(
      'attention',
    );
  });

  it('and one that was read back whole is bytes that are there, never attention; a restore that fell short is', () => {
    const read = { verdict: 'partly', provenBy: 'read' } as const;
    expect([backupGlyph(read), backupWord(read)]).toEqual(['stored', 'Read back, not restored']);
    const restored = { verdict: 'partly', provenBy: 'restore' } as const;
    expect([backupGlyph(restored), backupWord(restored)]).toEqual(['attention', 'Partly proven']);
    expect(backupGlyph({ verdict: 'failed', provenBy: 'read' })).toBe('danger');
    expect(backupGlyph({ verdict: 'unproven' })).toBe('stored');
  });
});
