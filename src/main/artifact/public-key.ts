/** Public keys that bytes are sealed for, looked at before anything depends on them. */
import { randomBytes } from 'node:crypto';
import type { PublicKey } from 'openpgp';
import type { SealKey } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import { openpgp, openpgpConfig } from './openpgp.ts';

/** @throws Fail seal.unusable-key where it cannot be read or cannot encrypt: expired, revoked, for signing only, private. */
export async function readPublicKey(armoredKey: string): Promise<PublicKey> {
  if (armoredKey.includes('PRIVATE KEY'))
    throw new Fail('seal.unusable-key', 'This is a private key. It was not kept; only its public key is needed.', {
      hint: 'Export the public one: gpg --armor --export ADDRESS. The private one stays where it is.',
    });
  try {
    const [key, ...others] = await (await openpgp()).readKeys({ armoredKeys: armoredKey });
    if (key === undefined || others.length > 0)
      throw new Error(`it holds ${others.length + (key === undefined ? 0 : 1)} keys`);
    await key.getEncryptionKey();
    return key;
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : 'unknown';
    throw new Fail('seal.unusable-key', `A public key cannot be sealed to: ${why}.`, { cause: thrown });
  }
}

/** @throws Fail seal.unusable-key where these bytes are no OpenPGP key. */
export async function armorOf(binaryKey: Uint8Array): Promise<string> {
  try {
    return (await (await openpgp()).readKey({ binaryKey })).armor();
  } catch (thrown) {
    throw new Fail('seal.unusable-key', 'This file holds no OpenPGP key.', { cause: thrown });
  }
}

/** As it is kept with a place, once something was sealed for it. */
export async function describePublicKey(armoredKey: string): Promise<SealKey> {
  const key = await readPublicKey(armoredKey);
  await publicKeyPackets(randomBytes(32), [key]);
  const expiry = await key.getExpirationTime();
  return {
    fingerprint: key.getFingerprint(),
    label: key.getUserIDs()[0]?.slice(0, 200) ?? 'nameless',
    expiresAt: expiry instanceof Date ? expiry.getTime() : null,
    armored: key.armor(),
  };
}

/** @throws Fail seal.unusable-key for what is no private key, or one that needs a passphrase of its own. */
export async function demandPrivateKey(armoredKey: string): Promise<string> {
  const key = await (await openpgp()).readPrivateKey({ armoredKey }).catch((thrown: unknown) => {
    throw new Fail('seal.unusable-key', 'This is not an OpenPGP private key.', {
      hint: 'Export it: gpg --armor --export-secret-keys ADDRESS.',
      cause: thrown,
    });
  });
  if (key.isDecrypted()) return `key-${key.getFingerprint()}`;
  throw new Fail('seal.unusable-key', 'This private key has a passphrase of its own.', {
    hint: 'Open the file with gpg -d as HOW-TO-RESTORE.txt says, or export the key without its passphrase for this once.',
  });
}

/** A session key for AES-256, sealed for each of these keys. */
export async function publicKeyPackets(data: Uint8Array, encryptionKeys: PublicKey[]): Promise<Buffer[]> {
  if (encryptionKeys.length === 0) return [];
  const { encryptSessionKey } = await openpgp();
  const written = await encryptSessionKey({
    data,
    algorithm: 'aes256',
    encryptionKeys,
    format: 'binary',
    config: openpgpConfig,
  });
  return [Buffer.from(written)];
}
