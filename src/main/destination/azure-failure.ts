/** What Azure's blob storage answers, in stable codes. */
import { Fail, type FailureCode } from '../../shared/failure.ts';
import { networkFail, ServiceFail } from './service-fail.ts';

const codes: Record<string, FailureCode> = {
  AuthenticationFailed: 'destination.auth-failed',
  InvalidAuthenticationInfo: 'destination.auth-failed',
  NoAuthenticationInformation: 'destination.auth-failed',
  AccountIsDisabled: 'destination.auth-failed',
  AuthorizationFailure: 'destination.permission',
  AuthorizationPermissionMismatch: 'destination.permission',
  AuthorizationServiceMismatch: 'destination.permission',
  AuthorizationResourceTypeMismatch: 'destination.permission',
  AuthorizationSourceIPMismatch: 'destination.permission',
  InsufficientAccountPermissions: 'destination.permission',
  BlobImmutableDueToPolicy: 'destination.permission',
  BlobImmutableDueToLegalHold: 'destination.permission',
  ContainerNotFound: 'destination.no-bucket',
  ContainerBeingDeleted: 'destination.no-bucket',
  ContainerDisabled: 'destination.no-bucket',
  InvalidResourceName: 'destination.no-bucket',
  Md5Mismatch: 'destination.hash-mismatch',
  Crc64Mismatch: 'destination.hash-mismatch',
  IncompleteBody: 'destination.hash-mismatch',
  BlobAlreadyExists: 'destination.exists',
  ConditionNotMet: 'destination.exists',
  // A SAS that may create and not write: what is there is not replaced.
  UnauthorizedBlobOverwrite: 'destination.exists',
  BlobArchived: 'destination.archived',
  BlobBeingRehydrated: 'destination.archived',
  AccountLimitExceeded: 'destination.quota',
  InsufficientAccountQuota: 'destination.quota',
  BlobNotFound: 'artifact.missing',
};

const byStatus: Record<number, FailureCode> = {
  403: 'destination.permission',
  404: 'artifact.missing',
  409: 'destination.exists',
  412: 'destination.exists',
  507: 'destination.full',
};

/** Refused, though the next try may be taken. */
const worthAnother = new Set(['Md5Mismatch', 'Crc64Mismatch', 'IncompleteBody', 'OperationTimedOut', 'ServerBusy']);

const thawHints: Record<string, string> = {
  BlobArchived:
    'Set the tier of the data to Hot or Cool there, wait up to 15 hours (1 hour at high priority), then try again.',
  BlobBeingRehydrated: 'It is being brought back, which takes up to 15 hours. Try again later.',
};

interface RestError extends Error {
  code?: string;
  statusCode?: number;
  response?: { headers: { get(name: string): string | undefined } };
}

/** @param answered whether this service has answered anything before. */
export function azureFailure(thrown: unknown, what: string, answered: boolean): unknown {
  if (thrown instanceof Fail) return thrown;
  const error = thrown as RestError;
  const status = error.statusCode;
  if (status === undefined) return networkFail(error, error.code ?? error.name, what, answered);
  const said = error.response?.headers.get('x-ms-error-code') ?? error.code ?? error.name;
  return new ServiceFail(
    codeOf(error, said, status),
    `Azure says of ${what}: ${said} (${status}), ${firstLine(error)}`,
    {
      said,
      status,
      transient:
        worthAnother.has(said) || status === 429 || (status >= 500 && status !== 501 && status !== 507) || status < 300,
      cause: error,
      ...(said in thawHints ? { hint: thawHints[said] } : {}),
    },
  );
}

/** A wrong clock is refused in the words of a wrong key; only the explanation tells them apart. */
function codeOf(error: RestError, said: string, status: number): FailureCode {
  if (
    said === 'AuthenticationFailed' &&
    /date (?:header )?.{0,60}(?:too old|incorrect)|x-ms-date/i.test(explanation(error))
  )
    return 'destination.clock-skew';
  // A firewall is meant by this code as well; who was not recognised is told in words alone.
  if (said === 'AuthorizationFailure' && /failed to authenticate/i.test(error.message))
    return 'destination.auth-failed';
  return codes[said] ?? byStatus[status] ?? 'destination.unreachable';
}

const explanation = (error: RestError): string =>
  `${error.message} ${JSON.stringify((error as { details?: unknown }).details ?? '')}`;

const firstLine = ({ message }: Error): string => message.split('\n')[0] ?? '';
