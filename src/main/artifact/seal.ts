/**
 * Bytes into an OpenPGP message that `gpg -d` opens: SEIPDv1 with AES-256, a random session key for every message, and
 * that key once for each recipient. `docs/format.md` says how the recipients lie at its start.
 */
import { createDecipheriv, createHash, randomBytes } from 'node:crypto';
import * as openpgp from 'openpgp';
import type { Sealing } from '../../shared/artifact.ts';
import { openpgpConfig } from './openpgp-config.ts';
import { readPublicKey } from './public-key.ts';
import type { RecoveryKey } from './recovery-secret.ts';
import { sealedPacket } from './sealed-writer.ts';

/** What a set is sealed for; at least one of them. */
export interface Recipients {
  secrets: readonly RecoveryKey[];
  /** Armored OpenPGP public keys. */
  publicKeys: readonly string[];
}

export interface Sealer {
  /** As it stands in the manifest. */
  facts: Sealing;
  /** The sealed form of these bytes. Memory does not grow with them; what they fail with is thrown as it is. */
  seal(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void>;
}

const algorithm = 'aes256';
const sessionKeyBytes = 32;
/** One passphrase packet: 2 bytes of header, version, cipher, 11 bytes of S2K, and 33 bytes of session key. */
export const passphrasePacketBytes = 48;

/**
 * @throws Fail seal.unusable-key where a public key cannot be read or cannot encrypt (expired, revoked, signing only).
 */
export async function openSealer(recipients: Recipients): Promise<Sealer> {
  const publicKeys = await Promise.all(recipients.publicKeys.map(readPublicKey));
  const ids = [
    ...recipients.secrets.map(({ keyId }) => keyId),
    ...publicKeys.map((key) => `key-${key.getFingerprint()}`),
  ];
  const [keyId] = ids;
  if (keyId === undefined) throw new Error('Bytes cannot be sealed for nobody.');
  return {
    facts: { method: 'openpgp', keyId, recipients: ids },
    async *seal(bytes) {
      const data = randomBytes(sessionKeyBytes);
      yield* [...(await passphrasePackets(data, recipients.secrets)), ...(await publicKeyPackets(data, publicKeys))];
      yield* sealedPacket(bytes, data);
    },
  };
}

/** In the order of the secrets: gpg 2.2 takes the first packet for its own, so that a reader has to find his by its place. */
async function passphrasePackets(data: Buffer, secrets: readonly RecoveryKey[]): Promise<Buffer[]> {
  const packets: Buffer[] = [];
  for (const { keyId, secret } of secrets) {
    const others = secrets.filter((other) => other.keyId !== keyId).map((other) => other.secret.reveal());
    packets.push(await passphrasePacket(data, secret.reveal(), others));
  }
  return packets;
}

/**
 * A wrong passphrase gives other bytes, not an error, and one in 85 of them looks like a session key. Then another salt
 * is taken. (The library's own check, `passwordCollisionCheck`, loses the password when it has to try again.)
 */
async function passphrasePacket(data: Buffer, passphrase: string, others: readonly string[]): Promise<Buffer> {
  for (;;) {
    const written = await openpgp.encryptSessionKey({
      data,
      algorithm,
      passwords: [passphrase],
      format: 'binary',
      config: openpgpConfig,
    });
    const packet = Buffer.from(written);
    if (packet.length !== passphrasePacketBytes) throw new Error(`A passphrase packet has ${packet.length} bytes.`);
    if (!others.some((other) => looksOpenedBy(packet, other))) return packet;
  }
}

/** AES-256, Twofish and Camellia-256: the ciphers whose keys have 32 bytes. */
const ciphersOf32Bytes = new Set([9, 10, 13]);

/** Whether this passphrase makes something of the packet that a reader would take for its session key. */
function looksOpenedBy(packet: Buffer, passphrase: string): boolean {
  const salted = Buffer.concat([packet.subarray(6, 14), Buffer.from(passphrase)]);
  const stretched = Buffer.alloc(Math.max(leastCountBytes, salted.length), salted);
  const key = createHash('sha256').update(stretched).digest();
  const [cipher] = createDecipheriv('aes-256-cfb', key, Buffer.alloc(16)).update(packet.subarray(15));
  return ciphersOf32Bytes.has(cipher as number);
}

/** What the S2K count octet 0 stands for. */
const leastCountBytes = 1024;

async function publicKeyPackets(data: Buffer, encryptionKeys: openpgp.PublicKey[]): Promise<Buffer[]> {
  if (encryptionKeys.length === 0) return [];
  const written = await openpgp.encryptSessionKey({
    data,
    algorithm,
    encryptionKeys,
    format: 'binary',
    config: openpgpConfig,
  });
  return [Buffer.from(written)];
}
