import { describe, expect, it } from 'vitest';
import { ranked } from '../../../src/renderer/ui/palette-rank.ts';

const group = (title: string, ...entries: string[]) => ({ title, entries: entries.map((name) => ({ title: name })) });
const groups = [
  group('Go to', 'Overview', 'Sources', 'Keyboard shortcuts'),
  group('Sources', 'Fishmonger', 'Shop'),
  group('Act', 'Back up Shop now'),
];
const shown = (typed: string): string[] =>
  ranked(groups, typed).flatMap(({ entries }) => entries.map(({ title }) => title));

describe('what a palette shows first', () => {
  it('is what begins with the text, then what has a word that does', () => {
    expect(shown('sh').slice(0, 2)).toEqual(['Shop', 'Fishmonger']);
    expect(ranked(groups, 'sh').map(({ title }) => title)).toEqual(['Sources', 'Go to', 'Act']);
    expect(shown('Key')[0]).toBe('Keyboard shortcuts');
  });

  it('stays as it is where nothing was typed, or all fit alike', () => {
    expect(shown('')).toEqual(groups.flatMap(({ entries }) => entries.map(({ title }) => title)));
    expect(shown('  ')[0]).toBe('Overview');
    expect(shown('zzz')).toEqual(shown(''));
  });
});
