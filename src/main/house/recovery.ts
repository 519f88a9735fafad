/** The recovery secrets of this house's places: who has one, what needs it, and where it comes from. */
import type { BackupCard } from '../../shared/artifact.ts';
import type { DestinationCard, RecoveryState, SealKey } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { DestinationId } from '../../shared/id.ts';
import { newRecoveryKey, recoveryKey, type RecoveryKey } from '../artifact/recovery-secret.ts';
import type { Keyring } from '../artifact/unseal.ts';
import type { OrderedSet } from '../set/open.ts';
import { keepSettings } from './keepsake.ts';
import { placeSecretRef } from './place.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

type Keys = Pick<Rooms, 'vault' | 'catalog'>;
type Texts = Record<DestinationId, string>;

/** A secret is kept under its key; the first ones were kept under their place alone. */
const refOf = (id: DestinationId, keyId: string): string => placeSecretRef(id, `recovery/${keyId}`);
const firstRefOf = (id: DestinationId): string => placeSecretRef(id, 'recovery');

async function kept({ vault }: Pick<Rooms, 'vault'>, card: DestinationCard, keyId: string): Promise<RecoveryKey> {
  for (const ref of [refOf(card.id, keyId), firstRefOf(card.id)]) {
    const secret = await vault.get(ref);
    const key = secret === undefined ? undefined : recoveryKey(secret.reveal());
    if (key?.keyId === keyId) return key;
  }
  throw new Fail('vault.missing-secret', `The recovery secret ${keyId} of ${card.name} is gone from the vault.`, {
    hint: 'Take the recovery kit of this place and run holdfast kit enter NAME.',
  });
}

/** Every key that a place has or had, the one in use first. */
const keyIdsOf = ({ recovery }: DestinationCard): string[] =>
  recovery === undefined ? [] : [recovery.keyId, ...(recovery.earlier ?? []).map(({ keyId }) => keyId)];

/**
 * The recovery key that a place is sealed with now.
 * @throws Fail seal.no-secret where it never had one, vault.missing-secret where the vault lost it, vault.*
 */
export async function recoveryOf(rooms: Pick<Rooms, 'vault'>, card: DestinationCard): Promise<RecoveryKey> {
  if (card.recovery === undefined)
    throw new Fail('seal.no-secret', `${card.name} has no recovery secret: nothing there was ever sealed.`);
  return kept(rooms, card, card.recovery.keyId);
}

/** Every place that wants sealing, with its secret: a backup that could not be sealed is not made. */
export async function secretsForBackup(rooms: Keys, cards: readonly DestinationCard[]): Promise<Texts> {
  const texts: Texts = {};
  for (const card of cards) {
    if (card.seal === true && card.keysAlone !== true) texts[card.id] = (await recoveryOf(rooms, card)).secret.reveal();
  }
  return texts;
}

/**
 * What the vault has of the secrets that these sets are sealed for, and nothing else. A place that was removed from a
 * job still opens what was sealed for it.
 * @throws Fail vault.missing-secret where a known place's secret is gone and no other opens the set.
 */
export async function secretsForSets(rooms: Keys, sets: readonly OrderedSet[]): Promise<Texts> {
  const texts: Texts = {};
  for (const { backupId } of sets) {
    const recipients = rooms.catalog.backups.manifest(backupId)?.sealing?.recipients ?? [];
    const wanted = rooms.catalog.destinations
      .list()
      .flatMap((card) => keyIdsOf(card).flatMap((keyId) => (recipients.includes(keyId) ? [{ card, keyId }] : [])));
    const failures: Fail[] = [];
    for (const { card, keyId } of wanted) {
      try {
        // A manifest for a place is signed with the key that this set has of it, which may be an earlier one.
        texts[texts[card.id] === undefined ? card.id : (keyId as DestinationId)] = (
          await kept(rooms, card, keyId)
        ).secret.reveal();
      } catch (thrown) {
        if (!(thrown instanceof Fail)) throw thrown;
        failures.push(thrown);
      }
    }
    const [failure] = failures;
    if (failure !== undefined && failures.length === wanted.length) throw failure;
  }
  return texts;
}

/**
 * The secret of a kit that was given for one job, in the place of what the vault has.
 * @throws Fail kit.unreadable, kit.other-place where it opens none of what this backup is sealed for.
 */
export function secretOfKit({ catalog }: Pick<Rooms, 'catalog'>, card: BackupCard, digits: string): KitSecret {
  const { keyId, secret } = recoveryKey(digits);
  const recipients = catalog.backups.recipients(card.backupId);
  if (recipients.length === 0) throw new Fail('usage.wrong', `${card.backupId} is not sealed; it needs no kit.`);
  if (!recipients.includes(keyId))
    throw new Fail('kit.other-place', `This kit carries ${keyId}; ${card.backupId} needs ${recipients.join(' or ')}.`);
  const place = card.stored[0]?.destination as DestinationId;
  return { keyId, recovery: { [place]: secret.reveal() } };
}

export interface KitSecret {
  keyId: string;
  /** As an order carries it. */
  recovery: Texts;
}

/** What a kit opened was restored and found equal: better than three words of it. */
export function kitHasOpened(rooms: Rooms, keyId: string | undefined, actor: string): void {
  if (keyId === undefined) return;
  for (const card of rooms.catalog.destinations.list()) {
    if (card.recovery?.keyId !== keyId) continue;
    audit(rooms, 'kit.proven', actor, card.name, { keyId, by: 'restore' });
    told(rooms, markProven(rooms, card));
  }
}

/**
 * Every secret that the vault can give; what it cannot give is passed over.
 * @param also places that are not known yet
 */
export async function secretsAtHand(rooms: Keys, also: readonly DestinationCard[] = []): Promise<Texts> {
  const texts: Texts = {};
  for (const card of [...rooms.catalog.destinations.list(), ...also]) {
    for (const [index, keyId] of keyIdsOf(card).entries()) {
      try {
        texts[index === 0 ? card.id : (keyId as DestinationId)] = (await kept(rooms, card, keyId)).secret.reveal();
      } catch (thrown) {
        if (!(thrown instanceof Fail)) throw thrown;
      }
    }
  }
  return texts;
}

/** Everything that the vault can give, for reading whole places again; what it cannot give is passed over. */
export async function wholeKeyring(rooms: Keys): Promise<Keyring> {
  return { secrets: Object.values(await secretsAtHand(rooms)).map(recoveryKey) };
}

/** Switches sealing on or off. A place that gets its first secret gets it here; off, it keeps it for its earlier sets. */
export async function sealPlace(
  rooms: Keys & Pick<Rooms, 'clock'>,
  card: DestinationCard,
  seal: boolean,
): Promise<DestinationCard> {
  if (!seal || card.recovery !== undefined || card.keysAlone === true) {
    if (seal && card.keysAlone !== true) await recoveryOf(rooms, card);
    return change(rooms, { ...card, seal });
  }
  const key = newRecoveryKey();
  // The secret first: nothing is ever sealed for one that could not be kept.
  await rooms.vault.put(refOf(card.id, key.keyId), key.secret);
  return change(rooms, {
    ...card,
    seal,
    recovery: { keyId: key.keyId, madeAt: rooms.clock.now(), provenAt: null },
  });
}

/**
 * Seals what goes to a place for these keys too, or for them alone. Without any, for the recovery secret as before.
 * @throws Fail seal.unusable-key, usage.wrong where nobody would be left.
 */
export async function sealForKeys(
  rooms: Keys & Pick<Rooms, 'clock'>,
  card: DestinationCard,
  keys: readonly SealKey[],
  alone: boolean,
): Promise<DestinationCard> {
  if (alone && keys.length === 0)
    throw new Fail('usage.wrong', 'Sealed for keys alone, and no key was given: nobody could open it.');
  const { sealKeys: _keys, keysAlone: _alone, ...rest } = card;
  const sealed: DestinationCard = {
    ...rest,
    ...(keys.length === 0 ? {} : { sealKeys: [...keys] }),
    ...(alone ? { keysAlone: true } : {}),
  };
  // Where they were all that it was sealed for, the recovery secret takes over, and is made where there was none.
  return keys.length === 0 && card.seal !== true ? change(rooms, sealed) : sealPlace(rooms, sealed, true);
}

/** Copies that are remembered; the one that was shown longest ago is forgotten first. */
const mostCopies = 20;

/** Somebody has shown that the kit is in their hands. */
export function markProven(
  rooms: Pick<Rooms, 'catalog' | 'clock'>,
  card: DestinationCard,
  holder?: string,
): DestinationCard {
  if (card.recovery === undefined) return card;
  const provenAt = rooms.clock.now();
  const { copies = [] } = card.recovery;
  const shown =
    holder === undefined ? copies : [...copies.filter((copy) => copy.holder !== holder), { holder, provenAt }];
  const remembered = shown.length === 0 ? {} : { copies: shown.slice(-mostCopies) };
  return change(rooms, { ...card, recovery: { ...card.recovery, provenAt, ...remembered } });
}

/** A page was made of the kit. */
export const markPrinted = (rooms: Pick<Rooms, 'catalog' | 'clock'>, card: DestinationCard): DestinationCard =>
  card.recovery === undefined
    ? card
    : change(rooms, { ...card, recovery: { ...card.recovery, printedAt: rooms.clock.now() } });

export const keepRecovery = ({ vault }: Pick<Rooms, 'vault'>, card: DestinationCard, key: RecoveryKey): Promise<void> =>
  vault.put(refOf(card.id, key.keyId), key.secret);

export async function forgetRecovery({ vault }: Pick<Rooms, 'vault'>, card: DestinationCard): Promise<void> {
  for (const keyId of keyIdsOf(card)) await vault.forget(refOf(card.id, keyId));
  await vault.forget(firstRefOf(card.id));
}

/**
 * A new secret for what is sealed from now on. The earlier one stays in the vault under its own key.
 * @throws Fail seal.no-secret
 */
export async function rotate(rooms: Keys & Pick<Rooms, 'clock'>, card: DestinationCard): Promise<DestinationCard> {
  if (card.recovery === undefined)
    throw new Fail('seal.no-secret', `${card.name} has no recovery secret: nothing there was ever sealed.`);
  const key = newRecoveryKey();
  // The secret first, under its own name: between the two the place is sealed as before.
  await rooms.vault.put(refOf(card.id, key.keyId), key.secret);
  return inUse(rooms, card, { keyId: key.keyId, madeAt: rooms.clock.now(), provenAt: null });
}

/** The key that is used from now on; the one before becomes an earlier one. */
function inUse(
  rooms: Pick<Rooms, 'catalog' | 'clock'>,
  card: DestinationCard,
  next: Pick<RecoveryState, 'keyId' | 'madeAt' | 'provenAt'>,
): DestinationCard {
  const { recovery } = card;
  if (recovery === undefined) return change(rooms, { ...card, recovery: next });
  const { keyId, madeAt, provenAt, earlier = [] } = recovery;
  const before = { keyId, madeAt, provenAt, replacedAt: rooms.clock.now() };
  return change(rooms, { ...card, recovery: { ...next, earlier: [...earlier, before] } });
}

/**
 * Takes the secret from somebody's kit: of a place whose secret was lost, or that another computer seals.
 * @param newest the key that the newest set there was signed with: an older kit opens, and is not sealed with.
 */
export async function takeSecret(
  rooms: Keys & Pick<Rooms, 'clock'>,
  card: DestinationCard,
  key: RecoveryKey,
  newest: string | undefined,
): Promise<DestinationCard> {
  await rooms.vault.put(refOf(card.id, key.keyId), key.secret);
  const now = rooms.clock.now();
  // Whoever typed it in has the kit.
  const own = { ...card, seal: true };
  const { recovery } = own;
  if (recovery === undefined) return inUse(rooms, own, { keyId: key.keyId, madeAt: now, provenAt: now });
  if (recovery.keyId === key.keyId) return change(rooms, { ...own, recovery: { ...recovery, provenAt: now } });
  const { earlier = [] } = recovery;
  const others = earlier.filter(({ keyId }) => keyId !== key.keyId);
  const known = earlier.find(({ keyId }) => keyId === key.keyId);
  if (known === undefined && newest !== recovery.keyId)
    return inUse(rooms, own, { keyId: key.keyId, madeAt: now, provenAt: now });
  const opener = { madeAt: now, replacedAt: now, ...known, keyId: key.keyId, provenAt: now };
  return change(rooms, { ...card, recovery: { ...recovery, earlier: [...others, opener] } });
}

function change({ catalog }: Pick<Rooms, 'catalog'>, card: DestinationCard): DestinationCard {
  catalog.destinations.change(card);
  return card;
}

/** Kept beside the catalog too, and known to every door. */
export function told(rooms: Rooms, card: DestinationCard): DestinationCard {
  keepSettings(rooms);
  rooms.announce.destination.changed({ card });
  return card;
}
