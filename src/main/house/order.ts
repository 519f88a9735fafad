/** From what was asked to what a job process is told. What is written down holds no secrets; they are added at the start. */
import { Fail } from '../../shared/failure.ts';
import type { BackupId, DestinationId, SourceId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { SecretsIn } from '../../shared/contract/secrets.ts';
import type { BackupCard } from '../../shared/artifact.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import { secretNames, secretsNeeded, staysFor, type SecretName } from '../../shared/saved-password.ts';
import type { Source, SourceSettings } from '../../shared/source.ts';
import type { ResealOrder } from '../backup/reseal.ts';
import type { Secret } from '../base/secret.ts';
import type { BackupOrder } from '../backup/order.ts';
import { placesOf, type JobOrder, type OrderSecrets } from '../job/order.ts';
import type { OrderedSet } from '../set/open.ts';
import { asDeleter, deletionSecrets } from './deletion-key.ts';
import { placeSecrets } from './place.ts';
import { secretsAtHand, secretsForBackup, secretsForSets } from './recovery.ts';
import type { Rooms } from './rooms.ts';
import { sourceWithBackups } from './source-called.ts';

/** An order as it is written down: no secrets and nothing of this machine's surroundings, which are added at the start. */
type WithoutSecrets<Order> = Order extends unknown ? Omit<Order, 'secrets' | 'surroundings'> : never;
export type PlainOrder = WithoutSecrets<JobOrder>;

export interface WrittenOrder {
  order: PlainOrder;
  /** Whose saved passwords the job needs, beside those passed along; null where none is. */
  secretsOf: SourceId | null;
  /** The key of the kit that opens the backup instead of the vault; its digits are passed along. */
  kit?: string;
}

type Texts = Record<string, string>;

/** The vault's name for one password of one source. */
export const secretRef = (source: SourceId, name: SecretName): string => `source/${source}/${name}`;

/** The order that the job process gets: what was written down, this machine's surroundings and the secrets it needs. */
export async function prepareOrder(rooms: Rooms, job: Job, written: unknown, passing: unknown): Promise<JobOrder> {
  const { order: asked, secretsOf, kit } = written as WrittenOrder;
  const order = loggedIn(asked.kind === 'prune' ? rooms.renewPrune(job.id, asked) : asked);
  const passed = forKind(order.kind, (passing as OrderSecrets | undefined) ?? {});
  if (kit !== undefined && passed.recovery === undefined)
    throw new Fail('vault.missing-secret', 'The digits of the kit were given to a Holdfast that has left.', {
      hint: 'Ask for it again, with the kit.',
    });
  const server = serverOf(order);
  const saved = secretsOf === null || server === null ? {} : await savedSecrets(rooms, secretsOf, server, passed);
  const own: OrderSecrets = { ...saved, ...passed };
  if (order.kind === 'backup') await makeRoomFor(rooms, order);
  const limited = underLimits(rooms, order);
  if (order.kind === 'reseal')
    await rooms.kept.makeRoom(rooms.catalog.backups.card(order.set.backupId)?.sizeBytes ?? 0, (id) =>
      isBusy(rooms, id),
    );
  const places = await secretsOfPlaces(placesOf(order), (card) =>
    order.kind === 'prune' || order.kind === 'purge' ? deletionSecrets(rooms, card) : placeSecrets(rooms, card),
  );
  // Whoever gives a kit or a key of his own needs nothing of the vault, which may not be here at all.
  const opens = passed.recovery ?? (passed.privateKey === undefined ? await recoveryFor(rooms, order) : {});
  const recovery = order.kind === 'reseal' ? await sealingAnew(rooms, order, opens) : opens;
  const secrets = {
    ...own,
    ...(Object.keys(places).length === 0 ? {} : { places }),
    ...(Object.keys(recovery).length === 0 ? {} : { recovery }),
  };
  const { userHome, pgpassFile, sshAgentSocket, path } = rooms.env;
  return {
    ...limited,
    secrets,
    surroundings: { userHome, pgpassFile, sshAgentSocket, path, scratchFolder: rooms.folders.scratch },
  };
}

/** A thaw opens no database: what was passed for the restore that follows stays here. */
function forKind(kind: PlainOrder['kind'], passed: OrderSecrets): OrderSecrets {
  if (kind !== 'thaw') return passed;
  const { recovery, privateKey } = passed;
  return { ...(recovery === undefined ? {} : { recovery }), ...(privateKey === undefined ? {} : { privateKey }) };
}

/** Whoever removes logs in for that, where the place has such a login. */
function loggedIn(order: PlainOrder): PlainOrder {
  if (order.kind === 'prune')
    return { ...order, places: order.places.map((place) => ({ ...place, card: asDeleter(place.card) })) };
  if (order.kind === 'purge')
    return { ...order, places: order.places.map((place) => ({ ...place, card: asDeleter(place.card) })) };
  return order;
}

/** One that goes straight to its place needs none; one that may is made without it, where there is none. */
async function makeRoomFor(rooms: Rooms, { direct, lastSizeBytes }: BackupOrder): Promise<void> {
  if (direct === 'always') return;
  try {
    await rooms.kept.makeRoom(lastSizeBytes ?? 0, (id) => isBusy(rooms, id));
  } catch (thrown) {
    if (direct === undefined || !(thrown instanceof Fail) || thrown.code !== 'spool.full') throw thrown;
  }
}

/** Limits that changed while the job waited for its turn hold for it, too. */
function underLimits({ catalog }: Rooms, order: PlainOrder): PlainOrder {
  if (order.kind !== 'backup' && order.kind !== 'carry' && order.kind !== 'reseal') return order;
  const destinations = order.destinations.map((card) => {
    const { maxFileBytes: _size, maxBytesPerSecond: _speed, ...rest } = card;
    const { maxFileBytes, maxBytesPerSecond } = catalog.destinations.byId(card.id) ?? card;
    return {
      ...rest,
      ...(maxFileBytes === undefined ? {} : { maxFileBytes }),
      ...(maxBytesPerSecond === undefined ? {} : { maxBytesPerSecond }),
    };
  });
  return { ...order, destinations };
}

async function recoveryFor(rooms: Rooms, order: PlainOrder): Promise<Texts> {
  if (order.kind === 'backup') return secretsForBackup(rooms, order.destinations);
  if (order.kind === 'scrub') return secretsAtHand(rooms);
  // What lies in a place may have been sealed for another one.
  if (order.kind === 'find') return secretsAtHand(rooms, [order.place]);
  return secretsForSets(rooms, setsOf(order));
}

/** What the places are sealed with now goes by their ids; what opens the earlier set stands beside it. */
async function sealingAnew(rooms: Rooms, { destinations }: ResealOrder, opens: Texts): Promise<Texts> {
  const openers = Object.values(opens).map((digits, index) => [`opens-${index}`, digits] as const);
  return { ...Object.fromEntries(openers), ...(await secretsForBackup(rooms, destinations)) };
}

/** Whether a job is bringing this backup somewhere. */
const isBusy = (rooms: Rooms, backupId: BackupId): boolean =>
  rooms.queue.unfinished().some((job) => job.backupId === backupId && job.kind !== 'verify');

/** Every stored set that a job reads. */
function setsOf(order: PlainOrder): OrderedSet[] {
  if (order.kind === 'diff') return [order.set, ...(order.against === 'live' ? [] : [order.against])];
  return 'set' in order ? [order.set] : [];
}

async function secretsOfPlaces(
  cards: readonly DestinationCard[],
  secretsFor: (card: DestinationCard) => Promise<Record<string, Secret>>,
): Promise<Record<string, Texts>> {
  const places: Record<string, Texts> = {};
  for (const card of cards) {
    const secrets = Object.entries(await secretsFor(card));
    if (secrets.length > 0)
      places[card.id] = Object.fromEntries(secrets.map(([name, secret]) => [name, secret.reveal()]));
  }
  return places;
}

/** What the job will connect to; null where it opens no server. */
function serverOf(order: PlainOrder): SourceSettings | null {
  switch (order.kind) {
    case 'backup':
      return order.source.settings;
    case 'probe':
      return order.settings;
    case 'diff':
      return order.source?.settings ?? null;
    case 'find':
    case 'carry':
    case 'reseal':
    case 'prune':
    case 'verify':
    case 'scrub':
    case 'repair':
    case 'purge':
    case 'thaw':
      return null;
    default: {
      const target = order.kind === 'restore' ? order.plan.target : order.target;
      if (target.kind === 'original') return target.settings;
      return target.kind === 'database' ? target.server : null;
    }
  }
}

/**
 * The order was written down when it was asked; the source may be another by now, or what is restored may have come from
 * where it was before. Its saved passwords go only to the server that they were saved for.
 */
async function savedSecrets(
  rooms: Rooms,
  sourceId: SourceId,
  server: SourceSettings,
  passed: OrderSecrets,
): Promise<OrderSecrets> {
  const source = rooms.catalog.sources.byId(sourceId);
  if (source === undefined) throw new Fail('source.unknown', 'The source of this job was removed.');
  demandSaved(source.name, source.settings, server, passed);
  const secrets: OrderSecrets = {};
  for (const name of secretsNeeded(server)) {
    if (passed[name] !== undefined) continue;
    const secret = await rooms.vault.get(secretRef(sourceId, name));
    if (secret === undefined)
      throw new Fail('vault.missing-secret', `The saved ${name} password of ${source.name} is gone.`);
    secrets[name] = secret.reveal();
  }
  return secrets;
}

/**
 * Every password that these settings need was given, or was saved for the same server with the settings before.
 * @throws Fail `vault.missing-secret`, `vault.saved-elsewhere`
 */
export function demandSaved(
  source: string,
  before: SourceSettings | undefined,
  settings: SourceSettings,
  given: Readonly<Partial<Record<SecretName, string | undefined>>>,
): void {
  const saved = before === undefined ? [] : secretsNeeded(before);
  for (const name of secretsNeeded(settings)) {
    if (given[name] !== undefined) continue;
    if (before === undefined || !saved.includes(name))
      throw new Fail('vault.missing-secret', `The ${name} password of ${source} was not given.`, {
        hint: 'Give it with --password-stdin or --env-file.',
      });
    if (!staysFor(name, before, settings))
      throw new Fail(
        'vault.saved-elsewhere',
        `The ${name} password of ${source} was saved for another server, or for one that had to prove more.`,
      );
  }
}

/** Only the named passwords that were given, as plain text for one order. */
export function passedSecrets(given: SecretsIn): OrderSecrets {
  const secrets: OrderSecrets = {};
  for (const name of secretNames) {
    const text = given[name];
    if (text !== undefined) secrets[name] = text;
  }
  return secrets;
}

export function sourceNamed(rooms: Rooms, name: string): Source {
  const source = rooms.catalog.sources.byName(name);
  if (source === undefined) throw new Fail('source.unknown', `There is no source named ${name}.`);
  return source;
}

/**
 * The backup of this id, or the newest of `NAME@latest`: of the source that is set up here under this name, else of the only one
 * that bears it in the lists of backups.
 * @throws Fail backup.unknown, backup.none, source.unknown, source.ambiguous
 */
export function cardOf(rooms: Rooms, ref: string): BackupCard {
  const { backups, sources } = rooms.catalog;
  if (!ref.endsWith('@latest')) {
    const card = backups.card(ref as BackupId);
    if (card === undefined) throw new Fail('backup.unknown', `There is no backup ${ref}.`);
    return card;
  }
  const name = ref.slice(0, -'@latest'.length);
  const source = sources.byName(name);
  const card = source === undefined ? undefined : backups.latest(source.id);
  if (card !== undefined) return card;
  const other = sourceWithBackups(rooms, name);
  const found = other === undefined ? undefined : backups.cards({ sourceId: other, limit: 1 })[0];
  if (found !== undefined) return found;
  if (source === undefined) throw new Fail('source.unknown', `There is no source named ${name}, and no backup of one.`);
  throw new Fail('backup.none', `${name} has no backup yet.`);
}

export function destinationsOf(rooms: Rooms, ids: readonly DestinationId[]): DestinationCard[] {
  return ids.map((id) => {
    const card = rooms.catalog.destinations.byId(id);
    if (card === undefined) throw new Fail('destination.unknown', `The destination ${id} is not known any more.`);
    return card;
  });
}

/** A backup as a job has to know it: only the places that hold it. */
export function orderedSet(rooms: Rooms, card: BackupCard): OrderedSet {
  const manifestSha256 = rooms.catalog.backups.manifestSha256(card.backupId);
  if (manifestSha256 === undefined) throw new Fail('backup.unknown', `There is no backup ${card.backupId}.`);
  const holding = card.stored.filter((stored) => stored.state === 'stored').map((stored) => stored.destination);
  return { backupId: card.backupId, manifestSha256, destinations: destinationsOf(rooms, holding) };
}
