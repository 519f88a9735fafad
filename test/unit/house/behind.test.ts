import { describe, expect, test } from 'vitest';
import { whyBehind } from '../../../src/main/house/behind.ts';
import type { DestinationCard } from '../../../src/shared/destination.ts';
import type { DestinationId } from '../../../src/shared/id.ts';

const fingerprint = (digit: string): string => digit.repeat(40);
const sealKey = (digit: string) => ({ fingerprint: fingerprint(digit), label: digit, expiresAt: null, armored: '' });
const place = (change: Partial<DestinationCard> = {}): DestinationCard => ({
  id: 'dst-aaaaaaaaaaaa' as DestinationId,
  name: 'vault',
  settings: { kind: 'folder', path: '/vault' },
  seal: true,
  recovery: {
    keyId: 'secret-now',
    madeAt: 2,
    provenAt: null,
    earlier: [{ keyId: 'secret-before', madeAt: 1, provenAt: 1, replacedAt: 2 }],
  },
  ...change,
});
const other = place({ recovery: { keyId: 'secret-other', madeAt: 1, provenAt: 1 } });

describe('SV-19 BS-16 Why a backup is behind its place', () => {
  test.for([
    ['it is sealed as the place is', place(), [], ['secret-now'], null],
    ['another place of the set has a say', place(), [other], ['secret-now', 'secret-other'], null],
    ['the key was replaced', place(), [], ['secret-before'], 'earlier-key'],
    ['the earlier kit opens it still', place(), [], ['secret-before', 'secret-now'], 'earlier-key'],
    ['it went there from a place that alone could open it', place(), [other], ['secret-other'], 'key-added'],
    ['a public key was added', place({ sealKeys: [sealKey('a')] }), [], ['secret-now'], 'key-added'],
    ['a public key was removed', place(), [], ['secret-now', `key-${fingerprint('a')}`], 'key-removed'],
    [
      'a public key that another of its places wants',
      place(),
      [place({ sealKeys: [sealKey('a')] })],
      ['secret-now', `key-${fingerprint('a')}`],
      null,
    ],
    [
      'for keys alone from now on',
      place({ sealKeys: [sealKey('a')], keysAlone: true }),
      [],
      ['secret-now'],
      'earlier-key',
    ],
    ['it lies there open', place(), [], [], 'open'],
    ['what goes there is not sealed', place({ seal: false }), [], ['secret-before'], null],
  ] as const)('%s', ([, card, others, recipients, why]) => {
    expect(whyBehind(recipients, card, others)).toBe(why);
  });
});
