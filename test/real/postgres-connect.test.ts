import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, libpqAccess } from '../../src/main/engine/postgres/connect.ts';
import type { Place } from '../../src/main/engine/engine.ts';
import type { PostgresSettings } from '../../src/shared/source.ts';
import { everyPrintable } from '../helpers/every-character.ts';
import { makeAuthority, type Authority } from '../helpers/certificates.ts';
import { needs } from '../helpers/needs.ts';
import { startCluster, type Cluster } from '../helpers/postgres.ts';
import { sourceOf, surroundings, testWatch, until } from '../helpers/postgres-source.ts';
import { machine, serverIsHere, ways, welcome } from '../helpers/postgres-ways.ts';

const here = serverIsHere();
const openssl = needs('openssl', existsSync('/usr/bin/openssl') ? undefined : 'it is not installed');

const password = 'pass:word\\ with "everything" \'in it\' ⚓';

describe.runIf(here)('CV-1 a PostgreSQL server is reached', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ auth: 'scram', password });
  });
  afterAll(() => cluster?.stop());

  test('with a password from the vault, that no argument, environment or log shows', async () => {
    const place = sourceOf(cluster, 'postgres', { secret: password });
    expect(await ways(place)).toEqual({ session: 'in postgres', program: 'in postgres' });
    const watch = testWatch();
    const access = await libpqAccess(place, 'postgres', 15, watch, machine);
    expect(`${access.conninfo} ${JSON.stringify(access.env)}`).not.toContain('everything');
    const [file] = readdirSync(watch.work);
    expect(statSync(join(watch.work, file ?? '')).mode & 0o777).toBe(0o600);
    await access.close();
    await access.close();
  });

  test.each([
    ['a wrong password', { secret: 'wrong' }, 'postgres', 'source.auth-failed', /password authentication failed/],
    ['no password', {}, 'postgres', 'source.auth-failed', /no password supplied/],
    [
      'an unknown user',
      { secret: password, user: 'nobody' },
      'postgres',
      'source.auth-failed',
      /password authentication failed/,
    ],
    ['an unknown database', { secret: password }, 'no "such" database', 'source.no-database', /does not exist/],
    [
      'a port where nobody listens',
      { secret: password, port: 1 },
      'postgres',
      'source.unreachable',
      /Connection refused/,
    ],
    [
      'a host that is not there',
      { secret: password, host: 'nowhere.invalid' },
      'postgres',
      'source.unreachable',
      /could not translate host name/,
    ],
    [
      'a socket that is not there',
      { secret: password, host: '/nonexistent' },
      'postgres',
      'source.unreachable',
      /No such file/,
    ],
    [
      'TLS where there is none',
      { secret: password, tls: { mode: 'require' as const } },
      'postgres',
      'source.tls-refused',
      /does not support SSL/,
    ],
  ])('%s is told by its own code', async (_, changes, database, code, words) => {
    const { session, program } = await ways(sourceOf(cluster, 'postgres', changes), database);
    expect(session).toBe(code);
    expect(program).toMatch(words);
  });

  test('a password that the vault no longer has is missed before anything is tried', async () => {
    const place = { ...sourceOf(cluster, 'postgres', { password: 'vault' }), secrets: {} };
    expect(await ways(place)).toEqual({ session: 'vault.missing-secret', program: 'vault.missing-secret' });
  });

  test.for([
    ['every printable character', everyPrintable],
    ['a tab and control characters', `a\tb\u0001c\u007f`],
  ] as const)('SV-21 a password of %s', async ([, odd]) => {
    const role = `odd_${odd.length}`;
    await cluster.sql('postgres', `CREATE ROLE ${role} LOGIN PASSWORD '${odd.replaceAll("'", "''")}'`);
    const place = sourceOf(cluster, 'postgres', { secret: odd, user: role });
    expect(await ways(place)).toEqual({ session: 'in postgres', program: 'in postgres' });
  });

  test('through its Unix socket', async () => {
    expect(
      await ways(sourceOf(cluster, 'postgres', { host: cluster.socketFolder, tls: { mode: 'verify-full' } })),
    ).toEqual({ session: 'in postgres', program: 'in postgres' });
  });

  test('with ~/.pgpass, which has to be private', async () => {
    const around = surroundings();
    const place = sourceOf(cluster, 'postgres', { password: 'pgpass' });
    const escaped = password.replaceAll('\\', '\\\\').replaceAll(':', '\\:');
    writeFileSync(
      around.pgpassFile,
      `# servers\nelsewhere:*:*:*:no\n${cluster.host}:${cluster.port}:*:postgres:${escaped}\n*:*:*:*:also no\n`,
      { mode: 0o600 },
    );
    expect(await ways(place, 'postgres', around)).toEqual({ session: 'in postgres', program: 'in postgres' });
    chmodSync(around.pgpassFile, 0o640);
    expect(await ways(place, 'postgres', around)).toEqual({
      session: 'source.auth-failed',
      program: 'source.auth-failed',
    });
    expect((await ways(place, 'postgres', surroundings())).session).toBe('source.auth-failed');
  });

  test('every session has the settings that counts rely on, whatever the role or database sets', async () => {
    await cluster.createDatabase('odd');
    await cluster.sql(
      'odd',
      `ALTER DATABASE odd SET search_path = evil; ALTER DATABASE odd SET statement_timeout = 500; ALTER ROLE postgres SET row_security = on; ALTER DATABASE odd SET standard_conforming_strings = off`,
    );
    const session = await connect(sourceOf(cluster, 'odd', { secret: password }), 'odd', testWatch(), machine);
    const settings = await session.query<{ name: string; value: string }>(
      `SELECT name, setting AS value FROM pg_settings WHERE name IN ('search_path', 'statement_timeout', 'row_security', 'standard_conforming_strings', 'client_encoding', 'idle_in_transaction_session_timeout', 'application_name') ORDER BY name`,
    );
    expect(Object.fromEntries(settings.map((row) => [row.name, row.value]))).toEqual({
      application_name: 'holdfast',
      client_encoding: 'UTF8',
      idle_in_transaction_session_timeout: '0',
      row_security: 'off',
      search_path: 'pg_catalog',
      standard_conforming_strings: 'on',
      statement_timeout: '0',
    });
    await session.close();
    await cluster.sql('postgres', 'ALTER ROLE postgres RESET row_security');
  });

  test('an abort tells the server to stop the query, and throws its own reason', async () => {
    const watch = testWatch();
    const session = await connect(sourceOf(cluster, 'postgres', { secret: password }), 'postgres', watch, machine);
    const reason = new Error('enough');
    const asleep = session.query('SELECT pg_sleep(600)').catch((error: unknown) => error);
    await until(
      async () =>
        (
          await cluster.sql(
            'postgres',
            `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()`,
          )
        ).length === 1,
    );
    watch.cancel(reason);
    expect(await asleep).toBe(reason);
    await until(
      async () =>
        (
          await cluster.sql(
            'postgres',
            `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()`,
          )
        ).length === 0,
    );
    await session.close();
    await session.close();
  });
});

describe.runIf(here && openssl)('SV-21 TLS is checked as the source says, by sessions and programs', () => {
  let ours: Authority;
  let named: Cluster;
  let numbered: Cluster;
  beforeAll(async () => {
    ours = makeAuthority('Holdfast test authority');
    named = await startCluster({
      ssl: ours.issue('DNS:localhost'),
      hba: 'hostssl all all 127.0.0.1/32 trust\nhostssl all all ::1/128 trust',
    });
    numbered = await startCluster({ ssl: ours.issue('IP:127.0.0.1') });
  });
  afterAll(async () => {
    await named?.stop();
    await numbered?.stop();
  });

  const at = (cluster: Cluster, host: string, mode: PostgresSettings['tls']['mode'], caFile?: string): Place =>
    sourceOf(cluster, 'postgres', { host, tls: { mode, ...(caFile === undefined ? {} : { caFile }) } });

  test('verify-full: the right authority and the right name', async () => {
    expect(await ways(at(named, 'localhost', 'verify-full', ours.caFile))).toEqual(welcome);
    expect(await ways(at(numbered, '127.0.0.1', 'verify-full', ours.caFile))).toEqual(welcome);
  });
  test('verify-full: another host', async () => {
    const { session, program } = await ways(at(named, '127.0.0.1', 'verify-full', ours.caFile));
    expect(session).toBe('source.tls-wrong-host');
    expect(program).toMatch(/does not match host name/);
  });
  test('verify-ca: another host may be', async () => {
    expect(await ways(at(named, '127.0.0.1', 'verify-ca', ours.caFile))).toEqual(welcome);
  });
  test.each(['verify-full', 'verify-ca'] as const)('%s: an unknown authority', async (mode) => {
    const others = makeAuthority('Somebody else');
    for (const caFile of [others.caFile, undefined]) {
      const { session, program } = await ways(at(named, 'localhost', mode, caFile));
      expect(session).toBe('source.tls-untrusted');
      expect(program).toMatch(/certificate verify failed/);
    }
  });
  test('an authority file that is none', async () => {
    const file = join(surroundings().userHome, 'ca.pem');
    expect((await ways(at(named, 'localhost', 'verify-full', file))).session).toBe('source.tls-untrusted');
    writeFileSync(file, 'not a certificate');
    expect((await ways(at(named, 'localhost', 'verify-full', file))).session).toBe('source.tls-untrusted');
  });
  test('require: encrypted, to whomever', async () => {
    expect(await ways(at(named, '127.0.0.1', 'require'))).toEqual(welcome);
  });
  test('disable: refused by a server that insists', async () => {
    const { session, program } = await ways(at(named, '127.0.0.1', 'disable'));
    expect(session).toBe('source.auth-failed');
    expect(program).toMatch(/no pg_hba.conf entry.*no encryption/);
  });
});
