/** Thaws whose Holdfast left while they waited: what they asked for comes all the same, so the next one that stays waits on. */
import { JobId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import { z } from '../../shared/schema.ts';
import type { JobEnd } from '../job/message.ts';
import type { Rooms } from './rooms.ts';
import type { AskedOrder } from './settle.ts';
import type { ThawOrder } from '../thaw/thaw.ts';
import { askedAtOf } from './archived.ts';

const metaKey = 'thaws.left';
const Left = z.array(JobId);

/** Nobody stopped it and nothing was wrong with it. */
export const isLeft = (end: JobEnd, leaving: boolean): boolean =>
  end.kind === 'cancelled' ? leaving : end.kind === 'failed' && end.failure.code === 'home.owner-left';

const read = ({ catalog }: Pick<Rooms, 'catalog'>): JobId[] => {
  const parsed = z.safeParse(Left, JSON.parse(catalog.meta.get(metaKey) ?? '[]'));
  return parsed.success ? parsed.data : [];
};

export function rememberLeft(rooms: Pick<Rooms, 'catalog'>, { id }: Job): void {
  rooms.catalog.meta.set(metaKey, JSON.stringify([...read(rooms), id]));
}

/** Asked for once more, with what was to follow, unless that needs a password that went with the other Holdfast. */
export function takeOverThaws(rooms: Rooms): void {
  const left = read(rooms);
  rooms.catalog.meta.remove(metaKey);
  for (const id of left) {
    try {
      takeOver(rooms, rooms.queue.get(id));
    } catch (thrown) {
      rooms.log.error('A thaw could not be waited for again.', { jobId: id, thrown });
    }
  }
}

function takeOver(rooms: Rooms, job: Job): void {
  const { backupId, destinationId, sourceId } = job;
  if (backupId === null || destinationId === undefined) return;
  const same = (one: Job): boolean =>
    one.kind === 'thaw' && one.backupId === backupId && one.destinationId === destinationId;
  if (rooms.catalog.backups.card(backupId) === undefined || rooms.queue.unfinished().some(same)) return;
  const { follows, kit: _digits, ...written } = rooms.queue.order(job.id) as AskedOrder;
  const order = written.order as ThawOrder;
  const askedAt = askedAtOf({ job, order });
  const goesOn = follows !== undefined && !follows.passes;
  rooms.queue.add({
    kind: 'thaw',
    sourceId,
    backupId,
    destinationId,
    order: {
      ...written,
      order: { ...order, ...(askedAt === null ? {} : { askedAt }) },
      ...(goesOn ? { follows } : {}),
    },
  });
}
