/** Which backups of a place are not sealed as the place is sealed now, and how far each is in being sealed anew. */
import type { BackupCard } from '../../shared/artifact.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import type { BackupId, DestinationId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { Behind, BehindReport, BehindWhy, ResealStep } from '../../shared/reseal.ts';
import type { Reseal } from '../catalog/reseals.ts';
import type { Rooms } from './rooms.ts';
import type { AskedOrder } from './settle.ts';

const mostTold = 500;

const fingerprintsOf = ({ sealKeys = [] }: DestinationCard): string[] =>
  sealKeys.map(({ fingerprint }) => `key-${fingerprint}`);

/** Whom a place has its backups sealed for. */
function wantedBy(card: DestinationCard): string[] {
  if (card.seal !== true) return [];
  const secret = card.keysAlone === true || card.recovery === undefined ? [] : [card.recovery.keyId];
  return [...secret, ...fingerprintsOf(card)];
}

/**
 * Why a backup in `place` is behind; null where it is not, or where what goes there is not sealed.
 * @param others every place that has the backup: what one of them wants is no key too many.
 */
export function whyBehind(
  recipients: readonly string[],
  place: DestinationCard,
  others: readonly DestinationCard[],
): BehindWhy | null {
  const wanted = wantedBy(place);
  if (wanted.length === 0) return null;
  if (recipients.length === 0) return 'open';
  const { recovery } = place;
  const own = recovery === undefined ? [] : [recovery.keyId, ...(recovery.earlier ?? []).map(({ keyId }) => keyId)];
  if (own.some((keyId) => !wanted.includes(keyId) && recipients.includes(keyId))) return 'earlier-key';
  if (wanted.some((one) => !recipients.includes(one))) return 'key-added';
  const wantedAnywhere = new Set([place, ...others].flatMap(wantedBy));
  return recipients.some((one) => one.startsWith('key-') && !wantedAnywhere.has(one)) ? 'key-removed' : null;
}

/** Oldest first. */
export function behindIn(
  rooms: Pick<Rooms, 'catalog'>,
  place: DestinationCard,
): { backupId: BackupId; why: BehindWhy }[] {
  const { backups, destinations } = rooms.catalog;
  if (wantedBy(place).length === 0) return [];
  const cards = new Map(destinations.list().map((card) => [card.id, card]));
  const known = new Map<string, BehindWhy | null>();
  return backups.sealedIn(place.id).flatMap(({ backupId, recipients, places }) => {
    const key = `${recipients.join()} ${places.join()}`;
    if (!known.has(key)) {
      const others = places.flatMap((id: DestinationId) => cards.get(id) ?? []);
      known.set(key, whyBehind(recipients, place, others));
    }
    const why = known.get(key) ?? null;
    return why === null ? [] : [{ backupId, why }];
  });
}

export function behindReport(rooms: Rooms, place: DestinationCard): BehindReport {
  const all = behindIn(rooms, place);
  const asked = new Map(rooms.catalog.reseals.list().map((row) => [row.replaces, row]));
  const cards = all.flatMap(({ backupId, why }) => {
    const card = rooms.catalog.backups.card(backupId);
    return card === undefined ? [] : [{ card, why, row: asked.get(backupId) }];
  });
  const ofPlace = new Set(cards.flatMap(({ row }) => (row === undefined ? [] : [row.replaces, row.backupId])));
  const told = cards.map(({ card, why, row }) => toldOf(rooms, card, why, row));
  return {
    count: told.length,
    sizeBytes: told.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    asked: told.filter(({ step }) => step !== null && step !== 'stays' && step !== 'held').length,
    jobIds: rooms.queue
      .unfinished()
      .filter((job) => worksOn(rooms, job).some((id) => ofPlace.has(id)))
      .map(({ id }) => id),
    backups: told.slice(0, mostTold),
  };
}

/** Which backups a job seals anew, brings on, proves or removes. */
function worksOn(rooms: Rooms, { id, kind, backupId }: Job): BackupId[] {
  if (kind === 'prune') {
    const { order } = rooms.queue.order(id) as AskedOrder;
    return order.kind === 'prune' ? (order.sealedAnew ?? []).map(({ replaces }) => replaces) : [];
  }
  return backupId !== null && (kind === 'reseal' || kind === 'carry' || kind === 'verify') ? [backupId] : [];
}

function toldOf(rooms: Rooms, card: BackupCard, why: BehindWhy, row: Reseal | undefined): Behind {
  const by = row === undefined ? undefined : rooms.catalog.backups.card(row.backupId);
  return {
    backupId: card.backupId,
    source: card.source,
    takenAt: card.takenAt,
    sizeBytes: card.sizeBytes,
    why,
    step: row === undefined ? null : stepOf(rooms, card, row, by),
    message: row?.trouble ?? null,
    by: by?.backupId ?? null,
  };
}

function stepOf(rooms: Rooms, card: BackupCard, row: Reseal, by: BackupCard | undefined): ResealStep {
  if (row.trouble !== null) return 'stays';
  const job = rooms.queue.unfinished().find(({ kind, backupId }) => kind === 'reseal' && backupId === row.backupId);
  if (job !== undefined) return job.state === 'queued' ? 'queued' : 'sealing';
  if (by === undefined) return rooms.kept.has(row.backupId) ? 'storing' : 'queued';
  if (waitsFor(card, by).length > 0) return 'storing';
  if (card.pin?.hold === true) return 'held';
  const isGoing = rooms.catalog.retention.removing().some(({ backupId }) => backupId === card.backupId);
  return isGoing ? 'removing' : 'proving';
}

/** The places that have the earlier one and not yet the new one. */
export const waitsFor = (card: BackupCard, by: BackupCard): DestinationId[] =>
  card.stored
    .filter(({ state }) => state === 'stored')
    .map(({ destination }) => destination)
    .filter((id) => !by.stored.some(({ destination, state }) => destination === id && state === 'stored'));
