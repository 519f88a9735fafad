import { createHash, randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createZstdCompress, constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { pack } from '../../../src/main/artifact/pack.ts';
import { unpack, unpackTo } from '../../../src/main/artifact/unpack.ts';
import { key } from '../../../src/main/base/key.ts';
import { rangeSizeBytes, type ArtifactFacts } from '../../../src/shared/artifact.ts';
import { memoryDestination } from '../../helpers/memory-destination.ts';
import { tempFolder } from '../../helpers/temp.ts';

const head = { number: 1, name: 'shop', content: 'postgres-custom' } as const;
const { signal } = new AbortController();
const name = key('data', 'set', 'x');
const code = (value: string) => expect.objectContaining({ code: value });
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A stream that hands out its bytes in pieces of this size. */
function inPieces(bytes: Buffer, size: number): Readable {
  return Readable.from(
    (function* pieces() {
      for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
    })(),
  );
}

/** Stored bytes with a manifest that is right for them, whatever they are: only what zstd makes of them is in question. */
function held(bytes: Buffer, rawSizeBytes: number) {
  const place = memoryDestination();
  place.files.set(name, bytes);
  const facts: ArtifactFacts = {
    name: '01-x.pgdump.zst',
    content: 'postgres-custom',
    coding: ['zstd'],
    sizeBytes: bytes.length,
    rawSizeBytes,
    rangeSizeBytes,
    ranges: bytes.length === 0 ? [] : [sha256(bytes)],
  };
  return { place, facts, content: (): Readable => unpack(place, name, facts, { signal }) };
}

describe('A stream is packed in one pass', () => {
  test.each([0, 1, 65_535, 65_536, 65_537, 3_000_000])('%d bytes come back unchanged', async (size) => {
    const spool = tempFolder('spool');
    const raw = Buffer.concat([randomBytes(size >> 1), Buffer.alloc(size - (size >> 1), 'abc')]);
    const seen: [number, number][] = [];
    const { facts, file } = await pack(head, inPieces(raw, 10_000), spool, {
      signal,
      onBytes: (...bytes) => seen.push(bytes),
    });
    const stored = readFileSync(file);
    expect(file).toBe(join(spool, '01-shop.pgdump.zst'));
    expect(lstatSync(file).mode & 0o777).toBe(0o600);
    expect(facts).toEqual({
      name: '01-shop.pgdump.zst',
      content: 'postgres-custom',
      coding: ['zstd'],
      sizeBytes: stored.length,
      rawSizeBytes: size,
      rangeSizeBytes: 64 * 1024 * 1024,
      ranges: [sha256(stored)],
    });
    expect(seen.at(-1)).toEqual([size, stored.length]);
    expect(zstdDecompressSync(stored).equals(raw)).toBe(true);
    const { content } = held(stored, size);
    expect((await buffer(content())).equals(raw)).toBe(true);
  });

  test('the frame carries a checksum of the content, so that zstd -t means something', async () => {
    const { file } = await pack(head, Readable.from([Buffer.from('hello')]), tempFolder('spool'), { signal });
    // RFC 8878, 3.1.1.1.1: bit 2 of the frame header descriptor.
    expect((readFileSync(file)[4] as number) & 0b100).toBe(0b100);
  });

  test('it is exactly one frame, however the bytes arrive', async () => {
    for (const [pieces, size] of [
      [1, 100],
      [50, 10_000],
      [3, 300_000],
    ] as const) {
      const raw = randomBytes(pieces * size);
      const { file } = await pack(head, inPieces(raw, size), tempFolder('spool'), { signal });
      // Node adds an empty second frame in some rhythms. Reading refuses it, and so shows that there is none.
      const { content } = held(readFileSync(file), raw.length);
      expect((await buffer(content())).equals(raw)).toBe(true);
    }
  });

  test('text is packed as UTF-8', async () => {
    const { facts, file } = await pack(head, Readable.from(['SELECT ', "'ü';"]), tempFolder('spool'), { signal });
    expect(zstdDecompressSync(readFileSync(file)).toString('utf8')).toBe("SELECT 'ü';");
    expect(facts.rawSizeBytes).toBe(12);
  });

  test('every level from 1 to 19 can be read again', async () => {
    const raw = Buffer.from(Array.from({ length: 20_000 }, (_, index) => `row ${index % 977}\n`).join(''));
    for (const level of [1, 3, 19]) {
      const { facts, file } = await pack(head, Readable.from([raw]), tempFolder('spool'), { signal, level });
      const { content } = held(readFileSync(file), facts.rawSizeBytes);
      expect((await buffer(content())).equals(raw)).toBe(true);
    }
  });

  test('a body that fails: its own error comes up and no file is left', async () => {
    const spool = tempFolder('spool');
    const own = new Error('pg_dump was killed');
    const body = Readable.from(
      (function* broken() {
        yield randomBytes(500_000);
        throw own;
      })(),
    );
    await expect(pack(head, body, spool, { signal })).rejects.toBe(own);
    expect(readdirSync(spool)).toEqual([]);
  });

  test('a body that has failed already, or fails while the file is opened', async () => {
    const spool = tempFolder('spool');
    const own = new Error('too early');
    const failed = new Readable({ read() {} });
    const packing = pack(head, failed, spool, { signal });
    failed.destroy(own);
    await expect(packing).rejects.toBe(own);
    await expect(pack(head, failed, spool, { signal })).rejects.toBe(own);
    expect(readdirSync(spool)).toEqual([]);
  });

  test('a cancel: its reason comes up, the source is let go, no file is left', async () => {
    const spool = tempFolder('spool');
    const aborter = new AbortController();
    const reason = new Error('cancelled');
    const body = Readable.from(
      (function* endless() {
        for (;;) yield randomBytes(100_000);
      })(),
    );
    const packing = pack(head, body, spool, {
      signal: aborter.signal,
      onBytes: (rawBytes) => {
        if (rawBytes > 2_000_000) aborter.abort(reason);
      },
    });
    await expect(packing).rejects.toBe(reason);
    expect(body.destroyed).toBe(true);
    expect(readdirSync(spool)).toEqual([]);
    const untouched = Readable.from(['x']);
    await expect(pack(head, untouched, spool, { signal: aborter.signal })).rejects.toBe(reason);
    expect(untouched.destroyed).toBe(true);
    expect(readdirSync(spool)).toEqual([]);
  });

  test('a cancel while nothing comes from the source', async () => {
    const spool = tempFolder('spool');
    const aborter = new AbortController();
    const reason = new Error('cancelled');
    let asked = 0;
    const silent = new Readable({
      read() {
        asked += 1;
        if (asked === 1) this.push('x');
        else aborter.abort(reason);
      },
    });
    await expect(pack(head, silent, spool, { signal: aborter.signal })).rejects.toBe(reason);
    expect(readdirSync(spool)).toEqual([]);
  });

  test('a file that is there already is not touched', async () => {
    const spool = tempFolder('spool');
    writeFileSync(join(spool, '01-shop.pgdump.zst'), 'kept');
    await expect(pack(head, Readable.from(['x']), spool, { signal })).rejects.toEqual(code('home.unusable'));
    expect(readFileSync(join(spool, '01-shop.pgdump.zst'), 'utf8')).toBe('kept');
  });

  test('a spool folder that is gone', async () => {
    const body = Readable.from(['x']);
    await expect(pack(head, body, join(tempFolder('spool'), 'gone'), { signal })).rejects.toEqual(
      code('home.unusable'),
    );
    expect(body.destroyed).toBe(true);
  });
});

describe('What is unpacked was checked first', () => {
  const raw = Buffer.from('some content that is long enough to compress '.repeat(1000));
  const stored = zstdCompressSync(raw, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });

  /** How many bytes came out before the failure, and the failure. */
  async function read(content: Readable): Promise<{ bytes: number; failure: unknown }> {
    let bytes = 0;
    try {
      for await (const chunk of content as AsyncIterable<Buffer>) bytes += chunk.length;
    } catch (thrown) {
      return { bytes, failure: thrown };
    }
    return { bytes, failure: undefined };
  }

  test('an artifact that is absent, shorter, longer or other: nothing comes out', async () => {
    const changes: [string, Buffer | undefined, string][] = [
      ['absent', undefined, 'artifact.missing'],
      ['empty', Buffer.alloc(0), 'artifact.truncated'],
      ['one byte less', stored.subarray(0, -1), 'artifact.truncated'],
      ['one byte more', Buffer.concat([stored, Buffer.alloc(1)]), 'artifact.tampered'],
      ['other bytes', randomBytes(stored.length), 'artifact.tampered'],
    ];
    for (const [what, bytes, expected] of changes) {
      const { place, content } = held(stored, raw.length);
      if (bytes === undefined) place.files.delete(name);
      else place.files.set(name, bytes);
      const outcome = await read(content());
      expect(outcome, what).toEqual({ bytes: 0, failure: code(expected) });
    }
  });

  test('a place whose answers do not fit together is believed in nothing', async () => {
    for (const [there, expected] of [
      [stored.subarray(0, -1), 'artifact.truncated'],
      [Buffer.concat([stored, Buffer.alloc(1)]), 'artifact.tampered'],
    ] as const) {
      const { place, facts } = held(stored, raw.length);
      place.files.set(name, there);
      const lying = { ...place, stat: async () => ({ key: name, sizeBytes: stored.length, modifiedAt: 1 }) };
      const outcome = await read(unpack(lying, name, facts, { signal }));
      expect(outcome).toEqual({ bytes: 0, failure: code(expected) });
    }
  });

  test('the message names the range', async () => {
    const { place, content } = held(stored, raw.length);
    place.files.set(name, randomBytes(stored.length));
    await expect(buffer(content())).rejects.toThrow('Range 1 of 1 of data/set/x is not as it was written.');
  });

  test('a bomb stops at the first byte too many, and no file of it is left', async () => {
    const bomb = zstdCompressSync(Buffer.alloc(200 * 1024 * 1024));
    const { place, facts, content } = held(bomb, 1000);
    expect(await read(content())).toEqual({ bytes: 0, failure: code('artifact.unreadable') });
    const folder = tempFolder('bomb');
    await expect(unpackTo(join(folder, 'x'), place, name, facts, { signal })).rejects.toEqual(
      code('artifact.unreadable'),
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test('fewer bytes than promised are an error at the end', async () => {
    const { content } = held(stored, raw.length + 1);
    expect((await read(content())).failure).toEqual(code('artifact.unreadable'));
  });

  test.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['no zstd', randomBytes(1000)],
    ['half a frame', stored.subarray(0, stored.length >> 1)],
    ['a frame without its checksum', stored.subarray(0, -4)],
    [
      'a frame with a wrong checksum',
      Buffer.concat([stored.subarray(0, -1), Buffer.from([(stored.at(-1) as number) ^ 1])]),
    ],
    ['a second frame', Buffer.concat([stored, stored])],
    ['an empty second frame', Buffer.concat([stored, zstdCompressSync(Buffer.alloc(0))])],
    ['something after the frame', Buffer.concat([stored, Buffer.alloc(3)])],
  ])('bytes as they were written, but not one zstd frame: %s', async (_name, bytes) => {
    const { content } = held(bytes, raw.length);
    expect((await read(content())).failure).toEqual(code('artifact.unreadable'));
  });

  test('a frame that asks for more memory than ours do is refused', async () => {
    const hungry = await buffer(
      Readable.from([randomBytes(1000)]).pipe(createZstdCompress({ params: { [constants.ZSTD_c_windowLog]: 27 } })),
    );
    const { content } = held(hungry, 1000);
    expect(await read(content())).toEqual({ bytes: 0, failure: code('artifact.unreadable') });
  });

  test('a coding that is not known here is for a newer Holdfast', async () => {
    const { place, facts } = held(stored, raw.length);
    for (const coding of [['zstd', 'age'], ['openpgp'], ['zstd', 'openpgp', 'zstd']] as ArtifactFacts['coding'][]) {
      await expect(buffer(unpack(place, name, { ...facts, coding }, { signal }))).rejects.toEqual(
        code('manifest.newer'),
      );
    }
  });

  test('a cancel ends a read that hangs, with its reason', async () => {
    const { place, facts } = held(stored, raw.length);
    const aborter = new AbortController();
    const reason = new Error('cancelled');
    const hanging = {
      ...place,
      get: async (_key: unknown, options: { signal?: AbortSignal } = {}) => {
        const stream = new Readable({ read: () => aborter.abort(reason) });
        options.signal?.addEventListener('abort', () => stream.destroy(options.signal?.reason as Error));
        return stream;
      },
    };
    await expect(buffer(unpack(hanging, name, facts, { signal: aborter.signal }))).rejects.toBe(reason);
    await expect(buffer(unpack(place, name, facts, { signal: aborter.signal }))).rejects.toBe(reason);
    const folder = tempFolder('cancelled');
    await expect(unpackTo(join(folder, 'x'), place, name, facts, { signal: aborter.signal })).rejects.toBe(reason);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a consumer that goes away stops the reading', async () => {
    const { place, facts } = held(stored, raw.length);
    const opened = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<void>();
    const hanging = {
      ...place,
      get: async (_key: unknown, options: { signal?: AbortSignal } = {}) => {
        const stream = new Readable({ read() {} });
        options.signal?.addEventListener('abort', () => {
          stream.destroy(options.signal?.reason as Error);
          stopped.resolve();
        });
        opened.resolve();
        return stream;
      },
    };
    const content = unpack(hanging, name, facts, { signal });
    content.read();
    await opened.promise;
    content.destroy();
    await expect(stopped.promise).resolves.toBeUndefined();
  });

  test('into a file: new, 0600, whole; one that is there is never replaced', async () => {
    const folder = tempFolder('unpacked');
    const { place, facts } = held(stored, raw.length);
    const file = join(folder, 'x');
    const seen: number[] = [];
    await unpackTo(file, place, name, facts, { signal, onBytes: (bytes) => seen.push(bytes) });
    expect(readFileSync(file).equals(raw)).toBe(true);
    expect(lstatSync(file).mode & 0o777).toBe(0o600);
    expect(seen.at(-1)).toBe(raw.length);
    await expect(unpackTo(file, place, name, facts, { signal })).rejects.toEqual(code('home.unusable'));
    expect(readFileSync(file).equals(raw)).toBe(true);
    mkdirSync(join(folder, 'sub'));
    place.files.set(name, stored.subarray(1));
    await expect(unpackTo(join(folder, 'sub', 'x'), place, name, facts, { signal })).rejects.toEqual(
      code('artifact.truncated'),
    );
    expect(existsSync(join(folder, 'sub', 'x'))).toBe(false);
  });
});
