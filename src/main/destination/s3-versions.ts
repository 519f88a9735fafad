/** Versions of a bucket that keeps them. A bucket that keeps none lists each object once, as the version `null`. */
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import type { S3Settings } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import { systemClock } from '../base/clock.ts';
import type { Secret } from '../base/secret.ts';
import { patient } from './retry.ts';
import { openBucket, wholeList, type Bucket } from './s3-client.ts';
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
    async remove(version) {
      const { name, versionId } = version;
      try {
        await bucket.ask(name, (client) =>
          client.send(new DeleteObjectCommand({ Bucket: settings.bucket, Key: name, VersionId: versionId })),
        );
      } catch (thrown) {
        throw (await lockThatKeeps(bucket, version, thrown)) ?? thrown;
      }
    },
    close: () => bucket.close(),
  };
}

/** A lock and a missing right are refused alike: the version itself says whether it is locked, and until when. */
async function lockThatKeeps(
  bucket: Bucket,
  { name, versionId, isMark }: Version,
  refusal: unknown,
): Promise<Fail | undefined> {
  if (isMark || !(refusal instanceof Fail)) return undefined;
  if (refusal.code !== 'destination.permission' && refusal.code !== 'destination.locked') return undefined;
  const command = new HeadObjectCommand({ Bucket: bucket.settings.bucket, Key: name, VersionId: versionId });
  // A key may be forbidden to look: then the refusal stands as it came.
  const found = await bucket.ask(name, (client) => client.send(command)).catch(() => undefined);
  const { ObjectLockLegalHoldStatus: hold, ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = found ?? {};
  const told = (words: string): Fail => new Fail('destination.locked', `${name} ${words}.`, { cause: refusal });
  if (hold === 'ON') return told('is under a legal hold of the service, until somebody lifts it there');
  if (until === undefined || until.getTime() <= bucket.pace.clock.now()) return undefined;
  const who = mode === 'COMPLIANCE' ? 'nobody can remove it' : 'only who may bypass governance can remove it';
  return told(`is locked until ${until.toISOString()}, and before that ${who}`);
}

const versionOf = (
  { Key: name = '', VersionId: versionId = 'null' }: { Key?: string | undefined; VersionId?: string | undefined },
  sizeBytes: number,
  isMark: boolean,
): Version => ({ name, versionId, sizeBytes, isMark });
