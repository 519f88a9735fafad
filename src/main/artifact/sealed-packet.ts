/** The integrity protected packet of a sealed message (SEIPDv1, AES-256): what is in it, and whether all of it is. */
import { createDecipheriv, createHash, type Decipheriv } from 'node:crypto';
import { ByteReader } from './byte-reader.ts';
import { packetBody, tags } from './packet.ts';

/** A block of noise, and its last two bytes again. */
const prefixBytes = 18;
/** Binary, no file name; a date follows, which nobody looks at. */
const literalStart = Buffer.from([0x62, 0]);
const literalHeadBytes = 6;
const markHeader = Buffer.from([tags.mark, 20]);

/**
 * The content of one literal packet in the body of the sealed packet that `reader` stands at. It comes as it is read: that it is
 * whole and nothing follows is known at its end.
 */
export async function* openSealed(reader: ByteReader, sessionKey: Uint8Array): AsyncGenerator<Buffer, void, void> {
  const [tag] = await reader.take(1);
  if (tag !== tags.sealed) throw new Error('it has no sealed packet');
  const decipher = createDecipheriv('aes-256-cfb', sessionKey, Buffer.alloc(16));
  const hash = createHash('sha1');
  let hashing = true;
  const inside = new ByteReader(decrypted(reader, decipher), (bytes) => {
    if (hashing) hash.update(bytes);
  });
  const prefix = await inside.take(prefixBytes);
  if (prefix[14] !== prefix[16] || prefix[15] !== prefix[17]) throw new Error('the key does not fit');
  yield* literalContent(inside);
  if (!(await inside.take(markHeader.length)).equals(markHeader)) throw new Error('its integrity mark is missing');
  hashing = false;
  if (!(await inside.take(20)).equals(hash.digest())) throw new Error('its integrity mark is another one');
  if (!(await inside.ended())) throw new Error('something follows its integrity mark');
  if (!(await reader.ended())) throw new Error('something follows it');
}

async function* decrypted(reader: ByteReader, decipher: Decipheriv): AsyncGenerator<Buffer, void, void> {
  const body = new ByteReader(packetBody(reader));
  const [version] = await body.take(1);
  if (version !== 1) throw new Error('its sealed packet is of another version');
  // What comes out has memory of its own.
  while (!(await body.ended())) yield decipher.update(await body.some(Infinity));
}

async function* literalContent(inside: ByteReader): AsyncGenerator<Buffer, void, void> {
  const [tag] = await inside.take(1);
  if (tag !== tags.literal) throw new Error('what is sealed is no literal packet');
  const content = new ByteReader(packetBody(inside));
  const head = await content.take(literalHeadBytes);
  if (!head.subarray(0, literalStart.length).equals(literalStart)) throw new Error('what is sealed has another form');
  while (!(await content.ended())) yield await content.some(Infinity);
}
