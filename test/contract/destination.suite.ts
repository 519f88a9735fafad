/** Every sentence of `src/main/destination/destination.ts`, held against a kind of place. A new kind joins with fifteen lines. */
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { piecesFrom } from '../../src/main/base/piecewise.ts';
import { bodyOf, key, type Body, type Destination, type Key } from '../../src/main/destination/destination.ts';

export interface SuiteOptions {
  /** A place that is empty. */
  open(): Promise<Destination>;
  /** Size of the large body; every edge is tried one byte below and above it. Default 64 MiB. */
  largeBytes?: number;
  /** How many keys are listed; default 1 200, more than one page of any service. */
  manyKeys?: number;
  /** The service knows no conditional put: `features.oneWinner` has to say so, and a put after another is still refused. */
  looksFirst?: boolean;
  /** How much of a body may be sent before an abort is seen. Default 1 MiB. */
  pieceBytes?: number;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Whoever keeps a piece after asking for the next one finds other bytes in it. */
function inOneMemory(bytes: Buffer): Body {
  const memory = Buffer.alloc(300_000);
  async function* pieces(from: number): AsyncGenerator<Buffer> {
    for (let at = from; at < bytes.length; at += memory.length)
      yield memory.subarray(0, bytes.copy(memory, 0, at, at + memory.length));
    memory.fill(0);
  }
  return { sizeBytes: bytes.length, open: (from = 0) => piecesFrom(() => pieces(from)) };
}

export function destinationSuite(kind: string, options: SuiteOptions): void {
  const largeBytes = options.largeBytes ?? 64 * 1024 * 1024;
  const pieceBytes = options.pieceBytes ?? 1024 * 1024;

  describe(`${kind} keeps bytes`, () => {
    let place: Destination;
    const read = async (name: Key, range?: { from?: number; to?: number }): Promise<Buffer> =>
      buffer(await place.get(name, range));
    const listed = async (prefix: Key | '' = ''): Promise<string[]> => {
      const names: string[] = [];
      for await (const stored of place.list(prefix)) names.push(stored.key);
      return names;
    };
    const failing = async (work: Promise<unknown>): Promise<string> => {
      try {
        await work;
      } catch (thrown) {
        return (thrown as { code?: string }).code ?? String(thrown);
      }
      return 'nothing failed';
    };

    beforeAll(async () => {
      place = await options.open();
    });
    afterAll(async () => {
      await place.close();
      await place.close();
    });

    test('what was never put is absent: no stat, no list, artifact.missing when it is read', async () => {
      const name = key('absent', 'x');
      expect(await place.stat(name)).toBeUndefined();
      expect(await listed(key('absent'))).toEqual([]);
      expect(await failing(place.get(name))).toBe('artifact.missing');
    });

    test('a put is read back at once, with its size in stat and list', async () => {
      const name = key('plain', 'hello.txt');
      const stored = await place.put(name, bodyOf(Buffer.from('hello')));
      expect(stored).toMatchObject({ key: name, sizeBytes: 5 });
      expect(await place.stat(name)).toEqual(stored);
      expect(await listed(key('plain'))).toEqual([name]);
      expect((await read(name)).toString()).toBe('hello');
    });

    test.each([0, 1, largeBytes - 1, largeBytes, largeBytes + 1])(
      'a body of %d bytes comes back unchanged, though each of its pieces comes in the memory of the last',
      async (size) => {
        const name = key('size', String(size));
        const bytes = randomBytes(size);
        await place.put(name, { ...inOneMemory(bytes), sha256: sha256(bytes) });
        expect((await place.stat(name))?.sizeBytes).toBe(size);
        expect((await read(name)).equals(bytes)).toBe(true);
        await place.remove(name);
      },
    );

    test('any range is read: from inclusive, to exclusive, beyond the end empty', async () => {
      const name = key('range', 'x');
      const bytes = randomBytes(100_000);
      await place.put(name, bodyOf(bytes));
      const ranges = [
        [0, 0],
        [0, 1],
        [1, 1],
        [5, 3],
        [65_535, 65_537],
        [99_999, 100_000],
        [99_999, 100_001],
        [100_000, 100_001],
        [200_000, 300_000],
        [0, 100_000],
      ] as const;
      for (const [from, to] of ranges) {
        expect((await read(name, { from, to })).equals(bytes.subarray(from, Math.max(from, to))), `${from}-${to}`).toBe(
          true,
        );
      }
      expect((await read(name, { from: 70_000 })).equals(bytes.subarray(70_000))).toBe(true);
      expect((await read(name, { to: 10 })).equals(bytes.subarray(0, 10))).toBe(true);
    });

    test('names with every kind of character are names and nothing more', async () => {
      const names = [
        'ünï/日本語.bin',
        'e\u0301 and \u00e9',
        'emoji 😀/x',
        'a b/c  d',
        '-rf',
        'quote\'d "twice" `thrice`',
        '$HOME/$(reboot);&|<>*?[x]{y}!#%',
        '~',
        '...',
        '.hidden',
        'a..b',
        'x'.repeat(200),
        `${'p/'.repeat(100)}deep`,
        '%2e%2e/x',
        'trailing ',
      ].map((name) => key('odd', name));
      for (const name of names) await place.put(name, bodyOf(Buffer.from(name)));
      for (const name of names) expect((await read(name)).toString()).toBe(name);
      const bytewise = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(await listed(key('odd'))).toEqual(bytewise);
      for (const name of names) await place.remove(name);
      expect(await listed(key('odd'))).toEqual([]);
    });

    test('a second put replaces the first in one step; readers in between see one or the other, whole', async () => {
      const name = key('replace', 'x');
      const [old, next] = [Buffer.alloc(300_000, 'a'), Buffer.alloc(200_000, 'b')];
      await place.put(name, bodyOf(old));
      const put = { done: false };
      const putting = place.put(name, bodyOf(next)).finally(() => {
        put.done = true;
      });
      let looks = 0;
      do {
        const seen = await read(name);
        expect(seen.equals(old) || seen.equals(next)).toBe(true);
        looks += 1;
      } while (!put.done);
      await putting;
      expect(looks).toBeGreaterThan(0);
      expect((await read(name)).equals(next)).toBe(true);
    });

    const looksFirst = (): void =>
      test('ifAbsent without conditions: the place says so, and looks first', async () => {
        const name = key('race', 'looks');
        await place.put(name, bodyOf(Buffer.from('first')), { ifAbsent: true });
        expect(await failing(place.put(name, bodyOf(Buffer.from('late')), { ifAbsent: true }))).toBe(
          'destination.exists',
        );
        expect((await read(name)).toString()).toBe('first');
        expect(place.features.oneWinner).toBe(false);
      });

    const oneWins = (): void =>
      test('ifAbsent: of puts at once exactly one wins, and what it put is what is there', async () => {
        for (let round = 0; round < 20; round += 1) {
          const name = key('race', String(round));
          const outcomes = await Promise.allSettled(
            ['a', 'b', 'c'].map((letter) =>
              place.put(name, bodyOf(Buffer.alloc(10_000, letter)), { ifAbsent: true }).then(() => letter),
            ),
          );
          const won = outcomes.filter((outcome) => outcome.status === 'fulfilled').map((outcome) => outcome.value);
          expect(won).toHaveLength(1);
          const lost = outcomes
            .filter((outcome) => outcome.status === 'rejected')
            .map((outcome) => outcome.reason as unknown);
          expect(lost).toEqual([
            expect.objectContaining({ code: 'destination.exists' }),
            expect.objectContaining({ code: 'destination.exists' }),
          ]);
          expect((await read(name)).equals(Buffer.alloc(10_000, won[0]))).toBe(true);
          expect(await failing(place.put(name, bodyOf(Buffer.from('late')), { ifAbsent: true }))).toBe(
            'destination.exists',
          );
        }
        expect(await listed(key('race'))).toHaveLength(20);
        expect(place.features.oneWinner).toBe(true);
      });

    // Either it has conditions or it has not: the other promise is not made.
    if (options.looksFirst === true) looksFirst();
    else oneWins();

    test('bytes that are not the announced ones are refused, and nothing is listed', async () => {
      const bytes = randomBytes(50_000);
      const wrong: [string, Body][] = [
        ['hash', { ...bodyOf(bytes), sha256: sha256(Buffer.from('other')) }],
        ['longer', { ...bodyOf(bytes), sizeBytes: 49_999 }],
        ['shorter', { ...bodyOf(bytes), sizeBytes: 50_001 }],
      ];
      for (const [name, body] of wrong) {
        expect(await failing(place.put(key('wrong', name), body)), name).toBe('destination.hash-mismatch');
        expect(await place.stat(key('wrong', name))).toBeUndefined();
      }
      expect(await listed(key('wrong'))).toEqual([]);
    });

    test('a refused put leaves what was there before', async () => {
      const name = key('kept', 'x');
      await place.put(name, bodyOf(Buffer.from('first')));
      expect(
        await failing(place.put(name, { ...bodyOf(Buffer.from('other')), sha256: sha256(Buffer.from('no')) })),
      ).toBe('destination.hash-mismatch');
      expect((await read(name)).toString()).toBe('first');
    });

    test('a body that fails in the middle: its own error comes up, nothing is listed', async () => {
      const own = new Error('the source went away');
      const body: Body = {
        sizeBytes: 4 * pieceBytes,
        open: () =>
          Readable.from(
            (function* broken() {
              yield Buffer.alloc(pieceBytes);
              throw own;
            })(),
          ),
      };
      await expect(place.put(key('broken', 'x'), body)).rejects.toBe(own);
      expect(await listed(key('broken'))).toEqual([]);
    });

    test('an abort in the middle of a put: its reason comes up, nothing is listed, the body is let go', async () => {
      const aborter = new AbortController();
      const reason = new Error('no longer wanted');
      let stream: Readable | undefined;
      const body: Body = {
        sizeBytes: 64 * pieceBytes,
        open: () => {
          let sent = 0;
          stream = new Readable({
            read() {
              sent += 1;
              // The rest never comes: only an abort can end this put.
              if (sent <= 2) this.push(Buffer.alloc(pieceBytes));
              else aborter.abort(reason);
            },
          });
          return stream;
        },
      };
      await expect(place.put(key('aborted', 'x'), body, { signal: aborter.signal })).rejects.toBe(reason);
      expect(stream?.destroyed).toBe(true);
      expect(await listed(key('aborted'))).toEqual([]);
      await expect(place.put(key('aborted', 'y'), bodyOf(Buffer.from('y')), { signal: aborter.signal })).rejects.toBe(
        reason,
      );
      await expect(place.get(key('aborted', 'x'), { signal: aborter.signal })).rejects.toBe(reason);
      expect(await listed(key('aborted'))).toEqual([]);
    });

    test('an abort in the middle of a read ends it with its reason', async () => {
      const name = key('read-abort', 'x');
      await place.put(name, bodyOf(Buffer.alloc(8 * pieceBytes)));
      const aborter = new AbortController();
      const reason = new Error('enough');
      const reading = (async () => {
        for await (const _ of await place.get(name, { signal: aborter.signal })) aborter.abort(reason);
      })();
      await expect(reading).rejects.toBe(reason);
    });

    test('progress only grows and ends with the size', async () => {
      const seen: number[] = [];
      await place.put(key('progress', 'x'), bodyOf(Buffer.alloc(300_000)), { onProgress: (bytes) => seen.push(bytes) });
      expect(seen.at(-1)).toBe(300_000);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    });

    test('removing is done when it resolves, and removing again is no error', async () => {
      const name = key('remove', 'deep', 'x');
      await place.put(name, bodyOf(Buffer.from('x')));
      await place.remove(name);
      expect(await place.stat(name)).toBeUndefined();
      expect(await listed(key('remove'))).toEqual([]);
      await place.remove(name);
      await place.put(name, bodyOf(Buffer.from('again')));
      expect((await read(name)).toString()).toBe('again');
      await Promise.all([place.remove(name), place.remove(name)]);
      expect(await place.stat(name)).toBeUndefined();
    });

    test('a prefix is a folder, not the beginning of a word', async () => {
      for (const name of ['pre/a', 'pre/b/c', 'prefix/x', 'pre-x'])
        await place.put(key('p', name), bodyOf(Buffer.from(name)));
      expect(await listed(key('p', 'pre'))).toEqual(['p/pre/a', 'p/pre/b/c']);
      expect(await listed(key('p', 'pre', 'a'))).toEqual([]);
      // `-` comes before `/`, which comes before letters: the order of the whole keys, not of one folder after the other.
      expect(await listed(key('p'))).toEqual(['p/pre-x', 'p/pre/a', 'p/pre/b/c', 'p/prefix/x']);
    });

    test('more keys than fit on one page are listed once each, in order; a consumer may stop or abort', async () => {
      const count = options.manyKeys ?? 1200;
      const names = Array.from({ length: count }, (_, index) =>
        key('many', `k${String(index * 7919).padStart(9, '0')}`),
      );
      for (let start = 0; start < count; start += 50) {
        await Promise.all(names.slice(start, start + 50).map((name) => place.put(name, bodyOf(Buffer.from('x')))));
      }
      expect(await listed(key('many'))).toEqual(names);
      const few: string[] = [];
      for await (const stored of place.list(key('many'))) {
        few.push(stored.key);
        if (few.length === 3) break;
      }
      expect(few).toEqual(names.slice(0, 3));
      const aborter = new AbortController();
      const reason = new Error('stop');
      const listing = (async () => {
        for await (const stored of place.list(key('many'), aborter.signal))
          if (stored.key === names[5]) aborter.abort(reason);
      })();
      await expect(listing).rejects.toBe(reason);
      for (let start = 0; start < count; start += 50)
        await Promise.all(names.slice(start, start + 50).map((name) => place.remove(name)));
      expect(await listed(key('many'))).toEqual([]);
    });

    test('puts at once do not disturb each other', async () => {
      const bodies = Array.from({ length: 20 }, (_, index) => ({
        name: key('together', String(index % 4), String(index)),
        bytes: randomBytes(200_000),
      }));
      await Promise.all(bodies.map(({ name, bytes }) => place.put(name, { ...bodyOf(bytes), sha256: sha256(bytes) })));
      for (const { name, bytes } of bodies) expect((await read(name)).equals(bytes)).toBe(true);
    });

    test('free space is a number where the place can tell, and null where it cannot', async () => {
      const free = await place.freeBytes();
      expect(place.features.freeSpace ? (free ?? -1) > 0 : free === null).toBe(true);
    });
  });
}
