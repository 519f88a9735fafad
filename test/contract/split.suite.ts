/** What a place does with data files that are larger than it takes: held against every kind whose code differs. */
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyOf, key, type Body, type Destination, type Key } from '../../src/main/destination/destination.ts';
import { splitting } from '../../src/main/destination/split.ts';

const partBytes = 1024 * 1024;
const bytes = randomBytes(partBytes * 3 + 12_345);
const name = key('data', 'bk-1', '01-shop.pgdump.zst');
const part = (number: number, whole: Key = name): Key => key(`${whole}.part-000${number}`);
const sha256 = createHash('sha256').update(bytes).digest('hex');

/** @param openPlace a place that is empty, as its kind has it. */
export function splitSuite(kind: string, openPlace: () => Promise<Destination>): void {
  describe(`BS-14 ${kind} with files of at most 1 MiB`, () => {
    let inner: Destination;
    let place: Destination;
    beforeAll(async () => {
      inner = await openPlace();
      place = splitting(inner, partBytes);
    });
    afterAll(() => place.close());

    const listed = async (from: Destination): Promise<[string, number][]> => {
      const found: [string, number][] = [];
      for await (const stored of from.list(key('data'))) found.push([stored.key, stored.sizeBytes]);
      return found;
    };
    const read = async (from?: number, to?: number): Promise<Buffer> =>
      buffer(await place.get(name, { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }));

    test('a larger one lies there in numbered parts, which joined are its bytes; here it is one file', async () => {
      const told: number[] = [];
      const stored = await place.put(
        name,
        { ...bodyOf(bytes), sha256 },
        { ifAbsent: true, onProgress: (at) => told.push(at) },
      );
      expect(stored).toMatchObject({ key: name, sizeBytes: bytes.length, parts: 4 });
      expect(told.at(-1)).toBe(bytes.length);
      expect(await listed(inner)).toEqual([1, 2, 3, 4].map((n) => [part(n), n < 4 ? partBytes : 12_345]));
      const parts = await Promise.all([1, 2, 3, 4].map(async (n) => buffer(await inner.get(part(n)))));
      expect(Buffer.concat(parts).equals(bytes)).toBe(true);
      expect(await listed(place)).toEqual([[name, bytes.length]]);
      expect(await place.stat(name)).toMatchObject({ sizeBytes: bytes.length, parts: 4 });
      expect((await read()).equals(bytes)).toBe(true);
    });

    test('a place that is opened without the limit reads it all the same', async () => {
      const reader = splitting(inner);
      expect(
        (await buffer(await reader.get(name, { from: partBytes - 3, to: partBytes + 3 }))).equals(
          bytes.subarray(partBytes - 3, partBytes + 3),
        ),
      ).toBe(true);
      expect(await listed(reader)).toEqual([[name, bytes.length]]);
    });

    test.each([
      [0, 1],
      [partBytes - 1, partBytes + 1],
      [partBytes, 2 * partBytes],
      [partBytes * 2 - 7, partBytes * 3 + 7],
      [bytes.length - 1, bytes.length],
      [bytes.length - 1, bytes.length + 1],
      [bytes.length, bytes.length + 1],
      [5, 5],
    ])('bytes %d to %d come from the parts that hold them', async (from, to) => {
      expect((await read(from, to)).equals(bytes.subarray(from, to))).toBe(true);
    });

    test('a second put of the name is refused', async () => {
      await expect(place.put(name, bodyOf(bytes), { ifAbsent: true })).rejects.toMatchObject({
        code: 'destination.exists',
      });
    });

    test('a put without ifAbsent replaces every part, and leaves none too many', async () => {
      const other = randomBytes(partBytes + 5);
      await place.put(name, { ...bodyOf(other), sha256: createHash('sha256').update(other).digest('hex') });
      expect(await listed(inner)).toEqual([
        [part(1), partBytes],
        [part(2), 5],
      ]);
      expect((await read()).equals(other)).toBe(true);
      await splitting(inner).put(name, bodyOf(bytes));
      expect(await listed(inner)).toEqual([[name, bytes.length]]);
      await place.put(name, bodyOf(other));
      expect(await listed(inner)).toEqual([
        [part(1), partBytes],
        [part(2), 5],
      ]);
    });

    test('removing it removes every part', async () => {
      await place.remove(name);
      await place.remove(name);
      expect(await listed(inner)).toEqual([]);
      expect(await place.stat(name)).toBeUndefined();
      await expect(read()).rejects.toMatchObject({ code: 'artifact.missing' });
    });

    test('a put that broke off goes on with the first part that is missing, and reads nothing before it', async () => {
      const { body, opened } = breaking(bytes);
      const tokens: string[] = [];
      const stop = new AbortController();
      const going = place.put(name, body, {
        ifAbsent: true,
        signal: stop.signal,
        onResumable: (token) => tokens.push(token),
        onProgress: (at) => {
          if (at > 2 * partBytes) stop.abort(new Error('the machine sleeps'));
        },
      });
      await expect(going).rejects.toThrow('the machine sleeps');
      const there = (await listed(inner)).length;
      expect([2, 3]).toContain(there);
      opened.length = 0;
      await place.put(name, body, { ifAbsent: true, resumeToken: tokens.at(-1) ?? '' });
      expect(opened).toEqual([there * partBytes]);
      expect((await read()).equals(bytes)).toBe(true);
      await place.remove(name);
    });

    test('without a word of how to go on, or when it was given up, no part stays', async () => {
      const { body, breakAt } = breaking(bytes);
      breakAt(2 * partBytes + 1000);
      await expect(place.put(name, body, { ifAbsent: true })).rejects.toThrow('the disk is gone');
      expect(await listed(inner)).toEqual([]);
      const tokens: string[] = [];
      const stop = new AbortController();
      const onProgress = (at: number): void => void (at > partBytes && stop.abort(new Error('stopped')));
      breakAt(Infinity);
      const options = {
        ifAbsent: true,
        signal: stop.signal,
        onResumable: (token: string) => void tokens.push(token),
        onProgress,
      };
      await expect(place.put(name, body, options)).rejects.toThrow('stopped');
      expect((await listed(inner)).length).toBeGreaterThan(0);
      await place.giveUp?.(name, tokens.at(-1) ?? '');
      expect(await listed(inner)).toEqual([]);
    });

    test('a part that is gone, and one that is shorter, are told; never is the next taken in its stead', async () => {
      await place.put(name, bodyOf(bytes));
      await inner.remove(part(2));
      const fresh = splitting(inner);
      expect((await fresh.stat(name))?.sizeBytes).toBe(bytes.length - partBytes);
      await expect(buffer(await fresh.get(name))).rejects.toMatchObject({ code: 'artifact.missing' });
      await inner.put(part(2), bodyOf(bytes.subarray(partBytes, 2 * partBytes)));
      expect((await buffer(await splitting(inner).get(name))).equals(bytes)).toBe(true);
      const looked = splitting(inner);
      await looked.stat(name);
      await inner.put(part(2), bodyOf(bytes.subarray(partBytes, 2 * partBytes - 9)));
      await expect(buffer(await looked.get(name))).rejects.toMatchObject({ code: 'artifact.truncated' });
      await place.remove(name);
    });

    test('bytes that are not the announced ones replace nothing', async () => {
      await place.put(name, bodyOf(bytes));
      const wrong = Buffer.from(bytes);
      wrong[partBytes * 2] = (wrong[partBytes * 2] ?? 0) ^ 1;
      await expect(place.put(name, { ...bodyOf(wrong), sha256 })).rejects.toMatchObject({
        code: 'destination.hash-mismatch',
      });
      expect((await read()).equals(bytes)).toBe(true);
      await place.remove(name);
    });

    test('more parts than can be counted are refused before a byte goes', async () => {
      const body: Body = { sizeBytes: 10_000 * partBytes, open: () => Readable.from([]) };
      await expect(place.put(name, body)).rejects.toMatchObject({ code: 'destination.too-many-parts' });
      expect(await listed(inner)).toEqual([]);
    });
  });
}

/** A body that fails where it is told to, and says from where it was opened. */
function breaking(whole: Buffer): { body: Body; opened: number[]; breakAt: (offset: number) => void } {
  let end = Infinity;
  const opened: number[] = [];
  async function* pieces(from: number): AsyncGenerator<Buffer> {
    for (let offset = from; offset < whole.length; offset += 65_536) {
      if (offset >= end) throw new Error('the disk is gone');
      yield whole.subarray(offset, offset + 65_536);
    }
  }
  const open = (from = 0): Readable => {
    opened.push(from);
    return Readable.from(pieces(from), { objectMode: false });
  };
  return { body: { sizeBytes: whole.length, open }, opened, breakAt: (offset) => void (end = offset) };
}
