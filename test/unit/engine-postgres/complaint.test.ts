import { describe, expect, test } from 'vitest';
import type { Archive, ArchiveEntry } from '../../../src/main/engine/postgres/archive.ts';
import {
  ComplaintReader,
  heardAlone,
  isHarmless,
  isOwnership,
  wordless,
  type Complaints,
} from '../../../src/main/engine/postgres/complaint.ts';
import { gradeComplaints, type GradeOptions } from '../../../src/main/engine/postgres/grade.ts';

function read(text: string): Complaints {
  const reader = new ComplaintReader();
  for (const line of text.split('\n')) reader.read(line);
  return reader.result();
}

const entry = (id: number, kind: string, name: string, dependsOn: number[] = []): ArchiveEntry => ({
  id,
  catalogId: 1,
  kind,
  schema: 'public',
  name,
  owner: 'postgres',
  dependsOn,
});
const archive = (...entries: ArchiveEntry[]): Archive => ({
  database: 'd',
  entryCount: entries.length,
  compression: '0',
  formatVersion: '1.14-0',
  format: 'CUSTOM',
  integerBytes: 4,
  serverVersion: '15',
  toolVersion: '15',
  entries,
});
const options = (given: Partial<GradeOptions> = {}): GradeOptions => ({
  scratch: false,
  partial: false,
  leftOut: [],
  names: () => [],
  omitted: new Set(),
  ...given,
});
const graded = (of: Archive, text: string, given: Partial<GradeOptions> = {}) =>
  gradeComplaints(of, read(text), options(given)).map(({ grade, subject }) => `${grade} ${subject}`);

const lostCopy = `pg_restore: processing data for table "public.t"
pg_restore: while PROCESSING TOC:
pg_restore: from TOC entry 3310; 0 16385 TABLE DATA t postgres
pg_restore: error: COPY failed for table "t": ERROR:  new row for relation "t" violates check constraint "t_n_check"
DETAIL:  Failing row contains (secret).
CONTEXT:  COPY t, line 4: "secret"
pg_restore: warning: errors ignored on restore: 1`;

describe('what pg_restore complains about', () => {
  test('of two workers that spoke at once is set right by trying the wordless entry alone', () => {
    const said = read(`pg_restore: while PROCESSING TOC:
pg_restore: while PROCESSING TOC:
pg_restore: from TOC entry 11; 1 1 PUBLICATION every postgres
pg_restore: from TOC entry 12; 1 1 FUNCTION fast(integer) postgres
pg_restore: error: could not execute query: ERROR:  must be superuser to create FOR ALL TABLES publication
Command was: CREATE PUBLICATION every FOR ALL TABLES;
pg_restore: error: could not execute query: ERROR:  permission denied for language internal
Command was: CREATE FUNCTION fast();
pg_restore: warning: errors ignored on restore: 2`);
    expect(wordless(said)).toEqual([11]);
    const alone = read(`pg_restore: while PROCESSING TOC:
pg_restore: from TOC entry 11; 1 1 PUBLICATION every postgres
pg_restore: error: could not execute query: ERROR:  must be superuser to create FOR ALL TABLES publication
Command was: CREATE PUBLICATION every FOR ALL TABLES;
pg_restore: warning: errors ignored on restore: 1`);
    const right = heardAlone(said, [11], alone);
    expect(right.complaints.map(({ entryId, message }) => `${entryId} ${message.split('  ')[1]}`)).toEqual([
      '12 permission denied for language internal',
      '11 must be superuser to create FOR ALL TABLES publication',
    ]);
    expect(right.entryIds).toEqual([11, 12]);
    const made = heardAlone(said, [11], { complaints: [], entryIds: [], ignored: null });
    expect(made.entryIds).toEqual([12]);
  });

  test('is taken apart by entry, message and statement, without the rows in it', () => {
    const said = read(`pg_restore: while PROCESSING TOC:
pg_restore: from TOC entry 215; 1259 16390 TABLE a b owner
pg_restore: error: could not execute query: ERROR:  type "public.x" does not exist
LINE 2:     h public.x
              ^
Command was: CREATE TABLE public."a b" (
    h public.x
);

pg_restore: error: could not execute query: ERROR:  role "gone" does not exist
Command was: ALTER TABLE public."a b" OWNER TO gone;

${lostCopy}`);
    expect(said).toEqual({
      complaints: [
        {
          entryId: 215,
          message: 'could not execute query: ERROR:  type "public.x" does not exist',
          command: 'CREATE TABLE public."a b" (\n    h public.x\n);',
        },
        {
          entryId: 215,
          message: 'could not execute query: ERROR:  role "gone" does not exist',
          command: 'ALTER TABLE public."a b" OWNER TO gone;',
        },
        {
          entryId: 3310,
          message: 'COPY failed for table "t": ERROR:  new row for relation "t" violates check constraint "t_n_check"',
          command: null,
        },
      ],
      entryIds: [215, 3310],
      ignored: 1,
    });
    expect(JSON.stringify(said)).not.toContain('secret');
  });

  test('names every entry also where two workers ran into each other', () => {
    const said = read(`pg_restore: from TOC entry 1; 0 1 TABLE DATA a o
pg_restore: pg_restore: from TOC entry 2; 0 2 TABLE DATA b o
error: COPY failed for table "a": ERROR:  x
pg_restore: error: COPY failed for table "b": ERROR:  y`);
    expect(said.entryIds).toEqual([1, 2]);
    expect(
      gradeComplaints(archive(entry(1, 'TABLE DATA', 'a'), entry(2, 'TABLE DATA', 'b')), said, options()).map(
        (one) => one.grade,
      ),
    ).toEqual(['fatal', 'fatal']);
  });

  test('forgives the greeting of a newer pg_restore by its exact words only', () => {
    const greeting = {
      entryId: null,
      message: 'could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"',
      command: 'SET transaction_timeout = 0;',
    };
    expect(isHarmless(greeting)).toBe(true);
    expect(isHarmless({ ...greeting, command: 'SET transaction_timeout = 0; DROP TABLE t;' })).toBe(false);
    expect(isHarmless({ ...greeting, message: 'could not execute query: ERROR:  something else' })).toBe(false);
    const text = `pg_restore: while INITIALIZING:
pg_restore: error: ${greeting.message}
Command was: ${greeting.command}
pg_restore: warning: errors ignored on restore: 1`;
    expect(graded(archive(), text)).toEqual([]);
    expect(graded(archive(), 'pg_restore: warning: errors ignored on restore: 2')).toEqual(['fatal the archive']);
  });

  test('knows an owner that could not be set from anything that only looks like it', () => {
    const about = (command: string): boolean => isOwnership({ entryId: 1, message: '', command });
    expect(about('ALTER TABLE public.t OWNER TO gone;')).toBe(true);
    expect(about('ALTER FUNCTION public.f(integer, text) OWNER TO "a ""b";')).toBe(true);
    expect(about('ALTER OPERATOR CLASS public.c USING btree OWNER TO gone;')).toBe(true);
    expect(about('ALTER TABLE ONLY public.t ADD CONSTRAINT "x OWNER TO y;" CHECK (a > 0);')).toBe(false);
    expect(about('CREATE TABLE "ALTER TABLE t OWNER TO x;" (a int);')).toBe(false);
    expect(about('ALTER TABLE public.t OWNER TO x; DROP TABLE t;')).toBe(false);
  });
});

describe('how a failed entry is graded', () => {
  const failing = (id: number, message: string, command = 'CREATE something;'): string =>
    `pg_restore: from TOC entry ${id}; 1 1 X\npg_restore: error: could not execute query: ERROR:  ${message}\nCommand was: ${command}`;

  test.each([
    'TABLE',
    'TABLE DATA',
    'CONSTRAINT',
    'FK CONSTRAINT',
    'INDEX',
    'SEQUENCE SET',
    'TRIGGER',
    'FUNCTION',
    'EVENT TRIGGER',
    'BLOBS',
    'A NEW KIND',
  ])('%s is fatal', (kind) => {
    expect(graded(archive(entry(1, kind, 'x')), failing(1, 'permission denied'))).toEqual([`fatal ${kind} public.x`]);
  });

  test.each(['ACL', 'DEFAULT ACL', 'COMMENT', 'SECURITY LABEL'])('%s is cosmetic', (kind) => {
    expect(graded(archive(entry(1, kind, 'x')), failing(1, 'role "x" does not exist'))).toEqual([
      `cosmetic ${kind} public.x`,
    ]);
  });

  test('the schema public that is there already is cosmetic, any other is not', () => {
    const there = (name: string): string => failing(1, `schema "${name}" already exists`, `CREATE SCHEMA ${name};`);
    expect(graded(archive({ ...entry(1, 'SCHEMA', 'public'), schema: null }), there('public'))).toEqual([
      'cosmetic SCHEMA public',
    ]);
    expect(graded(archive({ ...entry(1, 'SCHEMA', 'shop'), schema: null }), there('shop'))).toEqual([
      'fatal SCHEMA shop',
    ]);
  });

  test('a lost COPY is fatal, in a scratch too, whatever it says', () => {
    const of = archive(entry(3310, 'TABLE DATA', 't'));
    expect(graded(of, lostCopy, { scratch: true })).toEqual(['fatal TABLE DATA public.t']);
    expect(
      graded(of, lostCopy.replace('new row', 'permission denied: new row'), { scratch: true, partial: true }),
    ).toEqual(['fatal TABLE DATA public.t']);
  });

  test('what a plain role may not make is unchecked in a scratch, with all that leans on it', () => {
    const of = archive(
      entry(1, 'FUNCTION', 'in_c()'),
      entry(2, 'VIEW', 'v', [1]),
      entry(3, 'RULE', 'v r', [2]),
      entry(4, 'VIEW', 'other'),
    );
    const text = [
      failing(1, 'permission denied for language c'),
      failing(2, 'function in_c() does not exist'),
      failing(3, 'relation v does not exist'),
      failing(4, 'syntax error'),
    ].join('\n');
    expect(graded(of, text, { scratch: true })).toEqual([
      'unchecked FUNCTION public.in_c()',
      'unchecked VIEW public.v',
      'unchecked RULE public.v r',
      'fatal VIEW public.other',
    ]);
    expect(graded(of, text)).toEqual([
      'fatal FUNCTION public.in_c()',
      'fatal VIEW public.v',
      'fatal RULE public.v r',
      'fatal VIEW public.other',
    ]);
  });

  test('rows whose table leans on a missing extension are unchecked, under the names of the manifest', () => {
    const of = archive(
      entry(1, 'EXTENSION', 'postgis'),
      entry(2, 'TABLE', 'places', [1]),
      entry(3, 'TABLE DATA', 'places', [2]),
    );
    const leftOut = [{ entryId: 1, code: 'extension.unavailable', why: 'the extension postgis is not here' }];
    const names = ({ kind }: ArchiveEntry): string[] =>
      kind === 'TABLE' ? ['public.places', 'places_pkey on public.places'] : [];
    expect(graded(of, failing(2, 'type "geometry" does not exist'), { scratch: true, leftOut, names })).toEqual([
      'unchecked EXTENSION public.postgis',
      'unchecked public.places',
      'unchecked places_pkey on public.places',
    ]);
  });

  test('what leans on tables that the scope left out is told, and is nothing new where the manifest says so', () => {
    const of = archive(entry(1, 'FK CONSTRAINT', 'a fk'), entry(2, 'VIEW', 'v'));
    const text = [
      failing(1, 'relation "public.b" does not exist'),
      failing(2, 'relation "public.b" does not exist'),
    ].join('\n');
    const names = ({ kind }: ArchiveEntry): string[] => (kind === 'VIEW' ? ['public.v'] : ['fk on public.a']);
    expect(graded(of, text, { partial: true, names, omitted: new Set(['fk on public.a']) })).toEqual([
      'cosmetic fk on public.a',
      'unchecked public.v',
    ]);
  });
});
