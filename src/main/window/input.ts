/** What a window may send at all, before anybody looks for a meaning in it. */
import { Fail } from '../../shared/failure.ts';

/** Of one call, as text. */
export const maxInputBytes = 8 * 1024 * 1024;
const maxDepth = 24;
const maxValues = 200_000;
/** Names under which JavaScript keeps what all objects share. No call of the contract has a field of such a name. */
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Refuses what no door of Holdfast sends: nesting deeper than 24, more than 200 000 values, keys that reach for the
 * prototype of objects, anything that JSON cannot say. Nothing is copied and nothing is changed.
 * @throws Fail `call.refused`
 */
export function checkInput(input: unknown): void {
  // A stack of its own: depth must not be paid with the stack of the process.
  const open: { value: unknown; depth: number }[] = [{ value: input, depth: 0 }];
  let seen = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    seen += 1;
    if (seen > maxValues) throw refused('it holds too many values');
    const { value, depth } = next;
    if (typeof value === 'object' && value !== null) {
      if (depth >= maxDepth) throw refused('it is nested too deep');
      for (const child of childrenOf(value)) open.push({ value: child, depth: depth + 1 });
    } else if (!isPlain(value)) throw refused('it is not plain data');
  }
}

function childrenOf(value: object): unknown[] {
  if (Array.isArray(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw refused('it is not plain data');
  const keys = Object.keys(value);
  if (keys.some((key) => forbidden.has(key))) throw refused('it holds a key that no call has');
  return Object.values(value);
}

const isPlain = (value: unknown): boolean =>
  value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value);

const refused = (why: string): Fail => new Fail('call.refused', `What the window sent was not looked at: ${why}.`);
