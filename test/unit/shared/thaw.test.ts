import { describe, expect, test } from 'vitest';
import type { DestinationSettings } from '../../../src/shared/destination.ts';
import { thawMsAt, thawMsOf } from '../../../src/shared/thaw.ts';

const bucket = (storageClass?: string): DestinationSettings => ({
  kind: 's3',
  region: 'eu-central-1',
  bucket: 'backups',
  prefix: '',
  pathStyle: false,
  accessKeyId: 'AKIA',
  ...(storageClass === undefined ? {} : { storageClass }),
});
const container = (tier: 'Hot' | 'Archive'): DestinationSettings => ({
  kind: 'azure',
  account: 'a',
  container: 'backups',
  prefix: '',
  auth: 'key',
  tier,
});

describe('SV-16 SV-12 how long data waits in an archive', () => {
  test('follows from the class or tier that a place stores it in', () => {
    const hours = [
      bucket(),
      bucket('GLACIER_IR'),
      bucket('GLACIER'),
      bucket('DEEP_ARCHIVE'),
      container('Hot'),
      container('Archive'),
      { kind: 'folder', path: '/x' } as const,
    ].map((one) => thawMsOf(one) / 3_600_000);
    expect(hours).toEqual([0, 0, 12, 48, 0, 15, 0]);
  });

  test('and from its age, where a rule of the place archives it', () => {
    const dayMs = 86_400_000;
    const cools = [
      { afterDays: 30, storageClass: 'GLACIER' },
      { afterDays: 90, storageClass: 'DEEP_ARCHIVE' },
    ];
    const card = { settings: bucket(), rules: { at: 0, cools, expires: [] } };
    const hours = [0, 29, 30, 89, 90].map((days) => thawMsAt(card, 0, days * dayMs) / 3_600_000);
    expect(hours).toEqual([0, 0, 12, 12, 48]);
    expect(thawMsAt({ settings: bucket('GLACIER') }, 0, 0) / 3_600_000).toBe(12);
    expect(thawMsAt({ settings: bucket() }, 0, 900 * dayMs)).toBe(0);
  });
});
