/** The places of this house, opened with the secrets that the vault keeps for them. */
import type { DestinationCard, DestinationSettings } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { DestinationId } from '../../shared/id.ts';
import { placeCalled } from '../../shared/place-called.ts';
import { givenText, type Secret } from '../base/secret.ts';
import type { Destination } from '../destination/destination.ts';
import { openDestination, secretsOf, sweepDestination, type Access } from '../destination/open.ts';
import { openAdmin, type PlaceAdmin } from '../destination/admin.ts';
import { openVersions, type Versions } from '../destination/versions.ts';
import type { Rooms } from './rooms.ts';

type Keys = Pick<Rooms, 'vault' | 'env'>;

/** By its name or its id. @throws Fail destination.unknown, destination.ambiguous */
export const placeNamed = ({ catalog }: Pick<Rooms, 'catalog'>, name: string): DestinationCard =>
  placeCalled(catalog.destinations.list(), name);

/** The vault's name for one secret of one place. */
export const placeSecretRef = (id: DestinationId, name: string): string => `destination/${id}/${name}`;

/**
 * The secret that was given for a place with these settings, by the name that the vault keeps it under.
 * @throws Fail vault.missing-secret where it needs one and none was given
 */
export function givenSecret(
  name: string,
  settings: DestinationSettings,
  secret: string | undefined,
): Record<string, Secret> {
  const [wanted] = secretsOf(settings);
  if (wanted !== undefined && !wanted.optional && secret === undefined)
    throw new Fail('vault.missing-secret', `The secret of ${name} was not given.`, {
      hint: 'Give it with --secret-stdin.',
    });
  return wanted === undefined || secret === undefined ? {} : { [wanted.name]: givenText(secret) };
}

export async function keepPlaceSecrets(
  { vault }: Pick<Rooms, 'vault'>,
  { id }: DestinationCard,
  secrets: Readonly<Record<string, Secret>>,
): Promise<void> {
  for (const [name, secret] of Object.entries(secrets)) await vault.put(placeSecretRef(id, name), secret);
}

export async function forgetPlaceSecrets(
  { vault }: Pick<Rooms, 'vault'>,
  { id, settings }: DestinationCard,
): Promise<void> {
  for (const { name } of secretsOf(settings)) await vault.forget(placeSecretRef(id, name));
}

/** @throws Fail vault.missing-secret, vault.* */
export async function placeSecrets(
  { vault }: Pick<Rooms, 'vault'>,
  card: DestinationCard,
): Promise<Record<string, Secret>> {
  const secrets: Record<string, Secret> = {};
  for (const { name, optional } of secretsOf(card.settings)) {
    const secret = await vault.get(placeSecretRef(card.id, name));
    if (secret !== undefined) secrets[name] = secret;
    else if (!optional) throw new Fail('vault.missing-secret', `The saved ${name} secret of ${card.name} is gone.`);
  }
  return secrets;
}

/** This machine's ways to log in. */
export const surroundingsOf = ({ env }: Pick<Rooms, 'env'>): Access['surroundings'] => ({
  userHome: env.userHome,
  sshAgentSocket: env.sshAgentSocket,
});

async function accessTo(rooms: Keys, card: DestinationCard): Promise<Access> {
  return { secrets: await placeSecrets(rooms, card), surroundings: surroundingsOf(rooms) };
}

/** Whoever opens a place closes it. */
export async function openPlace(rooms: Keys, card: DestinationCard): Promise<Destination> {
  return openDestination(card.settings, await accessTo(rooms, card));
}

/** Opens a place, hands it to `work`, and closes it however that ends. */
export async function withPlace<T>(
  rooms: Keys,
  card: DestinationCard,
  work: (destination: Destination) => Promise<T>,
): Promise<T> {
  const destination = await openPlace(rooms, card);
  try {
    return await work(destination);
  } finally {
    await destination.close();
  }
}

/** Opens how a place is set up, hands it to `work`, and closes it however that ends. */
export async function withAdmin<T>(
  rooms: Keys,
  card: DestinationCard,
  work: (admin: PlaceAdmin) => Promise<T>,
): Promise<T> {
  const admin = await openAdmin(card.settings, await accessTo(rooms, card));
  try {
    return await work(admin);
  } finally {
    admin.close();
  }
}

/** The versions that a place keeps; null where its kind has none that could be asked for. Whoever opens them closes them. */
export async function versionsIn(rooms: Keys, card: DestinationCard): Promise<Versions | null> {
  return openVersions(card.settings, await accessTo(rooms, card));
}

/** How much ended processes left unfinished there. */
export async function unfinishedIn(rooms: Keys & Pick<Rooms, 'clock'>, card: DestinationCard): Promise<number> {
  return sweepDestination(card.settings, await accessTo(rooms, card), rooms.clock, 'count');
}
