/** What sealing a backup anew came to: another backup, at the same place in the order of its source. */
import type { BackupId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { ResealOutcome } from '../backup/reseal.ts';
import type { JobEnd } from '../job/message.ts';
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
  // Whoever stops one of many wants them all to stop.
  else if (end.kind === 'cancelled' && !leaving) stopBeginning(rooms);
}

/** What has no new backup yet is not sealed anew. */
export function stopBeginning({ catalog }: Pick<Rooms, 'catalog'>): void {
  for (const { replaces, made } of catalog.reseals.list()) if (!made) catalog.reseals.end(replaces);
}
