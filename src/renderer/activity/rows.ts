/** Pure: jobs as the list shows them: what runs and waits first, then the days. */
import type { BackupCard } from '../../shared/artifact.ts';
import type { Verdict } from '../../shared/verify.ts';
import type { Job, JobKind, JobState } from '../../shared/job.ts';
import type { SourceId } from '../../shared/id.ts';
import { dayHeading } from '../words/moment.ts';

export type KindFilter = 'all' | 'backups' | 'proofs' | 'restores' | 'others';
export interface JobFilter {
  kinds: KindFilter;
  sourceId: SourceId | null;
  onlyFailed: boolean;
}
export const everything: JobFilter = { kinds: 'all', sourceId: null, onlyFailed: false };

export const kindsOf: Record<KindFilter, JobKind[] | undefined> = {
  all: undefined,
  backups: ['backup', 'carry', 'reseal'],
  proofs: ['verify'],
  restores: ['rehearse', 'restore', 'undo', 'release', 'sweep'],
  others: ['diff', 'probe', 'prune', 'scrub', 'repair', 'purge', 'thaw', 'find'],
};

const ended: ReadonlySet<JobState> = new Set(['succeeded', 'failed', 'cancelled']);
export const isOver = (job: Job): boolean => ended.has(job.state);

export function matchesFilter(job: Job, { kinds, sourceId, onlyFailed }: JobFilter): boolean {
  if (kindsOf[kinds]?.includes(job.kind) === false) return false;
  return (sourceId === null || job.sourceId === sourceId) && (!onlyFailed || job.state === 'failed');
}

export type JobItem = { kind: 'heading'; key: string; text: string } | { kind: 'job'; key: string; job: Job };

/** Running before waiting, each in the order of their turn; then what is over, newest first, with a heading a day. */
export function jobItems(jobs: readonly Job[], now: number, zone: string, nowHeading: string): JobItem[] {
  const open = jobs.filter((job) => !isOver(job));
  const over = jobs.filter(isOver).toSorted((a, b) => b.queuedAt - a.queuedAt || (a.id < b.id ? 1 : -1));
  const turn = (job: Job): number => (job.state === 'queued' ? 1 : 0);
  const items: JobItem[] = [];
  if (open.length > 0) items.push({ kind: 'heading', key: 'now', text: nowHeading });
  for (const job of open.toSorted((a, b) => turn(a) - turn(b) || a.queuedAt - b.queuedAt)) items.push(itemOf(job));
  let heading: string | null = null;
  for (const job of over) {
    const text = dayHeading(job.queuedAt, now, zone);
    if (text !== heading) items.push({ kind: 'heading', key: `day ${text}`, text });
    heading = text;
    items.push(itemOf(job));
  }
  return items;
}

const itemOf = (job: Job): JobItem => ({ kind: 'job', key: job.id, job });

/** How long a job ran, or has been running; null while it waits, and for one that never ran. */
export function tookMs(job: Job, now: number): number | null {
  if (job.startedAt === null) return null;
  return (job.endedAt ?? Math.max(now, job.startedAt)) - job.startedAt;
}

/** Why a waiting job waits: one of its own source runs, or every place is taken. */
export type Wait = { kind: 'same-source'; job: Job } | { kind: 'turn'; running: number };

export function waitOf(job: Job, unfinished: readonly Job[]): Wait | null {
  if (job.state !== 'queued') return null;
  const ahead = unfinished.filter((one) => one.id !== job.id && one.state !== 'queued');
  const sameSource = ahead.find((one) => one.sourceId !== null && one.sourceId === job.sourceId);
  return sameSource === undefined ? { kind: 'turn', running: ahead.length } : { kind: 'same-source', job: sameSource };
}

/** What a finished job came to, as its backup's card tells it: the size of one that was made, the verdict of its proof. */
export type Came =
  | { kind: 'size'; sizeBytes: number }
  | { kind: 'verdict'; verdict: Verdict; provenBy: BackupCard['provenBy'] }
  | null;

/** The newest proof is this job's only where it was made while the job ran. */
const proofSlackMs = 3_000;

export function cameOf(
  job: Job,
  card: Pick<BackupCard, 'sizeBytes' | 'verdict' | 'provenAt' | 'provenBy'> | undefined,
): Came {
  if (job.state !== 'succeeded' || card === undefined) return null;
  if (job.kind === 'backup') return { kind: 'size', sizeBytes: card.sizeBytes };
  if (job.kind !== 'verify' || card.verdict === 'unproven' || card.provenAt === null) return null;
  const { startedAt, endedAt } = job;
  if (startedAt === null || endedAt === null) return null;
  const within = card.provenAt >= startedAt - proofSlackMs && card.provenAt <= endedAt + proofSlackMs;
  return within ? { kind: 'verdict', verdict: card.verdict, provenBy: card.provenBy } : null;
}
