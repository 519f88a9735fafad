/** What servers, sockets and TLS say, as failures that a person can act on. */
import { Fail, type FailureCode } from '../../../shared/failure.ts';

interface ErrorFacts {
  code?: string;
  message: string;
  /** Only errors that came from the server have one. */
  severity?: string;
  /** The server's own advice. */
  hint?: string;
}

function factsOf(error: unknown): ErrorFacts {
  const { code, message, severity, hint } = error as Record<'code' | 'message' | 'severity' | 'hint', unknown>;
  return {
    message: typeof message === 'string' ? message : String(error),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof severity === 'string' ? { severity } : {}),
    ...(typeof hint === 'string' ? { hint } : {}),
  };
}

/** The SQLSTATE of what was thrown, looked for through its causes; undefined where no server spoke. */
export function sqlState(error: unknown): string | undefined {
  for (
    let current: unknown = error, depth = 0;
    current instanceof Error && depth < 5;
    current = current.cause, depth++
  ) {
    const { code, severity } = factsOf(current);
    if (severity !== undefined && code !== undefined) return code;
  }
  return undefined;
}

/** By SQLSTATE, or by its class (the first two characters). */
const states: Record<string, FailureCode> = {
  '28P01': 'source.auth-failed',
  '28000': 'source.auth-failed',
  '3D000': 'source.no-database',
  '42501': 'source.no-rights',
  '55P03': 'source.locked',
  '40P01': 'source.changing',
  '42P01': 'source.changing',
  '42704': 'source.changing',
  '3F000': 'source.changing',
  '57014': 'source.failed',
  '57P03': 'source.unreachable',
  '53300': 'source.unreachable',
  '25P03': 'source.connection-lost',
  '57': 'source.connection-lost',
  '08': 'source.connection-lost',
  XX001: 'source.corrupt',
  XX002: 'source.corrupt',
};

const hints: Partial<Record<FailureCode, string>> = {
  'source.locked': 'Another session holds a lock on these tables. Try again when its transaction has ended.',
  'source.corrupt': 'The server says that its data is damaged. Look at its log, and restore from an older backup.',
};

const system: Record<string, FailureCode> = {
  ECONNREFUSED: 'source.unreachable',
  ENOTFOUND: 'source.unreachable',
  EAI_AGAIN: 'source.unreachable',
  EHOSTUNREACH: 'source.unreachable',
  ENETUNREACH: 'source.unreachable',
  ETIMEDOUT: 'source.unreachable',
  ENOENT: 'source.unreachable',
  EACCES: 'source.permission',
  ECONNRESET: 'source.connection-lost',
  ECONNABORTED: 'source.connection-lost',
  EPIPE: 'source.connection-lost',
  ERR_TLS_CERT_ALTNAME_INVALID: 'source.tls-wrong-host',
};

const words: [RegExp, FailureCode][] = [
  [/does not support SSL/i, 'source.tls-refused'],
  [/error establishing an SSL connection/i, 'source.tls-refused'],
  [/timeout expired|connection timeout/i, 'source.unreachable'],
  [/connection terminated|connection ended|not queryable|client was closed/i, 'source.connection-lost'],
  [/password must be a string|no password/i, 'source.auth-failed'],
  [/sasl|scram/i, 'source.auth-failed'],
];

/** Certificate faults of OpenSSL as Node names them. */
const untrusted =
  /^(UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|CERT_|INVALID_CA|PATH_LENGTH|ERR_SSL_|ERR_TLS_|EPROTO|ERR_OSSL)/;

/**
 * The failure for whatever a connection threw. A `Fail` stays what it is. No secret can be in it: none is in the source.
 * @param where the server for the message, e.g. `db.example.com:5432`.
 */
export function mapServerError(error: unknown, where = 'the server'): Fail {
  if (error instanceof Fail) return error;
  const facts = factsOf(error);
  const code = codeOf(facts);
  const said =
    facts.severity === undefined
      ? clientSentence(code, facts, where).replace(/^the server/, 'The server')
      : `The server says: ${facts.message.replace(/\.?\s*$/, '.')}`;
  return new Fail(code, said, { hint: hints[code] ?? hintOf(facts), cause: error });
}

function codeOf({ code, message, severity }: ErrorFacts): FailureCode {
  if (severity !== undefined && code !== undefined) {
    if (/row-level security|row security/i.test(message) && code === '42501') return 'source.row-security';
    if (/conflict with recovery/i.test(message)) return 'source.recovery-conflict';
    return states[code] ?? states[code.slice(0, 2)] ?? 'source.failed';
  }
  if (code !== undefined) {
    const known = system[code];
    if (known !== undefined) return known;
    if (untrusted.test(code)) return 'source.tls-untrusted';
  }
  return words.find(([pattern]) => pattern.test(message))?.[1] ?? 'source.failed';
}

/** The network and the driver speak to programmers; a person is told what it means. */
function clientSentence(code: FailureCode, { code: systemCode, message }: ErrorFacts, where: string): string {
  switch (code) {
    case 'source.auth-failed':
      return /must be a string|no password/i.test(message)
        ? `${where} asks for a password, and none is known for this source.`
        : `${where} did not accept the login (${message}).`;
    case 'source.unreachable':
      return systemCode === 'ENOTFOUND' || systemCode === 'EAI_AGAIN'
        ? `The name of ${where} is not known here.`
        : `Nobody answers at ${where} (${systemCode ?? message}).`;
    case 'source.tls-refused':
      return `${where} offers no TLS.`;
    case 'source.tls-untrusted':
      return `The certificate of ${where} is not trusted (${message}).`;
    case 'source.tls-wrong-host':
      return `The certificate of ${where} is for another host (${message}).`;
    case 'source.connection-lost':
      return `The connection to ${where} broke (${message}).`;
    default:
      return `Asking ${where} failed (${message}).`;
  }
}

function hintOf({ message, code, hint }: ErrorFacts): string | undefined {
  if (/no pg_hba\.conf entry/i.test(message)) {
    return 'The server does not let this user in from here. Ask for a line in its pg_hba.conf, or use TLS or a tunnel.';
  }
  if (/max_locks_per_transaction/.test(hint ?? ''))
    return 'Raise max_locks_per_transaction on the server: a backup locks every table for reading.';
  if (code === '53300') return 'The server has no connection left. Try again later, or raise max_connections.';
  return undefined;
}
