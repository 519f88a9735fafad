/**
 * Sealed messages that somebody changed who can rewrite the manifest too, as anybody can where a set is sealed for public keys alone.
 * Whatever was changed, the message must end: in an error, or in the very content that was sealed.
 */
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setTimeout as after } from 'node:timers/promises';
import * as openpgp from 'openpgp';
import { newRecoveryKey } from '../../src/main/artifact/recovery-secret.ts';
import { openSealer, type Sealer } from '../../src/main/artifact/seal.ts';
import { unseal, type Keyring } from '../../src/main/artifact/unseal.ts';
import { Fail } from '../../src/shared/failure.ts';
import { randomFrom, type ProofOptions, type Random } from './seed.ts';

export interface MessageOutcome {
  seed: number;
  saw: string;
  faults: string[];
  details: string[];
}

interface Sealed {
  name: string;
  sealer: Sealer;
  keyring: Keyring;
  bytes: Buffer;
}

const raw = randomBytes(200_000);
/** Far more than any of them takes. */
const endsWithinMs = 20_000;

export async function mutateMessages(options: ProofOptions): Promise<MessageOutcome> {
  const { count, seed } = options;
  const random = randomFrom(seed);
  const messages = await sealedMessages();
  const ends = new Map<string, number>();
  const faults: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const message = messages[index % messages.length] as Sealed;
    const { what, bytes } = changed(message.bytes, random);
    const end = await endOf({ ...message, bytes });
    ends.set(end, (ends.get(end) ?? 0) + 1);
    if (end !== 'artifact.unreadable' && end !== 'the very content')
      faults.push(`seed ${seed}, message ${index}, ${message.name}, ${what}: ${end}`);
    if (index % 500 === 499) options.report(`${index + 1} of ${count} changed messages, ${faults.length} faults`);
  }
  return {
    seed,
    saw: `${count} changed messages of ${messages.length} kinds of recipients: ${faults.length} gave other bytes or did not end.`,
    faults,
    details: [...ends].map(([end, times]) => `messages: ${end}: ${times}`),
  };
}

async function sealedMessages(): Promise<Sealed[]> {
  const [one, two] = [newRecoveryKey(), newRecoveryKey()];
  const { publicKey, privateKey } = await openpgp.generateKey({ userIDs: [{ email: 'team@example.org' }] });
  const make = async (name: string, secrets: (typeof one)[], publicKeys: string[], keyring: Keyring) => {
    const sealer = await openSealer({ secrets, publicKeys });
    async function* content(): AsyncGenerator<Buffer> {
      for (let at = 0; at < raw.length; at += 65_536) yield raw.subarray(at, at + 65_536);
    }
    return { name, sealer, keyring, bytes: await buffer(sealer.seal(content())) };
  };
  const privateKeys = [privateKey];
  return [
    await make('a public key alone', [], [publicKey], { secrets: [], privateKeys }),
    await make('a secret', [one], [], { secrets: [one] }),
    await make('two secrets and a public key', [one, two], [publicKey], { secrets: [two] }),
    await make('a secret and a public key, by the key', [one], [publicKey], { secrets: [], privateKeys }),
  ];
}

/** Half of the changes are near the start, where recipients and lengths are. */
function changed(sealed: Buffer, random: Random): { what: string; bytes: Buffer } {
  const at = random.chance(0.5) ? random.int(320) : random.int(sealed.length);
  const [before, rest] = [sealed.subarray(0, at), sealed.subarray(at)];
  const length = 1 + random.int(64);
  const put = (what: string, bytes: Buffer, over: number) => ({
    what: `${what} at ${at}`,
    bytes: Buffer.concat([before, bytes, rest.subarray(over)]),
  });
  switch (random.int(7)) {
    case 0:
      return put('a bit flipped', Buffer.from([(rest[0] ?? 0) ^ (1 << random.int(8))]), 1);
    case 1:
      return put(
        'a byte that looks like a length',
        Buffer.from([random.pick([0, 191, 192, 223, 224, 240, 254, 255])]),
        1,
      );
    case 2:
      return put('bytes put in', randomBytes(length), 0);
    case 3:
      return put('bytes taken out', Buffer.alloc(0), length);
    case 4:
      return put('cut', Buffer.alloc(0), rest.length);
    case 5:
      return put('a stretch once more', rest.subarray(0, length), 0);
    default:
      return put('a stretch overwritten', randomBytes(length), length);
  }
}

async function endOf({ bytes, sealer, keyring }: Sealed): Promise<string> {
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
  }
  const leaving = new AbortController();
  const opening = buffer(unseal(pieces(), sealer.facts, keyring)).then(
    (content) => (content.equals(raw) ? 'the very content' : 'other content'),
    (thrown: unknown) => (thrown instanceof Fail ? thrown.code : String(thrown)),
  );
  const late = after(endsWithinMs, 'it did not end', { signal: leaving.signal }).catch(() => 'left');
  const end = await Promise.race([opening, late]);
  leaving.abort();
  return end;
}
