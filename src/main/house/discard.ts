/** `backup.discard`: a person gives up a dump that is kept here and that no place has. */
import type { Caller } from '../../shared/channel.ts';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, DestinationId } from '../../shared/id.ts';
import type { Destination } from '../destination/destination.ts';
import { setFromSpool, uploadsIn } from '../set/from-spool.ts';
import { takeBack } from '../set/store.ts';
import { readKept, readPlace } from '../spool/kept-set.ts';
import { beingStored } from './carry-order.ts';
import type { KeptDump } from './kept-dumps.ts';
import { withPlace } from './place.ts';
import type { Rooms } from './rooms.ts';
import { audit } from './trail.ts';

/**
 * Stops what is on its way, takes back what arrived, and removes the dump.
 * @param confirm has to be the dump's id: it is nowhere else.
 * @returns the places in which something of it stays, because they could not be asked; a sweep removes it there.
 * @throws Fail backup.unknown, backup.elsewhere, backup.not-confirmed, backup.being-made
 */
export async function discardKept(
  rooms: Rooms,
  caller: Caller,
  { backup, confirm }: { backup: string; confirm: string },
): Promise<{ backupId: BackupId; left: DestinationId[] }> {
  const dump = (await rooms.kept.list()).find(({ backupId }) => backupId === backup);
  if (dump === undefined) throw new Fail('backup.unknown', `No dump of ${backup} is kept here.`);
  const { backupId } = dump;
  if (confirm !== backupId)
    throw new Fail('backup.not-confirmed', `Something else was typed; this removes ${backupId} for good.`);
  await stopJobsOn(rooms, backupId);
  // A job may have brought it somewhere in its last moment.
  demandNowhere(rooms, backupId);
  const left = rooms.kept.has(backupId) ? await takeBackEverywhere(rooms, dump) : [];
  demandNowhere(rooms, backupId);
  await rooms.kept.drop(backupId);
  audit(rooms, 'backup.given-up', caller.actor, backupId, { source: dump.source.name, sizeBytes: dump.sizeBytes });
  return { backupId, left };
}

function demandNowhere(rooms: Rooms, backupId: BackupId): void {
  if (rooms.catalog.backups.card(backupId) !== undefined)
    throw new Fail('backup.elsewhere', `A place has ${backupId}: it is a backup, and no dump that is nowhere else.`);
}

async function stopJobsOn(rooms: Rooms, backupId: BackupId): Promise<void> {
  for (const job of rooms.queue.unfinished().filter((one) => one.backupId === backupId)) {
    if (job.kind !== 'carry')
      throw new Fail('backup.being-made', `${backupId} is just being made.`, {
        hint: `holdfast job cancel ${job.id} stops that and leaves nothing of it.`,
      });
    await rooms.queue.cancel(job.id);
    await rooms.queue.wait(job.id);
  }
  if (beingStored(rooms).stores(backupId)) throw new Fail('backup.being-made', `${backupId} is just being stored.`);
}

async function takeBackEverywhere(rooms: Rooms, dump: KeptDump): Promise<DestinationId[]> {
  const folder = rooms.kept.folder(dump.backupId);
  const set = setFromSpool(await readKept(folder), folder, false);
  const gone = await Promise.all(
    dump.places.map(async (id) => {
      const before = await readPlace(folder, id);
      const card = rooms.catalog.destinations.byId(id);
      if (card === undefined || Object.keys(before?.uploads ?? {}).length === 0) return true;
      const uploads = await uploadsIn(folder, id, false);
      const back = (destination: Destination): Promise<boolean> =>
        takeBack(set, { id, destination, uploads }, rooms.log);
      return withPlace(rooms, card, back).catch((thrown: unknown) => {
        rooms.log.warn('What arrived of a dump could not be taken back.', { destination: id, thrown });
        return false;
      });
    }),
  );
  return dump.places.filter((_id, index) => gone[index] === false);
}
