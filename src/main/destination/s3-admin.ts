/** How a bucket is set up: versions, lifecycle, object lock, encryption. Read with single calls, of which each may be forbidden. */
import {
  DeleteBucketLifecycleCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  type GetBucketLifecycleConfigurationCommandOutput,
  type LifecycleRule as BucketRule,
} from '@aws-sdk/client-s3';
import type { S3Settings } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { LifecycleWish, PlaceFact, VersioningFact } from '../../shared/place-admin.ts';
import { plural } from '../../shared/plural.ts';
import { rightsWithoutDelete } from '../../shared/place-policy.ts';
import { presetOf, type S3Preset } from '../../shared/s3-presets.ts';
import { systemClock } from '../base/clock.ts';
import type { Secret } from '../base/secret.ts';
import type { PlaceAdmin, SeenLifecycle, SeenRule } from './admin.ts';
import { patient, type Pace } from './retry.ts';
import { openBucket, summed, type Bucket } from './s3-client.ts';
import { asked, unread } from './s3-asked.ts';
import { digestOf, isFirstForm, ourRules, seenRule, wishIn, withoutOurs } from './s3-lifecycle.ts';
import { lockOf, setLock } from './s3-lock.ts';
import { s3Rights } from './s3-rights.ts';
import { ServiceFail } from './service-fail.ts';

export function s3Admin(
  settings: S3Settings,
  secret: Secret | undefined,
  pace: Pace = patient(systemClock),
): PlaceAdmin {
  const bucket = openBucket(settings, secret, pace);
  return {
    async look(signal) {
      await bucket.examine(signal);
      const [versioning, lifecycle, lock, encryption, publicBlock] = await Promise.all([
        versioningOf(bucket, signal),
        lifecycleOf(bucket, signal),
        lockOf(bucket, signal),
        encryptionOf(bucket, signal),
        publicBlockOf(bucket, signal),
      ]);
      return { versioning, lifecycle, lock, encryption, publicBlock, advice: [] };
    },

    async switchVersioningOn() {
      if (!presetOf(settings).versioning && presetOf(settings).id !== 'other')
        throw new Fail('destination.unsupported', `${presetOf(settings).name} keeps no versions.`);
      await bucket.ask('the versions of the bucket', (client) =>
        client.send(
          summed(
            new PutBucketVersioningCommand({
              Bucket: settings.bucket,
              VersioningConfiguration: { Status: 'Enabled' },
            }),
          ),
        ),
      );
      const now = await versioningOf(bucket, undefined);
      if (now.state !== 'on')
        throw new Fail('destination.unsupported', 'The service took the call and keeps no versions all the same.');
    },

    rulesFor: (wish) => ourRules(settings.prefix, wish, false).map((rule) => seenRule(settings.prefix, rule)),

    setLifecycle: (wish, digest) => setLifecycle(bucket, wish, digest),

    setLock: (wish, before) => setLock(bucket, wish, before),

    rights: async (signal) => s3Rights(bucket, { lock: await lockOf(bucket, signal), signal }),

    rightsAdvice: () => [
      {
        title: 'Store and read, not remove',
        words:
          'A policy for the user of this key, in the words of AWS. It may overwrite: with versions on, what is overwritten is kept. Retention then needs a login for deletions.',
        paste: rightsWithoutDelete(settings),
      },
    ],

    close: () => bucket.close(),
  };
}

async function versioningOf(bucket: Bucket, signal: AbortSignal | undefined): Promise<VersioningFact> {
  const { settings } = bucket;
  const preset = presetOf(settings);
  if (!preset.versioning && preset.id !== 'other')
    return { state: 'none', words: `${preset.name} keeps no versions: what is removed is gone.`, canSwitchOn: false };
  const answer = await asked(
    bucket.ask(
      'the versions of the bucket',
      (client, options) => client.send(new GetBucketVersioningCommand({ Bucket: settings.bucket }), options),
      { signal },
    ),
  );
  if ('fail' in answer) {
    const fact = unread(answer.fail, 's3:GetBucketVersioning');
    return { ...fact, canSwitchOn: fact.state === 'unknown' };
  }
  if (answer.got.Status === 'Enabled')
    return { state: 'on', words: 'What is removed or replaced is kept as an older version.', canSwitchOn: false };
  if (answer.got.Status === 'Suspended')
    return { state: 'suspended', words: 'Older versions are kept, and no new ones come.', canSwitchOn: true };
  return { state: 'off', words: 'What is removed or replaced is gone at once.', canSwitchOn: true };
}

const readRules = async (
  bucket: Bucket,
  signal: AbortSignal | undefined,
): Promise<GetBucketLifecycleConfigurationCommandOutput | { Rules: []; fail?: undefined } | { fail: ServiceFail }> => {
  const answer = await asked(
    bucket.ask(
      'the lifecycle of the bucket',
      (client, options) =>
        client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket.settings.bucket }), options),
      { signal },
    ),
  );
  if ('got' in answer) return answer.got;
  // A bucket without any rule.
  return answer.fail.said === 'NoSuchLifecycleConfiguration' ? { Rules: [] } : { fail: answer.fail };
};

async function lifecycleOf(bucket: Bucket, signal: AbortSignal | undefined): Promise<SeenLifecycle> {
  const { prefix } = bucket.settings;
  const preset = presetOf(bucket.settings);
  const nothing = { wish: null, rules: [], digest: '', classes: [], otherClasses: false };
  if (preset.lifecycle === 'none')
    return {
      ...nothing,
      state: 'none',
      words: `${preset.name} has rules of its own, which its console sets: they do not speak the language of S3.`,
      canSet: false,
    };
  const read = await readRules(bucket, signal);
  if ('fail' in read && read.fail !== undefined) {
    const fact = unread(read.fail, 's3:GetLifecycleConfiguration');
    return { ...nothing, ...fact, canSet: false };
  }
  const { Rules: rules = [] } = read as { Rules?: BucketRule[] };
  const seen = rules.map((rule) => seenRule(prefix, rule));
  const enabled = seen.filter((rule) => rule.enabled);
  return {
    state: enabled.length === 0 ? 'off' : 'on',
    words: enabled.length === 0 ? 'Nothing is moved or deleted by itself.' : ruleCount(seen),
    wish: wishIn(prefix, rules),
    rules: seen,
    digest: digestOf(rules),
    canSet: true,
    classes: preset.lifecycle === 'moves' ? [...coldClasses(preset)] : [],
    otherClasses: preset.id === 'other',
  };
}

/** A service that is not known is asked in the words of AWS. */
const coldClasses = ({ id, storageClasses }: S3Preset): S3Preset['storageClasses'] =>
  id === 'other' ? presetOf({}).storageClasses : storageClasses;

function ruleCount(rules: readonly SeenRule[]): string {
  const ours = rules.filter((rule) => rule.ours).length;
  const others = rules.length - ours;
  return `${plural(ours, 'rule')} of Holdfast, ${others} of others.`;
}

async function encryptionOf(bucket: Bucket, signal: AbortSignal | undefined): Promise<PlaceFact> {
  const answer = await asked(
    bucket.ask(
      'the encryption of the bucket',
      (client, options) => client.send(new GetBucketEncryptionCommand({ Bucket: bucket.settings.bucket }), options),
      { signal },
    ),
  );
  if ('fail' in answer) {
    if (answer.fail.said === 'ServerSideEncryptionConfigurationNotFoundError')
      return { state: 'off', words: 'The service encrypts nothing by itself.' };
    return unread(answer.fail, 's3:GetEncryptionConfiguration');
  }
  const [rule] = answer.got.ServerSideEncryptionConfiguration?.Rules ?? [];
  const { SSEAlgorithm, KMSMasterKeyID } = rule?.ApplyServerSideEncryptionByDefault ?? {};
  if (SSEAlgorithm === undefined) return { state: 'off', words: 'The service encrypts nothing by itself.' };
  return {
    state: 'on',
    words: `The service encrypts with ${SSEAlgorithm}${KMSMasterKeyID === undefined ? '' : ` and the key ${KMSMasterKeyID}`}.`,
  };
}

async function publicBlockOf(bucket: Bucket, signal: AbortSignal | undefined): Promise<PlaceFact> {
  if (presetOf(bucket.settings).id !== 'aws')
    return { state: 'none', words: 'Only Amazon S3 has a switch against opening a bucket to everybody.' };
  const answer = await asked(
    bucket.ask(
      'the public access of the bucket',
      (client, options) => client.send(new GetPublicAccessBlockCommand({ Bucket: bucket.settings.bucket }), options),
      { signal },
    ),
  );
  if ('fail' in answer) {
    if (answer.fail.said === 'NoSuchPublicAccessBlockConfiguration')
      return { state: 'off', words: 'Nothing keeps the bucket from being opened to everybody.' };
    return unread(answer.fail, 's3:GetBucketPublicAccessBlock');
  }
  const { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets } =
    answer.got.PublicAccessBlockConfiguration ?? {};
  const whole = [BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets].every(Boolean);
  return whole
    ? { state: 'on', words: 'The bucket cannot be opened to everybody.' }
    : { state: 'off', words: 'Not everything that opens the bucket to everybody is blocked.' };
}

/** S3 has no condition for this call: what others wrote is read just before, and read back just after. */
async function setLifecycle(bucket: Bucket, wish: LifecycleWish | null, digest: string): Promise<void> {
  const { prefix, bucket: name } = bucket.settings;
  const before = await readRules(bucket, undefined);
  if ('fail' in before && before.fail !== undefined) throw before.fail;
  const { Rules: rules = [], TransitionDefaultMinimumObjectSize: least } =
    before as Partial<GetBucketLifecycleConfigurationCommandOutput>;
  if (digestOf(rules) !== digest) throw new Fail('lifecycle.moved', 'Somebody changed the rules of the bucket.');
  const others = withoutOurs(prefix, rules);
  const wanted = [...others, ...ourRules(prefix, wish, isFirstForm(others))];
  await bucket
    .ask('the lifecycle of the bucket', (client) =>
      wanted.length === 0
        ? client.send(new DeleteBucketLifecycleCommand({ Bucket: name }))
        : client.send(
            summed(
              new PutBucketLifecycleConfigurationCommand({
                Bucket: name,
                LifecycleConfiguration: { Rules: wanted },
                ...(least === undefined ? {} : { TransitionDefaultMinimumObjectSize: least }),
              }),
            ),
          ),
    )
    .catch((thrown: unknown) => {
      if (!(thrown instanceof ServiceFail) || thrown.status !== 400) throw thrown;
      throw new Fail('destination.unsupported', `The service does not take these rules (${thrown.said}).`, {
        cause: thrown,
      });
    });
  const after = await readRules(bucket, undefined);
  const { Rules: now = [] } = after as { Rules?: BucketRule[] };
  const kept = withoutOurs(prefix, now);
  if (digestOf(kept) !== digestOf(others))
    throw new Fail('lifecycle.moved', 'Somebody changed the rules of the bucket in this moment. Look at them.');
  if (JSON.stringify(wishIn(prefix, now)) !== JSON.stringify(wish))
    throw new Fail('destination.unsupported', 'The service took the rules and shows other ones.');
}
