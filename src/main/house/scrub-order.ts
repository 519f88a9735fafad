/** Which copies of a place a scrub reads, and how much of them. */
import path from 'node:path';
import type { DestinationCard } from '../../shared/destination.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, Instant } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { ScrubSettings, ScrubShare } from '../../shared/scrub.ts';
import type { Copy } from '../catalog/readings.ts';
import type { ScrubOrder } from '../scrub/scrub.ts';
import type { Rooms } from './rooms.ts';

const dayMs = 24 * 3_600_000;
/** What was read in the last part of the time that everything may take is not read again by itself. */
const freshShare = 0.6;

/** Reading what somebody else stores costs its owner traffic; a disk costs nothing. */
const defaultDays = { folder: 30, other: 90 };

export function scrubSettingsOf(card: DestinationCard): ScrubSettings {
  if (card.scrub !== undefined) return card.scrub;
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return {
    on: true,
    // When a laptop is likely to be open, and nobody is likely to need all of its disk.
    times: { cron: '30 12 * * *', timeZone },
    withinDays: card.settings.kind === 'folder' ? defaultDays.folder : defaultDays.other,
    onBattery: 'wait',
    onMetered: 'wait',
  };
}

/** The unfinished scrub of a place. */
export const runningScrub = (rooms: Pick<Rooms, 'catalog'>, card: DestinationCard): Job | undefined =>
  rooms.catalog.jobs.unfinished().find(({ kind, destinationId }) => kind === 'scrub' && destinationId === card.id);

/** What one run of the schedule reads: the share for the days since the last, so that runs that were missed are made up. */
export function regularShare(
  rooms: Pick<Rooms, 'catalog'>,
  card: DestinationCard,
  copies: readonly Copy[],
  now: Instant,
): number {
  const { withinDays } = scrubSettingsOf(card);
  const lastAt = rooms.catalog.readings.times(card.id)?.lastAt ?? null;
  const days = lastAt === null ? 1 : Math.max(1, (now - lastAt) / dayMs);
  return Math.max(1, Math.ceil(bytesOf(copies) * Math.min(1, days / withinDays)));
}

export const bytesOf = (copies: readonly Copy[]): number => copies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** Those whose turn it is by the schedule, in their order. */
export function dueCopies(copies: readonly Copy[], { withinDays }: ScrubSettings, now: Instant): Copy[] {
  return copies.filter(
    ({ position, triedAt, takenAt }) => position > 0 || (triedAt ?? takenAt) <= now - withinDays * freshShare * dayMs,
  );
}

/**
 * The order of a scrub by hand or by the schedule.
 * @throws Fail scrub.nothing, backup.unknown
 */
export function scrubOrder(
  rooms: Pick<Rooms, 'catalog' | 'folders' | 'clock'>,
  card: DestinationCard,
  asked: { share?: ScrubShare | undefined; backup?: BackupId | undefined },
): Omit<ScrubOrder, 'secrets'> {
  const now = rooms.clock.now();
  const all = rooms.catalog.readings.copies(card.id);
  const { backup, share } = asked;
  const chosen =
    backup === undefined
      ? all
      : all.filter(({ backupId }) => backupId === backup).map((copy) => ({ ...copy, position: 0 }));
  if (chosen.length === 0)
    throw new Fail(
      'scrub.nothing',
      `${card.name} holds no ${backup === undefined ? 'backup' : `copy of ${backup}`} to read.`,
    );
  const shareBytes = backup === undefined ? bytesOfShare(share, all, () => regularShare(rooms, card, all, now)) : null;
  return orderOf(rooms, card, chosen, shareBytes);
}

function bytesOfShare(share: ScrubShare | undefined, copies: readonly Copy[], regular: () => number): number | null {
  if (share === undefined) return regular();
  if ('bytes' in share) return share.bytes;
  return share.percent === 100 ? null : Math.ceil((bytesOf(copies) * share.percent) / 100);
}

export function orderOf(
  { folders, clock }: Pick<Rooms, 'folders' | 'clock'>,
  card: DestinationCard,
  copies: readonly Copy[],
  shareBytes: number | null,
): Omit<ScrubOrder, 'secrets'> {
  return {
    kind: 'scrub',
    place: card,
    copies: withinShare(copies, shareBytes).map(({ backupId, manifestSha256, sizeBytes, position, repairedAt }) => ({
      backupId,
      manifestSha256,
      sizeBytes,
      from: position,
      repaired: repairedAt !== null,
    })),
    shareBytes,
    journal: path.join(folders.home, 'scrub', `${card.id}-${clock.now()}.ndjson`),
  };
}

/** An order is written down: it names no more than it can read. A reading that goes on may be nearly done. */
function withinShare(copies: readonly Copy[], shareBytes: number | null): Copy[] {
  if (shareBytes === null) return [...copies];
  const chosen: Copy[] = [];
  let bytes = 0;
  for (const copy of copies) {
    if (bytes >= shareBytes) break;
    chosen.push(copy);
    if (copy.position === 0) bytes += copy.sizeBytes;
  }
  return chosen;
}
