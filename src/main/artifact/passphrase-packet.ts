/**
 * A session key, sealed for whoever knows a passphrase (RFC 4880, 5.3: version 4, AES-256; 3.7.1.3: iterated and salted S2K).
 * Every sealed file begins with one for each recovery secret. The library, which reads them, need not be loaded to write them.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { tags } from './packet.ts';

/** One passphrase packet: 2 bytes of header, version, cipher, 11 bytes of S2K, and 33 bytes of session key. */
export const passphrasePacketBytes = 48;

const version = 4;
const aes256 = 9;
const iterated = 3;
const sha256 = 8;
const saltBytes = 8;
/** A stretched passphrase protects weak ones. A recovery secret is 256 random bits: the least count is enough. */
const leastCount = 0;
/** What the S2K count octet 0 stands for. */
const leastCountBytes = 1024;
/** AES-256, Twofish and Camellia-256: the ciphers whose keys have 32 bytes. */
const ciphersOf32Bytes = new Set([aes256, 10, 13]);
/** The initial vector of a session key is all zero: its key is used once. */
const vector = Buffer.alloc(16);

/**
 * A wrong passphrase gives other bytes, not an error, and one in 85 of them looks like a session key. Then another salt
 * is taken.
 * @param others passphrases that must not seem to open it.
 */
export function passphrasePacket(sessionKey: Uint8Array, passphrase: string, others: readonly string[]): Buffer {
  for (;;) {
    const salt = randomBytes(saltBytes);
    const cipher = createCipheriv('aes-256-cfb', stretched(passphrase, salt), vector);
    const sealed = cipher.update(Buffer.concat([Buffer.from([aes256]), sessionKey]));
    if (others.some((other) => looksOpenedBy(other, salt, sealed))) continue;
    const head = [tags.passphraseSession, passphrasePacketBytes - 2, version, aes256, iterated, sha256];
    return Buffer.concat([Buffer.from(head), salt, Buffer.from([leastCount]), sealed]);
  }
}

/** Whether this passphrase makes something of it that a reader would take for its session key. */
function looksOpenedBy(passphrase: string, salt: Buffer, sealed: Buffer): boolean {
  const decipher = createDecipheriv('aes-256-cfb', stretched(passphrase, salt), vector);
  return ciphersOf32Bytes.has(decipher.update(sealed)[0] as number);
}

function stretched(passphrase: string, salt: Buffer): Buffer {
  const salted = Buffer.concat([salt, Buffer.from(passphrase)]);
  const bytes = Buffer.alloc(Math.max(leastCountBytes, salted.length), salted);
  return createHash('sha256').update(bytes).digest();
}
