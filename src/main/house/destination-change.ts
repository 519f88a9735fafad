/** Changes what is kept of a place. Where it lies and how we log in there are tried before they are kept. */
import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import { addressOf, type DestinationCard, type DestinationSettings } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import { plural } from '../../shared/plural.ts';
import { isSameAccount } from '../../shared/saved-password.ts';
import { manifestKey } from '../artifact/set.ts';
import { givenText, type Secret } from '../base/secret.ts';
import { key, type Destination, type Key } from '../destination/destination.ts';
import { openDestination, secretsOf } from '../destination/open.ts';
import { forgetDeletionLogin, takeDeletionLogin } from './deletion-key.ts';
import { keepSettings } from './keepsake.ts';
import { placeNamed, placeSecretRef } from './place.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

type ChangeInput = Parameters<Handlers<HoldfastContract>['destination']['change']>[0];

export async function changePlace(rooms: Rooms, input: ChangeInput, caller: Caller): Promise<DestinationCard> {
  const before = placeNamed(rooms, input.name);
  const { newName = before.name, settings = before.settings } = input;
  demandFreeName(rooms, before, newName);
  if (input.settings !== undefined || input.secret !== undefined) await move(rooms, before, settings, input.secret);
  if (input.deletion !== undefined && input.deletion !== null)
    await takeDeletionLogin(rooms, { ...before, settings }, input.deletion);
  if (input.deletion === null) await forgetDeletionLogin(rooms, before);
  // The test took its time: what others changed meanwhile stays.
  const { deletion: kept, ...now } = withLimits(placeNamed(rooms, before.id), input);
  const deletion = input.deletion === undefined ? kept : input.deletion?.login;
  const card: DestinationCard = { ...now, name: newName, settings, ...(deletion === undefined ? {} : { deletion }) };
  rooms.catalog.destinations.change(card);
  rooms.lanes.changed(card);
  keepSettings(rooms);
  audit(rooms, 'place.changed', caller.actor, newName, {
    destination: card.id,
    changed: Object.keys(input)
      .filter((field) => field !== 'name')
      .join(', '),
    address: addressOf(card.settings),
  });
  rooms.announce.destination.changed({ card });
  return card;
}

/** What is given replaces a limit, null takes it away. */
function withLimits(before: DestinationCard, given: ChangeInput): DestinationCard {
  const { maxBytesPerSecond: speed, maxFileBytes: size, ...card } = before;
  const maxBytesPerSecond = given.maxBytesPerSecond === undefined ? speed : given.maxBytesPerSecond;
  const maxFileBytes = given.maxFileBytes === undefined ? size : given.maxFileBytes;
  return {
    ...card,
    ...(typeof maxBytesPerSecond === 'number' ? { maxBytesPerSecond } : {}),
    ...(typeof maxFileBytes === 'number' ? { maxFileBytes } : {}),
  };
}

function demandFreeName({ catalog }: Rooms, before: DestinationCard, name: string): void {
  // Folders that came with sources may share a name: one that keeps its own takes it from nobody.
  if (name === before.name) return;
  if (catalog.destinations.byName(name) !== undefined)
    throw new Fail('destination.exists', `There is a destination named ${name} already.`);
}

/** Looks into the place with the new settings and secret, and keeps the secret once that went well. */
async function move(
  rooms: Rooms,
  before: DestinationCard,
  settings: DestinationSettings,
  given: string | undefined,
): Promise<void> {
  if (settings.kind !== before.settings.kind)
    throw new Fail('destination.other-place', `${before.name} is a place of another kind.`);
  const moved = addressOf(settings) !== addressOf(before.settings);
  if (moved && rooms.catalog.destinations.byAddress(settings.kind, addressOf(settings)) !== undefined)
    throw new Fail('destination.exists', `${addressOf(settings)} is known as a destination already.`);
  const [wanted] = secretsOf(settings);
  const secret = given === undefined ? await keptSecret(rooms, before, settings) : givenText(given);
  if (wanted !== undefined && !wanted.optional && secret === undefined)
    throw new Fail('vault.missing-secret', `The saved secret of ${before.name} is for another account.`, {
      hint: 'Give the new one with --secret-stdin.',
    });
  const { userHome, sshAgentSocket } = rooms.env;
  const place = await openDestination(settings, {
    secrets: wanted === undefined || secret === undefined ? {} : { [wanted.name]: secret },
    surroundings: { userHome, sshAgentSocket },
  });
  try {
    await demandSamePlace(rooms, before, place, moved);
  } finally {
    await place.close();
  }
  if (wanted !== undefined && secret !== undefined)
    await rooms.vault.put(placeSecretRef(before.id, wanted.name), secret);
  else if (wanted !== undefined) await rooms.vault.forget(placeSecretRef(before.id, wanted.name));
}

/** A saved secret goes only where it was saved for: somebody else's server would be told it. */
async function keptSecret(
  rooms: Rooms,
  before: DestinationCard,
  settings: DestinationSettings,
): Promise<Secret | undefined> {
  const [wanted] = secretsOf(settings);
  if (wanted === undefined || !isSameAccount(before.settings, settings)) return undefined;
  return rooms.vault.get(placeSecretRef(before.id, wanted.name));
}

/** Reads the list there; at a new address every backup that is known to be in this place has to lie. */
async function demandSamePlace(
  { catalog }: Rooms,
  card: DestinationCard,
  place: Destination,
  moved: boolean,
): Promise<void> {
  const missing = new Set<Key>(
    catalog.backups
      .cards({})
      .filter(({ stored }) => stored.some(({ destination, state }) => destination === card.id && state === 'stored'))
      .map(({ backupId }) => manifestKey(backupId)),
  );
  const expected = missing.size;
  for await (const stored of place.list(key('manifests'))) {
    missing.delete(stored.key);
    if (!moved || missing.size === 0) return;
  }
  if (moved && missing.size > 0)
    throw new Fail(
      'destination.other-place',
      `${missing.size} of the ${plural(expected, 'backup')} of ${card.name} are not there.`,
    );
}
