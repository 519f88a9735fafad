/** A refusal of a service that is reached over HTTP, and whether trying again may help. */
import { Fail, type FailureCode } from '../../shared/failure.ts';

export class ServiceFail extends Fail {
  readonly transient: boolean;
  /** The service's own code (`NoSuchKey`), or the class of the network error. */
  readonly said: string;
  readonly status: number | undefined;

  constructor(
    code: FailureCode,
    message: string,
    told: { said: string; status: number | undefined; transient: boolean; cause: unknown; hint?: string | undefined },
  ) {
    super(code, message, { cause: told.cause, hint: told.hint });
    this.said = told.said;
    this.status = told.status;
    this.transient = told.transient;
  }
}

/** Nobody is there: worth another try only to a service that has answered before. */
const nobody = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH']);

/** @param answered whether this service has answered anything before. */
export function networkFail(error: Error, code: string, what: string, answered: boolean): ServiceFail {
  const told = { said: code, status: undefined, cause: error };
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|^ERR_SSL|EPROTO/.test(code))
    return new ServiceFail('destination.untrusted', `The service of ${what} is not trusted (${error.message}).`, {
      ...told,
      transient: false,
    });
  return new ServiceFail('destination.unreachable', `The service of ${what} does not answer (${error.message}).`, {
    ...told,
    transient: answered || !nobody.has(code),
  });
}

export const tooShort = (key: string): ServiceFail =>
  new ServiceFail('destination.unreachable', `The answer for ${key} ended too early.`, {
    said: 'Truncated',
    status: undefined,
    transient: true,
    cause: undefined,
  });
