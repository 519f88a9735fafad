import { describe, expect, test } from 'vitest';
import { lacksKit } from '../../../src/shared/overview.ts';
import type { KitFacts } from '../../../src/main/standing/facts.ts';
import { standingOf } from '../../../src/main/standing/overview.ts';
import * as sample from '../catalog/samples.ts';
import { day, now, well, world } from './facts.ts';

const bucketId = sample.destinationId(1);
const serverId = sample.destinationId(2);
const bucket: KitFacts = { placeId: bucketId, place: 'Bucket', provenAt: null, madeAt: now - day };
const server: KitFacts = { placeId: serverId, place: 'Server', provenAt: null, madeAt: now - day };
const proven = (kit: KitFacts): KitFacts => ({ ...kit, provenAt: now });
const sealed = (kits: KitFacts[], ownKeys = false) => well({ sealed: { kits, ownKeys } });
const told = (kits: KitFacts[], ownKeys = false) =>
  standingOf(sealed(kits, ownKeys), world).needs.map(({ grade, title, place }) => [grade, title, place]);

describe('JO-13 SV-20 a source whose backups are sealed', () => {
  test('is not protected before a kit that opens them has been proven', () => {
    const standing = standingOf(sealed([bucket]), world);
    expect([standing.state, lacksKit(standing)]).toEqual(['needs-you', true]);
    expect(standing.needs).toEqual([
      {
        code: 'kit-unproven',
        grade: 'attention',
        title: 'Recovery kit not proven.',
        detail:
          'Without it, the backups in Bucket are lost with this computer. Print it, and type three of its check words.',
        action: 'kit',
        place: bucketId,
        jobId: null,
        failure: null,
      },
    ]);
    const protectedOne = standingOf(sealed([proven(bucket)]), world);
    expect([protectedOne.state, protectedOne.needs]).toEqual(['protected', []]);
  });

  test('is not protected while it is backed up again either', () => {
    const working = { ...sealed([bucket]), unfinished: [sample.job(3, { kind: 'backup', state: 'running' })] };
    const standing = standingOf(working, world);
    expect([standing.state, lacksKit(standing)]).toEqual(['working', true]);
  });

  test('is protected by one kit of several, and told of the others', () => {
    expect(told([bucket, server])).toEqual([['attention', 'Recovery kit not proven.', bucketId]]);
    expect(told([bucket, proven(server)])).toEqual([['hint', 'The recovery kit of Bucket is not proven.', bucketId]]);
    expect(standingOf(sealed([bucket, proven(server)]), world).state).toBe('protected');
  });

  test("is protected by somebody's own key", () => {
    expect(told([bucket], true)).toEqual([['hint', 'The recovery kit of Bucket is not proven.', bucketId]]);
    expect(told([], true)).toEqual([]);
  });

  test('SV-19 BS-16 a key that is older than a year, or a kit nobody has shown for one, is told', () => {
    const titles = (kit: Partial<KitFacts>) =>
      standingOf(sealed([{ ...proven(bucket), ...kit }]), world).needs.map(({ code, grade, title }) => [
        code,
        grade,
        title,
      ]);
    expect(titles({ madeAt: now - 365 * day })).toEqual([]);
    expect(titles({ madeAt: now - 366 * day })).toEqual([['kit-old', 'hint', 'The key of Bucket is 366 days old.']]);
    expect(titles({ madeAt: null, provenAt: now - 400 * day })).toEqual([
      ['kit-old', 'hint', 'Nobody has shown the recovery kit of Bucket for 400 days.'],
    ]);
    expect(standingOf(sealed([{ ...proven(bucket), madeAt: now - 400 * day }]), world).state).toBe('protected');
  });

  test('BD-7 a public key is told before it expires, and no backup is made any more', () => {
    const ending = (days: number) =>
      standingOf(
        well({ endingKeys: [{ placeId: bucketId, place: 'Bucket', label: 'Mara', expiresAt: now + days * day }] }),
        world,
      ).needs.map(({ grade, title, action, place }) => [grade, title, action, place]);
    expect(ending(61)).toEqual([]);
    expect(ending(60)).toEqual([['hint', 'The key of Mara expires in 60 days.', 'keys', bucketId]]);
    expect(ending(14)).toEqual([['attention', 'The key of Mara expires in 14 days.', 'keys', bucketId]]);
    expect(ending(-1)).toEqual([['attention', 'The key of Mara has expired.', 'keys', bucketId]]);
  });
});
