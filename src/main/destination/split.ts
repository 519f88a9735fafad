/**
 * A place where a data file may lie in numbered parts. Whoever asks sees one file: its size, its bytes from any offset, one
 * line in a list; removing it removes every part. What is stored larger than the place takes is cut.
 */
import { Fail } from '../../shared/failure.ts';
import { key, type Key } from '../base/key.ts';
import type { Cold, Destination, Stored, ThawOptions } from './destination.ts';
import { joined, maxParts, mayBeSplit, missingPart, partKey, partOf, type Part } from './parts.ts';
import { partsToken, putInParts } from './split-put.ts';
import { streamOf } from './stream.ts';

/** @param maxFileBytes what is larger is stored in parts of this size; left out, nothing is, and what lies there in parts is read all the same. */
export function splitting(inner: Destination, maxFileBytes?: number): Destination {
  /** Of files in parts, as they were last looked at. */
  const known = new Map<Key, Part[]>();
  const look = async (whole: Key, signal?: AbortSignal): Promise<Part[]> => {
    const parts = await withUnlisted(inner, whole, await listedParts(inner, whole, signal));
    if (parts.length > 0) known.set(whole, parts);
    else known.delete(whole);
    return parts;
  };
  const removeParts = async (whole: Key): Promise<void> => {
    const listed = await listedParts(inner, whole);
    const parts = new Map([...(known.get(whole) ?? []), ...listed].map((part) => [part.number, part]));
    // The last first: while any is left, what is there is too short and never too long.
    for (const part of [...parts.values()].toSorted((a, b) => b.number - a.number)) await inner.remove(part.key);
    known.delete(whole);
  };
  return {
    get features() {
      return inner.features;
    },

    async put(name, body, options = {}) {
      const inPieces = maxFileBytes !== undefined && mayBeSplit(name) && body.sizeBytes > maxFileBytes;
      const token = partsToken(options.resumeToken);
      known.delete(name);
      if (inPieces) {
        const place = { inner, look: (signal?: AbortSignal) => look(name, signal) };
        return putInParts(place, name, body, maxFileBytes, options);
      }
      const stored = await inner.put(name, body, options);
      // Of an earlier put, when the place still took less.
      if (mayBeSplit(name) && (token !== undefined || options.ifAbsent !== true)) await removeParts(name);
      return stored;
    },

    async get(name, options = {}) {
      let parts = known.get(name);
      if (parts === undefined) {
        try {
          return await inner.get(name, options);
        } catch (thrown) {
          if (!mayBeSplit(name) || !(thrown instanceof Fail) || thrown.code !== 'artifact.missing') throw thrown;
          parts = await look(name, options.signal);
          if (parts.length === 0) throw thrown;
        }
      }
      const { from = 0, to = Infinity, signal } = options;
      const found = parts;
      return streamOf((over) => across(inner, name, found, { from, to }, over), signal);
    },

    async stat(name) {
      const whole = await inner.stat(name);
      if (whole !== undefined || !mayBeSplit(name)) return whole;
      const parts = await look(name);
      if (parts.length === 0) return undefined;
      return { ...joined(name, parts), ...(await coldIn(inner, parts)) };
    },

    list: (prefix, signal) => merged(inner.list(prefix, signal)),

    async remove(name) {
      await inner.remove(name);
      if (mayBeSplit(name)) await removeParts(name);
    },

    ...(inner.thaw === undefined
      ? {}
      : {
          async thaw(name: Key, options: ThawOptions) {
            const parts = mayBeSplit(name) && (await inner.stat(name)) === undefined ? await look(name) : [];
            if (parts.length === 0) await inner.thaw?.(name, options);
            for (const part of parts) await inner.thaw?.(part.key, options);
          },
        }),

    async giveUp(name, resumeToken) {
      const token = partsToken(resumeToken);
      if (token === undefined) return inner.giveUp?.(name, resumeToken);
      if (token.inner !== undefined) await inner.giveUp?.(token.part(name), token.inner);
      await removeParts(name);
    },

    freeBytes: () => inner.freeBytes(),
    close: () => inner.close(),
  };
}

/** What is cold in any part is cold; it comes once all that are cold come. A kind that archives nothing is not asked. */
async function coldIn(inner: Destination, parts: readonly Part[]): Promise<{ cold?: Cold }> {
  if (inner.thaw === undefined) return {};
  const found: Cold[] = [];
  for (const part of parts) {
    const cold = (await inner.stat(part.key))?.cold;
    if (cold !== undefined) found.push(cold);
  }
  const [first] = found;
  return first === undefined ? {} : { cold: { ...first, thawing: found.every(({ thawing }) => thawing) } };
}

/** A list may lag behind what was put: a part that is missing in it, and the one after its last, are asked for by their names. */
async function withUnlisted(inner: Destination, whole: Key, listed: readonly Part[]): Promise<Part[]> {
  const parts = new Map(listed.map((part) => [part.number, part]));
  const last = listed.at(-1)?.number ?? 0;
  for (let number = 1; number <= maxParts; number += 1) {
    if (parts.has(number)) continue;
    const stored = await inner.stat(partKey(whole, number));
    if (stored !== undefined) parts.set(number, { ...stored, number });
    else if (number > last) break;
  }
  return [...parts.values()].toSorted((a, b) => a.number - b.number);
}

/** In their order. */
async function listedParts(inner: Destination, whole: Key, signal?: AbortSignal): Promise<Part[]> {
  const parts: Part[] = [];
  const folder = key(whole.slice(0, whole.lastIndexOf('/')));
  for await (const stored of inner.list(folder, signal)) {
    const part = partOf(stored.key);
    if (part?.whole === whole) parts.push({ ...stored, number: part.number });
  }
  return parts.toSorted((a, b) => a.number - b.number);
}

/** The bytes of all parts after each other. One that is missing, or is shorter than it was, ends it: never the bytes of the next in its stead. */
async function* across(
  inner: Destination,
  whole: Key,
  parts: readonly Part[],
  { from, to }: { from: number; to: number },
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const gap = missingPart(parts);
  let start = 0;
  for (const [index, part] of parts.entries()) {
    if (start >= to) return;
    if (gap !== undefined && part.number > gap)
      throw new Fail('artifact.missing', `Part ${gap} of ${whole} is not there, and part ${part.number} is.`);
    const isLast = index === parts.length - 1;
    const first = Math.max(0, from - start);
    // Whether anything follows the last part is for the reader to see.
    const end = isLast ? to - start : Math.min(to - start, part.sizeBytes);
    if (first < end) {
      let given = first;
      for await (const chunk of (await inner.get(part.key, {
        from: first,
        to: end,
        signal,
      })) as AsyncIterable<Buffer>) {
        given += chunk.length;
        yield chunk;
      }
      if (!isLast && given < end)
        throw new Fail(
          'artifact.truncated',
          `Part ${part.number} of ${whole} ends after ${given} of ${part.sizeBytes} bytes.`,
        );
    }
    start += part.sizeBytes;
  }
}

/** Parts that follow each other are one line of the list; with the file itself too, where somebody left both. */
async function* merged(stored: AsyncIterable<Stored>): AsyncGenerator<Stored> {
  let held: Stored | undefined;
  for await (const one of stored) {
    const whole = partOf(one.key)?.whole;
    if (held !== undefined && whole === held.key) {
      held = {
        key: whole,
        sizeBytes: held.sizeBytes + one.sizeBytes,
        modifiedAt: Math.max(held.modifiedAt, one.modifiedAt),
        parts: (held.parts ?? 0) + 1,
      };
      continue;
    }
    if (held !== undefined) yield held;
    held = undefined;
    if (whole !== undefined) held = { ...one, key: whole, parts: 1 };
    else if (mayBeSplit(one.key)) held = one;
    else yield one;
  }
  if (held !== undefined) yield held;
}
