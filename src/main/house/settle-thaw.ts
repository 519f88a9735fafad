/** What follows when archived data can be read again. */
import type { Job } from '../../shared/job.ts';
import type { ThawReport } from '../../shared/thaw-report.ts';
import type { JobEnd } from '../job/message.ts';
import { askVerify } from './backup-handlers.ts';
import { askFollowUp } from './follow-up.ts';
import type { Rooms } from './rooms.ts';
import type { AskedOrder } from './settle.ts';
import { isLeft, rememberLeft } from './thaws-left.ts';
import { audit } from './trail.ts';

export function settleThaw(rooms: Rooms, job: Job, written: AskedOrder, end: JobEnd, leaving: boolean): void {
  const { order, actor } = written;
  if (order.kind !== 'thaw') return;
  if (isLeft(end, leaving)) rememberLeft(rooms, job);
  if (end.kind !== 'done') return;
  const report = end.result as ThawReport;
  rooms.catalog.jobs.putResult(job.id, JSON.stringify(report));
  audit(rooms, 'backup.thawed', actor, report.backupId, {
    destination: report.destination,
    files: report.thawed,
    sizeBytes: report.sizeBytes,
    speed: order.speed,
    days: order.days,
  });
  askFollowUp(rooms, job, written);
  const card = rooms.catalog.backups.card(report.backupId);
  if (order.prove === null || card === undefined) return;
  askVerify(rooms, { actor, signal: new AbortController().signal }, card, order.prove);
}
