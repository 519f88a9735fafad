import { describe, expect, test } from 'vitest';
import { parseListing, type ArchiveEntry } from '../../../src/main/engine/postgres/archive.ts';
import { inventoryNames } from '../../../src/main/engine/postgres/inventory-name.ts';
import { splitName } from '../../../src/main/engine/postgres/name-parts.ts';
import { qualifiedName } from '../../../src/main/engine/postgres/name.ts';
import { chooseServer } from '../../../src/main/engine/postgres/scratch.ts';
import { settingStatement } from '../../../src/main/engine/postgres/setting.ts';
import type { ToolSet } from '../../../src/shared/doctor.ts';

describe('names', () => {
  test.each(['t', 'A', 'a.b', 'a "b"', '"', '""', '.', 'a on b.c', 'x\ny', 'ä', 'select', ' '])(
    '%j is found again in its schema',
    (name) => {
      for (const schema of ['public', 'a.b', '"x"', 'two words'])
        expect(splitName(qualifiedName(schema, name))).toEqual({ schema, name });
    },
  );

  test("an entry is known by the manifest's names, line breaks and all", () => {
    const names = inventoryNames({
      tables: [{ name: 'public."a\nb"', rows: 1, digest: null }],
      sequences: [{ name: 'public.s', before: '1', after: '1' }],
      objects: [
        { kind: 'table', name: 'public."a\nb"' },
        { kind: 'primary-key', name: '"p k" on public."a\nb"' },
        { kind: 'function', name: 'public.f(integer, text)' },
        { kind: 'event-trigger', name: '"on ddl"' },
        { kind: 'cast', name: '(integer AS point)' },
      ],
      omissions: [],
    });
    const of = (kind: string, schema: string | null, name: string): string[] =>
      names({ id: 1, catalogId: 1, kind, schema, name, owner: '', dependsOn: [] } satisfies ArchiveEntry);
    expect(of('TABLE', 'public', 'a b')).toEqual(['public."a\nb"', '"p k" on public."a\nb"']);
    expect(of('CONSTRAINT', 'public', 'a b p k')).toEqual(['"p k" on public."a\nb"']);
    expect(of('TABLE DATA', 'public', 'a b')).toEqual(['public."a\nb"']);
    expect(of('SEQUENCE SET', 'public', 's')).toEqual(['public.s']);
    expect(of('FUNCTION', 'public', 'f(integer, text)')).toEqual(['public.f(integer, text)']);
    expect(of('EVENT TRIGGER', null, 'on ddl')).toEqual(['"on ddl"']);
    expect(of('CAST', null, 'CAST (integer AS point)')).toEqual(['(integer AS point)']);
    expect(of('VIEW', 'other', 's')).toEqual([]);
  });

  test('a listing of a later pg_dump is read as far as it goes, and nonsense is refused', () => {
    const { entries } = parseListing(
      `;\n5; 1259 7 STRANGE NEW THING public t owner\n;\tdepends on: 3 3 4\n6; 0 0 TABLE DATA public t owner\n`,
    );
    expect(entries).toMatchObject([
      { kind: 'STRANGE NEW THING', schema: 'public', name: 't', owner: 'owner', dependsOn: [3, 4] },
      { kind: 'TABLE DATA' },
    ]);
    expect(() => parseListing('not a listing\n')).toThrow(
      expect.objectContaining({ code: 'artifact.unreadable' }) as Error,
    );
  });
});

test('a setting of a database is written so that it means the same', () => {
  expect(settingStatement('d', 'search_path="$user", "we ird", public')).toBe(
    `ALTER DATABASE d SET search_path TO '$user', 'we ird', 'public'`,
  );
  expect(settingStatement('D', `app.note=it's, so`)).toBe(`ALTER DATABASE "D" SET app.note TO 'it''s, so'`);
  expect(settingStatement('d', 'search_path=""')).toBe(`ALTER DATABASE d SET search_path TO ''`);
  expect(settingStatement('d', 'TimeZone=Europe/Paris')).toBe(`ALTER DATABASE d SET "TimeZone" TO 'Europe/Paris'`);
});

test('SV-14 the server for a proof is the installed one of that version, else the nearest newer, else the packaged', () => {
  const set = (major: number, origin: string, change: Partial<ToolSet> = {}): ToolSet => ({
    folder: `/${origin}/${major}`,
    version: `${major}.1`,
    major,
    owner: 'root',
    origin,
    programs: ['initdb', 'postgres'],
    distrust: null,
    ...change,
  });
  const embedded = set(18, 'embedded');
  const pick = (sets: ToolSet[], major: number): string | undefined => chooseServer(sets, major)?.folder;
  expect(pick([embedded, set(17, 'pgdg'), set(15, 'debian'), set(16, 'debian')], 15)).toBe('/debian/15');
  expect(pick([embedded, set(17, 'pgdg'), set(16, 'debian')], 15)).toBe('/debian/16');
  expect(pick([embedded, set(14, 'debian')], 15)).toBe('/embedded/18');
  expect(pick([embedded, set(18, 'debian')], 18)).toBe('/debian/18');
  expect(
    pick([set(15, 'path', { distrust: 'anybody can write it' }), set(16, 'path', { programs: ['pg_dump'] })], 15),
  ).toBeUndefined();
  expect(pick([embedded], 19)).toBeUndefined();
});
