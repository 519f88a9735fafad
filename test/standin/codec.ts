/**
 * Values as text and back, as structured clone would carry them. `makeCodec` refers to nothing outside itself: its own
 * source text also runs in the page and in the preload script's world.
 */
export interface Codec {
  /** @param keep takes a function and gives the number under which the other side can call it; without, functions are refused. */
  encode(value: unknown, keep?: (value: unknown) => number): unknown;
  decode(value: unknown, call?: (id: number) => unknown): unknown;
}

export function makeCodec(): Codec {
  const refuse = (): never => {
    throw new Error('An object could not be cloned.');
  };
  const toBase64 = (bytes: Uint8Array): string => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 32_768)
      text += String.fromCharCode.apply(null, Array.from(bytes.subarray(at, at + 32_768)));
    return btoa(text);
  };
  const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  const encode: Codec['encode'] = (value, keep) => {
    if (value === undefined) return { is: 'undefined' };
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : { is: 'number', text: String(value) };
    if (typeof value === 'bigint') return { is: 'bigint', text: String(value) };
    if (typeof value === 'function') return keep === undefined ? refuse() : { is: 'function', id: keep(value) };
    if (typeof value === 'symbol') return refuse();
    return encodeObject(value, keep);
  };
  const encodeObject = (value: object, keep?: (value: unknown) => number): unknown => {
    const all = (values: Iterable<unknown>): unknown[] => Array.from(values, (each) => encode(each, keep));
    if (Array.isArray(value)) return all(value);
    if (value instanceof Date) return { is: 'date', at: value.getTime() };
    if (value instanceof Error) return { is: 'error', name: value.name, message: value.message };
    if (value instanceof Map) return { is: 'map', entries: [...value].map(all) };
    if (value instanceof Set) return { is: 'set', values: all(value) };
    if (value instanceof Uint8Array) return { is: 'bytes', base64: toBase64(value) };
    // Own enumerable keys alone: prototypes and methods are lost, as in a structured clone.
    return { is: 'object', entries: Object.keys(value).map((key) => [key, encode(value[key as never], keep)]) };
  };

  type Coded = { is: string; [field: string]: unknown };
  const decode: Codec['decode'] = (value, call) => {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((each) => decode(each, call));
    const coded = value as Coded;
    const pairs = (): [unknown, unknown][] =>
      (coded['entries'] as [unknown, unknown][]).map(([key, each]) => [decode(key, call), decode(each, call)]);
    switch (coded.is) {
      case 'undefined':
        return undefined;
      case 'number':
        return Number(coded['text']);
      case 'bigint':
        return BigInt(coded['text'] as string);
      case 'function':
        return call === undefined ? undefined : call(coded['id'] as number);
      case 'date':
        return new Date(coded['at'] as number);
      case 'error': {
        const error = new Error(coded['message'] as string);
        error.name = coded['name'] as string;
        return error;
      }
      case 'map':
        return new Map(pairs());
      case 'set':
        return new Set((coded['values'] as unknown[]).map((each) => decode(each, call)));
      case 'bytes':
        return fromBase64(coded['base64'] as string);
      default: {
        const object = {};
        // As a structured clone does it: an own property, also where the name is one that assignment treats as special.
        for (const [key, each] of pairs())
          Object.defineProperty(object, key as string, {
            value: each,
            writable: true,
            enumerable: true,
            configurable: true,
          });
        return object;
      }
    }
  };
  return { encode, decode };
}
