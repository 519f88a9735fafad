/**
 * A second login of a place, for deletion alone. Where there is one, whoever removes backups there takes it, and no backup,
 * proof or restore is ever told it: what runs every night then needs no right to remove.
 */
import type { DeletionLogin, DestinationCard, DestinationSettings } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import { givenText, type Secret } from '../base/secret.ts';
import { key, type Destination } from '../destination/destination.ts';
import { openDestination, secretsOf, sweepDestination } from '../destination/open.ts';
import { openPlace, placeSecretRef, placeSecrets, surroundingsOf } from './place.ts';
import type { Rooms } from './rooms.ts';

type Keys = Pick<Rooms, 'vault' | 'env'>;
type Secrets = Record<string, Secret>;

const refOf = ({ id }: Pick<DestinationCard, 'id'>): string => placeSecretRef(id, 'deletion');

/** The place as whoever deletes logs in there; without a login for that, as everybody does. */
export function asDeleter(card: DestinationCard): DestinationCard {
  return card.deletion === undefined ? card : { ...card, settings: loggedInAs(card.settings, card.deletion) };
}

/** The secrets for `asDeleter(card)`. @throws Fail vault.missing-secret, vault.* */
export async function deletionSecrets(rooms: Pick<Rooms, 'vault'>, card: DestinationCard): Promise<Secrets> {
  if (card.deletion === undefined) return placeSecrets(rooms, card);
  const secret = await rooms.vault.get(refOf(card));
  if (secret === undefined)
    throw new Fail('vault.missing-secret', `The saved secret for deletions in ${card.name} is gone.`, {
      hint: 'Give it again: holdfast destination change NAME --deletion-login LOGIN --deletion-secret-stdin.',
    });
  return named(asDeleter(card).settings, secret);
}

/** Opens a place to remove something there, hands it to `work`, and closes it however that ends. */
export async function withPlaceToDelete<T>(
  rooms: Keys,
  card: DestinationCard,
  work: (destination: Destination) => Promise<T>,
): Promise<T> {
  const place =
    card.deletion === undefined
      ? await openPlace(rooms, card)
      : await openDestination(asDeleter(card).settings, {
          secrets: await deletionSecrets(rooms, card),
          surroundings: surroundingsOf(rooms),
        });
  try {
    return await work(place);
  } finally {
    await place.close();
  }
}

/** Removes what ended processes left unfinished there. */
export async function sweepPlace(rooms: Keys & Pick<Rooms, 'clock'>, card: DestinationCard): Promise<number> {
  const access = { secrets: await deletionSecrets(rooms, card), surroundings: surroundingsOf(rooms) };
  return sweepDestination(asDeleter(card).settings, access, rooms.clock, 'remove');
}

/** Keeps a login for deletions once it was let in. @throws Fail destination.* */
export async function takeDeletionLogin(
  rooms: Keys,
  card: DestinationCard,
  { login, secret }: { login: DeletionLogin; secret: string },
): Promise<void> {
  const settings = loggedInAs(card.settings, login);
  const place = await openDestination(settings, {
    secrets: named(settings, givenText(secret)),
    surroundings: surroundingsOf(rooms),
  });
  try {
    for await (const _ of place.list(key('manifests'))) break;
  } finally {
    await place.close();
  }
  await rooms.vault.put(refOf(card), givenText(secret));
}

export const forgetDeletionLogin = ({ vault }: Pick<Rooms, 'vault'>, card: DestinationCard): Promise<void> =>
  vault.forget(refOf(card));

const named = (settings: DestinationSettings, secret: Secret): Secrets =>
  Object.fromEntries(secretsOf(settings).map(({ name }) => [name, secret]));

function loggedInAs(settings: DestinationSettings, login: DeletionLogin): DestinationSettings {
  if (settings.kind === 's3' && login.kind === 's3') return { ...settings, accessKeyId: login.accessKeyId };
  if (settings.kind === 'azure' && login.kind === 'azure') return { ...settings, auth: login.auth };
  if (settings.kind === 'sftp' && login.kind === 'sftp') {
    const { keyFile: _keyFile, ...rest } = settings;
    return { ...rest, user: login.user, auth: 'password' };
  }
  throw new Fail('call.malformed', 'This login for deletions is for a place of another kind.');
}
