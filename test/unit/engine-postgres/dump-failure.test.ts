import { describe, expect, test } from 'vitest';
import { programFailure } from '../../../src/main/engine/postgres/dump-failure.ts';
import { LetGo } from '../../../src/main/engine/postgres/snapshot.ts';
import { Fail } from '../../../src/shared/failure.ts';

const ended = (stderr: string, code: number | null = 1, signal: NodeJS.Signals | null = null) => ({
  code,
  signal,
  stderr,
});

describe('what pg_dump says', () => {
  test('nothing, when it ended well, whatever it warned of', () => {
    expect(
      programFailure('pg_dump', ended('pg_dump: warning: there are circular foreign-key constraints', 0)),
    ).toBeUndefined();
  });

  test.each([
    [
      'source.no-rights',
      'pg_dump: error: query failed: ERROR:  permission denied for table secret\npg_dump: detail: Query was: LOCK TABLE public.secret IN ACCESS SHARE MODE',
    ],
    [
      'source.row-security',
      'pg_dump: error: Dumping the contents of table "t" failed: PQgetResult() failed.\npg_dump: detail: Error message from server: ERROR:  query would be affected by row-level security policy for table "t"',
    ],
    [
      'source.recovery-conflict',
      'pg_dump: error: Error message from server: ERROR:  canceling statement due to conflict with recovery',
    ],
    [
      'source.auth-failed',
      'pg_dump: error: connection to server at "x", port 5432 failed: FATAL:  password authentication failed for user "a"',
    ],
    [
      'tool.too-old',
      'pg_dump: error: aborting because of server version mismatch\npg_dump: detail: server version: 18.4; pg_dump version: 15.18',
    ],
    ['source.connection-lost', 'pg_dump: error: Error message from server: server closed the connection unexpectedly'],
    [
      'source.tls-untrusted',
      'pg_dump: error: connection to server at "x" failed: SSL error: certificate verify failed',
    ],
    [
      'source.tls-wrong-host',
      'pg_dump: error: connection to server at "x" failed: server certificate for "a" does not match host name "x"',
    ],
    ['source.unreachable', 'pg_dump: error: connection to server at "x" failed: Connection refused'],
    [
      'source.no-database',
      'pg_dump: error: connection to server on socket "x" failed: FATAL:  database "a" does not exist',
    ],
    ['tool.failed', 'pg_dump: error: something that nobody has seen before'],
  ])('%s', (code, stderr) => {
    const failure = programFailure('pg_dump', ended(stderr));
    expect(failure).toBeInstanceOf(Fail);
    expect(failure).toMatchObject({ code });
  });

  test.each([
    [
      'locked',
      'pg_dump: error: query failed: ERROR:  canceling statement due to statement timeout\npg_dump: detail: Query was: LOCK TABLE public.sale IN ACCESS SHARE MODE',
    ],
    ['changed', 'pg_dump: error: query failed: ERROR:  cache lookup failed for function 16390'],
    ['changed', 'pg_dump: error: query to obtain definition of view "v" returned no data'],
  ])('"%s": worth another try', (why, stderr) => {
    const failure = programFailure('pg_dump', ended(stderr));
    expect(failure).toBeInstanceOf(LetGo);
    expect(failure).toMatchObject({ why });
  });

  test('nothing, when it was killed', () => {
    expect(programFailure('pg_dump', ended('', null, 'SIGKILL'))).toMatchObject({ code: 'tool.killed' });
  });
});
