/** What sealing a backup anew came to: another backup, at the same place in the order of its source. */
import type { DestinationCard } from '../../shared/destination.ts';
import type { BackupId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { ResealOutcome } from '../backup/reseal.ts';
import type { JobEnd } from '../job/message.ts';
import { askedIn, groupsBehind, type BehindGroup } from './behind.ts';
import { reconcile } from './reconcile.ts';
import type { Rooms } from './rooms.ts';
import type { AskedOrder } from './settle.ts';
import { noteOutcome, placesIn } from './settle-stored.ts';
import { audit } from './trail.ts';

/** As soon as a place has it. Later backups of the source stay the later ones. */
export function noteSealedAnew(rooms: Rooms, outcome: ResealOutcome): void {
  const { backups, reseals } = rooms.catalog;
  const { backupId } = outcome.manifest;
  const isNew = backups.card(backupId) === undefined;
  rooms.catalog.together(() => {
    noteOutcome(rooms, outcome);
    if (!isNew || backups.card(backupId) === undefined) return;
    backups.putBeforeLater(backupId);
    reseals.made(outcome.replaces);
  });
}

export async function settleReseal(
  rooms: Rooms,
  job: Job,
  { order, actor }: AskedOrder,
  end: JobEnd,
  leaving: boolean,
): Promise<void> {
  if (order.kind !== 'reseal') return;
  const { backupId, set, destinations } = order;
  if (end.kind === 'done') {
    const outcome = end.result as ResealOutcome;
    noteSealedAnew(rooms, outcome);
    const { stored, manifestSha256 } = outcome;
    rooms.catalog.jobs.putResult(job.id, JSON.stringify({ replaces: set.backupId, backupId, stored }));
    audit(rooms, 'backup.sealed-anew', actor, backupId, {
      replaces: set.backupId,
      manifestSha256,
      places: placesIn(stored),
    });
    await rooms.kept.dropWhereDone(backupId);
    rooms.carrier.poke();
    return;
  }
  await rooms.kept.drop(backupId);
  await reconcile(rooms, backupId, destinations);
  notSealedAnew(rooms, set.backupId, end, leaving);
}

/** An owner that left, or was killed, says nothing of the backup: it is begun again. */
function notSealedAnew(rooms: Rooms, replaces: BackupId, end: JobEnd, leaving: boolean): void {
  const { reseals } = rooms.catalog;
  if (end.kind === 'failed' && end.failure.code !== 'home.owner-left') reseals.trouble(replaces, end.failure.message);
  else if (end.kind === 'cancelled' && !leaving) stopWith(rooms, replaces);
}

/** Whoever stops one of many wants them all to stop: those of the places whose page shows it at work. */
function stopWith(rooms: Rooms, replaces: BackupId): void {
  const { backups, destinations, reseals } = rooms.catalog;
  const row = reseals.of(replaces);
  // Whoever stopped one place has said already which.
  if (row === undefined) return;
  if (!row.made) reseals.end(replaces);
  for (const place of destinations.list()) {
    const groups = groupsBehind(rooms, place);
    if (backups.groupOf(replaces, groups) !== undefined) stopBeginning(rooms, groups);
  }
}

/** Of this place alone. A backup that lies in two is made once for both, and stops with either. */
export async function stopIn(rooms: Rooms, place: DestinationCard): Promise<void> {
  const stopped = new Set(stopBeginning(rooms, groupsBehind(rooms, place)));
  for (const job of rooms.queue.unfinished())
    if (job.kind === 'reseal' && job.backupId !== null && stopped.has(job.backupId)) await rooms.queue.cancel(job.id);
}

/** What has no new backup yet is not sealed anew. Answers which those would have been. */
function stopBeginning(rooms: Pick<Rooms, 'catalog'>, groups: readonly BehindGroup[]): BackupId[] {
  const waiting = askedIn(rooms, groups).filter(({ made }) => !made);
  for (const { replaces } of waiting) rooms.catalog.reseals.end(replaces);
  return waiting.map(({ backupId }) => backupId);
}
