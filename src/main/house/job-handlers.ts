import type { Caller, Handlers } from '../../shared/channel.ts';
import type { HoldfastContract } from '../../shared/contract.ts';
import type { JobResult } from '../../shared/contract/job-result.ts';
import type { BackupId, BackupPlanId, DestinationId, JobId, SourceId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import type { OrderSecrets } from '../job/order.ts';
import { nextOf, type FollowUp } from './follow-up.ts';
import type { PlainOrder } from './order.ts';
import type { KitSecret } from './recovery.ts';
import type { Rooms } from './rooms.ts';
import type { AskedOrder } from './settle.ts';

interface Asked {
  sourceId?: SourceId | null;
  backupId?: BackupId | null;
  /** The place that it is about, where it is about one. */
  destinationId?: DestinationId;
  /** What settings that are no source's yet lead to. */
  tested?: string;
  /** Whose saved passwords the job needs. */
  secretsOf?: SourceId | null;
  /** The plan that asks. */
  backupPlanId?: BackupPlanId;
  /** The kit that opens the backup, in the place of the vault. */
  kit?: KitSecret | undefined;
  /** A private key that opens it. */
  privateKey?: string | undefined;
  /** Passwords for this one job, and for what follows it. */
  passing?: OrderSecrets;
  /** What is asked for as soon as it has succeeded. */
  follows?: Omit<FollowUp, 'passes'>;
}

/** Queues a job; its order is written down without secrets. */
export function askJob(rooms: Rooms, caller: Caller, order: PlainOrder, asked: Asked = {}): { jobId: JobId } {
  const { sourceId = null, backupId = null, secretsOf = null, kit, privateKey } = asked;
  const passing = {
    ...asked.passing,
    ...(kit === undefined ? {} : { recovery: kit.recovery }),
    ...(privateKey === undefined ? {} : { privateKey }),
  };
  const written: AskedOrder = {
    order,
    secretsOf,
    actor: caller.actor,
    ...(kit === undefined ? {} : { kit: kit.keyId }),
    ...(asked.follows === undefined ? {} : { follows: { ...asked.follows, passes: Object.keys(passing).length > 0 } }),
  };
  const job = rooms.queue.add({
    kind: order.kind,
    sourceId,
    backupId,
    order: written,
    ...(asked.destinationId === undefined ? {} : { destinationId: asked.destinationId }),
    ...(asked.tested === undefined ? {} : { tested: asked.tested }),
    ...(asked.backupPlanId === undefined ? {} : { backupPlanId: asked.backupPlanId }),
    ...(Object.keys(passing).length === 0 ? {} : { passing }),
  });
  return { jobId: job.id };
}

export function jobHandlers(rooms: Rooms): Handlers<HoldfastContract>['job'] {
  const { catalog, queue } = rooms;
  return {
    list: async (filter) => catalog.jobs.list(filter).map((job) => queue.current(job)),
    show: async ({ jobId }) => resultOf(rooms, queue.get(jobId)),
    wait: async ({ jobId }, caller) => resultOf(rooms, await queue.wait(jobId, caller.signal)),
    cancel: async ({ jobId }) => {
      await queue.cancel(jobId);
      return {};
    },
    log: ({ jobId }) => queue.readLog(jobId),
  };
}

function resultOf(rooms: Rooms, job: Job): JobResult {
  const nothing: Omit<JobResult, 'job'> = {
    backup: null,
    verify: null,
    rehearse: null,
    restore: null,
    diff: null,
    probe: null,
  };
  const text = rooms.catalog.jobs.result(job.id);
  if (job.state !== 'succeeded' || text === undefined || ['sweep', 'release'].includes(job.kind))
    return { job, ...nothing };
  const result: unknown = JSON.parse(text);
  const next = nextOf(rooms, job);
  const followed = next === undefined ? {} : { next };
  if (job.kind !== 'backup') return { job, ...nothing, [job.kind]: result, ...followed };
  const { backupId } = result as { backupId: BackupId };
  const card = rooms.catalog.backups.card(backupId);
  const manifest = rooms.catalog.backups.manifest(backupId);
  return { job, ...nothing, backup: card === undefined || manifest === undefined ? null : { card, manifest } };
}
