import { describe, expect, test } from 'vitest';
import { mapServerError, sqlState } from '../../../src/main/engine/postgres/server-error.ts';
import { Fail } from '../../../src/shared/failure.ts';

const server = (code: string, message = 'words', hint?: string) =>
  Object.assign(new Error(message), { code, severity: 'ERROR', ...(hint === undefined ? {} : { hint }) });
const system = (code: string, message = code) => Object.assign(new Error(message), { code });

describe('what goes wrong on a connection', () => {
  test.each([
    [server('28P01'), 'source.auth-failed'],
    [server('28000'), 'source.auth-failed'],
    [server('3D000'), 'source.no-database'],
    [server('42501', 'permission denied for table x'), 'source.no-rights'],
    [server('42501', 'query would be affected by row-level security policy for table "x"'), 'source.row-security'],
    [server('40001', 'canceling statement due to conflict with recovery'), 'source.recovery-conflict'],
    [server('57P01'), 'source.connection-lost'],
    [server('57P03', 'the database system is starting up'), 'source.unreachable'],
    [server('53300', 'sorry, too many clients already'), 'source.unreachable'],
    [server('55P03'), 'source.locked'],
    [server('XX001', 'invalid page in block 0'), 'source.corrupt'],
    [server('22012', 'division by zero'), 'source.failed'],
    [system('ECONNREFUSED'), 'source.unreachable'],
    [system('ENOTFOUND'), 'source.unreachable'],
    [system('ECONNRESET'), 'source.connection-lost'],
    [system('ERR_TLS_CERT_ALTNAME_INVALID'), 'source.tls-wrong-host'],
    [system('SELF_SIGNED_CERT_IN_CHAIN'), 'source.tls-untrusted'],
    [system('CERT_HAS_EXPIRED'), 'source.tls-untrusted'],
    [new Error('The server does not support SSL connections'), 'source.tls-refused'],
    [new Error('timeout expired'), 'source.unreachable'],
    [new Error('Connection terminated unexpectedly'), 'source.connection-lost'],
  ])('%o is %s', (error, code) => {
    expect(mapServerError(error, 'db:5432')).toMatchObject({ code });
  });

  test('is told in sentences, with where it was', () => {
    expect(mapServerError(system('ECONNREFUSED'), 'db:5432').message).toBe('Nobody answers at db:5432 (ECONNREFUSED).');
    expect(mapServerError(server('3D000', 'database "x" does not exist')).message).toBe(
      'The server says: database "x" does not exist.',
    );
    expect(mapServerError(new Error('The server does not support SSL connections')).message).toBe(
      'The server offers no TLS.',
    );
  });

  test('gives the advice that fits', () => {
    expect(
      mapServerError(server('53200', 'out of shared memory', 'You might need to increase max_locks_per_transaction.'))
        .hint,
    ).toMatch(/Raise max_locks_per_transaction/);
    expect(mapServerError(server('28000', 'no pg_hba.conf entry for host "10.0.0.1"')).hint).toMatch(/pg_hba/);
  });

  test('stays what it is once it is a failure, and keeps the state of its cause', () => {
    const failure = mapServerError(server('55P03'));
    expect(mapServerError(failure)).toBe(failure);
    expect(sqlState(failure)).toBe('55P03');
    expect(sqlState(new Fail('source.failed', 'x'))).toBeUndefined();
    expect(sqlState(system('ECONNRESET'))).toBeUndefined();
  });
});
