/** Asks for an archived object; the service brings a copy of it where it can be read, for some days. */
import { RestoreObjectCommand, type Tier } from '@aws-sdk/client-s3';
import { Fail } from '../../shared/failure.ts';
import { thawHoursAt, type ThawSpeed } from '../../shared/thaw-report.ts';
import type { Key } from '../base/key.ts';
import type { ThawOptions } from './destination.ts';
import { summed, type Bucket } from './s3-client.ts';
import { headObject } from './s3-read.ts';
import { ServiceFail } from './service-fail.ts';

const tiers: Record<ThawSpeed, Tier> = { expedited: 'Expedited', standard: 'Standard', bulk: 'Bulk' };

/** @throws Fail destination.unsupported where the class does not have this speed */
export async function thawObject(bucket: Bucket, key: Key, { days, speed }: ThawOptions): Promise<void> {
  const cold = (await headObject(bucket, key))?.cold;
  if (cold === undefined || cold.thawing) return;
  if (thawHoursAt(cold.storageClass, speed) === null)
    throw new Fail('destination.unsupported', `${cold.storageClass} cannot be thawed at the speed “${speed}”.`, {
      hint: 'Choose another speed: standard or bulk.',
    });
  // What Intelligent-Tiering archived goes back to its own tier, and takes no days.
  const isTiered = cold.storageClass.endsWith('_ACCESS');
  try {
    await bucket.ask(key, (client) =>
      client.send(
        summed(
          new RestoreObjectCommand({
            Bucket: bucket.settings.bucket,
            Key: bucket.nameOf(key),
            RestoreRequest: { ...(isTiered ? {} : { Days: days }), GlacierJobParameters: { Tier: tiers[speed] } },
          }),
        ),
      ),
    );
  } catch (thrown) {
    if (!(thrown instanceof ServiceFail) || thrown.said !== 'RestoreAlreadyInProgress') throw thrown;
  }
}
