/**
 * Bytes into an OpenPGP message that `gpg -d` opens: SEIPDv1 with AES-256, a random session key for every message, and
 * that key once for each recipient. `docs/format.md` says how the recipients lie at its start.
 */
import { randomBytes } from 'node:crypto';
import type { Sealing } from '../../shared/artifact.ts';
import { passphrasePacket } from './passphrase-packet.ts';
import { publicKeyPackets, readPublicKey } from './public-key.ts';
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

const sessionKeyBytes = 32;

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
      yield* passphrasePackets(data, recipients.secrets);
      yield* await publicKeyPackets(data, publicKeys);
      yield* sealedPacket(bytes, data);
    },
  };
}

/** In the order of the secrets: gpg 2.2 takes the first packet for its own, so that a reader has to find his by its place. */
const passphrasePackets = (data: Buffer, secrets: readonly RecoveryKey[]): Buffer[] =>
  secrets.map(({ keyId, secret }) => {
    const others = secrets.filter((other) => other.keyId !== keyId).map((other) => other.secret.reveal());
    return passphrasePacket(data, secret.reveal(), others);
  });
