/** What a purge would destroy and what would still keep it. Nothing is changed by looking. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import type { BackupCard } from '../../shared/artifact.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail, toFailure } from '../../shared/failure.ts';
import type { BackupId, DestinationId } from '../../shared/id.ts';
import { plural } from '../../shared/plural.ts';
import type { PurgePreview, PurgeSubject } from '../../shared/purge.ts';
import { key } from '../base/key.ts';
import { isActive, keepersOf } from '../retention/never.ts';
import type { PastBackup } from '../retention/past.ts';
import { cardOf } from './order.ts';
import { placeNamed, versionsIn, withPlace } from './place.ts';
import type { Rooms } from './rooms.ts';
import { sourceWithBackups } from './source-called.ts';

export interface PurgeList {
  source: string;
  cards: BackupCard[];
  /** The places that are asked to destroy, in the order of the catalog, each with what it is said to hold. */
  places: { card: DestinationCard; backups: BackupId[] }[];
  chosen: ReadonlySet<DestinationId>;
}

/** @throws Fail backup.unknown, source.unknown, source.ambiguous, destination.ambiguous, destination.unknown, purge.held, purge.nothing */
export function purgeList(rooms: Rooms, what: PurgeSubject, names: readonly string[] | undefined): PurgeList {
  const { catalog } = rooms;
  const cards = cardsOf(rooms, what);
  const held = cards.find(({ pin }) => pin?.hold === true);
  if (held !== undefined) throw new Fail('purge.held', `${held.backupId} is held: ${held.pin?.reason ?? ''}`);
  const chosen = new Set(
    names === undefined
      ? catalog.destinations.list().map(({ id }) => id)
      : names.map((name) => placeNamed(rooms, name).id),
  );
  const places = catalog.destinations
    .list()
    .filter(({ id }) => chosen.has(id))
    .map((card) => ({ card, backups: cards.filter((one) => isIn(one, card.id)).map(({ backupId }) => backupId) }))
    .filter(({ backups }) => backups.length > 0);
  if (places.length === 0) throw new Fail('purge.nothing', 'None of these places is said to hold any of it.');
  return { source: cards[0]?.source ?? '', cards, places, chosen };
}

const isIn = ({ stored }: BackupCard, id: DestinationId): boolean =>
  stored.some(({ destination }) => destination === id);

function cardsOf(rooms: Rooms, what: PurgeSubject): BackupCard[] {
  if ('backup' in what) return [cardOf(rooms, what.backup)];
  const sourceId = sourceWithBackups(rooms, what.source);
  const cards = sourceId === undefined ? [] : rooms.catalog.backups.cards({ sourceId });
  if (cards.length === 0) throw new Fail('backup.none', `There is no backup of a source named ${what.source}.`);
  return cards;
}

export async function purgePreview(rooms: Rooms, list: PurgeList, signal: AbortSignal): Promise<PurgePreview> {
  const backups = backupsOf(rooms, list);
  const places = await Promise.all(list.places.map((place) => placeOf(rooms, list, place, signal)));
  return {
    token: tokenOf(list),
    source: list.source,
    backups,
    places,
    notCovered: notCovered(rooms, list),
    confirm: phraseOf(list, backups),
  };
}

/** The same list has the same token. */
export function tokenOf({ places }: PurgeList): string {
  const text = JSON.stringify(places.map(({ card, backups }) => [card.id, backups]));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

export function backupsOf(rooms: Rooms, { cards, chosen }: PurgeList): PurgePreview['backups'] {
  const going = (card: BackupCard): boolean => card.stored.every(({ destination }) => chosen.has(destination));
  return cards.map((card) => ({
    backupId: card.backupId,
    takenAt: card.takenAt,
    sizeBytes: card.sizeBytes,
    never: neverOf(rooms, card, going(card)),
    staysIn: card.stored.map(({ destination }) => destination).filter((id) => !chosen.has(id)),
  }));
}

/** What retention would say of it. A copy that stays elsewhere keeps the last backup a backup. */
function neverOf(rooms: Rooms, card: BackupCard, goesEverywhere: boolean): PurgePreview['backups'][number]['never'] {
  const machines = rooms.catalog.backups.machinesOf(card.sourceId);
  const past = rooms.catalog.backups
    .cards({ sourceId: card.sourceId })
    .map(({ backupId, takenAt, sizeBytes, verdict, pin }): PastBackup => ({
      backupId,
      takenAt,
      sizeBytes,
      verdict,
      pin: pin ?? null,
      machine: machines.get(backupId) ?? null,
    }));
  const { newest, proven } = keepersOf({ backups: past, machine: rooms.machine.id });
  return [
    ...(goesEverywhere && newest?.backupId === card.backupId ? (['last'] as const) : []),
    ...(goesEverywhere && proven?.backupId === card.backupId ? (['last-proven'] as const) : []),
    ...(isActive(card.pin ?? null, rooms.clock.now()) ? (['pinned'] as const) : []),
    ...(machines.get(card.backupId) === rooms.machine.id ? [] : (['other-machine'] as const)),
  ];
}

/** What no rule may ever delete goes only by its name, typed. */
export function phraseOf({ cards, source }: PurgeList, backups: PurgePreview['backups']): string {
  const [only] = cards;
  const subject = cards.length === 1 && only !== undefined ? only.backupId : `${cards.length} backups of ${source}`;
  const count = (why: PurgePreview['backups'][number]['never'][number]): number =>
    backups.filter(({ never }) => never.includes(why)).length;
  const named = [
    ...(count('last') > 0 ? ['the last'] : []),
    ...(count('last-proven') > 0 ? ['the last proven'] : []),
    ...(count('pinned') > 0 ? [`${count('pinned')} pinned`] : []),
    ...(count('other-machine') > 0 ? [`${count('other-machine')} of another machine`] : []),
  ];
  return named.length === 0 ? `purge ${subject}` : `purge ${subject}, ${named.join(', ')}`;
}

async function placeOf(
  rooms: Rooms,
  { cards }: PurgeList,
  { card, backups }: PurgeList['places'][number],
  signal: AbortSignal,
): Promise<PurgePreview['places'][number]> {
  const sizeBytes = cards.filter((one) => backups.includes(one.backupId)).reduce((sum, one) => sum + one.sizeBytes, 0);
  const about = { destination: card.id, backups: backups.length, sizeBytes };
  try {
    await withPlace(rooms, card, (destination) => destination.stat(key('reached')));
    return { ...about, keeps: await keepsIn(rooms, card, backups, signal), unreachable: null };
  } catch (thrown) {
    signal.throwIfAborted();
    if (!(thrown instanceof Fail)) throw thrown;
    return { ...about, keeps: [], unreachable: toFailure(thrown, card.id) };
  }
}

/** How many are looked at before a purge: the job looks at all of them. */
const sample = 20;

async function keepsIn(
  rooms: Rooms,
  card: DestinationCard,
  backups: readonly BackupId[],
  signal: AbortSignal,
): Promise<string[]> {
  const versions = await versionsIn(rooms, card);
  if (versions === null) return [snapshots];
  try {
    let older = 0;
    for (const backupId of backups.slice(0, sample))
      for await (const { versionId } of versions.list(key('data', backupId), signal))
        older += versionId === 'null' ? 0 : 1;
    const afterwards = (await versions.staysAfterwards?.(signal)) ?? null;
    return [
      ...(older === 0 ? [] : [`It keeps versions (${plural(older, 'version')} seen): ${versionsGo}`]),
      ...(afterwards === null ? [] : [afterwards]),
    ];
  } catch (thrown) {
    signal.throwIfAborted();
    if (!(thrown instanceof Fail)) throw thrown;
    return [`Whether it keeps versions could not be found out: ${thrown.message}`];
  } finally {
    versions.close();
  }
}

const versionsGo = 'they are destroyed too, where no object lock and no missing right keeps them.';
const snapshots = 'Snapshots, a recycle bin, or backups of that disk itself keep what they have.';

/** What a purge does not reach, said before it is asked for and again on its record. */
export function notCovered({ catalog, folders }: Rooms, { cards, places }: PurgeList): string[] {
  const restores = cards.reduce(
    (sum, { backupId }) =>
      sum +
      catalog.jobs.list({ backupId, kinds: ['restore'], limit: 1000 }).filter(({ state }) => state === 'succeeded')
        .length,
    0,
  );
  const copies = existsSync(folders.home)
    ? readdirSync(folders.home).filter((name) => /^catalog[.]sqlite[.](?:before|damaged)-/.test(name))
    : [];
  return [
    ...(restores > 0
      ? [
          `The databases that ${plural(restores, 'restore')} of them wrote stay: Holdfast does not touch what it restored.`,
        ]
      : []),
    ...(copies.length > 0
      ? [`Older copies of the catalog in the data folder still list them: ${copies.join(', ')}.`]
      : []),
    ...(places.some(({ card }) => card.settings.kind === 'folder' || card.settings.kind === 'sftp') ? [snapshots] : []),
    'The audit trail keeps their ids, times, sizes and digests, and that they were purged: it has no content of them.',
    'Catalogs of other machines that share a place may still list them; no data stands behind it.',
    'Free space of disks may hold old bytes until it is written again. What was sealed cannot be read without its recovery secret.',
    'Copies that were made without Holdfast.',
  ];
}
