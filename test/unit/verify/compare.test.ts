import { describe, expect, it } from 'vitest';
import { wholeScope } from '../../../src/shared/source.ts';
import type { DatabaseInventory } from '../../../src/shared/inventory.ts';
import { verdictOf, type Problem } from '../../../src/shared/verify.ts';
import { compare, withoutExcused } from '../../../src/main/verify/compare.ts';
import type { Counted } from '../../../src/main/engine/engine.ts';

const promised: DatabaseInventory = {
  name: 'shop',
  artifact: '01-shop.pgdump.zst',
  engine: {
    kind: 'sqlite',
    libraryVersion: '3.54.1',
    pageSizeBytes: 4096,
    pageCount: 3,
    encoding: 'UTF-8',
    journalMode: 'wal',
    userVersion: 0,
    applicationId: 0,
    autoVacuum: 0,
    method: 'held-snapshot',
    writersWaitedMs: 0,
  },
  scope: wholeScope,
  tables: [
    { name: 'orders', rows: 3, digest: '111' },
    { name: 'people', rows: 2, digest: '222' },
  ],
  sequences: [{ name: 'orders_id_seq', before: '9007199254740993', after: '9007199254740995' }],
  objects: [{ kind: 'index', name: 'orders_by_day' }],
  largeObjects: { count: 1, digest: '5' },
  omissions: [],
  digest: { method: 'test-sum', probe: '42' },
  liveSizeBytes: null,
};

const same: Counted = {
  tables: [
    { name: 'people', rows: 2, digest: '222' },
    { name: 'orders', rows: 3, digest: '111' },
  ],
  sequences: [{ name: 'orders_id_seq', value: '9007199254740994' }],
  objects: [
    { kind: 'index', name: 'orders_by_day' },
    { kind: 'view', name: 'extra' },
  ],
  largeObjects: { count: 1, digest: '5' },
  digestProbe: '42',
};

const codes = (expected: DatabaseInventory, found: Counted): string[] =>
  compare(expected, found).problems.map((problem) => `${problem.grade} ${problem.code}`);

describe('SV-14 what was restored is held against the manifest', () => {
  it('finds nothing wrong where everything came back, in any order', () => {
    const { tables, problems } = compare(promised, same);
    expect(problems).toEqual([]);
    expect(tables).toEqual([
      { name: 'orders', expectedRows: 3, rows: 3, digestEqual: true },
      { name: 'people', expectedRows: 2, rows: 2, digestEqual: true },
    ]);
    expect(verdictOf('restore', problems)).toBe('proven');
  });

  it('calls a lost row, a lost table, a foreign table and a lost index fatal', () => {
    const damaged: Counted = {
      ...same,
      tables: [
        { name: 'orders', rows: 2, digest: '110' },
        { name: 'stranger', rows: 0, digest: '0' },
      ],
      objects: [],
    };
    expect(codes(promised, damaged)).toEqual([
      'fatal table.rows-differ',
      'fatal table.missing',
      'fatal table.unexpected',
      'fatal object.missing',
    ]);
  });

  it('groups the digits of what it counted', () => {
    const many = { ...promised, tables: promised.tables.slice(0, 1).map((table) => ({ ...table, rows: 185_522 })) };
    const lost: Counted = { ...same, tables: [{ name: 'orders', rows: 1, digest: '111' }], objects: [] };
    const [differs] = compare(many, lost).problems;
    expect(differs?.message).toBe('orders has 1 row; the backup promises 185\u00a0522.');
  });

  it('sees changed content behind an unchanged number of rows', () => {
    const changed = { ...same, tables: [{ name: 'orders', rows: 3, digest: '999' }, ...same.tables.slice(0, 1)] };
    expect(codes(promised, changed)).toEqual(['fatal table.content-differs']);
  });

  it('is at most "partly" where digests were off, or cannot be compared on this server', () => {
    const off = compare(
      { ...promised, digest: null, tables: promised.tables.map((table) => ({ ...table, digest: null })) },
      { ...same, digestProbe: null },
    );
    expect(verdictOf('restore', off.problems)).toBe('partly');
    expect(off.tables.map((table) => table.digestEqual)).toEqual([null, null]);
    const other = compare(promised, { ...same, digestProbe: '43' });
    expect(other.problems.map((problem) => problem.code)).toContain('digest.not-comparable');
    expect(verdictOf('restore', other.problems)).toBe('partly');
  });

  it('lets a sequence lie between its two readings, and not outside them, beyond 2^53', () => {
    const at = (value: string): string[] => codes(promised, { ...same, sequences: [{ name: 'orders_id_seq', value }] });
    expect(at('9007199254740993')).toEqual([]);
    expect(at('9007199254740995')).toEqual([]);
    expect(at('9007199254740992')).toEqual(['fatal sequence.differs']);
    expect(at('9007199254740996')).toEqual(['fatal sequence.differs']);
  });

  it('expects no rows of a backup that holds the schema only', () => {
    const schemaOnly: DatabaseInventory = { ...promised, scope: { ...wholeScope, part: 'schema' } };
    const empty: Counted = {
      ...same,
      tables: same.tables.map((table) => ({ ...table, rows: 0, digest: '0' })),
      largeObjects: { count: 0, digest: null },
      sequences: [],
    };
    expect(codes(schemaOnly, empty)).toEqual([]);
  });

  it('never calls a read proven', () => {
    expect(verdictOf('read', [])).toBe('partly');
    expect(verdictOf('read', [{ grade: 'fatal', code: 'x.y', subject: '', message: '' }])).toBe('failed');
    expect(verdictOf('restore', [{ grade: 'cosmetic', code: 'x.y', subject: '', message: '' }])).toBe('proven');
  });
});

it('a table that could not be made here is told once, as unchecked, and excuses nothing else', () => {
  const missing = (subject: string): Problem => ({
    grade: 'fatal',
    code: 'table.missing',
    subject,
    message: 'It is missing.',
  });
  const told: Problem[] = [
    { grade: 'unchecked', code: 'extension.unavailable', subject: 'public.places', message: 'postgis is not here' },
    { grade: 'cosmetic', code: 'restore.entry', subject: 'public.orders', message: 'an owner' },
  ];
  expect(withoutExcused([missing('public.places'), missing('public.orders')], told)).toEqual([
    missing('public.orders'),
  ]);
});
