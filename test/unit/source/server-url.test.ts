import { describe, expect, it } from 'vitest';
import { carriesPassword, parseServerUrl, staysHere } from '../../../src/main/source/server-url.ts';

const parse = (url: string) => {
  const { notes, ...rest } = parseServerUrl(url);
  return Object.fromEntries(
    Object.entries({ ...rest, ...(notes.length === 0 ? {} : { notes }) }).filter(([, value]) => value !== undefined),
  );
};

describe('JO-1 the URL of a hosted database', () => {
  it.each([
    ['postgres://ada@db.example.com/shop', { host: 'db.example.com', port: 5432, user: 'ada', database: 'shop' }],
    ['postgresql://db.example.com:6432', { host: 'db.example.com', port: 6432 }],
    ['postgresql+psycopg2://ada@db/shop', { host: 'db', port: 5432, user: 'ada', database: 'shop' }],
    [
      'postgres://ada:p%40ss%2Fword@db/shop',
      { host: 'db', port: 5432, user: 'ada', password: 'p@ss/word', database: 'shop' },
    ],
    [
      'postgres://ada%20b:x:y@db/sh%C3%B6p',
      { host: 'db', port: 5432, user: 'ada b', password: 'x:y', database: 'shöp' },
    ],
    ['postgres://[2001:db8::1]:5433/shop', { host: '2001:db8::1', port: 5433, database: 'shop' }],
    ['postgres://%2Fvar%2Frun%2Fpostgresql/shop', { host: '/var/run/postgresql', port: 5432, database: 'shop' }],
    [
      'postgres:///shop?host=/run/pg&port=5499&user=ada',
      { host: '/run/pg', port: 5499, user: 'ada', database: 'shop' },
    ],
    [
      'postgres://db/shop?sslmode=require&sslrootcert=/ca.pem',
      { host: 'db', port: 5432, database: 'shop', tls: 'require', caFile: '/ca.pem' },
    ],
    [
      'postgres://db/shop?sslmode=verify-full&sslrootcert=system',
      { host: 'db', port: 5432, database: 'shop', tls: 'verify-full' },
    ],
  ])('%s', (url, address) => {
    expect(parse(url)).toEqual(address);
  });

  it('says what of it is not used, and keeps to verify-full where libpq would fall back', () => {
    expect(parse('postgres://db/shop?sslmode=prefer&connect_timeout=5')).toEqual({
      host: 'db',
      port: 5432,
      database: 'shop',
      notes: [expect.stringContaining('Holdfast uses verify-full'), 'connect_timeout of the URL is not used.'],
    });
  });

  it.each([
    ['mysql://db/shop', 'begins with mysql://'],
    ['postgres://a,b/shop', 'several hosts'],
    ['postgres://a:1,b:2/shop', 'several hosts'],
    ['postgres:///shop?host=a,b', 'several hosts'],
    ['postgres:///shop', 'names no host'],
    ['postgres://db:99999/shop', 'port'],
    ['postgres://db:port/shop', 'Host and port'],
    ['postgres://db/shop?sslmode=sometimes', 'sslmode'],
    ['postgres://db/shop?sslcert=/x', 'sslcert'],
    ['postgres://db/shop?options=-csearch_path%3Dx', 'options'],
    ['postgres://db/sh%op', '%25'],
    ['postgres://ada:p@ss@db/shop', '%40'],
    ['host=db dbname=shop', 'cannot be taken apart'],
  ])('refuses %s with a reason', (url, reason) => {
    expect(() => parseServerUrl(url)).toThrow(
      expect.objectContaining({ code: 'source.url-malformed', message: expect.stringContaining(reason) }),
    );
  });

  it('never repeats a URL in its words: it may hold a password', () => {
    for (const url of [
      'postgres://ada:hunter22@db:port/x',
      'mysql://ada:hunter22@db',
      'postgres://ada:hunter22@a,b/x?sslmode=q',
    ]) {
      expect(() => parseServerUrl(url)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('hunter22') }),
      );
    }
  });
});

describe('a password where every program could read it', () => {
  it.each([
    'postgres://ada:hunter22@db/shop',
    'postgres://:hunter22@db/shop',
    'postgres://ada:hun/ter@db/shop',
    'postgres://ada:1234x@db/shop',
    'postgres://ada:12/34@db/shop',
    'postgres://ada:hun#ter@db/shop',
    'mysql://ada:hunter22@db',
    'postgres://db/shop?password=hunter22',
    'postgres://db/shop?user=ada&sslpassword=hunter22',
    'host=db password=hunter22',
    'host=db password = hunter22',
  ])('is seen in %s', (url) => {
    expect(carriesPassword(url)).toBe(true);
  });

  it.each([
    'postgres://ada@db/shop',
    'postgres://ada@db:5432/shop',
    'postgres://db:5432/shop?user=ada@tenant',
    'postgres://db:5432',
    'postgres://[::1]:5432/shop',
    'postgres:///shop?host=/run/pg',
  ])('is not seen in %s', (url) => {
    expect(carriesPassword(url)).toBe(false);
  });
});

describe('what stays on this machine', () => {
  it('is a Unix socket or a loopback address', () => {
    const here = ['/run/pg', 'localhost', '127.0.0.1', '127.9.9.9', '::1'];
    const away = ['db.example.com', '10.0.0.1', 'localhost.example.com', '128.0.0.1', '::2', '127.0.0.1.example.com'];
    expect([...here, ...away].filter(staysHere)).toEqual(here);
  });
});
