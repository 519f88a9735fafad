import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { DestinationId, JobId } from '../../shared/id.ts';
import type { DamagedCopy, ScrubSettings, ScrubState } from '../../shared/scrub.ts';
import { timesOf } from '../schedule/times.ts';
import { askJob } from './job-handlers.ts';
import { keepSettings } from './keepsake.ts';
import { cardOf, destinationsOf, orderedSet } from './order.ts';
import { placeNamed } from './place.ts';
import { definedOnly } from './preferences.ts';
import type { Rooms } from './rooms.ts';
import { runningScrub, scrubOrder, scrubSettingsOf } from './scrub-order.ts';
import { audit } from './trail.ts';

const dayMs = 24 * 3_600_000;

export function scrubHandlers(rooms: Rooms): Handlers<HoldfastContract>['scrub'] {
  return {
    state: async ({ name }) =>
      (name === undefined ? rooms.catalog.destinations.list() : [placeNamed(rooms, name)]).map((card) =>
        scrubState(rooms, card),
      ),
    start: async ({ name, share, backup }, caller) => {
      const card = placeNamed(rooms, name);
      const running = runningScrub(rooms, card);
      if (running !== undefined) throw new Fail('scrub.running', `${card.name} is being read by ${running.id}.`);
      const one = backup === undefined ? undefined : cardOf(rooms, backup);
      const order = scrubOrder(rooms, card, { share, backup: one?.backupId });
      return askJob(rooms, caller, order, { destinationId: card.id, backupId: one?.backupId ?? null });
    },
    change: async ({ name, settings }, caller) => change(rooms, placeNamed(rooms, name), settings, caller),
    repair: async ({ backup, name, from }, caller) => askRepair(rooms, { backup, name, from }, caller),
  };
}

function change(
  rooms: Rooms,
  card: DestinationCard,
  given: { [Name in keyof ScrubSettings]?: ScrubSettings[Name] | undefined },
  caller: Caller,
): ScrubState {
  const settings = { ...scrubSettingsOf(card), ...definedOnly(given) };
  if (timesOf(settings.times).after(rooms.clock.now()) === null)
    throw new Fail('plan.never-fires', `“${settings.times.cron}” never comes: no year has such a day.`);
  const changed = { ...card, scrub: settings };
  rooms.catalog.destinations.change(changed);
  keepSettings(rooms);
  const { on, times, withinDays } = settings;
  audit(rooms, 'scrub.changed', caller.actor, card.name, { destination: card.id, on, cron: times.cron, withinDays });
  rooms.announce.destination.changed({ card: changed });
  rooms.planner.poke();
  return scrubState(rooms, changed);
}

function askRepair(
  rooms: Rooms,
  asked: { backup: string; name: string; from: string | undefined },
  caller: Caller,
): { jobId: JobId } {
  const card = cardOf(rooms, asked.backup);
  const to = placeNamed(rooms, asked.name);
  const state = card.stored.find(({ destination }) => destination === to.id);
  if (state?.state !== 'damaged')
    throw new Fail(
      'repair.not-damaged',
      `Nothing is known to be wrong with the copy of ${card.backupId} in ${to.name}.`,
    );
  const holding = goodPlaces(card.stored);
  const wanted = asked.from === undefined ? holding[0] : placeNamed(rooms, asked.from).id;
  if (wanted === undefined || !holding.includes(wanted))
    throw new Fail('repair.no-source', `${asked.from ?? 'No other place'} has no copy of ${card.backupId} that holds.`);
  const set = { ...orderedSet(rooms, card), destinations: [...destinationsOf(rooms, [wanted]), to] };
  return askJob(
    rooms,
    caller,
    { kind: 'repair', set },
    {
      sourceId: card.sourceId,
      backupId: card.backupId,
      destinationId: to.id,
    },
  );
}

const goodPlaces = (stored: readonly { destination: DestinationId; state: string }[]): DestinationId[] =>
  stored.filter(({ state }) => state === 'stored').map(({ destination }) => destination);

export function scrubState(rooms: Rooms, card: DestinationCard): ScrubState {
  const { catalog, clock, scrubs } = rooms;
  const now = clock.now();
  const settings = scrubSettingsOf(card);
  return {
    destination: card.id,
    settings,
    ...catalog.readings.sum(card.id, now - settings.withinDays * dayMs),
    lastAt: catalog.readings.times(card.id)?.lastAt ?? null,
    nextAt: scrubs.nextAt(card, now),
    waiting: scrubs.waiting(card.id),
    jobId: runningScrub(rooms, card)?.id ?? null,
    damaged: damagedIn(rooms, card),
  };
}

function damagedIn({ catalog }: Rooms, { id }: DestinationCard): DamagedCopy[] {
  return catalog.readings.damaged(id).flatMap(({ backupId, finding, foundAt }) => {
    const card = catalog.backups.card(backupId);
    if (card?.stored.some(({ destination, state }) => destination === id && state === 'damaged') !== true) return [];
    const { source, takenAt, stored } = card;
    return [{ backupId, source, takenAt, foundAt, finding, repairFrom: goodPlaces(stored) }];
  });
}
