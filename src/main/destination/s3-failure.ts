/** What S3 and its kin answer, in stable codes. */
import { Fail, type FailureCode } from '../../shared/failure.ts';
import { thawHoursOf } from '../../shared/s3-presets.ts';
import { systemCode } from '../base/file.ts';
import { networkFail, ServiceFail } from './service-fail.ts';

const codes: Record<string, FailureCode> = {
  AccessDenied: 'destination.permission',
  AllAccessDisabled: 'destination.permission',
  BucketAlreadyExists: 'destination.permission',
  TooManyBuckets: 'destination.quota',
  MethodNotAllowed: 'destination.permission',
  ObjectLockConfigurationNotFoundError: 'destination.permission',
  InvalidAccessKeyId: 'destination.auth-failed',
  SignatureDoesNotMatch: 'destination.auth-failed',
  InvalidToken: 'destination.auth-failed',
  ExpiredToken: 'destination.auth-failed',
  InvalidSecurity: 'destination.auth-failed',
  NotSignedUp: 'destination.auth-failed',
  RequestTimeTooSkewed: 'destination.clock-skew',
  NoSuchBucket: 'destination.no-bucket',
  InvalidBucketName: 'destination.no-bucket',
  PermanentRedirect: 'destination.wrong-region',
  TemporaryRedirect: 'destination.wrong-region',
  AuthorizationHeaderMalformed: 'destination.wrong-region',
  IllegalLocationConstraintException: 'destination.wrong-region',
  QuotaExceeded: 'destination.quota',
  XMinioAdminBucketQuotaExceeded: 'destination.quota',
  StorageQuotaExceeded: 'destination.quota',
  XMinioStorageFull: 'destination.full',
  InsufficientStorage: 'destination.full',
  KeyTooLongError: 'destination.bad-key',
  InvalidObjectName: 'destination.bad-key',
  XMinioInvalidObjectName: 'destination.bad-key',
  BadDigest: 'destination.hash-mismatch',
  InvalidDigest: 'destination.hash-mismatch',
  XAmzContentSHA256Mismatch: 'destination.hash-mismatch',
  IncompleteBody: 'destination.hash-mismatch',
  PreconditionFailed: 'destination.exists',
  ConditionalRequestConflict: 'destination.exists',
  InvalidObjectState: 'destination.archived',
  NoSuchKey: 'artifact.missing',
};

const hints: Record<string, string> = {
  AccessDenied:
    'Check the name of the bucket, which may be somebody else’s, and what the policy of this key lets it do: holdfast destination rights NAME.',
  BucketAlreadyExists: 'Names of buckets are shared by everybody: choose another one.',
};

const byStatus: Record<number, FailureCode> = {
  301: 'destination.wrong-region',
  403: 'destination.permission',
  404: 'artifact.missing',
  412: 'destination.exists',
  507: 'destination.full',
};

/** Refused, though the next try may be taken: bytes that changed on their way, two at once, a slow body. */
const worthAnother = new Set([
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  'IncompleteBody',
  'RequestTimeout',
  'ConditionalRequestConflict',
  'SlowDown',
]);

/** AWS denies access to what is locked, MinIO calls the request invalid: only the message says why. */
const isLocked = /protected by object lock|WORM protected/i;

/** @param answered whether this service has answered anything before. */
export function s3Failure(thrown: unknown, what: string, answered: boolean): unknown {
  if (thrown instanceof Fail) return thrown;
  const error = thrown as Error & { $metadata?: { httpStatusCode?: number }; Code?: string };
  const status = error.$metadata?.httpStatusCode;
  const said = error.Code ?? error.name;
  if (status !== undefined && !(status < 300 && systemCode(thrown) !== undefined))
    return answer(error, what, said, status);
  const code = systemCode(thrown) ?? (error as { code?: string }).code ?? error.name;
  return networkFail(error, code, what, answered);
}

function answer(error: Error, what: string, said: string, status: number): ServiceFail {
  const code = isLocked.test(error.message)
    ? 'destination.locked'
    : (codes[said] ?? byStatus[status] ?? 'destination.unreachable');
  // To a HEAD it answers with a number alone, which the SDK calls unknown.
  const isSilent = said === 'Unknown' || error.message === 'UnknownError';
  const message = isSilent
    ? `The service answers ${status} to ${what}, and does not say why`
    : `The service says of ${what}: ${said} (${status}), ${error.message}`;
  return new ServiceFail(code, message, {
    said,
    status,
    transient:
      worthAnother.has(said) || status === 429 || (status >= 500 && status !== 501 && status !== 507) || status < 300,
    cause: error,
    ...(said in hints && code !== 'destination.locked' ? { hint: hints[said] } : {}),
    ...(code === 'destination.archived' ? { hint: thawHint((error as { StorageClass?: string }).StorageClass) } : {}),
  });
}

function thawHint(storageClass: string | undefined): string {
  const hours = storageClass === undefined ? 0 : thawHoursOf(storageClass);
  return `Bring it back there, then try again.${hours === 0 ? '' : ` Of ${storageClass} that takes up to ${hours} hours.`}`;
}
