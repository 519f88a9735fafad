/** An OpenPGP message back into its bytes. It is strict about the message and knows nothing of what is inside. */
import * as openpgp from 'openpgp';
import type { Sealing } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import { copied, openpgpConfig } from './openpgp-config.ts';
import type { RecoveryKey } from './recovery-secret.ts';
import { peeked, startsAsOurs } from './sealed-start.ts';

/** Whatever can open sealed bytes. */
export interface Keyring {
  secrets: readonly RecoveryKey[];
  /** Armored OpenPGP private keys, without a passphrase of their own. */
  privateKeys?: readonly string[];
}

/**
 * The bytes of a sealed message. They are given out as they come: whoever uses them before the end must know from
 * elsewhere that the message is as it was written (its ranges are hashed).
 * @throws Fail seal.no-key where nothing in the keyring is among the recipients, artifact.unreadable for anything else
 * than one message with its integrity mark and nothing after it; what the giver of the bytes failed with, as it is.
 */
export async function* unseal(
  bytes: AsyncIterable<Buffer>,
  sealing: Sealing,
  keyring: Keyring,
): AsyncGenerator<Buffer, void, void> {
  if (sealing.method !== 'openpgp')
    throw new Fail('manifest.newer', `It is sealed by ${sealing.method}; this Holdfast opens openpgp.`);
  const keys = await keysFor(sealing, keyring);
  const { first, whole, all } = await peeked(bytes);
  const source = copied(all);
  try {
    const message = await openpgp.readMessage({ binaryMessage: source.stream as never, config: openpgpConfig });
    const opened = await openpgp.decryptSessionKeys({ message, ...keys, config: openpgpConfig });
    const fitting = opened.filter(({ algorithm, data }) => algorithm === 'aes256' && data.length === 32);
    const [sessionKey] = fitting;
    if (sessionKey === undefined || fitting.length > 1) throw new Error(`${fitting.length} session keys fit`);
    if (!startsAsOurs(first, whole, sessionKey.data)) throw new Error('it does not begin as a sealed message does');
    const { data } = await openpgp.decrypt({
      message,
      sessionKeys: [{ data: sessionKey.data, algorithm: 'aes256' }],
      format: 'binary',
      config: openpgpConfig,
    });
    for await (const chunk of data as unknown as AsyncIterable<Uint8Array>)
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  } catch (thrown) {
    const failure = source.failure();
    if (failure !== undefined) throw failure;
    const why = thrown instanceof Error ? thrown.message : 'unknown';
    throw new Fail('artifact.unreadable', `It cannot be unsealed: ${why}.`, { cause: thrown });
  }
}

async function keysFor(
  sealing: Sealing,
  keyring: Keyring,
): Promise<{ passwords: string[] } | { decryptionKeys: openpgp.PrivateKey[] }> {
  const { secrets, privateKeys } = await fittingKeys(sealing, keyring);
  const [first] = secrets;
  if (first !== undefined) return { passwords: [first.secret.reveal()] };
  if (privateKeys.length > 0) return { decryptionKeys: privateKeys };
  throw new Fail('seal.no-key', `It is sealed for ${sealing.recipients.join(', ')}, and none of these is here.`);
}

async function fittingKeys(
  { recipients }: Sealing,
  { secrets, privateKeys = [] }: Keyring,
): Promise<{ secrets: RecoveryKey[]; privateKeys: openpgp.PrivateKey[] }> {
  const read = await Promise.all(privateKeys.map((armoredKey) => openpgp.readPrivateKey({ armoredKey })));
  return {
    secrets: secrets.filter(({ keyId }) => recipients.includes(keyId)),
    privateKeys: read.filter((key) => recipients.includes(`key-${key.getFingerprint()}`)),
  };
}
