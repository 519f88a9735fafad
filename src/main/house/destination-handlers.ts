import type { BackupCard } from '../../shared/artifact.ts';
import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import { plural } from '../../shared/plural.ts';
import { newDestinationId } from '../base/id.ts';
import { createBucketOf, createDestination } from '../destination/open.ts';
import { forgetDeletionLogin } from './deletion-key.ts';
import { changePlace } from './destination-change.ts';
import { findPlace } from './find-handler.ts';
import { isGivenBackup, stopCarriesTo } from './carry-order.ts';
import { keepSettings } from './keepsake.ts';
import { healthOfPlace, sweepOrphans } from './place-health.ts';
import { lateIn } from './place-late.ts';
import { tallyPlaces } from './place-room.ts';
import { previewLock, setLock } from './place-lock.ts';
import { forgetPlaceSecrets, givenSecret, keepPlaceSecrets, placeNamed } from './place.ts';
import { rightsInPlace } from './place-rights.ts';
import { previewLifecycle, setLifecycle, setupOfPlace, switchVersioningOn } from './place-setup.ts';
import { testPlace } from './place-tested.ts';
import { sealPlace } from './recovery.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

type AddInput = Parameters<Handlers<HoldfastContract>['destination']['add']>[0];

export function destinationHandlers(rooms: Rooms): Handlers<HoldfastContract>['destination'] {
  const { catalog } = rooms;
  return {
    list: async () => catalog.destinations.list(),
    tally: async () => tallyPlaces(rooms),
    add: (input, caller) => addPlace(rooms, input, caller),
    change: (input, caller) => changePlace(rooms, input, caller),
    test: (input, { signal }) => testPlace(rooms, input, signal),
    health: ({ name, again }, { signal }) => healthOfPlace(rooms, placeNamed(rooms, name), again, signal),
    late: ({ name }) => lateIn(rooms, placeNamed(rooms, name)),
    sweep: ({ name, orphans }, caller) => sweepOrphans(rooms, placeNamed(rooms, name), orphans, caller),
    setup: ({ name }, { signal }) => setupOfPlace(rooms, placeNamed(rooms, name), signal),
    versioning: ({ name }, caller) => switchVersioningOn(rooms, placeNamed(rooms, name), caller),
    lifecyclePreview: ({ name, wish }, { signal }) => previewLifecycle(rooms, placeNamed(rooms, name), wish, signal),
    lifecycle: ({ name, ...asked }, caller) => setLifecycle(rooms, placeNamed(rooms, name), asked, caller),
    lockPreview: ({ name, wish }, { signal }) => previewLock(rooms, placeNamed(rooms, name), wish, signal),
    lock: ({ name, ...given }, caller) => setLock(rooms, placeNamed(rooms, name), given, caller),
    rights: ({ name, deletion = false }, { signal }) => rightsInPlace(rooms, placeNamed(rooms, name), deletion, signal),
    found: (input, caller) => findPlace(rooms, input, caller),
    remove: async ({ name }, caller) => {
      await removePlace(rooms, placeNamed(rooms, name), caller);
      return {};
    },
  };
}

async function addPlace(
  rooms: Rooms,
  { name, settings, secret, seal, create = false, ...limits }: AddInput,
  caller: Caller,
): Promise<DestinationCard> {
  const { catalog, env } = rooms;
  if (catalog.destinations.byName(name) !== undefined)
    throw new Fail('destination.exists', `There is a destination named ${name} already.`);
  const card: DestinationCard = { id: newDestinationId(), name, settings, ...limits };
  const kept = givenSecret(name, settings, secret);
  // A place that cannot be reached, or does not let us in, is not remembered.
  const access = { secrets: kept, surroundings: { userHome: env.userHome, sshAgentSocket: env.sshAgentSocket } };
  if (create) await createBucketOf(settings, access);
  await createDestination(settings, access);
  await keepPlaceSecrets(rooms, card, kept);
  catalog.destinations.add(card);
  const added = seal ? await sealedOrForgotten(rooms, card) : card;
  keepSettings(rooms);
  audit(rooms, 'place.added', caller.actor, name, { destination: card.id, kind: settings.kind, seal });
  rooms.announce.destination.changed({ card: added });
  return added;
}

/** A place that was to be sealed and cannot be is not kept: a backup there would lie open, unasked. */
async function sealedOrForgotten(rooms: Rooms, card: DestinationCard): Promise<DestinationCard> {
  try {
    return await sealPlace(rooms, card, true);
  } catch (thrown) {
    rooms.catalog.destinations.forget(card.id);
    throw thrown;
  }
}

/**
 * What lies there stays. A place that anything still speaks of is not forgotten: its backups could not be found. What only
 * waited for it, or was given up there, is not wanted there any more.
 */
async function removePlace(rooms: Rooms, card: DestinationCard, caller: Caller): Promise<void> {
  const { catalog } = rooms;
  const sources = catalog.sources.list().filter((source) => source.destinations.includes(card.id));
  const plans = catalog.backupPlans.list().filter((plan) => plan.destinations.includes(card.id));
  const backups = catalog.backups
    .cards({})
    .filter((backup) => backup.stored.some((stored) => stored.destination === card.id));
  const holds = ({ stored }: BackupCard): boolean =>
    stored.some(({ destination, state }) => destination === card.id && (state === 'stored' || state === 'damaged'));
  const held = backups.filter(holds);
  const users = [
    ...sources.map(({ name }) => `the source ${name}`),
    ...plans.map(({ name }) => `the plan ${name}`),
    ...(held.length === 0 ? [] : [plural(held.length, 'backup')]),
  ];
  if (users.length > 0)
    throw new Fail('destination.in-use', `${card.name} is still used by ${users.slice(0, 5).join(', ')}.`);
  // Taken away under a backup, it would end in words that nobody understands.
  if (isGivenBackup(rooms, card.id))
    throw new Fail('destination.in-use', `A backup is just being made that goes to ${card.name}.`, {
      hint: 'Wait until it has ended, or stop it first; holdfast job list shows it.',
    });
  await stopCarriesTo(rooms, card.id);
  for (const { backupId, stored } of backups)
    catalog.backups.setStored(
      backupId,
      stored.filter(({ destination }) => destination !== card.id),
    );
  catalog.destinations.forget(card.id);
  for (const { backupId } of await rooms.kept.list()) await rooms.kept.dropWhereDone(backupId);
  await forgetPlaceSecrets(rooms, card);
  await forgetDeletionLogin(rooms, card);
  keepSettings(rooms);
  audit(rooms, 'place.removed', caller.actor, card.name, { destination: card.id });
  rooms.announce.destination.removed({ destinationId: card.id });
}
