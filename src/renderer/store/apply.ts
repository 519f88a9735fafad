/** What one announcement changes. Pure. */
import { type BackupCard } from '../../shared/artifact.ts';
import { type Announcement } from '../../shared/channel.ts';
import { contract } from '../../shared/contract.ts';
import { type BackupId } from '../../shared/id.ts';
import { type Job } from '../../shared/job.ts';
import { z } from '../../shared/schema.ts';
import { type Known } from './known.ts';

type Change = (known: Known, payload: unknown) => Known | null;

function change<P extends z.ZodMiniType>(
  declared: { payload: P },
  take: (known: Known, payload: z.output<P>) => Known,
): Change {
  return (known, payload) => {
    const parsed = z.safeParse(declared.payload, payload);
    return parsed.success ? take(known, parsed.data) : null;
  };
}

/** A list with one of its kind put in or replaced. */
function put<T>(list: readonly T[], item: T, same: (other: T) => boolean, order: (a: T, b: T) => number): readonly T[] {
  const index = list.findIndex(same);
  const next = index === -1 ? [...list, item] : list.with(index, item);
  return next.toSorted(order);
}

const ended: ReadonlySet<Job['state']> = new Set(['cancelled', 'succeeded', 'failed']);

/** Ended jobs that are kept in memory; the history is asked for by the screen that shows it. */
const endedJobsKept = 200;

function withJob(jobs: readonly Job[], job: Job): readonly Job[] {
  const next = put(
    jobs,
    job,
    (other) => other.id === job.id,
    (a, b) => b.queuedAt - a.queuedAt || (a.id < b.id ? 1 : -1),
  );
  if (next.length <= endedJobsKept) return next;
  let kept = 0;
  return next.filter((each) => !ended.has(each.state) || (kept += 1) <= endedJobsKept);
}

function withCard(known: Known, card: BackupCard): Known {
  const cards = put(
    known.backups.get(card.sourceId) ?? [],
    card,
    (other) => other.backupId === card.backupId,
    (a, b) => b.takenAt - a.takenAt,
  );
  return { ...known, backups: new Map(known.backups).set(card.sourceId, cards) };
}

/** A source whose last backup is gone is none with backups any more. */
function withoutCard(known: Known, backupId: BackupId): Known {
  const found = [...known.backups].find(([, cards]) => cards.some((card) => card.backupId === backupId));
  if (found === undefined) return known;
  const [sourceId, cards] = found;
  const backups = new Map(known.backups);
  const rest = cards.filter((card) => card.backupId !== backupId);
  if (rest.length === 0) backups.delete(sourceId);
  else backups.set(sourceId, rest);
  return { ...known, backups };
}

export const byName = (a: { name: string }, b: { name: string }): number => a.name.localeCompare(b.name, 'en');

const changes: Readonly<Record<string, Change>> = {
  'source.changed': change(contract.source.changed, (known, { source }) => ({
    ...known,
    sources: put(known.sources, source, (other) => other.id === source.id, byName),
  })),
  'source.removed': change(contract.source.removed, (known, { sourceId }) => ({
    ...known,
    sources: known.sources.filter((source) => source.id !== sourceId),
  })),
  'destination.changed': change(contract.destination.changed, (known, { card }) => ({
    ...known,
    destinations: known.destinations.some(({ id }) => id === card.id)
      ? known.destinations.map((other) => (other.id === card.id ? card : other))
      : [...known.destinations, card],
  })),
  'destination.removed': change(contract.destination.removed, (known, { destinationId }) => ({
    ...known,
    destinations: known.destinations.filter(({ id }) => id !== destinationId),
  })),
  'backup.added': change(contract.backup.added, (known, { card }) => withCard(known, card)),
  'backup.removed': change(contract.backup.removed, (known, { backupId }) => withoutCard(known, backupId)),
  'backup.changed': change(contract.backup.changed, (known, { card }) => withCard(known, card)),
  'job.changed': change(contract.job.changed, (known, { job }) => ({ ...known, jobs: withJob(known.jobs, job) })),
  'job.progressed': change(contract.job.progressed, (known, { jobId, progress }) => ({
    ...known,
    jobs: known.jobs.map((job) => (job.id === jobId ? { ...job, progress } : job)),
  })),
  'plan.changed': change(contract.plan.changed, (known, { card }) => ({
    ...known,
    plans: put(
      known.plans,
      card,
      (other) => other.plan.id === card.plan.id,
      (a, b) => byName(a.plan, b.plan),
    ),
  })),
  'plan.removed': change(contract.plan.removed, (known, { planId }) => ({
    ...known,
    plans: known.plans.filter((card) => card.plan.id !== planId),
  })),
  'plan.schedulerChanged': change(contract.plan.schedulerChanged, (known, { scheduler }) => ({ ...known, scheduler })),
  'settings.changed': change(contract.settings.changed, (known, { preferences }) => ({ ...known, preferences })),
};

/** Null where it cannot be read. An event that this store does not keep changes nothing. */
export function apply(known: Known, { event, payload }: Announcement): Known | null {
  const found = Object.hasOwn(changes, event) ? changes[event] : undefined;
  return found === undefined ? known : found(known, payload);
}

export const hasEnded = (job: Job): boolean => ended.has(job.state);
