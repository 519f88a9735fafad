/** BS-4 BS-18: a name that two sources bear never opens the other one. */
import { describe, expect, test } from 'vitest';
import {
  refMeant,
  sourceMeant,
  sourceRef,
  sourcesWithBackups,
  sourceTitle,
} from '../../../src/renderer/store/source-ref.ts';
import type { SourceId } from '../../../src/shared/id.ts';

const ours = { id: 'src-00000001' as SourceId, name: 'shop' };
const [shopHere, shopThere, tillGone] = [
  { source: 'shop', sourceId: ours.id },
  { source: 'shop', sourceId: 'src-00000002' as SourceId },
  { source: 'till', sourceId: 'src-00000003' as SourceId },
] as const;
const backups = new Map([shopThere, tillGone, shopHere].map((card) => [card.sourceId, [card]]));

describe('what an address names a source by', () => {
  test('its name where it is set up here, its id where only its backups are known', () => {
    expect([shopHere, shopThere, tillGone].map((card) => sourceRef([ours], card))).toEqual([
      'shop',
      'src-00000002',
      'src-00000003',
    ]);
    expect(sourcesWithBackups([ours], backups)).toEqual([
      { ref: 'shop', name: 'shop', isHere: true },
      { ref: 'src-00000002', name: 'shop', isHere: false },
      { ref: 'src-00000003', name: 'till', isHere: false },
    ]);
  });

  test('a name means the one that is set up here, else the only one that bears it, and nothing where two do', () => {
    const all = sourcesWithBackups([ours], backups);
    expect(['shop', 'till', 'src-00000002', 'nobody', null].map((asked) => refMeant(all, asked))).toEqual([
      'shop',
      'src-00000003',
      'src-00000002',
      'nobody',
      null,
    ]);
    expect(refMeant(sourcesWithBackups([], backups), 'shop')).toBe('shop');
    expect(sourceMeant([ours], 'shop')).toBe(ours);
    expect(sourceMeant([ours], 'src-00000002')).toBeUndefined();
  });

  test('a page is headed by a name, also where its address has an id', () => {
    expect(['shop', 'src-00000002', 'src-00000009'].map((ref) => sourceTitle([ours], backups, ref))).toEqual([
      'shop',
      'shop',
      'src-00000009',
    ]);
  });
});
