import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { throttled, throttlePuts, pieceFor, type Throttle } from '../../../src/main/destination/throttle.ts';
import { TokenBucket } from '../../../src/main/destination/token-bucket.ts';
import { key } from '../../../src/main/destination/destination.ts';
import { fakeClock, type FakeClock } from '../../helpers/fake-clock.ts';
import { memoryDestination } from '../../helpers/memory-destination.ts';

const from = (bucket: TokenBucket): Throttle => ({
  limited: () => bucket.bytesPerSecond !== undefined,
  pieceBytes: () => pieceFor(bucket.bytesPerSecond),
  take: (bytes) => bucket.take(bytes),
});

/** Takes pieces for ever, and counts them. */
function greedy(bucket: TokenBucket, pieceBytes: number): { bytes: number } {
  const taken = { bytes: 0 };
  void (async () => {
    for (;;) {
      await bucket.take(pieceBytes);
      taken.bytes += pieceBytes;
    }
  })();
  return taken;
}

describe('a limit in bytes a second', () => {
  test('in every second no more than the limit goes, and nearly all of it', async () => {
    const clock = fakeClock();
    const taken = greedy(new TokenBucket(clock, 1_000_000), 50_000);
    const each: number[] = [];
    for (let second = 0, before = 0; second < 10; second += 1) {
      await clock.pass(1_000);
      each.push(taken.bytes - before);
      before = taken.bytes;
    }
    expect(Math.max(...each)).toBeLessThanOrEqual(1_000_000);
    expect(Math.min(...each)).toBeGreaterThan(940_000);
  });

  test('three who ask share it, and none of them is left out', async () => {
    const clock = fakeClock();
    const bucket = new TokenBucket(clock, 900_000);
    const takers = [10_000, 30_000, 10_000].map((piece) => greedy(bucket, piece));
    await clock.pass(10_000);
    const all = takers.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(all).toBeLessThanOrEqual(9_000_000);
    expect(all).toBeGreaterThan(8_900_000);
    for (const { bytes } of takers) expect(bytes).toBeGreaterThan(1_000_000);
  });

  test('a silence is not saved up: after an hour at most a quarter of a second goes at once', async () => {
    const clock = fakeClock();
    const bucket = new TokenBucket(clock, 1_000_000);
    await clock.pass(3_600_000);
    const taken = greedy(bucket, 10_000);
    await clock.pass(0);
    expect(taken.bytes).toBe(250_000);
  });

  test('what is larger than the bucket goes on credit, and the next one pays', async () => {
    const clock = fakeClock();
    const taken = greedy(new TokenBucket(clock, 1_000_000), 16_000_000);
    await clock.pass(1_000);
    expect(taken.bytes).toBe(16_000_000);
    await clock.pass(15_200);
    expect(taken.bytes).toBe(16_000_000);
    await clock.pass(100);
    expect(taken.bytes).toBe(32_000_000);
  });

  test('a change is heeded by whoever waits already; without a limit nobody waits', async () => {
    const clock = fakeClock();
    const bucket = new TokenBucket(clock, 10_000);
    let gone = 0;
    for (let index = 0; index < 100; index += 1) void bucket.take(10_000).then(() => (gone += 1));
    await clock.pass(10_000);
    expect(gone).toBe(10);
    bucket.change(100_000);
    await clock.pass(1_000);
    expect(gone).toBe(20);
    bucket.change(undefined);
    await clock.pass(0);
    expect(gone).toBe(100);
  });
});

describe('a body that is slowed down', () => {
  const bytesIn = async (clock: FakeClock, bytesPerSecond: number, seconds: number): Promise<number> => {
    const whole = Buffer.alloc(3_000_000, 7);
    const throttle = from(new TokenBucket(clock, bytesPerSecond));
    let arrived = 0;
    const reading = (async () => {
      for await (const piece of throttled([whole], throttle)) {
        expect(piece.length).toBeLessThanOrEqual(bytesPerSecond / 8);
        arrived += piece.length;
      }
    })();
    await clock.pass(seconds * 1_000);
    const after = arrived;
    await clock.pass(60_000);
    await reading;
    expect(arrived).toBe(whole.length);
    return after;
  };

  test('goes in pieces of an eighth of a second, and arrives whole', async () => {
    const passed = await bytesIn(fakeClock(), 200_000, 5);
    expect(passed).toBeLessThanOrEqual(1_000_000);
    expect(passed).toBeGreaterThan(900_000);
  });

  test('a place behind it keeps the same bytes', async () => {
    const clock = fakeClock();
    const inner = memoryDestination();
    const place = throttlePuts(inner, from(new TokenBucket(clock, 1_000_000)));
    const bytes = Buffer.from(Array.from({ length: 500_000 }, (_, index) => index % 251));
    const name = key('data', 'bk', 'x');
    const putting = place.put(name, { sizeBytes: bytes.length, open: (at = 0) => Readable.from([bytes.subarray(at)]) });
    await clock.pass(200);
    expect(inner.files.has(name)).toBe(false);
    await clock.pass(10_000);
    await putting;
    expect(inner.files.get(name)?.equals(bytes)).toBe(true);
  });
});
