/** Found again: a place and its kit, on a machine that knows nothing of it. */
import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import { addressOf, type DestinationCard, type DestinationSettings } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { JobId } from '../../shared/id.ts';
import { recoveryKey, type RecoveryKey } from '../artifact/recovery-secret.ts';
import { newDestinationId } from '../base/id.ts';
import type { FindOrder } from '../find/find.ts';
import { askJob } from './job-handlers.ts';
import { forgetPlaceSecrets, givenSecret, keepPlaceSecrets, placeNamed } from './place.ts';
import { forgetRecovery, keepRecovery } from './recovery.ts';
import type { Rooms } from './rooms.ts';

type FoundInput = Parameters<Handlers<HoldfastContract>['destination']['found']>[0];

/** The secrets are kept for the job, and stay when it succeeds; `settleFind` takes them back when it does not. */
export async function findPlace(rooms: Rooms, input: FoundInput, caller: Caller): Promise<{ jobId: JobId }> {
  const { name, settings, secret } = input;
  const kit = input.kit === undefined ? null : recoveryKey(input.kit);
  const known = settings === undefined ? placeNamed(rooms, name) : null;
  if (kit !== null && known?.recovery !== undefined && known.recovery.keyId !== kit.keyId)
    throw new Fail('kit.other-place', `This kit carries ${kit.keyId}; ${name} is sealed with ${known.recovery.keyId}.`);
  const card = known ?? newCard(rooms, name, settings as DestinationSettings);
  const secrets = known === null ? givenSecret(name, card.settings, secret) : {};
  const order: FindOrder = {
    kind: 'find',
    place: kit === null ? card : sealedWith(card, kit, rooms.clock.now()),
    kit: kit?.keyId ?? null,
    known: known !== null,
  };
  try {
    await keepPlaceSecrets(rooms, card, secrets);
    if (kit !== null) await keepRecovery(rooms, card, kit);
    return askJob(rooms, caller, order);
  } catch (thrown) {
    await forgetWhatWasKept(rooms, order);
    throw thrown;
  }
}

function newCard({ catalog }: Rooms, name: string, settings: DestinationSettings): DestinationCard {
  const sameName = catalog.destinations.byName(name);
  if (sameName !== undefined) throw new Fail('destination.exists', `There is a destination named ${name} already.`);
  const sameAddress = catalog.destinations.byAddress(settings.kind, addressOf(settings));
  if (sameAddress !== undefined)
    throw new Fail('destination.exists', `${addressOf(settings)} is known already, as ${sameAddress.name}.`, {
      hint: `Search it under that name: holdfast found-again ${sameAddress.name}`,
    });
  return { id: newDestinationId(), name, settings };
}

/** Whoever typed the digits in has the kit. */
const sealedWith = (card: DestinationCard, { keyId }: RecoveryKey, now: number): DestinationCard => ({
  ...card,
  seal: true,
  recovery: { ...card.recovery, keyId, madeAt: card.recovery?.madeAt ?? now, provenAt: now },
});

/** Of a search that came to nothing. What a place that is known had before stays. */
export async function forgetWhatWasKept(rooms: Rooms, { place, known, kit }: FindOrder): Promise<void> {
  try {
    const stays = known && rooms.catalog.destinations.byId(place.id)?.recovery !== undefined;
    if (kit !== null && !stays) await forgetRecovery(rooms, place);
    if (!known) await forgetPlaceSecrets(rooms, place);
  } catch (thrown) {
    rooms.log.warn('A secret of a place that was not found could not be taken from its keeper.', {
      destination: place.id,
      thrown,
    });
  }
}
