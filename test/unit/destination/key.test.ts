import { describe, expect, test } from 'vitest';
import { key } from '../../../src/main/destination/destination.ts';

describe('A key is a relative name that means the same everywhere', () => {
  test.each([
    'a',
    'a/b',
    'manifests/bk-1.jsonl',
    'ü',
    '…',
    '...',
    'a..',
    '-x',
    ' ',
    'x'.repeat(200),
    `${'a/'.repeat(449)}bc`,
  ])('%j is one', (name) => {
    expect(key(name)).toBe(name);
  });

  test.each([
    '',
    '/',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    'a/../b',
    '../a',
    './a',
    'a\\b',
    'a\0b',
    'a\nb',
    'a\u007f',
    'a\u0085b',
    'x'.repeat(201),
    'é'.repeat(101),
    `${'a/'.repeat(450)}b`,
    'a\ud800b',
    '.holdfast-0123.part',
    'data/.holdfast-x',
  ])('%j is none', (name) => {
    expect(() => key(name)).toThrow(expect.objectContaining({ code: 'destination.bad-key' }));
  });

  test('parts are joined, and a part cannot smuggle a climb in', () => {
    expect(key('data', 'bk-1', 'x')).toBe('data/bk-1/x');
    expect(() => key('data', '../../etc', 'x')).toThrow(expect.objectContaining({ code: 'destination.bad-key' }));
  });
});
