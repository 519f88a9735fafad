/**
 * How the bucket of the small S3 is set up: versions, lifecycle, lock, encryption. Kept as it was written, checked as AWS checks it, and
 * carried out when its clock goes on. Sources: the pages of each call in https://docs.aws.amazon.com/AmazonS3/latest/API/.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { hasSum, lockCall } from './fake-s3-lock.ts';
import { Refused, xml, type FakeS3, type Given, type Kept } from './fake-s3.ts';

const dayMs = 24 * 60 * 60 * 1000;

export interface BucketSetup {
  versioning: '' | 'Enabled' | 'Suspended';
  /** As it was written; null: there is none. */
  lifecycle: string | null;
  lock: { mode: 'GOVERNANCE' | 'COMPLIANCE'; days: number } | 'without-default' | null;
  encryption: string | null;
  /** How often somebody asked for a call that this S3 does not have, by its name. */
  unknown: Set<string>;
}

export const newSetup = (): BucketSetup => ({
  versioning: '',
  lifecycle: null,
  lock: null,
  encryption: 'AES256',
  unknown: new Set(),
});

/** The right that a request needs, by the name that a policy gives it. */
export function actionOf(
  method: string,
  name: string,
  query: URLSearchParams,
  headers: IncomingMessage['headers'],
): string {
  if (name === '') {
    for (const [sub, noun] of Object.entries(nouns))
      if (query.has(sub)) return `s3:${method === 'GET' ? 'Get' : 'Put'}${noun}`;
    if (query.has('versions')) return 's3:ListBucketVersions';
    if (query.has('uploads')) return 's3:ListBucketMultipartUploads';
    return method === 'DELETE' ? 's3:DeleteBucket' : method === 'PUT' ? 's3:CreateBucket' : 's3:ListBucket';
  }
  if (query.has('restore')) return 's3:RestoreObject';
  if (method === 'DELETE') {
    if (query.has('uploadId')) return 's3:AbortMultipartUpload';
    if (headers['x-amz-bypass-governance-retention'] === 'true') return 's3:BypassGovernanceRetention';
    return query.has('versionId') ? 's3:DeleteObjectVersion' : 's3:DeleteObject';
  }
  if (method === 'PUT' || method === 'POST')
    return headers['x-amz-object-lock-mode'] === undefined ? 's3:PutObject' : 's3:PutObjectRetention';
  return 's3:GetObject';
}

const nouns: Record<string, string> = {
  versioning: 'BucketVersioning',
  lifecycle: 'LifecycleConfiguration',
  'object-lock': 'BucketObjectLockConfiguration',
  encryption: 'EncryptionConfiguration',
  publicAccessBlock: 'BucketPublicAccessBlock',
  policy: 'BucketPolicy',
};

/** Undefined where the request is not about how the bucket is set up. */
export function setupCall(
  fake: FakeS3,
  method: string,
  query: URLSearchParams,
  headers: IncomingMessage['headers'],
  body: string,
): Given | undefined {
  const sub = Object.keys(nouns).find((name) => query.has(name));
  if (sub === undefined) return undefined;
  const { setup } = fake;
  if (setup.unknown.has(sub)) throw new Refused(501, 'NotImplemented');
  switch (sub) {
    case 'versioning':
      return method === 'PUT' ? putVersioning(fake, body) : xml(versioningXml(setup.versioning));
    case 'lifecycle':
      return lifecycleCall(setup, method, headers, body);
    case 'object-lock':
      return lockCall(setup, method, headers, body);
    case 'encryption':
      if (setup.encryption === null) throw new Refused(404, 'ServerSideEncryptionConfigurationNotFoundError');
      return xml(
        `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>${setup.encryption}</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`,
      );
    case 'policy':
      throw new Refused(400, 'MalformedPolicy');
    default:
      throw new Refused(404, 'NoSuchPublicAccessBlockConfiguration');
  }
}

const versioningXml = (status: string): string =>
  `<VersioningConfiguration>${status === '' ? '' : `<Status>${status}</Status>`}</VersioningConfiguration>`;

function putVersioning(fake: FakeS3, body: string): Given {
  const status = one(body, 'Status');
  if (!body.includes('<VersioningConfiguration')) throw new Refused(400, 'MalformedXML');
  if (status !== 'Enabled' && status !== 'Suspended') throw new Refused(400, 'IllegalVersioningConfigurationException');
  // What is there already is the version null.
  if (status === 'Enabled' && fake.setup.versioning === '')
    for (const [name, kept] of fake.objects) fake.versions.push({ name, id: 'null', kept, lock: null });
  fake.setup.versioning = status;
  fake.versioning = status === 'Enabled';
  return {};
}

const one = (text: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
const every = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))].map(([, inner = '']) => inner);

function lifecycleCall(setup: BucketSetup, method: string, headers: IncomingMessage['headers'], body: string): Given {
  if (method === 'GET') {
    if (setup.lifecycle === null) throw new Refused(404, 'NoSuchLifecycleConfiguration');
    return xml(setup.lifecycle);
  }
  if (method === 'DELETE') {
    setup.lifecycle = null;
    return { status: 204 };
  }
  if (!hasSum(headers)) throw new Refused(400, 'InvalidRequest');
  demandLifecycle(body);
  setup.lifecycle = /<LifecycleConfiguration[\s\S]*<\/LifecycleConfiguration>/.exec(body)?.[0] ?? null;
  return {};
}

export interface FakeRule {
  id: string;
  enabled: boolean;
  prefix: string;
  tagged: boolean;
  moves: { days: number; storageClass: string }[];
  expireDays: number | undefined;
  noncurrentDays: number | undefined;
  first: boolean;
}

export function rulesIn(text: string): FakeRule[] {
  return every(text, 'Rule').map((rule) => {
    const filter = every(rule, 'Filter')[0];
    const outside = rule.replace(/<Filter>[\s\S]*<\/Filter>|<Filter\/>/, '');
    const expire = every(rule.replace(/<Noncurrent[\s\S]*?<\/Noncurrent\w+>/g, ''), 'Expiration')[0] ?? '';
    const days = one(expire, 'Days');
    const older = one(every(rule, 'NoncurrentVersionExpiration')[0] ?? '', 'NoncurrentDays');
    return {
      id: one(rule, 'ID') ?? '',
      enabled: one(outside, 'Status') === 'Enabled',
      prefix: one(filter ?? outside, 'Prefix') ?? '',
      tagged: filter?.includes('<Tag>') === true,
      moves: every(rule, 'Transition').map((move) => ({
        days: Number(one(move, 'Days') ?? 0),
        storageClass: one(move, 'StorageClass') ?? '',
      })),
      expireDays: days === undefined ? undefined : Number(days),
      noncurrentDays: older === undefined ? undefined : Number(older),
      first: filter === undefined && !rule.includes('<Filter/>'),
    };
  });
}

const classes = new Set(['STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER', 'GLACIER_IR', 'DEEP_ARCHIVE']);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html */
function demandLifecycle(body: string): void {
  if (!body.includes('<LifecycleConfiguration')) throw new Refused(400, 'MalformedXML');
  const rules = rulesIn(body);
  if (rules.length === 0 || rules.length > 1000) throw new Refused(400, 'MalformedXML');
  const ids = rules.map(({ id }) => id);
  if (new Set(ids).size !== ids.length || ids.some((id) => id.length > 255)) throw new Refused(400, 'InvalidArgument');
  if (new Set(rules.map(({ first }) => first)).size > 1) throw new Refused(400, 'InvalidRequest');
  for (const { moves, expireDays, noncurrentDays } of rules) {
    if (moves.length === 0 && expireDays === undefined && noncurrentDays === undefined && !body.includes('<Abort'))
      throw new Refused(400, 'InvalidRequest');
    if (expireDays !== undefined && expireDays < 1) throw new Refused(400, 'InvalidArgument');
    for (const { days, storageClass } of moves) {
      if (!classes.has(storageClass)) throw new Refused(400, 'MalformedXML');
      if (days < 30 && /^(?:STANDARD|ONEZONE)_IA$/.test(storageClass)) throw new Refused(400, 'InvalidArgument');
      if (expireDays !== undefined && expireDays <= days) throw new Refused(400, 'InvalidArgument');
    }
  }
}

/** What the bucket does by itself while so many days go by. */
export function passDays(fake: FakeS3, days: number): void {
  fake.laterMs += days * dayMs;
  const now = Date.now() + fake.laterMs;
  const age = ({ modifiedAt }: Kept): number => (now - modifiedAt.getTime()) / dayMs;
  for (const rule of rulesIn(fake.setup.lifecycle ?? '').filter(({ enabled, tagged }) => enabled && !tagged)) {
    for (const [name, kept] of fake.objects) {
      if (!name.startsWith(rule.prefix)) continue;
      for (const move of rule.moves)
        if (age(kept) >= move.days) kept.headers['x-amz-storage-class'] = move.storageClass;
      if (rule.expireDays === undefined || age(kept) < rule.expireDays) continue;
      fake.objects.delete(name);
      if (fake.versioning) fake.versions.push({ name, id: randomUUID(), kept: null, lock: null });
    }
    const { noncurrentDays } = rule;
    if (noncurrentDays !== undefined)
      fake.versions = fake.versions.filter(
        ({ name, kept }) =>
          !name.startsWith(rule.prefix) ||
          kept === null ||
          fake.objects.get(name) === kept ||
          age(kept) < noncurrentDays,
      );
  }
}
