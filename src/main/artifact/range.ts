/** The stored bytes of an artifact, range by range. No byte of a range goes on before its SHA-256 was found right. */
import { createHash } from 'node:crypto';
import type { ArtifactFacts } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import type { Key } from '../base/key.ts';
import type { Shelf } from './shelf.ts';

const pieceBytes = 1024 * 1024;

/**
 * The stored bytes in pieces of up to 1 MiB. A piece is valid until the next one is asked for: its memory is used again.
 * At most two ranges (128 MiB) are in memory: one that is given out and the next, which is read meanwhile.
 * @param first the range to begin with; what is before is neither read nor checked.
 * @throws Fail artifact.missing, artifact.truncated, artifact.tampered with the range's number; destination.*; the
 * signal's reason.
 */
export async function* openRanges(
  shelf: Shelf,
  key: Key,
  facts: ArtifactFacts,
  signal: AbortSignal,
  first = 0,
): AsyncGenerator<Buffer, void, void> {
  signal.throwIfAborted();
  await demandSize(shelf, key, facts);
  const leaving = new AbortController();
  const either = AbortSignal.any([signal, leaving.signal]);
  const memory = [0, 1].map((index) =>
    Buffer.allocUnsafeSlow(index < facts.ranges.length ? Math.min(facts.rangeSizeBytes, facts.sizeBytes) : 0),
  );
  const read = (index: number): Promise<Buffer> | undefined => {
    if (index >= facts.ranges.length) return undefined;
    const reading = readRange(shelf, key, facts, index, memory[index % 2] as Buffer, either);
    // A failure is told when its turn comes; until then it must not count as unhandled.
    reading.catch(() => {});
    return reading;
  };
  let ahead = read(first);
  try {
    for (let index = first + 1; ahead !== undefined; index += 1) {
      const bytes: Buffer = await ahead;
      ahead = read(index);
      for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
        signal.throwIfAborted();
        yield bytes.subarray(offset, offset + pieceBytes);
      }
    }
  } finally {
    leaving.abort();
    await ahead?.catch(() => {});
  }
}

/** Reads the first look from the place's own answer, so that a file of the wrong length is told before anything is used. */
export async function demandSize(shelf: Shelf, key: Key, facts: ArtifactFacts): Promise<void> {
  const stored = await shelf.stat(key);
  if (stored === undefined) throw new Fail('artifact.missing', `${key} is not there.`);
  if (stored.sizeBytes < facts.sizeBytes)
    throw truncated(key, facts, Math.floor(stored.sizeBytes / facts.rangeSizeBytes), stored.sizeBytes);
  if (stored.sizeBytes > facts.sizeBytes) throw tooLong(key, facts);
}

async function readRange(
  shelf: Shelf,
  key: Key,
  facts: ArtifactFacts,
  index: number,
  memory: Buffer,
  signal: AbortSignal,
): Promise<Buffer> {
  let filled = 0;
  await checkRange(shelf, key, facts, index, signal, (chunk) => {
    filled += chunk.copy(memory, filled);
  });
  return memory.subarray(0, filled);
}

/**
 * Reads one range and holds it against its hash.
 * @param take gets its bytes as they come, before anything is known of them.
 * @throws Fail artifact.missing, artifact.truncated, artifact.tampered; destination.*; the signal's reason.
 */
export async function checkRange(
  shelf: Shelf,
  key: Key,
  facts: ArtifactFacts,
  index: number,
  signal: AbortSignal,
  take: (chunk: Buffer) => void,
): Promise<void> {
  const from = index * facts.rangeSizeBytes;
  const to = Math.min(from + facts.rangeSizeBytes, facts.sizeBytes);
  signal.throwIfAborted();
  // After the last range one byte more is asked for: nothing may follow.
  const stream = await shelf.get(key, { from, to: to === facts.sizeBytes ? to + 1 : to, signal });
  const hash = createHash('sha256');
  let filled = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (filled + chunk.length > to - from) throw tooLong(key, facts);
    hash.update(chunk);
    filled += chunk.length;
    take(chunk);
  }
  signal.throwIfAborted();
  if (filled < to - from) throw truncated(key, facts, index, from + filled);
  if (hash.digest('hex') !== facts.ranges[index]) {
    throw new Fail(
      'artifact.tampered',
      `Range ${index + 1} of ${facts.ranges.length} of ${key} is not as it was written.`,
    );
  }
}

function truncated(key: Key, facts: ArtifactFacts, index: number, sizeBytes: number): Fail {
  const where = `in range ${index + 1} of ${facts.ranges.length}`;
  return new Fail('artifact.truncated', `${key} ends ${where}, after ${sizeBytes} of ${facts.sizeBytes} bytes.`);
}

function tooLong(key: Key, facts: ArtifactFacts): Fail {
  return new Fail(
    'artifact.tampered',
    `${key} goes on after its last range (${facts.ranges.length}), ${facts.sizeBytes} bytes from its start.`,
  );
}
