import { describe, expect, it } from 'vitest';
import { databaseOf, parseEnv } from '../../../src/main/source/env-file.ts';

const values = (text: string): Record<string, string> => Object.fromEntries(parseEnv(text).values);

describe('a .env file', () => {
  it('is read as the applications read it', () => {
    expect(
      values(`
# a comment
PLAIN=value
export EXPORTED = spaced out   # said aside
HASH=a#b
EMPTY=
SINGLE='as it "stands" \\n $HOME'
DOUBLE="two\\nlines, a \\"quote\\", a \\$ and a \\\\"
BLOCK="first
second"
  INDENTED=yes
not a line
TWICE=1
TWICE=2
URL=postgres://ada:p#ss@db/shop
`),
    ).toEqual({
      PLAIN: 'value',
      EXPORTED: 'spaced out',
      HASH: 'a#b',
      EMPTY: '',
      SINGLE: 'as it "stands" \\n $HOME',
      DOUBLE: 'two\nlines, a "quote", a $ and a \\',
      BLOCK: 'first\nsecond',
      INDENTED: 'yes',
      TWICE: '2',
      URL: 'postgres://ada:p#ss@db/shop',
    });
  });

  it('may come from Windows', () => {
    expect(values('\uFEFFA=1\r\nB="2"\r\nC=3 # three\r\n')).toEqual({ A: '1', B: '2', C: '3' });
  });

  it('names the values that refer to others, which are not expanded', () => {
    const { references } = parseEnv('A=${B}\nC="x$D"\nE=\'${F}\'\nG="\\${H}"\nI=5$');
    expect([...references]).toEqual(['A', 'C']);
  });
});

describe('JO-1 CV-1 the database of an application', () => {
  it('is its DATABASE_URL, with the password on the secret side', () => {
    expect(databaseOf('DATABASE_URL="postgres://ada:hunter22@db/shop?sslmode=require"')).toMatchObject({
      kind: 'server',
      address: { host: 'db', user: 'ada', password: 'hunter22', database: 'shop', tls: 'require' },
    });
  });

  it('or its POSTGRES_ variables, or those of libpq', () => {
    const whole = {
      kind: 'server',
      address: { host: 'db', port: 5433, user: 'ada', password: 'p@ss:w/rd', database: 'my shop' },
    };
    expect(
      databaseOf(
        'POSTGRES_HOST=db\nPOSTGRES_PORT=5433\nPOSTGRES_USER=ada\nPOSTGRES_PASSWORD=p@ss:w/rd\nPOSTGRES_DB=my shop',
      ),
    ).toMatchObject(whole);
    expect(
      databaseOf('PGHOST=db\nPGPORT=5433\nPGUSER=ada\nPGPASSWORD=p@ss:w/rd\nPGDATABASE=my shop\nPGSSLMODE=verify-ca'),
    ).toMatchObject({
      ...whole,
      address: { ...whole.address, tls: 'verify-ca' },
    });
  });

  it('BS-1 or a SQLite file, as Django writes it', () => {
    expect(databaseOf('DATABASE_URL=sqlite:////srv/app/db.sqlite3')).toEqual({
      kind: 'file',
      file: '/srv/app/db.sqlite3',
      notes: [],
    });
    expect(databaseOf('DATABASE_URL=sqlite:///db.sqlite3')).toEqual({ kind: 'file', file: 'db.sqlite3', notes: [] });
  });

  it('says which variable is missing, and never what the others hold', () => {
    const incomplete = (): unknown => databaseOf('POSTGRES_HOST=db\nPOSTGRES_PASSWORD=hunter22');
    expect(incomplete).toThrow(
      expect.objectContaining({
        code: 'source.env-incomplete',
        message: 'The file has no DATABASE_URL, and no POSTGRES_USER, no POSTGRES_DB.',
      }),
    );
  });

  it('says that a reference was not followed', () => {
    const found = databaseOf('HOST=db\nDATABASE_URL=postgres://ada@${HOST}/shop');
    expect(found).toMatchObject({
      address: { host: '${HOST}', notes: [expect.stringContaining('DATABASE_URL of the file refers')] },
    });
  });
});
