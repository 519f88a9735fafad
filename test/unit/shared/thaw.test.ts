import { describe, expect, test } from 'vitest';
import type { DestinationSettings } from '../../../src/shared/destination.ts';
import { thawMsOf } from '../../../src/shared/thaw.ts';

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
});
