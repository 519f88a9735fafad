import { describe, expect, test } from 'vitest';
import { isChosen, refuseScope } from '../../../src/main/engine/sqlite/scope.ts';
import { wholeScope } from '../../../src/shared/source.ts';

const shadows = new Map([
  ['search_content', 'search'],
  ['search_idx', 'search'],
]);
const chosen = (table: string, scope: Partial<typeof wholeScope>): boolean =>
  isChosen(table, { ...wholeScope, ...scope }, shadows);

describe('SV-22 which tables a scope takes', () => {
  test('all of them without a word', () => {
    expect(chosen('orders', {})).toBe(true);
  });

  test('the chosen ones, by the name as SQLite compares it', () => {
    expect(chosen('orders', { tables: ['ORDERS'] })).toBe(true);
    expect(chosen('ordersx', { tables: ['orders'] })).toBe(false);
    expect(chosen('Ä', { tables: ['ä'] })).toBe(false);
  });

  test('not the excluded ones, even when they are chosen too', () => {
    expect(chosen('orders', { excludeTables: ['orders'] })).toBe(false);
    expect(chosen('orders', { tables: ['orders'], excludeTables: ['Orders'] })).toBe(false);
    expect(chosen('customers', { excludeTables: ['orders'] })).toBe(true);
  });

  test('shadow tables with the virtual table that they belong to', () => {
    expect(chosen('search_content', { tables: ['search'] })).toBe(true);
    expect(chosen('search_idx', { excludeTables: ['search'] })).toBe(false);
    expect(chosen('search_idx', { tables: ['orders'] })).toBe(false);
  });

  test("SQLite's own tables in any case", () => {
    expect(chosen('sqlite_sequence', { tables: ['orders'] })).toBe(true);
  });

  test('rows without tables, and schemas, are refused', () => {
    expect(() => refuseScope({ ...wholeScope, part: 'data' })).toThrow(
      expect.objectContaining({ code: 'source.scope-unsupported' }) as Error,
    );
    expect(() => refuseScope({ ...wholeScope, schemas: ['public'] })).toThrow(
      expect.objectContaining({ code: 'source.scope-unsupported' }) as Error,
    );
    expect(() => refuseScope(wholeScope)).not.toThrow();
  });
});
