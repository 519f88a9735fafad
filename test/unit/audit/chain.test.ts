import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beginning, canonical, link, noHash, readLine, readNext } from '../../../src/main/audit/chain.ts';

const detail = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.integer(), fc.boolean(), fc.constant(null));
const fact = fc.record({
  at: fc.nat(4_000_000_000_000),
  action: fc.constantFrom('backup.made' as const, 'secret.revealed' as const),
  actor: fc.string({ unit: 'binary' }),
  subject: fc.string({ unit: 'binary' }),
  details: fc.dictionary(
    fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', 'constructor', '10', '9')),
    detail,
  ),
});

describe('BS-16 one line of the trail', () => {
  test('the canonical text has its keys in order, whatever their order was', () => {
    expect(canonical({ b: 1, a: { d: [{ z: 1, y: 2 }], c: null } })).toBe('{"a":{"c":null,"d":[{"y":2,"z":1}]},"b":1}');
    expect(canonical({ 9: 1, 10: NaN, __proto: undefined })).toBe('{"10":null,"9":1}');
  });

  test('the first line names 64 zeros as the one before it', () => {
    const { entry, line } = link(beginning, {
      at: 1,
      action: 'data.opened',
      actor: 'ada',
      subject: 'home',
      details: {},
    });
    expect(entry).toMatchObject({ sequence: 1, previous: noHash });
    expect(line).toBe(
      `{"action":"data.opened","actor":"ada","at":1,"details":{},"hash":"${entry.hash}","previous":"${noHash}","sequence":1,"subject":"home"}`,
    );
    // Fixed for ever: whoever checks a trail with other tools gets the same number.
    expect(entry.hash).toBe('2392380f6896b74f43660bf830b4b4d5dbbc480fc4cb62d618583a95a9fba119');
  });

  test('what anybody can write is read back, one line each', () => {
    fc.assert(
      fc.property(fact, (any) => {
        const { line, entry } = link(beginning, any);
        expect(line).not.toContain('\n');
        expect(readLine(line)).toEqual(JSON.parse(JSON.stringify(entry)));
        expect(readNext(beginning, line)).toBeDefined();
        expect(readNext(entry, line)).toBeUndefined();
      }),
    );
  });

  test('a line in another form than its own is not read, even with the same meaning', () => {
    const { line } = link(beginning, { at: 1, action: 'data.opened', actor: 'ada', subject: 'home', details: {} });
    expect(readLine(line.replace('{"action"', '{ "action"'))).toBeUndefined();
    expect(readLine(line.replace('"ada"', String.raw`"\u0061da"`))).toBeUndefined();
    expect(readLine(line.replace('"at":1', '"at":1,"at":1'))).toBeUndefined();
    expect(readLine('')).toBeUndefined();
    expect(readLine('[]')).toBeUndefined();
  });
});
