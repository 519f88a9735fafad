/** The earlier sets of what was sealed anew go like what no rule keeps goes: by a prune, which looks at every place once more. */
import type { Caller } from '../../shared/channel.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, DestinationId, JobId, MachineId, SourceId } from '../../shared/id.ts';
import type { PruneOrder, PrunePlace, Remembered } from '../prune/prune.ts';
import { newRetentionPreviewId } from '../base/id.ts';
import type { Reseal } from '../catalog/reseals.ts';
import { waitsFor } from './behind.ts';
import { askJob } from './job-handlers.ts';
import { destinationsOf } from './order.ts';
import { hasEnded, remembered, removalsOf } from './prune-order.ts';
import { proofMissing } from './reseal-proof.ts';
import { beliefsOf } from './retention-clock.ts';
import type { Rooms } from './rooms.ts';

/** One job for each machine that made any of them: a prune removes what one machine made. */
export function askRemoval(rooms: Rooms, caller: Caller, sourceId: SourceId, rows: readonly Reseal[]): void {
  const { catalog } = rooms;
  const machineOf = ({ replaces }: Reseal): MachineId | undefined => catalog.backups.manifest(replaces)?.machine.id;
  for (const machine of new Set(rows.map(machineOf))) {
    if (machine === undefined) continue;
    const own = rows.filter((row) => machineOf(row) === machine);
    const order: PruneOrder = {
      kind: 'prune',
      previewId: newRetentionPreviewId(rooms.clock),
      sourceId,
      machine,
      ...beliefsOf(rooms),
      places: placesOf(rooms, own),
      sealedAnew: own.map(({ replaces, backupId }) => ({ replaces, backupId })),
    };
    catalog.together(() => {
      const { jobId } = askJob(rooms, caller, order, { sourceId });
      catalog.retention.beginRemovals(jobId, removalsOf(order));
    });
  }
}

/**
 * The order as its job gets it.
 * @throws Fail `retention.moved` where one of them may not go any more: it was pinned for good, or the new one is not what it was.
 */
export function renewedRemoval(rooms: Rooms, jobId: JobId, order: PruneOrder): PruneOrder {
  const rows = (order.sealedAnew ?? []).map(({ replaces }) => {
    const row = rooms.catalog.reseals.of(replaces);
    if (row !== undefined && mayGo(rooms, row)) return row;
    throw new Fail('retention.moved', `${replaces} may not go any more: something changed since it was sealed anew.`);
  });
  return { ...order, ...beliefsOf(rooms), places: placesOf(rooms, rows, jobId) };
}

function mayGo(rooms: Rooms, row: Reseal): boolean {
  const before = rooms.catalog.backups.card(row.replaces);
  const now = rooms.catalog.backups.card(row.backupId);
  if (before === undefined || now === undefined || before.pin?.hold === true) return false;
  return waitsFor(before, now).length === 0 && proofMissing(rooms, row) === null;
}

function placesOf(rooms: Rooms, rows: readonly Reseal[], own?: JobId): PrunePlace[] {
  const { catalog } = rooms;
  const known = (ids: readonly BackupId[]): Remembered[] => ids.flatMap((id) => remembered(rooms, id) ?? []);
  const holding = (id: DestinationId): Reseal[] =>
    rows.filter(({ replaces }) => storedIn(rooms, replaces).includes(id));
  const ids = [...new Set(rows.flatMap(({ replaces }) => storedIn(rooms, replaces)))];
  return destinationsOf(rooms, ids).map((card) => {
    const removing = catalog.retention.removing().filter((one) => one.destination === card.id && one.jobId !== own);
    const unfinished = removing.filter((one) => hasEnded(rooms, one.jobId)).map(({ backupId }) => backupId);
    const here = holding(card.id);
    const goes = here.map(({ replaces }) => replaces);
    return {
      card,
      goes: known(goes),
      // Without the new one, whole, the earlier one stays.
      keepers: known(here.map(({ backupId }) => backupId)),
      remembered: catalog.backups.storedIn(card.id),
      unfinished: known(unfinished.filter((id) => !goes.includes(id))),
      removing: removing.map(({ backupId }) => backupId),
    };
  });
}

const storedIn = ({ catalog }: Rooms, backupId: BackupId): DestinationId[] =>
  (catalog.backups.card(backupId)?.stored ?? [])
    .filter(({ state }) => state === 'stored')
    .map(({ destination }) => destination);
