/** An OpenPGP message back into its bytes. It is strict about the message and knows nothing of what is inside. */
import type { PrivateKey } from 'openpgp';
import type { Sealing } from '../../shared/artifact.ts';
import { Fail } from '../../shared/failure.ts';
import { ByteReader } from './byte-reader.ts';
import { openpgp, openpgpConfig } from './openpgp.ts';
import { shortPacket, tags } from './packet.ts';
import type { RecoveryKey } from './recovery-secret.ts';
import { openSealed } from './sealed-packet.ts';

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
  const source = watched(bytes);
  const reader = new ByteReader(source.bytes);
  try {
    yield* openSealed(reader, await sessionKeyOf(reader, sealing, keys));
  } catch (thrown) {
    const failure = source.failure();
    if (failure !== undefined) throw failure;
    const why = thrown instanceof Error ? thrown.message : 'unknown';
    throw new Fail('artifact.unreadable', `It cannot be unsealed: ${why}.`, { cause: thrown });
  } finally {
    await reader.close();
  }
}

/** What the giver fails with is told as it is, and not as a message that cannot be read. */
function watched(bytes: AsyncIterable<Buffer>): { bytes: AsyncGenerator<Buffer>; failure(): Error | undefined } {
  let failure: Error | undefined;
  async function* pieces(): AsyncGenerator<Buffer> {
    try {
      yield* bytes;
    } catch (thrown) {
      failure = thrown as Error;
      throw thrown;
    }
  }
  return { bytes: pieces(), failure: () => failure };
}

type Keys = { passwords: string[] } | { decryptionKeys: PrivateKey[] };

/** Out of the packets of the recipients, of which there is one for each, in their order: the library sees nothing else of the message. */
async function sessionKeyOf(reader: ByteReader, { recipients }: Sealing, keys: Keys): Promise<Uint8Array> {
  const packets: Buffer[] = [];
  for (const recipient of recipients) {
    const wanted = recipient.startsWith('secret-') ? tags.passphraseSession : tags.publicKeySession;
    const [tag] = await reader.take(1);
    if (tag !== wanted) throw new Error('it is not sealed for whom the manifest names');
    packets.push(await shortPacket(reader, tag));
  }
  const { readMessage, decryptSessionKeys } = await openpgp();
  const message = await readMessage({ binaryMessage: Buffer.concat(packets), config: openpgpConfig });
  const opened = await decryptSessionKeys({ message, ...keys, config: openpgpConfig });
  const fitting = opened.filter(({ algorithm, data }) => algorithm === 'aes256' && data.length === 32);
  const [sessionKey] = fitting;
  if (sessionKey === undefined || fitting.length > 1) throw new Error(`${fitting.length} session keys fit`);
  return sessionKey.data;
}

async function keysFor(sealing: Sealing, keyring: Keyring): Promise<Keys> {
  const { secrets, privateKeys } = await fittingKeys(sealing, keyring);
  const [first] = secrets;
  if (first !== undefined) return { passwords: [first.secret.reveal()] };
  if (privateKeys.length > 0) return { decryptionKeys: privateKeys };
  throw new Fail('seal.no-key', `It is sealed for ${sealing.recipients.join(', ')}, and none of these is here.`);
}

async function fittingKeys(
  { recipients }: Sealing,
  { secrets, privateKeys = [] }: Keyring,
): Promise<{ secrets: RecoveryKey[]; privateKeys: PrivateKey[] }> {
  const read = await Promise.all(
    privateKeys.map(async (armoredKey) => (await openpgp()).readPrivateKey({ armoredKey })),
  );
  return {
    secrets: secrets.filter(({ keyId }) => recipients.includes(keyId)),
    privateKeys: read.filter((key) => recipients.includes(`key-${key.getFingerprint()}`)),
  };
}
