/** `backup.thaw`: archived data is asked for, where it comes soonest. */
import type { ArchivedCopy } from '../../shared/archived.ts';
import type { BackupCard } from '../../shared/artifact.ts';
import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import { Fail } from '../../shared/failure.ts';
import type { DestinationId, Instant } from '../../shared/id.ts';
import type { ThawSpeed } from '../../shared/thaw-report.ts';
import { archivedCopies, askedAtOf, lastThaw } from './archived.ts';
import { askJob } from './job-handlers.ts';
import { cardOf, destinationsOf, orderedSet } from './order.ts';
import { placeNamed } from './place.ts';
import type { Rooms } from './rooms.ts';

type ThawInput = Parameters<Handlers<HoldfastContract>['backup']['thaw']>[0];
type Following = Omit<NonNullable<Parameters<typeof askJob>[3]>, 'sourceId' | 'backupId' | 'destinationId'>;

const usualDays = 7;

/** @param following what comes after it, and what that needs. */
export async function askThaw(
  rooms: Rooms,
  input: ThawInput,
  caller: Caller,
  following: Following = {},
): Promise<ReturnType<typeof askJob>> {
  const { backup, place, days = usualDays, speed = 'standard', prove } = input;
  const card = cardOf(rooms, backup);
  const set = orderedSet(rooms, card);
  const holding = set.destinations.map(({ id }) => id);
  const wanted = place === undefined ? await soonest(rooms, card, holding, speed, caller) : placeNamed(rooms, place).id;
  if (wanted === undefined || !holding.includes(wanted))
    throw new Fail('manifest.missing', `${place ?? 'No place'} has no copy of ${card.backupId}.`);
  const destinations = destinationsOf(rooms, [wanted]);
  const before = await askedBefore(rooms, card, wanted, caller);
  const order = {
    kind: 'thaw' as const,
    set: { ...set, destinations },
    days,
    speed,
    // It comes as it was asked for.
    ...before,
    prove: prove ?? null,
  };
  return askJob(rooms, caller, order, {
    ...following,
    sourceId: card.sourceId,
    backupId: card.backupId,
    destinationId: wanted,
  });
}

/** A place where nothing has to be waited for, or else the one that says it takes the least. */
async function soonest(
  rooms: Rooms,
  card: BackupCard,
  holding: readonly DestinationId[],
  speed: ThawSpeed,
  { signal }: Caller,
): Promise<DestinationId | undefined> {
  if (holding.length < 2) return holding[0];
  const copies = new Map((await archivedCopies(rooms, card, signal)).map((copy) => [copy.destination, copy]));
  return holding.toSorted((a, b) => waitOf(copies.get(a), speed) - waitOf(copies.get(b), speed))[0];
}

/** In hours; a folder or server archives nothing. */
function waitOf(copy: ArchivedCopy | undefined, speed: ThawSpeed): number {
  if (copy === undefined || copy.state === 'readable') return 0;
  return copy.speeds.find((one) => one.speed === speed)?.hours ?? Number.MAX_SAFE_INTEGER;
}

/** Where a thaw was stopped that waited, what it asked for comes all the same: nothing where the place knows nothing of it any more. */
async function askedBefore(
  rooms: Rooms,
  card: BackupCard,
  destination: DestinationId,
  { signal }: Caller,
): Promise<{ askedAt?: Instant; speed?: ThawSpeed }> {
  const before = lastThaw(rooms, card, { id: destination });
  if (before === undefined || before.job.state === 'succeeded') return {};
  const copy = (await archivedCopies(rooms, card, signal)).find((one) => one.destination === destination);
  const askedAt = askedAtOf(before);
  return copy?.state === 'thawing' && askedAt !== null ? { askedAt, speed: before.order.speed } : {};
}
