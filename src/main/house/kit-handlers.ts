/** Recovery kits: made, printed, proven, and taken back in. */
import { randomInt } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import type { DestinationCard, SealKey } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { KitState, KitWord } from '../../shared/kit.ts';
import { armorOf, describePublicKey } from '../artifact/public-key.ts';
import { recoveryKey, type RecoveryKey } from '../artifact/recovery-secret.ts';
import { listSets } from '../artifact/set.ts';
import { systemCode } from '../base/file.ts';
import { kitRows } from '../kit/check-words.ts';
import { kitPage } from '../kit/page.ts';
import { placeNamed, withPlace } from './place.ts';
import { preferencesOf } from './preferences.ts';
import { markPrinted, markProven, recoveryOf, rotate, sealForKeys, sealPlace, takeSecret, told } from './recovery.ts';
import { resealHandlers } from './reseal-handlers.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

export function kitHandlers(rooms: Rooms): Handlers<HoldfastContract>['kit'] {
  return {
    ...resealHandlers(rooms),
    seal: async ({ name, on }, caller) => {
      const card = await sealPlace(rooms, placeNamed(rooms, name), on);
      audit(rooms, 'place.sealed', caller.actor, name, { seal: on, keyId: card.recovery?.keyId ?? null });
      return told(rooms, card);
    },
    sealFor: async ({ name, keys, alone }, caller) => {
      const card = placeNamed(rooms, name);
      const described = await Promise.all(keys.map(describePublicKey));
      const sealed = await sealForKeys(rooms, card, distinct(described), alone);
      audit(rooms, 'place.sealed', caller.actor, name, {
        seal: sealed.seal === true,
        keys: (sealed.sealKeys ?? []).map(({ fingerprint }) => fingerprint).join(', '),
        alone,
      });
      return told(rooms, sealed);
    },
    readKey: async (given) =>
      describePublicKey('armored' in given ? given.armored : await readPublicKeyFile(given.publicKeyFile)),
    show: async ({ name }) => {
      const card = placeNamed(rooms, name);
      await recoveryOf(rooms, card);
      return stateOf(card);
    },
    write: async ({ name, file }, caller) => {
      const card = placeNamed(rooms, name);
      await writeKit(rooms, card, file);
      audit(rooms, 'kit.printed', caller.actor, name, { keyId: card.recovery?.keyId ?? null });
      return stateOf(told(rooms, markPrinted(rooms, card)));
    },
    prove: async ({ name, words, holder }, caller) => {
      const card = placeNamed(rooms, name);
      demandWords(await recoveryOf(rooms, card), words);
      audit(rooms, 'kit.proven', caller.actor, name, {
        keyId: card.recovery?.keyId ?? null,
        ...(holder === undefined ? {} : { holder }),
      });
      return stateOf(told(rooms, markProven(rooms, card, holder)));
    },
    rotate: async ({ name }, caller) => {
      const card = placeNamed(rooms, name);
      const rotated = await rotate(rooms, card);
      audit(rooms, 'kit.rotated', caller.actor, name, {
        keyId: rotated.recovery?.keyId ?? null,
        before: card.recovery?.keyId ?? null,
      });
      return stateOf(told(rooms, rotated));
    },
    enter: async ({ name, secret }, caller) => {
      const card = placeNamed(rooms, name);
      const key = recoveryKey(secret);
      const newest = await demandOwn(rooms, card, key);
      const entered = await takeSecret(rooms, card, key, newest);
      audit(rooms, 'kit.entered', caller.actor, name, { keyId: key.keyId });
      return stateOf(told(rooms, entered));
    },
  };
}

/** Larger than any key with its signatures; what is larger is none. */
const mostKeyBytes = 65_536;

async function readPublicKeyFile(file: string): Promise<string> {
  if (!path.isAbsolute(file)) throw new Fail('call.malformed', `${file} is not an absolute path.`);
  try {
    const { size } = await stat(file);
    if (size > mostKeyBytes) throw new Fail('seal.unusable-key', `${file} is too large to be a public key.`);
    const bytes = await readFile(file);
    // A key may be exported without its armor.
    return bytes.includes('-----BEGIN') ? bytes.toString('utf8') : await armorOf(bytes);
  } catch (thrown) {
    if (thrown instanceof Fail) throw thrown;
    throw new Fail('path.unreadable', `${file} could not be read (${systemCode(thrown) ?? 'unknown'}).`, {
      cause: thrown,
    });
  }
}

const distinct = (keys: readonly SealKey[]): SealKey[] => [
  ...new Map(keys.map((key) => [key.fingerprint, key])).values(),
];

const askedRows = 3;

function stateOf(card: DestinationCard): KitState {
  const rows = [1, 2, 3, 4, 5, 6, 7, 8];
  while (rows.length > askedRows) rows.splice(randomInt(rows.length), 1);
  return { card, ask: rows };
}

async function writeKit(rooms: Rooms, card: DestinationCard, file: string): Promise<void> {
  if (!path.isAbsolute(file)) throw new Fail('call.malformed', `${file} is not an absolute path.`);
  const { keyId, secret } = await recoveryOf(rooms, card);
  const page = kitPage({
    card,
    keyId,
    secret: secret.reveal(),
    madeOn: day(card.recovery?.madeAt ?? rooms.clock.now()),
    printedOn: day(rooms.clock.now()),
    contact: preferencesOf(rooms).recoveryContact ?? '',
    earlier: (card.recovery?.earlier ?? []).map((one) => ({ keyId: one.keyId, until: day(one.replacedAt) })),
  });
  try {
    await writeFile(file, page, { flag: 'wx', mode: 0o600 });
  } catch (thrown) {
    const code = systemCode(thrown);
    if (code === 'EEXIST') throw new Fail('path.wrong-kind', `${file} is there already; nothing is replaced.`);
    throw new Fail('path.unreadable', `${file} could not be written (${code ?? 'unknown'}).`, { cause: thrown });
  }
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

function demandWords({ secret }: RecoveryKey, given: readonly KitWord[]): void {
  const rows = kitRows(secret.reveal());
  const wrong = given
    .filter(({ row, word }) => rows[row - 1]?.word !== word.trim().toLowerCase())
    .map(({ row }) => row);
  if (wrong.length > 0) throw new Fail('kit.wrong-words', `The check word of row ${wrong.join(', ')} is another one.`);
  if (new Set(given.map(({ row }) => row)).size < askedRows)
    throw new Fail('kit.wrong-words', `The check words of ${askedRows} rows are needed.`);
}

/**
 * The sets that lie there tell whose place it is. Where none is sealed yet, what is known of the place does.
 * @returns the key that the newest of them was signed with.
 */
async function demandOwn(rooms: Rooms, card: DestinationCard, key: RecoveryKey): Promise<string | undefined> {
  const signers = await withPlace(rooms, card, async (destination) => {
    const found = new Set<string>();
    for await (const listed of listSets(destination, undefined, { secrets: [key] }))
      if (!('why' in listed) && listed.signedWith !== null) {
        // The one that came last stands last.
        found.delete(listed.signedWith);
        found.add(listed.signedWith);
      }
    return found;
  });
  const newest = [...signers].at(-1);
  if (signers.size === 0 && card.recovery !== undefined) signers.add(card.recovery.keyId);
  if (signers.size === 0 || signers.has(key.keyId)) return newest;
  throw new Fail(
    'kit.other-place',
    `This kit carries ${key.keyId}; what lies in ${card.name} needs ${[...signers].join(' or ')}.`,
  );
}
