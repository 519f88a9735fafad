import { describe, expect, test } from 'vitest';
import { draftOfEnv, draftOfUrl } from '../../../src/main/source/draft.ts';

const around = { account: 'ada', pgpass: false };
const url = (text: string) => draftOfUrl(text, around);
const env = (text: string) => draftOfEnv(text, '/srv/shop/.env', around);
const refused = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
};

describe('JO-1 what a URL says', () => {
  test('is a server with its database, and the password apart from the settings', () => {
    expect(url('postgres://backup:s%40fe@db.example.com:5433/shop')).toEqual({
      settings: {
        kind: 'postgres',
        host: 'db.example.com',
        port: 5433,
        user: 'backup',
        databases: ['shop'],
        tls: { mode: 'verify-full' },
        password: 'vault',
      },
      password: 's@fe',
      databaseNamed: true,
      name: 'shop',
      notes: [],
    });
  });

  test('without a database, a user or a password each is filled in, and said so', () => {
    const { settings, databaseNamed, name } = url('postgres://127.0.0.1');
    expect(settings).toMatchObject({
      user: 'ada',
      databases: ['postgres'],
      password: 'none',
      tls: { mode: 'disable' },
    });
    expect({ databaseNamed, name }).toEqual({ databaseNamed: false, name: '127.0.0.1' });
    expect(draftOfUrl('postgres://db/shop', { ...around, pgpass: true }).settings).toMatchObject({
      password: 'pgpass',
    });
  });

  test('parameters that are not used are told', () => {
    expect(url('postgres://db/shop?application_name=x').notes).toEqual(['application_name of the URL is not used.']);
  });

  test.each([
    ['sqlite:////srv/app%20one.db', '/srv/app one.db', 'app-one'],
    ['/srv/data/app.sqlite3', '/srv/data/app.sqlite3', 'app'],
    ['  /srv/data/Käse.db ', '/srv/data/Käse.db', 'K-se'],
  ])('%s is a SQLite file', (text, file, name) => {
    expect(url(text)).toMatchObject({ settings: { kind: 'sqlite', file }, name, databaseNamed: true });
  });

  test.each([
    'sqlite:///app.db',
    'postgres://db/shop?sslrootcert=ca.pem',
    'mysql://db/shop',
    'shop',
    'sqlite:////a%zz',
  ])('%s is refused: nobody knows what it means here', (text) => {
    expect(refused(() => url(text))).toBe('source.url-malformed');
  });
});

describe('CV-1 what a .env file says', () => {
  test('relative paths begin in its own folder', () => {
    expect(env('DATABASE_URL=sqlite:///db/app.sqlite3').settings).toEqual({
      kind: 'sqlite',
      file: '/srv/shop/db/app.sqlite3',
    });
    expect(env('DATABASE_URL=postgres://db/shop?sslrootcert=ca.pem').settings).toMatchObject({
      tls: { caFile: '/srv/shop/ca.pem' },
    });
  });

  test('POSTGRES_* settings are a server, and what refers to another variable is told', () => {
    const drafted = env('POSTGRES_HOST=db\nPOSTGRES_USER=app\nPOSTGRES_PASSWORD="${SECRET}"\nPOSTGRES_DB=certs\n');
    expect(drafted).toMatchObject({ settings: { host: 'db', user: 'app', databases: ['certs'] }, name: 'certs' });
    expect(drafted.notes).toEqual([expect.stringMatching(/^POSTGRES_PASSWORD of the file refers to another variable/)]);
  });

  test('one without a database says what is missing', () => {
    expect(refused(() => env('DEBUG=1'))).toBe('source.env-incomplete');
  });

  test('a name that nothing can be made of is still a name', () => {
    expect(env('DATABASE_URL=postgres://db/%E2%9A%93').name).toBe('database');
    expect(env(`DATABASE_URL=postgres://db/${'x'.repeat(90)}`).name).toHaveLength(63);
  });
});
