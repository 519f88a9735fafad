/**
 * The frames of OpenPGP packets (RFC 4880, 4.2), as they are written in our messages: new headers alone. openpgp.js 6.3.2 can wait for
 * ever where a length was changed; here every message ends, in its content or in an error.
 */
import type { ByteReader } from './byte-reader.ts';

export const tags = {
  publicKeySession: 0xc1,
  passphraseSession: 0xc3,
  literal: 0xcb,
  sealed: 0xd2,
  mark: 0xd3,
} as const;

/** The first part of a body in parts has so many bytes at least. */
const leastFirstPartBytes = 512;

/** A packet that is there whole, with its header. Only short ones are: session keys. */
export async function shortPacket(reader: ByteReader, tag: number): Promise<Buffer> {
  const { header, sizeBytes, last } = await lengthOf(reader);
  if (!last || header.length > 2) throw new Error('a packet of a recipient is not as it was written');
  return Buffer.concat([Buffer.from([tag]), header, await reader.take(sizeBytes)]);
}

/** The body of the packet whose tag was just read, in pieces that are valid until the next one is asked for. */
export async function* packetBody(reader: ByteReader): AsyncGenerator<Buffer, void, void> {
  for (let first = true; ; first = false) {
    const { sizeBytes, last } = await lengthOf(reader);
    if (first && !last && sizeBytes < leastFirstPartBytes) throw new Error('its first part is too short');
    for (let left = sizeBytes; left > 0;) {
      const bytes = await reader.some(left);
      left -= bytes.length;
      yield bytes;
    }
    if (last) return;
  }
}

async function lengthOf(reader: ByteReader): Promise<{ header: Buffer; sizeBytes: number; last: boolean }> {
  const header = await reader.take(1);
  const [octet = 0] = header;
  if (octet < 192) return { header, sizeBytes: octet, last: true };
  if (octet >= 224 && octet < 255) return { header, sizeBytes: 2 ** (octet & 31), last: false };
  const more = await reader.take(octet < 224 ? 1 : 4);
  const sizeBytes = octet < 224 ? ((octet - 192) << 8) + more.readUInt8() + 192 : more.readUInt32BE();
  return { header: Buffer.concat([header, more]), sizeBytes, last: true };
}
