import { describe, expect, test } from 'vitest';
import { conninfoOf } from '../../../src/main/engine/postgres/libpq.ts';
import { qualifiedName, quoteName, quoteText, tablePattern } from '../../../src/main/engine/postgres/name.ts';

describe('a name', () => {
  test.each([
    ['plain', 'plain'],
    ['_under_score$1', '_under_score$1'],
    ['Upper', '"Upper"'],
    ['1st', '"1st"'],
    ['', '""'],
    ['select', '"select"'],
    ['merge_action', '"merge_action"'],
    ['größe', '"größe"'],
    ['a"b', '"a""b"'],
  ])('%j in SQL is %s', (name, quoted) => expect(quoteName(name)).toBe(quoted));

  test('of a table has a schema, each part quoted by itself', () => {
    expect(qualifiedName('public', 'a.b')).toBe('public."a.b"');
  });

  test('is quoted whole in a pattern, so that nothing in it is a wildcard', () => {
    expect(tablePattern('public', 'a*b"c')).toBe('"public"."a*b""c"');
  });

  test('as text cannot end its literal', () => {
    expect(quoteText("it's")).toBe("'it''s'");
    expect(quoteText("\\' OR 1=1")).toBe("E'\\\\'' OR 1=1'");
  });

  test('in a connection string cannot begin another setting', () => {
    expect(conninfoOf({ dbname: "x' host='evil", user: 'back\\slash' })).toBe(
      "dbname='x\\' host=\\'evil' user='back\\\\slash'",
    );
  });
});
