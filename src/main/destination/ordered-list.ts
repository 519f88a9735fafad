/** The pages of a service's list, one object after the other. */
import { Fail } from '../../shared/failure.ts';
import type { Stored } from './destination.ts';

/**
 * In the order of the keys' bytes. Most services list in that order; of one that does not, everything is read before the
 * first is told.
 */
export async function* inKeyOrder(
  pages: AsyncIterableIterator<Stored[]>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Stored> {
  let last: Buffer | undefined;
  for await (const page of pages) {
    let sorted = page;
    if (!isInOrder(page, last)) {
      const rest = [...page];
      for await (const more of pages) rest.push(...more);
      sorted = rest.toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
      if (!isInOrder(sorted, last))
        throw new Fail('destination.unreachable', 'The service lists in no order that can be followed.');
    }
    for (const stored of sorted) {
      signal?.throwIfAborted();
      yield stored;
    }
    signal?.throwIfAborted();
    last = sorted.length === 0 ? last : Buffer.from((sorted.at(-1) as Stored).key);
  }
}

function isInOrder(page: readonly Stored[], after: Buffer | undefined): boolean {
  let last = after;
  for (const { key } of page) {
    const bytes = Buffer.from(key);
    if (last !== undefined && Buffer.compare(last, bytes) >= 0) return false;
    last = bytes;
  }
  return true;
}
