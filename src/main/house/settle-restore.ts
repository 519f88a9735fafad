/** What restores, undos and releases came to: catalog, audit trail, events; and what a killed one has to be asked again. */
import type { Job } from '../../shared/job.ts';
import type { RestoreRecord, RestoreReport, RestoreTarget, UndoReport } from '../../shared/restore.ts';
import type { KeptMark } from '../engine/engine.ts';
import type { JobEnd } from '../job/message.ts';
import { describeTarget, nameOfTarget } from '../restore/connection.ts';
import { keepUntil } from '../restore/original.ts';
import type { SweepOrder, SweepOutcome } from '../restore/sweep.ts';
import { keepSettings } from './keepsake.ts';
import { kitHasOpened } from './recovery.ts';
import type { Rooms } from './rooms.ts';
import { type AskedOrder } from './settle.ts';
import { audit } from './trail.ts';

const codeOf = (end: JobEnd): string => (end.kind === 'failed' ? end.failure.code : 'cancelled');

export function settleRestore(rooms: Rooms, job: Job, written: AskedOrder, end: JobEnd): void {
  if (written.order.kind !== 'restore') return;
  const { plan, mark } = written.order;
  if (end.kind === 'done') {
    const report = end.result as RestoreReport;
    rooms.catalog.jobs.putResult(job.id, JSON.stringify(report));
    const { target, verdict, undo } = report;
    const kept = undo === undefined ? {} : { keptAs: undo.keptAs, restoreId: undo.restoreId };
    audit(rooms, 'backup.restored', written.actor, plan.backupId, { target, verdict, ...kept });
    if (verdict === 'equal') kitHasOpened(rooms, written.kit, written.actor);
    if (mark !== null && undo !== undefined) remember(rooms, mark, plan.target, undo.keptAs, undo.until, 'kept');
    return;
  }
  const code = codeOf(end);
  audit(rooms, 'backup.restored', written.actor, plan.backupId, {
    target: describeTarget(plan.target),
    verdict: 'failed',
    code,
  });
  // A restore that failed by itself took everything back; one that was killed could not.
  if (mark === null ? wasKilled(end) : mayBeHalfDone(end)) rooms.sweepAfter(written);
}

const wasKilled = (end: JobEnd): boolean => ['job.crashed', 'home.owner-left'].includes(codeOf(end));
/** A cancel that is not heard in time ends in a kill too. */
const mayBeHalfDone = (end: JobEnd): boolean => end.kind === 'cancelled' || wasKilled(end);

export function settleUndo(rooms: Rooms, job: Job, written: AskedOrder, end: JobEnd): void {
  if (written.order.kind !== 'undo') return;
  const { target, keptAs, mark } = written.order;
  if (end.kind === 'done') {
    const report = end.result as UndoReport;
    rooms.catalog.jobs.putResult(job.id, JSON.stringify(report));
    undone(rooms, written.actor, mark, target, { keptAs, undoneAs: report.keptAs, until: report.keepUntil });
    return;
  }
  audit(rooms, 'restore.undone', written.actor, mark.restoreId, {
    target: describeTarget(target),
    keptAs,
    code: codeOf(end),
  });
  if (mayBeHalfDone(end)) rooms.sweepAfter(written);
}

function undone(
  rooms: Rooms,
  actor: string,
  mark: KeptMark,
  target: RestoreTarget,
  names: { keptAs: string; undoneAs: string; until: number },
): void {
  const before = rooms.catalog.restores.byId(mark.restoreId)?.record.state;
  audit(rooms, 'restore.undone', actor, mark.restoreId, {
    target: describeTarget(target),
    broughtBack: names.keptAs,
    keptAs: names.undoneAs,
  });
  // An undo that is undone is the restore again.
  remember(rooms, mark, target, names.undoneAs, names.until, before === 'undone' ? 'kept' : 'undone');
}

export function settleRelease(rooms: Rooms, written: AskedOrder, end: JobEnd): void {
  if (written.order.kind !== 'release') return;
  const { target, keptAs, mark } = written.order;
  if (end.kind === 'done') return released(rooms, written.actor, mark, target, keptAs);
  audit(rooms, 'restore.released', written.actor, mark.restoreId, {
    target: describeTarget(target),
    keptAs,
    code: codeOf(end),
  });
  if (mayBeHalfDone(end)) rooms.sweepAfter(written);
}

/** What a restore kept is gone. */
export function released(rooms: Rooms, actor: string, mark: KeptMark, target: RestoreTarget, keptAs: string): void {
  audit(rooms, 'restore.released', actor, mark.restoreId, { target: describeTarget(target), keptAs });
  remember(rooms, mark, target, keptAs, mark.keepUntil, 'released');
}

function remember(
  rooms: Rooms,
  mark: KeptMark,
  target: RestoreTarget,
  keptAs: string,
  until: number,
  state: RestoreRecord['state'],
): void {
  const known = rooms.catalog.restores.byId(mark.restoreId)?.record;
  const record: RestoreRecord = {
    restoreId: mark.restoreId,
    sourceId: mark.sourceId,
    backupId: mark.backupId,
    target: nameOfTarget(target),
    keptAs,
    restoredAt: known?.restoredAt ?? rooms.clock.now(),
    keepUntil: until,
    state,
  };
  rooms.catalog.restores.put({ record, target });
  keepSettings(rooms);
  rooms.announce.restore.changed({ record });
}

/** What has to be looked after when this job did not end well; null for nothing. */
export function sweepOrderFor({ order }: AskedOrder): SweepOrder | null {
  if (order.kind === 'restore') {
    const { planId, target, replaces } = order.plan;
    const { mark } = order;
    const kept =
      mark === null || replaces === undefined
        ? null
        : { restoreId: mark.restoreId, name: replaces.keepAs, renamed: false };
    return { kind: 'sweep', token: planId, target, kept, after: mark === null ? null : { kind: 'restore', mark } };
  }
  if (order.kind !== 'undo' && order.kind !== 'release') return null;
  const { kind, mark, target, keptAs } = order;
  const kept = { restoreId: mark.restoreId, name: keptAs, renamed: kind === 'undo' };
  return { kind: 'sweep', token: mark.restoreId, target, kept, after: { kind, mark } };
}

/** What the sweep saw is what the killed job came to. */
export function settleSweep(rooms: Rooms, job: Job, written: AskedOrder, end: JobEnd): void {
  if (written.order.kind !== 'sweep') return;
  const { token, target, kept, after } = written.order;
  if (end.kind !== 'done') {
    const code = codeOf(end);
    rooms.log.error('What a killed job left in its target could not be looked after.', { jobId: job.id, target, code });
    return;
  }
  const { removed, found } = end.result as SweepOutcome;
  if (removed.length > 0) audit(rooms, 'target.swept', written.actor, token, { removed: removed.join(', ') });
  if (after === null || kept === null) return;
  const { mark } = after;
  const known = rooms.catalog.restores.byId(mark.restoreId);
  const until = keepUntil(rooms.clock.now());
  if (after.kind === 'restore' && known === undefined && found !== null) {
    audit(rooms, 'backup.restored', written.actor, mark.backupId, {
      target: describeTarget(target),
      verdict: 'equal',
      keptAs: found,
      restoreId: mark.restoreId,
    });
    remember(rooms, mark, target, found, until, 'kept');
  }
  if (after.kind === 'undo' && found !== null && found !== kept.name && known?.record.keptAs === kept.name)
    undone(rooms, written.actor, after.mark, target, { keptAs: kept.name, undoneAs: found, until });
  if (after.kind === 'release' && found === null) released(rooms, written.actor, mark, target, kept.name);
}
