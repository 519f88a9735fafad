import { describe, expect, test } from 'vitest';
import { familyOf, installHint, type SystemFamily } from '../../../src/main/engine/postgres/install-hint.ts';
import { programFailure } from '../../../src/main/engine/postgres/dump-failure.ts';

describe('BS-14 what is missing comes with the line that installs it', () => {
  test.each<[SystemFamily, 'client' | 'server', string]>([
    ['debian', 'client', 'sudo apt install postgresql-client-17'],
    ['debian', 'server', 'sudo apt install postgresql-17'],
    ['fedora', 'client', 'sudo dnf install postgresql17'],
    ['fedora', 'server', 'sudo dnf install postgresql17-server'],
    ['darwin', 'client', 'brew install postgresql@17'],
    ['win32', 'server', 'winget install PostgreSQL.PostgreSQL.17'],
    ['alpine', 'client', 'sudo apk add postgresql17-client'],
    ['other', 'client', 'Install PostgreSQL 17 or newer.'],
  ])('on %s, a %s', (family, what, line) => {
    expect(installHint(what, 17, family)).toContain(line);
  });

  test.each([
    ['ID=ubuntu\nID_LIKE=debian\n', 'debian'],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'fedora'],
    ['NAME=Arch\nID=arch\n', 'arch'],
    ['ID=alpine\n', 'alpine'],
    ['ID=haiku\n', 'other'],
  ])('%j is of the family %s', (release, family) => {
    expect(familyOf(release)).toBe(family);
  });

  test('a pg_dump that is older than the server says which version does it', () => {
    const stderr =
      'pg_dump: error: aborting because of server version mismatch\npg_dump: detail: server version: 17.2; pg_dump version: 15.18\n';
    const failure = programFailure('pg_dump', { code: 1, signal: null, stderr, stdout: '' } as never);
    expect(failure).toMatchObject({ code: 'tool.too-old', hint: expect.stringContaining('17') });
  });
});
