/** Jobs that follow others by themselves: a rehearsal after its thaw, a restore after that rehearsal. */
import type { BackupId, JobId, SourceId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { RestorePlan } from '../../shared/restore.ts';
import type { PlainOrder } from './order.ts';
import { runOrder } from './restore-order.ts';
import type { Rooms } from './rooms.ts';
import type { AskedOrder } from './settle.ts';

/** What is asked for when a job has succeeded. It is written down beside that job's order; the passwords stay with the job in memory. */
export interface FollowUp {
  order: PlainOrder;
  sourceId: SourceId | null;
  backupId: BackupId;
  /** Whether a restore follows the rehearsal that follows. */
  run: boolean;
  /** It needs passwords or digits that nobody but this Holdfast was given. */
  passes: boolean;
}

/** @returns the job that goes on where this one ended; undefined where nothing was to follow. */
export function askFollowUp(rooms: Rooms, job: Job, written: AskedOrder): JobId | undefined {
  const { follows } = written;
  if (follows === undefined) return undefined;
  const { order, sourceId, backupId, run } = follows;
  return add(rooms, job, written, { order, sourceId, backupId, run });
}

/** A plan that replaces something asks a person first, and one that cannot run asks for nothing. */
export function askRunOf(rooms: Rooms, job: Job, written: AskedOrder, plan: RestorePlan): JobId | undefined {
  if (written.run !== true || !plan.canRun || plan.replaces !== undefined) return undefined;
  const card = rooms.catalog.backups.card(plan.backupId);
  if (card === undefined) return undefined;
  const order = runOrder(rooms, card, plan, null);
  return add(rooms, job, written, { order, sourceId: card.sourceId, backupId: card.backupId, run: false });
}

function add(
  rooms: Rooms,
  { id: after }: Job,
  { actor, secretsOf, kit }: AskedOrder,
  { order, sourceId, backupId, run }: Omit<FollowUp, 'passes'>,
): JobId {
  const written: AskedOrder = {
    order,
    secretsOf,
    actor,
    ...(kit === undefined ? {} : { kit }),
    ...(run ? { run } : {}),
  };
  const passing = rooms.queue.passing(after);
  const { id } = rooms.queue.add({
    kind: order.kind,
    sourceId,
    backupId,
    order: written,
    after,
    ...(passing === undefined ? {} : { passing }),
  });
  return id;
}

/** The job that followed this one. */
export function nextOf({ catalog }: Pick<Rooms, 'catalog'>, { id, backupId }: Job): JobId | undefined {
  if (backupId === null) return undefined;
  return catalog.jobs.list({ kinds: ['rehearse', 'restore'], backupId, limit: 20 }).find(({ after }) => after === id)
    ?.id;
}
