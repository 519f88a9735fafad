/** What a job came to, written down before anybody hears that it ended: catalog, audit trail, events. */
import type { DestinationCard } from '../../shared/destination.ts';
import type { BackupId, BackupPlanId, SourceId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { RestorePlan } from '../../shared/restore.ts';
import type { ProbeReport } from '../../shared/source.ts';
import type { VerifyReport } from '../../shared/verify.ts';
import type { BackupOutcome } from '../backup/order.ts';
import { sweepScratch } from '../engine/postgres/scratch.ts';
import { placesOf } from '../job/order.ts';
import type { JobEnd } from '../job/message.ts';
import { askRunOf, type FollowUp } from './follow-up.ts';
import type { WrittenOrder } from './order.ts';
import { sweepPlace } from './deletion-key.ts';
import { keepProbedSize } from './probed-size.ts';
import { kitHasOpened } from './recovery.ts';
import { reconcile } from './reconcile.ts';
import { lookAtClock } from './retention-clock.ts';
import { pruneAfterBackup } from './retention-handlers.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';
import { settleFind } from './settle-find.ts';
import { settleThaw } from './settle-thaw.ts';
import { settlePurge } from './settle-purge.ts';
import { settlePrune } from './settle-prune.ts';
import { noteReadProof, settleRepair, settleScrub } from './settle-scrub.ts';
import { settleReseal } from './settle-reseal.ts';
import { noteOutcome, placesIn, settleCarry, settleKept } from './settle-stored.ts';
import { settleRelease, settleRestore, settleSweep, settleUndo } from './settle-restore.ts';

/** Who asked for a job, as it is kept beside its order. */
export interface AskedOrder extends WrittenOrder {
  actor: string;
  /** What is asked for when it has succeeded. */
  follows?: FollowUp;
  /** Of a rehearsal: its restore follows, where nothing has to be typed for it. */
  run?: boolean;
}

/**
 * @param leaving it was stopped because this owner leaves.
 * @returns how the job is to be told to have ended, where that is not `end`.
 */
export async function settleJob(
  rooms: Rooms,
  job: Job,
  written: AskedOrder,
  end: JobEnd,
  leaving: boolean,
): Promise<JobEnd | undefined> {
  if (end.kind !== 'done') {
    // A search or a thaw only reads, also where it is killed.
    if (written.order.kind !== 'find' && written.order.kind !== 'thaw')
      await sweepPlaces(rooms, placesOf(written.order));
    // The watchdog of a throw-away server goes with the job's family.
    await sweepScratch(rooms.folders.scratch);
  }
  const { order } = written;
  const makes = order.kind === 'backup' || order.kind === 'reseal';
  if (makes && end.kind !== 'done' && isWanted(rooms, order.backupId, end, leaving))
    return settleKept(rooms, written, job, end);
  await writeDown(rooms, job, written, end, leaving);
  return undefined;
}

/** A dump that is whole goes on without its job, unless a person stopped it before it was anywhere. */
function isWanted(rooms: Rooms, backupId: BackupId, end: JobEnd, leaving: boolean): boolean {
  if (!rooms.kept.has(backupId)) return false;
  return end.kind !== 'cancelled' || leaving || rooms.catalog.backups.card(backupId) !== undefined;
}

/** A job that was killed may have left files that were still being written. */
async function sweepPlaces(rooms: Rooms, cards: readonly DestinationCard[]): Promise<void> {
  for (const card of cards) {
    try {
      await sweepPlace(rooms, card);
    } catch (thrown) {
      rooms.log.warn('Unfinished files in a place could not be removed.', { destination: card.id, thrown });
    }
  }
}

async function writeDown(rooms: Rooms, job: Job, written: AskedOrder, end: JobEnd, leaving: boolean): Promise<void> {
  const { order } = written;
  switch (order.kind) {
    case 'backup':
      return end.kind === 'done'
        ? settleBackup(rooms, job, written, end.result as BackupOutcome)
        : settleNoBackup(rooms, job, written, end);
    case 'verify':
      if (end.kind === 'done') {
        const report = end.result as VerifyReport;
        settleVerify(rooms, job, written, report);
        if (report.level === 'read' && report.verdict !== 'failed')
          noteReadProof(
            rooms,
            report.backupId,
            order.set.destinations.map(({ id }) => id),
          );
      }
      return;
    case 'rehearse':
      if (end.kind === 'done') {
        rooms.catalog.plans.put(end.result as RestorePlan, JSON.stringify({ secretsOf: written.secretsOf }));
        rooms.catalog.jobs.putResult(job.id, JSON.stringify(end.result));
        askRunOf(rooms, job, written, end.result as RestorePlan);
      }
      return;
    case 'carry':
      return settleCarry(rooms, job, written, end, leaving);
    case 'reseal':
      return settleReseal(rooms, job, written, end, leaving);
    case 'restore':
      return settleRestore(rooms, job, written, end);
    case 'undo':
      return settleUndo(rooms, job, written, end);
    case 'find':
      return settleFind(rooms, job, written, end);
    case 'prune':
      return settlePrune(rooms, job, written, end);
    case 'release':
      return settleRelease(rooms, written, end);
    case 'sweep':
      return settleSweep(rooms, job, written, end);
    case 'probe':
      if (end.kind === 'done') {
        rooms.catalog.jobs.putResult(job.id, JSON.stringify(end.result));
        keepProbedSize(rooms, order.settings, end.result as ProbeReport);
      }
      return;
    case 'scrub':
      return settleScrub(rooms, job, written, end);
    case 'purge':
      return settlePurge(rooms, job, written, end);
    case 'thaw':
      return settleThaw(rooms, job, written, end, leaving);
    case 'repair':
      return settleRepair(rooms, job, written, end);
    case 'diff':
      if (end.kind === 'done') rooms.catalog.jobs.putResult(job.id, JSON.stringify(end.result));
      return;
  }
}

async function settleBackup(rooms: Rooms, job: Job, written: AskedOrder, outcome: BackupOutcome): Promise<void> {
  const { manifest, manifestSha256, stored } = outcome;
  lookAtClock(rooms);
  rooms.catalog.together(() => {
    noteOutcome(rooms, outcome);
    rooms.catalog.jobs.putResult(job.id, JSON.stringify({ backupId: manifest.backupId }));
  });
  const sizeBytes = manifest.artifacts.reduce((sum, artifact) => sum + artifact.sizeBytes, 0);
  audit(rooms, 'backup.made', written.actor, manifest.backupId, {
    source: manifest.source.name,
    sizeBytes,
    complete: manifest.complete,
    manifestSha256,
    places: placesIn(stored),
  });
  await rooms.kept.dropWhereDone(manifest.backupId);
  rooms.carrier.poke();
  if (job.backupPlanId !== undefined) pruneAfter(rooms, job.backupPlanId, manifest.source.id, written.actor);
}

/** A prune that cannot be asked for never makes a failed backup of one that is stored. */
function pruneAfter(rooms: Rooms, planId: BackupPlanId, sourceId: SourceId, actor: string): void {
  // While the queue opens it takes no new jobs: the next backup asks again.
  if (rooms.queue === undefined) return;
  try {
    pruneAfterBackup(rooms, planId, sourceId, actor);
  } catch (thrown) {
    rooms.log.error('A prune could not be asked for.', { planId, sourceId, thrown });
  }
}

/** A backup job that did not end well may have been killed at any instant: the places are looked at, and the truth is kept. */
async function settleNoBackup(rooms: Rooms, job: Job, written: AskedOrder, end: JobEnd): Promise<void> {
  if (written.order.kind !== 'backup') return;
  const { source, backupId, destinations } = written.order;
  await rooms.kept.drop(backupId);
  const adopted = await reconcile(rooms, backupId, destinations);
  const code = end.kind === 'failed' ? end.failure.code : 'cancelled';
  audit(rooms, 'backup.failed', written.actor, job.id, {
    source: source.name,
    code,
    adopted: adopted ? backupId : null,
  });
}

function settleVerify(rooms: Rooms, job: Job, written: AskedOrder, report: VerifyReport): void {
  rooms.catalog.together(() => {
    rooms.catalog.proofs.put(report);
    rooms.catalog.jobs.putResult(job.id, JSON.stringify(report));
  });
  audit(rooms, 'backup.verified', written.actor, report.backupId, {
    level: report.level,
    verdict: report.verdict,
    proofId: report.proofId,
  });
  if (report.level === 'restore' && report.verdict === 'proven') kitHasOpened(rooms, written.kit, written.actor);
  const card = rooms.catalog.backups.card(report.backupId);
  if (card !== undefined) rooms.announce.backup.changed({ card });
}
