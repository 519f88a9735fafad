/** Prunes: how they are asked for, and what their job is told when it starts. */
import type { Caller } from '../../shared/channel.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, BackupPlanId, DestinationId, JobId, RetentionPreviewId, SourceId } from '../../shared/id.ts';
import type { PruneOrder, PrunePlace, Remembered } from '../prune/prune.ts';
import { askJob } from './job-handlers.ts';
import { beliefsOf, lookAtClock } from './retention-clock.ts';
import { backupsIn, evaluate, keepersIn, type Evaluated } from './retention-lines.ts';
import type { Rooms } from './rooms.ts';

/** One job for each source: it never runs beside a backup, proof or restore of it. @returns none where nothing goes. */
export function askPrunes(
  rooms: Rooms,
  caller: Caller,
  previewId: RetentionPreviewId,
  lines: readonly Evaluated[],
  backupPlanId?: BackupPlanId,
): JobId[] {
  const going = lines.filter(({ decision }) => decision.goes.length > 0);
  const sources = [...new Set(going.map(({ sourceId }) => sourceId))];
  const orders = sources.map((sourceId) => {
    const places = going
      .filter((line) => line.sourceId === sourceId)
      .map((line) => placeOf(rooms, line, line.decision.goes.map(({ backup }) => backup.backupId).toReversed()));
    return orderOf(rooms, previewId, sourceId, places);
  });
  // Every order is whole before the first is queued.
  return orders.map((order) => {
    const plan = backupPlanId === undefined ? {} : { backupPlanId };
    return rooms.catalog.together(() => {
      const { jobId } = askJob(rooms, caller, order, { sourceId: order.sourceId, ...plan });
      rooms.catalog.retention.beginRemovals(jobId, removalsOf(order));
      return jobId;
    });
  });
}

export const removalsOf = ({ places }: PruneOrder): { backupId: BackupId; destination: DestinationId }[] =>
  places.flatMap(({ card, goes }) => goes.map(({ backupId }) => ({ backupId, destination: card.id })));

const orderOf = (
  rooms: Rooms,
  previewId: RetentionPreviewId,
  sourceId: SourceId,
  places: PrunePlace[],
): PruneOrder => ({ kind: 'prune', previewId, sourceId, machine: rooms.machine.id, ...beliefsOf(rooms), places });

/**
 * The order as its job gets it: what was pinned, proven or ruled since the list was made has its say now.
 * @throws Fail `retention.moved` where any of the listed may not go any more
 */
export function renewedPrune(rooms: Rooms, jobId: JobId, order: PruneOrder): PruneOrder {
  const clock = lookAtClock(rooms);
  const places = order.places.map(({ card, goes }) => {
    const listed = goes.map(({ backupId }) => backupId);
    const of = { sourceId: order.sourceId, destination: card.id };
    const line = evaluate(rooms, of, { clock, missing: () => [] }, backupsIn(rooms, of, jobId));
    const may = new Set(line.decision.goes.map(({ backup }) => backup.backupId));
    const not = listed.find((id) => !may.has(id));
    if (not !== undefined)
      throw new Fail('retention.moved', `${not} may not go any more: something changed since the list was made.`);
    return placeOf(rooms, line, listed, jobId);
  });
  return orderOf(rooms, order.previewId, order.sourceId, places);
}

function placeOf(rooms: Rooms, line: Evaluated, goes: readonly BackupId[], jobId?: JobId): PrunePlace {
  const { catalog } = rooms;
  const card = catalog.destinations.byId(line.destination);
  if (card === undefined) throw new Fail('destination.unknown', `The destination ${line.destination} is not known.`);
  const removing = catalog.retention
    .removing()
    .filter((one) => one.destination === line.destination && one.jobId !== jobId);
  const unfinished = removing.filter((one) => hasEnded(rooms, one.jobId)).map(({ backupId }) => backupId);
  const known = (ids: readonly BackupId[]): Remembered[] => ids.flatMap((id) => remembered(rooms, id) ?? []);
  const damaged = new Set(line.past.backups.filter((one) => one.damaged === true).map(({ backupId }) => backupId));
  return {
    card,
    goes: known(goes).map((one) => (damaged.has(one.backupId) ? { ...one, damaged: true } : one)),
    keepers: known(keepersIn(line)),
    remembered: catalog.backups.storedIn(line.destination),
    unfinished: known(unfinished),
    removing: removing.map(({ backupId }) => backupId),
  };
}

/** What a job that has not ended removes is its own. */
export function hasEnded({ catalog }: Pick<Rooms, 'catalog'>, jobId: JobId): boolean {
  const job = catalog.jobs.byId(jobId);
  return job === undefined || ['cancelled', 'succeeded', 'failed'].includes(job.state);
}

export function remembered({ catalog }: Rooms, backupId: BackupId): Remembered | undefined {
  const sizeBytes = catalog.backups.card(backupId)?.sizeBytes;
  const manifestSha256 = catalog.backups.manifestSha256(backupId);
  if (sizeBytes === undefined || manifestSha256 === undefined) return undefined;
  return { backupId, sizeBytes, manifestSha256 };
}
