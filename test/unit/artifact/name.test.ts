import { describe, expect, test } from 'vitest';
import { artifactName } from '../../../src/main/artifact/name.ts';
import { ArtifactFacts } from '../../../src/shared/artifact.ts';
import { z } from '../../../src/shared/schema.ts';

const named = (name: string, content: ArtifactFacts['content'] = 'postgres-custom', number = 1): string =>
  artifactName({ number, name, content });

describe('A database may be called anything; its file may not', () => {
  test.each([
    ['shop', '01-shop.pgdump.zst'],
    ['Shop_2.0', '01-Shop_2.0.pgdump.zst'],
    ['-rf', '01-rf.pgdump.zst'],
    ['--help', '01-help.pgdump.zst'],
    ['..', '01-database.pgdump.zst'],
    ['../../etc/passwd', '01-etc-passwd.pgdump.zst'],
    ['/', '01-database.pgdump.zst'],
    ['', '01-database.pgdump.zst'],
    ['a\nb\0c', '01-a-b-c.pgdump.zst'],
    ['$(reboot) `x`; "y"', '01-reboot-x-y.pgdump.zst'],
    ['Käse', '01-Kase.pgdump.zst'],
    ['数据库', '01-database.pgdump.zst'],
    ['\ud800', '01-database.pgdump.zst'],
    ['x.', '01-x.pgdump.zst'],
    ['CON', '01-CON.pgdump.zst'],
  ])('%j', (name, expected) => {
    expect(named(name)).toBe(expected);
  });

  test('every name fits the manifest, however long it is', () => {
    const schema = ArtifactFacts.shape.name;
    for (const name of ['x'.repeat(63), 'é'.repeat(500), '-'.repeat(200), '.x'.repeat(100), `${'x'.repeat(59)}-y`]) {
      for (const content of ['postgres-custom', 'postgres-globals', 'sqlite-file'] as const) {
        for (const number of [1, 99, 100, 2500])
          expect(z.safeParse(schema, named(name, content, number)).success).toBe(true);
      }
    }
  });

  test('two databases of one name part by their numbers', () => {
    expect(named('a/b', 'postgres-custom', 1)).not.toBe(named('a-b', 'postgres-custom', 2));
    expect(() => named('a', 'postgres-custom', 0)).toThrow('An artifact cannot have the number 0.');
  });

  test('the ending says what comes out of zstd -d', () => {
    expect(named('app.db', 'sqlite-file')).toBe('01-app.sqlite.zst');
    expect(named('db.sqlite3', 'sqlite-file', 2)).toBe('02-db.sqlite.zst');
    expect(named('.db', 'sqlite-file')).toBe('01-database.sqlite.zst');
    expect(named('globals', 'postgres-globals', 12)).toBe('12-globals.sql.zst');
  });
});
