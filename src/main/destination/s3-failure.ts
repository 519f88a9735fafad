/** What S3 and its kin answer, in stable codes. */
import { Fail, type FailureCode } from '../../shared/failure.ts';
import { systemCode } from '../base/file.ts';

/** A refusal, and whether trying again may help. */
export class S3Fail extends Fail {
  readonly transient: boolean;
  /** The service's own code (`NoSuchKey`), or the class of the network error. */
  readonly said: string;
  readonly status: number | undefined;

  constructor(
    code: FailureCode,
    message: string,
    told: { said: string; status: number | undefined; transient: boolean; cause: unknown },
  ) {
    super(code, message, { cause: told.cause });
    this.said = told.said;
    this.status = told.status;
    this.transient = told.transient;
  }
}

const codes: Record<string, FailureCode> = {
  AccessDenied: 'destination.permission',
  AllAccessDisabled: 'destination.permission',
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

const byStatus: Record<number, FailureCode> = {
  301: 'destination.wrong-region',
  403: 'destination.permission',
  404: 'artifact.missing',
  412: 'destination.exists',
  507: 'destination.full',
};

/** Nobody is there: worth another try only to a service that has answered before. */
const nobody = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH']);
/** Refused, though the next try may be taken: bytes that changed on their way, two at once, a slow body. */
const worthAnother = new Set([
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  'IncompleteBody',
  'RequestTimeout',
  'ConditionalRequestConflict',
  'SlowDown',
]);

/** @param answered whether this service has answered anything before. */
export function s3Failure(thrown: unknown, what: string, answered: boolean): unknown {
  if (thrown instanceof Fail) return thrown;
  const error = thrown as Error & { $metadata?: { httpStatusCode?: number }; Code?: string };
  const status = error.$metadata?.httpStatusCode;
  const said = error.Code ?? error.name;
  if (status !== undefined && !(status < 300 && systemCode(thrown) !== undefined))
    return answer(error, what, said, status);
  const code = systemCode(thrown) ?? (error as { code?: string }).code ?? error.name;
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|^ERR_SSL|EPROTO/.test(code))
    return new S3Fail('destination.untrusted', `The service of ${what} is not trusted (${error.message}).`, {
      said: code,
      status,
      transient: false,
      cause: thrown,
    });
  return new S3Fail('destination.unreachable', `The service of ${what} does not answer (${error.message}).`, {
    said: code,
    status,
    transient: answered || !nobody.has(code),
    cause: thrown,
  });
}

function answer(error: Error, what: string, said: string, status: number): S3Fail {
  const code = codes[said] ?? byStatus[status] ?? 'destination.unreachable';
  return new S3Fail(code, `The service says of ${what}: ${said} (${status}), ${error.message}`, {
    said,
    status,
    transient:
      worthAnother.has(said) || status === 429 || (status >= 500 && status !== 501 && status !== 507) || status < 300,
    cause: error,
  });
}
