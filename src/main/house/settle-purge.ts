/** What a purge destroyed, written down: the catalog forgets it, this machine's traces go, the trail and a record say so. */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { BackupCard } from '../../shared/artifact.ts';
import type { BackupId, DestinationId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { Purged, PurgeReport } from '../../shared/purge.ts';
import { readJournal, removeJournal } from '../base/journal.ts';
import { writePrivateFile } from '../base/private-file.ts';
import type { JobEnd } from '../job/message.ts';
import { PurgeLine } from '../purge/purge.ts';
import { purgeRecord } from '../purge/record.ts';
import { keepSettings } from './keepsake.ts';
import type { Rooms } from './rooms.ts';
import type { AskedOrder } from './settle.ts';
import { audit } from './trail.ts';

/** However the job ended: what it had destroyed by then is in its journal, and is on the record. */
export async function settlePurge(rooms: Rooms, job: Job, { order, actor }: AskedOrder, end: JobEnd): Promise<void> {
  if (order.kind !== 'purge') return;
  const lines = await readJournal(order.journal, PurgeLine);
  const removed = lines.flatMap(({ purged }) => purged ?? []);
  const has = (line: PurgeLine): boolean =>
    removed.some(({ backupId, destination }) => backupId === line.backupId && destination === line.destination);
  const sources = new Map(order.backups.map(({ backupId }) => [backupId, rooms.catalog.backups.card(backupId)]));
  for (const line of lines.filter((one) => !has(one))) leaveHalf(rooms, line);
  for (const one of removed) {
    audit(rooms, 'backup.purged', actor, one.backupId, detailsOf(one, sources.get(one.backupId), order.reason));
    await gone(rooms, one.backupId, one.destination, job);
  }
  if (removed.length > 0) keepSettings(rooms);
  const result: PurgeReport =
    end.kind === 'done'
      ? (end.result as PurgeReport)
      : { reason: order.reason, removed, stopped: [], remains: [], notCovered: order.notCovered };
  if (removed.length > 0) result.record = record(rooms, job, actor, result, end);
  rooms.catalog.jobs.putResult(job.id, JSON.stringify(result));
  await removeJournal(order.journal);
}

/** It was stopped in the middle of this copy: the manifest goes first, so it is none any more. */
function leaveHalf(rooms: Rooms, { backupId, destination }: PurgeLine): void {
  const card = rooms.catalog.backups.card(backupId);
  if (card === undefined) return;
  const message = 'A purge was stopped while it destroyed this copy. Purge it again.';
  const stored = card.stored.map((one) =>
    one.destination === destination ? { destination, state: 'damaged' as const, message } : one,
  );
  rooms.catalog.backups.setStored(backupId, stored);
  rooms.announce.backup.changed({ card: { ...card, stored } });
}

async function gone(rooms: Rooms, backupId: BackupId, destination: DestinationId, job: Job): Promise<void> {
  const { backups, pins } = rooms.catalog;
  const card = backups.card(backupId);
  if (card === undefined) return;
  const stored = card.stored.filter((one) => one.destination !== destination);
  // A place that only waits for it does not get what was to be destroyed.
  if (stored.some(({ state }) => state === 'stored' || state === 'damaged')) {
    backups.setStored(backupId, stored);
    rooms.announce.backup.changed({ card: { ...card, stored } });
    return;
  }
  pins.remove(backupId);
  backups.forget(backupId);
  await forgetTraces(rooms, backupId, job);
  rooms.announce.backup.removed({ backupId });
}

/** Dumps on their way, rehearsed restores, logs and results of its jobs: they may name tables. */
async function forgetTraces({ catalog, folders }: Rooms, backupId: BackupId, purge: Job): Promise<void> {
  await rm(path.join(folders.spool, backupId), { recursive: true, force: true });
  catalog.plans.forgetOf(backupId);
  for (const { id } of catalog.jobs.list({ backupId, limit: 1000 })) {
    if (id === purge.id) continue;
    await rm(path.join(folders.logs, `${id}.ndjson`), { force: true });
    catalog.jobs.forgetResult(id);
  }
}

function detailsOf(one: Purged, card: BackupCard | undefined, reason: string) {
  return {
    source: card?.source ?? null,
    takenAt: card?.takenAt ?? null,
    destination: one.destination,
    objects: one.objects.length,
    versions: one.versions,
    sizeBytes: one.objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    manifestSha256: one.manifestSha256,
    reason,
  };
}

/** The record is written first and its digest goes into the trail, so that neither can be changed without the other. */
function record(rooms: Rooms, job: Job, actor: string, report: PurgeReport, end: JobEnd): PurgeReport['record'] {
  const file = path.join(rooms.folders.home, 'purges', `purge-${job.id}.txt`);
  const places = new Map(rooms.catalog.destinations.list().map(({ id, name }) => [id, name]));
  const text = purgeRecord(report, {
    jobId: job.id,
    actor,
    machine: rooms.machine,
    askedAt: job.queuedAt,
    endedAt: rooms.clock.now(),
    ended: end.kind,
    placeName: (id) => places.get(id) ?? id,
  });
  const sha256 = createHash('sha256').update(text).digest('hex');
  try {
    writePrivateFile(file, text);
    const { sequence } = rooms.audit.append('purge.recorded', actor, job.id, {
      recordSha256: sha256,
      destroyed: report.removed.length,
      stopped: report.stopped.length,
      remains: report.remains.length,
    });
    return { file, sha256, auditSequence: sequence };
  } catch (thrown) {
    rooms.log.error('The record of a purge could not be written.', { jobId: job.id, thrown });
    return undefined;
  }
}
