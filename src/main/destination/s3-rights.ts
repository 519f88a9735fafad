/** What a key could destroy in a bucket, asked without harm: with objects of our own, or by requests that cannot be carried out. */
import {
  DeleteObjectCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { createHash, randomUUID } from 'node:crypto';
import type { LockFact, PlaceRight } from '../../shared/place-admin.ts';
import { presetOf } from '../../shared/s3-presets.ts';
import { replaced, type Bucket } from './s3-client.ts';
import { ServiceFail } from './service-fail.ts';

/** A probe that may not be removed is held for so long. */
const lockMs = 2 * 60 * 1000;
const probe = Buffer.from('Holdfast asks what this key may do. This object holds nothing.\n');

interface Asking {
  lock: Pick<LockFact, 'state' | 'mode'>;
  /** Whether the service is known to refuse words that are no configuration. */
  refusesNonsense?: boolean;
  signal?: AbortSignal | undefined;
}

export async function s3Rights(bucket: Bucket, asking: Asking): Promise<PlaceRight[]> {
  const { refusesNonsense = presetOf(bucket.settings).id === 'aws' } = asking;
  return [
    await mayRemoveVersion(bucket, asking),
    await mayBypassLock(bucket, asking),
    ...(await mayConfigure(bucket, refusesNonsense, asking.signal)),
    {
      what: 'delete-place',
      answer: 'unknown',
      words: 'Not tried: the only way to ask is to do it. The policy of the key tells (s3:DeleteBucket).',
    },
  ];
}

interface Probe {
  name: string;
  versionId: string | undefined;
}

async function putProbe(bucket: Bucket, signal: AbortSignal | undefined, lockedUntil?: Date): Promise<Probe> {
  const name = bucket.nameOf(`tests/${randomUUID()}`);
  const got = await bucket.ask(
    'an object that asks for rights',
    (client, options) =>
      client.send(
        new PutObjectCommand({
          Bucket: bucket.settings.bucket,
          Key: name,
          Body: probe,
          ContentMD5: createHash('md5').update(probe).digest('base64'),
          ...(lockedUntil === undefined
            ? {}
            : { ObjectLockMode: 'GOVERNANCE' as const, ObjectLockRetainUntilDate: lockedUntil }),
        }),
        options,
      ),
    { signal },
  );
  return { name, versionId: got.VersionId };
}

const removeVersion = (bucket: Bucket, { name, versionId }: Probe, bypass: boolean): Promise<unknown> =>
  bucket.ask('an object that asks for rights', (client) =>
    client.send(
      new DeleteObjectCommand({
        Bucket: bucket.settings.bucket,
        Key: name,
        VersionId: versionId,
        ...(bypass ? { BypassGovernanceRetention: true } : {}),
      }),
    ),
  );

/** Undefined where it was done; the refusal where it was not. */
async function refusalOf(work: Promise<unknown>): Promise<ServiceFail | undefined> {
  try {
    await work;
    return undefined;
  } catch (thrown) {
    if (thrown instanceof ServiceFail && thrown.status !== undefined && thrown.status < 500) return thrown;
    throw thrown;
  }
}

async function mayRemoveVersion(bucket: Bucket, { lock, signal }: Asking): Promise<PlaceRight> {
  const what = 'remove-version';
  let made: Probe;
  try {
    made = await putProbe(bucket, signal);
  } catch (thrown) {
    if (thrown instanceof ServiceFail && thrown.code === 'destination.permission')
      return { what, answer: 'unknown', words: 'Not tried: this key may not store anything.' };
    throw thrown;
  }
  if (made.versionId === undefined) {
    // Without versions this removes the object, where the key may: it is ours.
    await refusalOf(removeVersion(bucket, made, false));
    return { what, answer: 'none', words: 'The bucket keeps no versions: what is removed is gone.' };
  }
  if ((await refusalOf(removeVersion(bucket, made, false))) === undefined)
    return { what, answer: 'yes', words: 'It removed an older version for good.' };
  return lock.mode === null
    ? { what, answer: 'no', words: 'It was refused: what is removed can be brought back.' }
    : { what, answer: 'no', words: `It was refused. The lock of the bucket alone would refuse it, too, for its days.` };
}

async function mayBypassLock(bucket: Bucket, { lock, signal }: Asking): Promise<PlaceRight> {
  const what = 'bypass-lock';
  if (lock.state !== 'on') return { what, answer: 'none', words: 'There is no lock to get around.' };
  if (lock.mode === 'compliance')
    return { what, answer: 'no', words: 'Not tried: a lock of the kind compliance gives way to nobody.' };
  let made: Probe;
  try {
    made = await putProbe(bucket, signal, new Date(bucket.pace.clock.now() + lockMs));
  } catch (thrown) {
    if (thrown instanceof ServiceFail && thrown.status !== undefined && thrown.status < 500)
      return { what, answer: 'unknown', words: `Not tried: a probe could not be locked (${thrown.said}).` };
    throw thrown;
  }
  return (await refusalOf(removeVersion(bucket, made, true))) === undefined
    ? { what, answer: 'yes', words: 'It removed a locked version (s3:BypassGovernanceRetention).' }
    : { what, answer: 'no', words: 'It was refused; the probe of some bytes stays until its lock ends.' };
}

/**
 * AWS asks for the right first and reads the words then, and words that are no configuration change nothing anywhere it is known of. A
 * service that is not known could take them for an empty one, so it is not asked.
 */
async function mayConfigure(
  bucket: Bucket,
  refusesNonsense: boolean,
  signal: AbortSignal | undefined,
): Promise<PlaceRight[]> {
  const asked = [
    ['change-versioning', 's3:PutBucketVersioning'],
    ['change-lifecycle', 's3:PutLifecycleConfiguration'],
    ['change-policy', 's3:PutBucketPolicy'],
  ] as const;
  const rights: PlaceRight[] = [];
  for (const [what, right] of asked) {
    if (!refusesNonsense) {
      rights.push({ what, answer: 'unknown', words: `Not tried: this service has no harmless way to ask (${right}).` });
      continue;
    }
    const refusal = await refusalOf(sendNonsense(bucket, what, signal));
    rights.push(
      refusal?.code === 'destination.permission'
        ? { what, answer: 'no', words: `It was refused (${right}).` }
        : {
            what,
            answer: 'perhaps',
            words: `Words that are no configuration were read, and not forbidden (${right}).`,
          },
    );
  }
  return rights;
}

const nonsense = 'not a configuration';

function sendNonsense(
  bucket: Bucket,
  what: 'change-versioning' | 'change-lifecycle' | 'change-policy',
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const { bucket: Bucket } = bucket.settings;
  return bucket.ask(
    'the right to set up the bucket',
    (client, options) => {
      switch (what) {
        case 'change-versioning':
          return client.send(
            replaced(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: {} }), nonsense),
            options,
          );
        case 'change-lifecycle':
          return client.send(
            replaced(
              new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [] } }),
              nonsense,
            ),
            options,
          );
        case 'change-policy':
          return client.send(replaced(new PutBucketPolicyCommand({ Bucket, Policy: nonsense }), nonsense), options);
      }
    },
    { signal, once: true },
  );
}
