/** Which backups of a place are not sealed as the place is sealed now, and how far each is in being sealed anew. */
import type { BackupCard } from '../../shared/artifact.ts';
import type { DestinationCard } from '../../shared/destination.ts';
import type { BackupId, DestinationId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { BehindReport, BehindWhy, ResealStep } from '../../shared/reseal.ts';
import type { Reseal } from '../catalog/reseals.ts';
import type { SealGroup } from '../catalog/seal-tally.ts';
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

/** Backups of a place that are behind for the same reason, sealed for the same and lying in the same places. */
export type BehindGroup = SealGroup & { why: BehindWhy };

export function groupsBehind({ catalog }: Pick<Rooms, 'catalog'>, place: DestinationCard): BehindGroup[] {
  if (wantedBy(place).length === 0) return [];
  const cards = new Map(catalog.destinations.list().map((card) => [card.id, card]));
  return catalog.backups.sealGroups().flatMap((group) => {
    if (!group.stored.some(({ destination, state }) => destination === place.id && state === 'stored')) return [];
    const others = group.stored.flatMap(({ destination }) => cards.get(destination) ?? []);
    const why = whyBehind(group.recipients, place, others);
    return why === null ? [] : [{ ...group, why }];
  });
}

/** What was asked for of backups that are behind in this place. */
export function askedIn({ catalog }: Pick<Rooms, 'catalog'>, groups: readonly BehindGroup[]): Reseal[] {
  return catalog.reseals.list().filter(({ replaces }) => catalog.backups.groupOf(replaces, groups) !== undefined);
}

export function behindReport(rooms: Rooms, place: DestinationCard): BehindReport {
  const { backups } = rooms.catalog;
  const groups = groupsBehind(rooms, place);
  const asked = new Map(askedIn(rooms, groups).map((row) => [row.replaces, row]));
  const ofPlace = new Set([...asked.values()].flatMap((row) => [row.replaces, row.backupId]));
  const jobs = rooms.queue.unfinished();
  const stepOf = stepper(rooms, jobs);
  const steps = new Map([...asked].map(([backupId, row]) => [backupId, stepOf(row)]));
  return {
    count: groups.reduce((sum, group) => sum + group.backups, 0),
    sizeBytes: groups.reduce((sum, group) => sum + group.sizeBytes, 0),
    asked: [...steps.values()].filter((one) => one !== 'stays' && one !== 'held').length,
    jobIds: jobs.filter((job) => worksOn(rooms, job).some((id) => ofPlace.has(id))).map(({ id }) => id),
    backups: backups.oldestOf(groups, mostTold).map(({ group: { why }, ...backup }) => {
      const row = asked.get(backup.backupId);
      const by = row === undefined ? undefined : backups.card(row.backupId);
      const step = steps.get(backup.backupId) ?? null;
      return { ...backup, why, step, message: row?.trouble ?? null, by: by?.backupId ?? null };
    }),
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

/** How far each is, by the jobs there are now. */
function stepper({ catalog, kept }: Rooms, jobs: readonly Job[]): (row: Reseal) => ResealStep {
  const making = new Map(jobs.filter(({ kind }) => kind === 'reseal').map((job) => [job.backupId, job]));
  const going = new Set(catalog.retention.removing().map(({ backupId }) => backupId));
  return (row) => {
    if (row.trouble !== null) return 'stays';
    const job = making.get(row.backupId);
    if (job !== undefined) return job.state === 'queued' ? 'queued' : 'sealing';
    const card = catalog.backups.card(row.replaces);
    const by = catalog.backups.card(row.backupId);
    if (card === undefined || by === undefined) return kept.has(row.backupId) ? 'storing' : 'queued';
    if (waitsFor(card, by).length > 0) return 'storing';
    if (card.pin?.hold === true) return 'held';
    return going.has(card.backupId) ? 'removing' : 'proving';
  };
}

/** The places that have the earlier one and not yet the new one. */
export const waitsFor = (card: BackupCard, by: BackupCard): DestinationId[] =>
  card.stored
    .filter(({ state }) => state === 'stored')
    .map(({ destination }) => destination)
    .filter((id) => !by.stored.some(({ destination, state }) => destination === id && state === 'stored'));
