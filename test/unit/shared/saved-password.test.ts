import { describe, expect, test } from 'vitest';
import { secretsNeeded, staysFor } from '../../../src/shared/saved-password.ts';
import type { PostgresSettings, SshHop } from '../../../src/shared/source.ts';

const hop = (host: string, more: Partial<SshHop> = {}): SshHop => ({
  host,
  port: 22,
  user: 'ada',
  auth: 'password',
  hostKey: `SHA256:${'a'.repeat(43)}`,
  ...more,
});
const saved: PostgresSettings = {
  kind: 'postgres',
  host: 'db',
  port: 5432,
  user: 'ada',
  databases: ['shop'],
  tls: { mode: 'verify-ca', caFile: '/ca.pem' },
  tunnel: { jump: hop('outer'), server: hop('inner') },
  password: 'vault',
};
const stay = (asked: PostgresSettings, from = saved): string[] =>
  secretsNeeded(asked).filter((name) => staysFor(name, from, asked));

describe('SV-19 a saved password stays with the server it was saved for', () => {
  test.each<[string, Partial<PostgresSettings>]>([
    ['nothing changed', {}],
    ['other databases', { databases: ['blog', 'shop'] }],
    ['another way to log in at a hop', { tunnel: { jump: hop('outer'), server: hop('inner') } }],
    ['stricter TLS with the same authority', { tls: { mode: 'verify-full', caFile: '/ca.pem' } }],
  ])('all stay: %s', (_what, change) => {
    expect(stay({ ...saved, ...change })).toEqual(['database', 'tunnel', 'jump']);
  });

  test.each<[string, Partial<PostgresSettings>]>([
    ['host', { host: 'evil' }],
    ['port', { port: 5433 }],
    ['user', { user: 'eve' }],
    ['weaker TLS', { tls: { mode: 'require' } }],
    ['no TLS', { tls: { mode: 'disable' } }],
    ['another authority', { tls: { mode: 'verify-full', caFile: '/evil.pem' } }],
    ['every authority', { tls: { mode: 'verify-full' } }],
  ])('the database is asked for again: %s', (_what, change) => {
    expect(stay({ ...saved, ...change })).toEqual(['tunnel', 'jump']);
  });

  test.each<[string, PostgresSettings['tunnel'], string[]]>([
    ['the inner hop', { jump: hop('outer'), server: hop('evil') }, ['jump']],
    ['the key of the inner hop', { jump: hop('outer'), server: hop('inner', { hostKey: 'SHA256:b' }) }, ['jump']],
    ['the outer hop', { jump: hop('outer', { port: 23 }), server: hop('inner') }, []],
    ['the outer hop, gone', { server: hop('inner') }, []],
    ['the user of the outer hop', { jump: hop('outer', { user: 'eve' }), server: hop('inner') }, []],
    ['the tunnel, gone', undefined, []],
  ])('what is behind a hop goes with it: %s', (_what, tunnel, left) => {
    const { tunnel: _before, ...rest } = saved;
    expect(stay(tunnel === undefined ? rest : { ...rest, tunnel })).toEqual(left);
  });

  test('any authority is more than none', () => {
    const weak: PostgresSettings = { ...saved, tls: { mode: 'require' } };
    expect(stay({ ...saved, tls: { mode: 'verify-full' } }, weak)).toContain('database');
  });
});
