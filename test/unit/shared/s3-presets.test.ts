import { describe, expect, test } from 'vitest';
import { addressOf, S3Settings } from '../../../src/shared/destination.ts';
import { endpointOf, presetOf, s3Presets, thawHoursOf } from '../../../src/shared/s3-presets.ts';
import { z } from '../../../src/shared/schema.ts';

describe('JO-13 CV-2 services that speak S3', () => {
  const known = s3Presets.filter(({ needs }) => !needs.includes('endpoint'));

  test('what a service is known for makes settings that are taken, and is recognised again', () => {
    expect(known.map(({ id }) => id)).toEqual(['aws', 'b2', 'r2', 'wasabi', 'spaces', 'gcs']);
    for (const preset of known) {
      const region = preset.region ?? preset.regions[0] ?? '';
      const endpoint = endpointOf(preset, { region, account: 'a1b2c3' });
      const settings = z.parse(S3Settings, {
        kind: 's3',
        region,
        bucket: 'backups',
        prefix: '',
        pathStyle: preset.pathStyle,
        accessKeyId: 'key',
        ...(endpoint === undefined ? {} : { endpoint }),
      });
      expect(addressOf(settings)).toMatch(/^https:\/\/[a-z0-9.-]+\/backups$/);
      expect(presetOf(settings).id).toBe(preset.id);
    }
  });

  test('a host that only looks like one is another service', () => {
    for (const endpoint of [
      'https://amazonaws.com.evil.example',
      'https://notbackblazeb2.com',
      'https://minio.lan:9000',
    ])
      expect(presetOf({ endpoint }).id).toBe('other');
  });

  test('SV-16 what a lifecycle can do is what the vendor says: only two move, and one speaks another language', () => {
    expect(
      Object.fromEntries(s3Presets.map(({ id, lifecycle, versioning }) => [id, `${lifecycle} ${versioning}`])),
    ).toEqual({
      aws: 'moves true',
      b2: 'expires true',
      r2: 'moves false',
      wasabi: 'expires true',
      minio: 'expires true',
      spaces: 'expires true',
      gcs: 'none true',
      other: 'moves false',
    });
  });

  test('SV-16 only the archive classes take their time', () => {
    expect(['STANDARD_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE', 'UNKNOWN'].map(thawHoursOf)).toEqual([
      0, 0, 12, 48, 0,
    ]);
  });
});
