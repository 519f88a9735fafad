/** The object lock of a bucket: what every new object is locked with by itself. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html */
import { GetObjectLockConfigurationCommand, PutObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { Fail } from '../../shared/failure.ts';
import { lockSet, type LockWish } from '../../shared/place-admin.ts';
import { plural } from '../../shared/plural.ts';
import { presetOf } from '../../shared/s3-presets.ts';
import type { SeenLock } from './admin.ts';
import { asked, unread } from './s3-asked.ts';
import { summed, type Bucket } from './s3-client.ts';
import { ServiceFail } from './service-fail.ts';

export async function lockOf(bucket: Bucket, signal: AbortSignal | undefined): Promise<SeenLock> {
  const nothing = { mode: null, days: null };
  const preset = presetOf(bucket.settings);
  if (!preset.lock && preset.id !== 'other') {
    const words = `${preset.name} has no object lock by the calls of S3.`;
    return { ...nothing, state: 'none', words, refusal: new Fail('destination.unsupported', words) };
  }
  const answer = await asked(
    bucket.ask(
      'the object lock of the bucket',
      (client, options) =>
        client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket.settings.bucket }), options),
      { signal },
    ),
  );
  if ('fail' in answer) {
    if (answer.fail.said === 'ObjectLockConfigurationNotFoundError') return withoutLock(bucket);
    const fact = unread(answer.fail, 's3:GetBucketObjectLockConfiguration');
    const refusal = fact.state === 'none' ? new Fail('destination.unsupported', fact.words) : answer.fail;
    return { ...nothing, ...fact, refusal };
  }
  const { ObjectLockEnabled, Rule } = answer.got.ObjectLockConfiguration ?? {};
  if (ObjectLockEnabled !== 'Enabled') return withoutLock(bucket);
  const { Mode, Days, Years } = Rule?.DefaultRetention ?? {};
  const days = Days ?? (Years === undefined ? null : Years * 365);
  if (Mode === undefined || days === null)
    return {
      ...nothing,
      state: 'on',
      words: 'Objects can be locked, and are not by themselves.',
      refusal: null,
    };
  const mode = Mode === 'COMPLIANCE' ? ('compliance' as const) : ('governance' as const);
  const who = mode === 'compliance' ? 'nobody can remove it' : 'only who may bypass governance can remove it';
  return {
    state: 'on',
    mode,
    days,
    words: `What is stored is locked for ${plural(days, 'day')}: until then ${who}. What retention removes earlier stays as an older version.`,
    refusal: null,
  };
}

const withoutLock = ({ settings }: Bucket): SeenLock => ({
  state: 'off',
  mode: null,
  days: null,
  words: 'Nothing is locked: whoever may remove, removes. A bucket gets object lock when it is made.',
  refusal: new Fail('lock.not-enabled', `The bucket ${settings.bucket} was made without object lock.`),
});

/** S3 has no condition for this call: it is read just before, and read back just after. */
export async function setLock(bucket: Bucket, wish: LockWish | null, before: LockWish | null): Promise<void> {
  const now = await lockOf(bucket, undefined);
  if (now.refusal !== null) throw now.refusal;
  if (!isSameLock(lockSet(now), before))
    throw new Fail('lock.moved', 'Somebody changed the lock of the bucket. Nothing was changed.');
  await bucket
    .ask('the object lock of the bucket', (client) =>
      client.send(
        summed(
          new PutObjectLockConfigurationCommand({
            Bucket: bucket.settings.bucket,
            ObjectLockConfiguration: {
              ObjectLockEnabled: 'Enabled',
              ...(wish === null ? {} : { Rule: { DefaultRetention: retentionOf(wish) } }),
            },
          }),
        ),
      ),
    )
    .catch((thrown: unknown) => {
      if (!(thrown instanceof ServiceFail) || (thrown.status !== 400 && thrown.status !== 501)) throw thrown;
      throw new Fail('destination.unsupported', `The service does not take this lock (${thrown.said}).`, {
        cause: thrown,
      });
    });
  if (!isSameLock(lockSet(await lockOf(bucket, undefined)), wish))
    throw new Fail('destination.unsupported', 'The service took the lock and shows another one.');
}

const retentionOf = ({ mode, days }: LockWish): { Mode: 'GOVERNANCE' | 'COMPLIANCE'; Days: number } => ({
  Mode: mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE',
  Days: days,
});

const isSameLock = (a: LockWish | null, b: LockWish | null): boolean => a?.mode === b?.mode && a?.days === b?.days;
