/** Versions of a bucket that keeps them. A bucket that keeps none lists each object once, as the version `null`. */
import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import type { S3Settings } from '../../shared/destination.ts';
import { systemClock } from '../base/clock.ts';
import type { Secret } from '../base/secret.ts';
import { patient } from './retry.ts';
import { openBucket, wholeList } from './s3-client.ts';
import type { Version, Versions } from './versions.ts';

export function s3Versions(settings: S3Settings, secret: Secret | undefined): Versions {
  const bucket = openBucket(settings, secret, patient(systemClock));
  return {
    async *list(prefix, signal) {
      let from: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
      while (from !== undefined) {
        const markers: { KeyMarker?: string; VersionIdMarker?: string } = from;
        const page: ListObjectVersionsCommandOutput = await bucket.ask(
          'the versions of the bucket',
          (client, options) =>
            wholeList(
              'the versions of the bucket',
              client.send(
                new ListObjectVersionsCommand({ Bucket: settings.bucket, Prefix: bucket.nameOf(prefix), ...markers }),
                options,
              ),
            ),
          { signal },
        );
        for (const one of page.Versions ?? []) yield versionOf(one, one.Size ?? 0, false);
        for (const one of page.DeleteMarkers ?? []) yield versionOf(one, 0, true);
        from =
          page.IsTruncated === true && page.NextKeyMarker !== undefined
            ? {
                KeyMarker: page.NextKeyMarker,
                ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
              }
            : undefined;
      }
    },
    async remove({ name, versionId }) {
      await bucket.ask(name, (client) =>
        client.send(new DeleteObjectCommand({ Bucket: settings.bucket, Key: name, VersionId: versionId })),
      );
    },
    close: () => bucket.close(),
  };
}

const versionOf = (
  { Key: name = '', VersionId: versionId = 'null' }: { Key?: string | undefined; VersionId?: string | undefined },
  sizeBytes: number,
  isMark: boolean,
): Version => ({ name, versionId, sizeBytes, isMark });
