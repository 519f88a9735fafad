/** Looks up what the overview is computed from. Every answer comes from an index: 100 000 backups cost as much as 100. */
import type { BackupCard } from '../../shared/artifact.ts';
import type { BackupId, Instant, SourceId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { Overview } from '../../shared/overview.ts';
import type { Source } from '../../shared/source.ts';
import { thawMsAt } from '../../shared/thaw.ts';
import { daysUntil } from '../standing/days.ts';
import type { KitFacts, SourceFacts, World } from '../standing/facts.ts';
import { overviewOf } from '../standing/overview.ts';
import { agendaOf, scheduleOf, timesOfPlans, type PlanTimes } from './plan-schedule.ts';
import { retentionWaits } from './retention-asks.ts';
import { placeFacts } from './place-facts.ts';
import { preferencesOf } from './preferences.ts';
import { probedBytes } from './probed-size.ts';
import { plannedPlaces } from './retention-lines.ts';
import type { Rooms } from './rooms.ts';

const stripDays = 14;
/** One more than is shown, so that the last can be compared with those before it. */
const trendLength = 15;

/** @param timeZone whose midnight parts the days. */
export function lookOver(asked: Rooms, timeZone: string): Overview {
  const rooms = listedOnce(asked);
  const { catalog, clock, queue } = rooms;
  const now = clock.now();
  const days = daysUntil(now, timeZone, stripDays);
  const names = new Map(catalog.destinations.list().map(({ id, name }) => [id, name]));
  const world: World = {
    now,
    timeZone,
    days,
    preferences: preferencesOf(rooms),
    placeName: (id) => names.get(id) ?? id,
  };
  const plans = timesOfPlans(rooms, now, days);
  const unfinished = catalog.jobs.unfinished().map((job) => queue.current(job));
  const sources = catalog.sources.list();
  const places = placeFacts(rooms, world);
  const nameOf = new Map(sources.map(({ id, name }) => [id, name]));
  return overviewOf(
    sources.map((source) => ({
      ...factsOf(rooms, source, world, plans, unfinished),
      late: places.late(source.id),
      reading: places.reading(source),
      beaten: places.beaten(source.id),
    })),
    agendaOf(plans, (id) => nameOf.get(id)),
    world,
  );
}

/** The same rooms, whose short lists are read once: every source asks for each of them. */
function listedOnce(rooms: Rooms): Rooms {
  const { sources, destinations, backupPlans } = rooms.catalog;
  const [known, places, plans] = [sources.list(), destinations.list(), backupPlans.list()];
  const byId = new Map(known.map((source) => [source.id, source]));
  const catalog = {
    ...rooms.catalog,
    sources: { ...sources, list: () => known, byId: (id: SourceId) => byId.get(id) },
    destinations: { ...destinations, list: () => places },
    backupPlans: { ...backupPlans, list: () => plans },
  };
  return { ...rooms, catalog };
}

function factsOf(
  rooms: Rooms,
  source: Source,
  world: World,
  plans: readonly PlanTimes[],
  unfinished: readonly Job[],
): SourceFacts {
  const { backups, history, timings } = rooms.catalog;
  const { id } = source;
  const protectedUntil = history.heldBefore(id, Number.MAX_SAFE_INTEGER);
  const last = backups.cards({ sourceId: id, limit: 1 })[0] ?? null;
  return {
    source,
    last,
    trend: history.trend(id, trendLength),
    protectedUntil,
    provenUntil: history.provenUntil(id),
    heldBefore: history.heldBefore(id, world.days[0]?.from ?? world.now),
    damaged: rooms.catalog.readings.damagedOf(id),
    days: world.days.map(({ from, to }) => history.stretch(id, from, to)),
    restoreProof: history.newestProof(id, 'restore'),
    readProof: history.newestProof(id, 'read'),
    failedBackup: history.newestJob(id, 'backup', 'failed'),
    failedProof: history.newestJob(id, 'verify', 'failed'),
    unfinished: unfinished.filter((job) => job.sourceId === id),
    backupMs: timings.backupMs(id),
    restoreMs: timings.restoreMs(id),
    thawMs: last === null ? 0 : thawOf(rooms, last, world.now),
    probedBytes: probedBytes(rooms, source.settings),
    sealed: last === null ? null : sealedFor(rooms, last.backupId),
    endingKeys: endingKeysOf(rooms, source),
    retention: retentionWaits(rooms, id),
    schedule: scheduleOf(plans, id, world.now, protectedUntil),
  };
}

function endingKeysOf(rooms: Rooms, { id }: Source): SourceFacts['endingKeys'] {
  const places = new Set(plannedPlaces(rooms, id));
  return rooms.catalog.destinations
    .list()
    .filter((card) => card.seal === true && places.has(card.id))
    .flatMap(({ id: placeId, name, sealKeys = [] }) =>
      sealKeys.flatMap(({ label, expiresAt }) =>
        expiresAt === null ? [] : [{ placeId, place: name, label, expiresAt }],
      ),
    );
}

/** The quickest of the places that have it says. */
function thawOf(
  { catalog }: Pick<Rooms, 'catalog'>,
  { stored, takenAt }: Pick<BackupCard, 'stored' | 'takenAt'>,
  now: Instant,
): number {
  const held = new Set(stored.filter(({ state }) => state === 'stored').map(({ destination }) => destination));
  const waits = catalog.destinations
    .list()
    .filter(({ id }) => held.has(id))
    .map((card) => thawMsAt(card, takenAt, now));
  return waits.length === 0 ? 0 : Math.min(...waits);
}

function sealedFor({ catalog }: Pick<Rooms, 'catalog'>, backupId: BackupId): SourceFacts['sealed'] {
  const recipients = catalog.backups.recipients(backupId);
  if (recipients.length === 0) return null;
  const kits = catalog.destinations.list().flatMap(({ id: placeId, name, recovery }): KitFacts[] => {
    if (recovery === undefined) return [];
    const { keyId, madeAt, provenAt, earlier = [] } = recovery;
    const own = [{ keyId, madeAt, provenAt }, ...earlier.map((one) => ({ ...one, madeAt: null }))];
    return own
      .filter((one) => recipients.includes(one.keyId))
      .map((one) => ({ placeId, place: name, madeAt: one.madeAt, provenAt: one.provenAt }));
  });
  return { kits, ownKeys: recipients.some((one) => one.startsWith('key-')) };
}
