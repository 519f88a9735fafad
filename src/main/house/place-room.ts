/** How much room a place has: remembered whenever somebody asks it, so that a list need not. */
import type { StoredState } from '../../shared/artifact.ts';
import type { DestinationCard, PlaceTally } from '../../shared/destination.ts';
import type { DestinationId, Instant } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import { ByteCount, Instant as InstantSchema } from '../../shared/id.ts';
import { z } from '../../shared/schema.ts';
import type { Destination } from '../destination/destination.ts';
import { bytesADayOf, daysLeftOf, growthSince } from '../health/health.ts';
import { beingStored } from './carry-order.ts';
import { withPlace } from './place.ts';
import type { Rooms } from './rooms.ts';

const Free = z.strictObject({ at: InstantSchema, bytes: ByteCount });
type Free = z.output<typeof Free>;

const metaKey = (id: DestinationId): string => `room.${id}`;
/** Sources that are backed up one after the other do not each ask their place. */
const freshMs = 15 * 60_000;
/** Jobs after which a place has more or less than before. */
const storing = new Set<Job['kind']>(['backup', 'carry']);

/** Asks a place that is open how much room it has, and remembers it. */
export async function freeIn(
  rooms: Pick<Rooms, 'catalog' | 'clock'>,
  { id }: Pick<DestinationCard, 'id'>,
  destination: Destination,
): Promise<number | null> {
  const bytes = await destination.freeBytes();
  if (bytes === null) rooms.catalog.meta.remove(metaKey(id));
  else rooms.catalog.meta.set(metaKey(id), JSON.stringify({ at: rooms.clock.now(), bytes } satisfies Free));
  return bytes;
}

function remembered({ catalog }: Pick<Rooms, 'catalog'>, id: DestinationId): Free | null {
  const text = catalog.meta.get(metaKey(id));
  return text === undefined ? null : (z.safeParse(Free, JSON.parse(text)).data ?? null);
}

/** What every place holds and waits for, and its room as far as is known. */
export async function tallyPlaces(rooms: Rooms): Promise<PlaceTally[]> {
  const now = rooms.clock.now();
  const nowhere = await statesOfNowhere(rooms);
  const counted = rooms.catalog.destinations.tally(growthSince(now));
  return rooms.catalog.destinations.list().map(({ id }) => {
    const found = counted.find(({ destination }) => destination === id);
    const free = remembered(rooms, id);
    const dumps = (wanted: StoredState['state']): number =>
      nowhere.filter(({ destination, state }) => destination === id && state === wanted).length;
    const more = { waiting: dumps('waiting'), failed: dumps('failed') };
    if (found === undefined) return { ...nothingIn(id), ...more, free };
    const { recent, recentBytes, firstRecentAt, ...tally } = found;
    const bytesADay = bytesADayOf({ number: recent, first: firstRecentAt ?? now, total: recentBytes }, now);
    const late = { waiting: tally.waiting + more.waiting, failed: tally.failed + more.failed };
    return { ...tally, ...late, free, bytesADay, daysLeft: daysLeftOf(free?.bytes ?? null, bytesADay) };
  });
}

/** Dumps that no place has are no backups, and the catalog knows nothing of them; one that a job is just storing is not late. */
async function statesOfNowhere(rooms: Rooms): Promise<StoredState[]> {
  const jobs = beingStored(rooms);
  const dumps = (await rooms.kept.list()).filter(
    ({ backupId }) => rooms.catalog.backups.card(backupId) === undefined && !jobs.stores(backupId),
  );
  return (await Promise.all(dumps.map((dump) => rooms.kept.states(dump)))).flat();
}

const nothingIn = (destination: DestinationId): Omit<PlaceTally, 'free'> => ({
  destination,
  stored: 0,
  waiting: 0,
  failed: 0,
  damaged: 0,
  newestAt: null,
  sizeBytes: 0,
  bytesADay: null,
  daysLeft: null,
});

/** Looks at the places of a backup again once a job has stored it there. A place that does not answer says nothing of its room. */
export class RoomKeeper {
  readonly #rooms: Rooms;
  #looking: Promise<void> = Promise.resolve();

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  jobChanged({ kind, endedAt, backupId }: Job): void {
    if (endedAt === null || backupId === null || !storing.has(kind)) return;
    const stored = this.#rooms.catalog.backups.card(backupId)?.stored ?? [];
    const places = stored.filter(({ state }) => state === 'stored').map(({ destination }) => destination);
    this.#looking = this.#looking.then(async () => {
      for (const id of places) await this.#look(id).catch(() => undefined);
    });
  }

  /** Resolves when nothing is looked at any more. */
  settled(): Promise<void> {
    return this.#looking;
  }

  async #look(id: DestinationId): Promise<void> {
    const rooms = this.#rooms;
    const card = rooms.catalog.destinations.byId(id);
    if (card === undefined || !canTell(card)) return;
    const now: Instant = rooms.clock.now();
    const known = remembered(rooms, id);
    if (known !== null && known.at <= now && known.at > now - freshMs) return;
    await withPlace(rooms, card, (destination) => freeIn(rooms, card, destination));
    rooms.announce.destination.changed({ card });
  }
}

/** No bucket or container says how much room it has. */
const canTell = ({ settings: { kind } }: DestinationCard): boolean => kind === 'folder' || kind === 'sftp';
