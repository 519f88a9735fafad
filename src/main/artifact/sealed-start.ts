/**
 * The start of a sealed message, looked at before the library is given more of it: openpgp.js 6.3.2 can wait for ever for the end
 * of a packet whose header was changed.
 */
import { createDecipheriv } from 'node:crypto';

const peekBytes = 16 * 1024;
const prefixBytes = 18;
const literal = 0xcb;
const binaryFormat = 0x62;

/** The first bytes, and all of them again. `whole` says that there are no others. */
export async function peeked(
  bytes: AsyncIterable<Buffer>,
): Promise<{ first: Buffer; whole: boolean; all: AsyncGenerator<Buffer, void, void> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const pieces: Buffer[] = [];
  let length = 0;
  let whole = false;
  while (length < peekBytes && !whole) {
    const { done, value } = await iterator.next();
    if (done === true) whole = true;
    else {
      pieces.push(Buffer.from(value));
      length += value.length;
    }
  }
  async function* all(): AsyncGenerator<Buffer, void, void> {
    try {
      yield* pieces;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { first: Buffer.concat(pieces), whole, all: all() };
}

/** Whether this key opens the start of a message that is built as ours are. */
export function startsAsOurs(first: Buffer, whole: boolean, key: Uint8Array): boolean {
  const at = sealedBytesAt(first);
  if (at === undefined || first[at] !== 1) return false;
  const decipher = createDecipheriv('aes-256-cfb', key, Buffer.alloc(16));
  const start = decipher.update(first.subarray(at + 1, at + 1 + prefixBytes + 9));
  if (start[14] !== start[16] || start[15] !== start[17] || start[prefixBytes] !== literal) return false;
  const octet = start[prefixBytes + 1] ?? 0;
  const isPartial = octet >= 224 && octet < 255;
  const lengthOctets = octet < 192 || isPartial ? 1 : octet < 224 ? 2 : 5;
  const body = prefixBytes + 1 + lengthOctets;
  // Only a short message has a length of its own; the first part of a long one has 512 bytes at least.
  if (isPartial ? octet - 224 < 9 : !whole) return false;
  return start[body] === binaryFormat && start[body + 1] === 0;
}

/** Where the body of the integrity protected packet begins, behind the packets of the recipients. */
function sealedBytesAt(first: Buffer): number | undefined {
  for (let at = 0; at + 6 < first.length;) {
    const tag = (first[at] as number) ^ 0xc0;
    const octet = first[at + 1] as number;
    if (tag === 18) return at + (octet < 192 || (octet >= 224 && octet < 255) ? 2 : octet < 224 ? 3 : 6);
    if (tag !== 1 && tag !== 3) return undefined;
    if (octet < 192) at += 2 + octet;
    else if (octet < 224) at += 3 + ((octet - 192) << 8) + (first[at + 2] as number) + 192;
    else return undefined;
  }
  return undefined;
}
