/** `backup.thaw`: archived data is asked for. */
import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import { Fail } from '../../shared/failure.ts';
import { askJob } from './job-handlers.ts';
import { cardOf, destinationsOf, orderedSet } from './order.ts';
import { placeNamed } from './place.ts';
import type { Rooms } from './rooms.ts';

type ThawInput = Parameters<Handlers<HoldfastContract>['backup']['thaw']>[0];

const usualDays = 7;

export function askThaw(rooms: Rooms, input: ThawInput, caller: Caller): ReturnType<typeof askJob> {
  const { backup, place, days = usualDays, speed = 'standard', prove } = input;
  const card = cardOf(rooms, backup);
  const set = orderedSet(rooms, card);
  const wanted = place === undefined ? set.destinations[0]?.id : placeNamed(rooms, place).id;
  if (wanted === undefined || !set.destinations.some(({ id }) => id === wanted))
    throw new Fail('manifest.missing', `${place ?? 'No place'} has no copy of ${card.backupId}.`);
  return askJob(
    rooms,
    caller,
    {
      kind: 'thaw',
      set: { ...set, destinations: destinationsOf(rooms, [wanted]) },
      days,
      speed,
      prove: prove ?? null,
    },
    { sourceId: card.sourceId, backupId: card.backupId, destinationId: wanted },
  );
}
