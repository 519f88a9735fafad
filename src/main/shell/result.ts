/** Pure: what a job came to, in one line for the tray and one for a notification. */
import type { JobResult } from '../../shared/contract/job-result.ts';
import type { JobId } from '../../shared/id.ts';
import type { Job, JobKind } from '../../shared/job.ts';
import { bytes } from '../../shared/bytes.ts';
import type { Preferences } from '../../shared/preferences.ts';
import { words } from './words.ts';

export interface Result {
  jobId: JobId;
  kind: JobKind;
  /** The source's name, where it still has one. */
  source: string | null;
  /** `problem`: a person should look. `cancelled`: a person did that. */
  grade: 'good' | 'problem' | 'cancelled';
  /** "Shop backed up". */
  title: string;
  /** "1.2 GB in 41 s, 12 tables. Stored, not yet verified." */
  detail: string;
  /** Another job follows by itself, whose end is what people wait for. */
  goesOn?: boolean;
}

/** Kinds whose end people wait for, or must hear of. The others are steps of a screen that shows them itself. */
const told = new Set<JobKind>(['backup', 'verify', 'restore', 'undo', 'scrub', 'repair', 'purge', 'thaw']);

/** A rehearsal that waited for a thaw has no screen that waits for it. */
export const isTold = ({ kind, after }: Pick<Job, 'kind' | 'after'>): boolean =>
  told.has(kind) || (kind === 'rehearse' && after !== undefined);

/** @param source the source's name; null where it is gone. */
export function resultOf(result: JobResult, source: string | null): Result {
  const { job } = result;
  const goesOn = result.next === undefined ? {} : { goesOn: true };
  const base = { jobId: job.id, kind: job.kind, source, ...goesOn };
  const subject = source ?? words.thisSource;
  if (job.state === 'cancelled') return { ...base, grade: 'cancelled', title: `${subject}: stopped`, detail: '' };
  if (job.state === 'failed') {
    const { message = '', hint = '' } = job.failure ?? {};
    return { ...base, grade: 'problem', title: failed[job.kind](subject), detail: `${message} ${hint}`.trim() };
  }
  return { ...base, ...success(result, subject) };
}

const failed: Record<JobKind, (subject: string) => string> = {
  backup: (subject) => `${subject} was not backed up`,
  verify: (subject) => `A backup of ${subject} could not be checked`,
  rehearse: (subject) => `The rehearsal for ${subject} failed`,
  restore: (subject) => `${subject} was not restored`,
  diff: (subject) => `${subject} could not be compared`,
  probe: () => 'The connection failed',
  sweep: () => 'Left-overs of a restore could not be removed',
  undo: (subject) => `The restore of ${subject} was not undone`,
  release: (subject) => `What ${subject} replaced could not be removed`,
  find: () => 'The search of a place failed',
  prune: (subject) => `Old backups of ${subject} could not be removed`,
  scrub: () => 'Stored backups could not be read again',
  purge: (subject) => `Backups of ${subject} were not destroyed`,
  repair: (subject) => `A copy of a backup of ${subject} was not repaired`,
  reseal: (subject) => `A backup of ${subject} was not sealed anew`,
  carry: (subject) => `A backup of ${subject} waits for its place`,
  thaw: (subject) => `A backup of ${subject} was not thawed`,
};

function success(result: JobResult, subject: string): Pick<Result, 'grade' | 'title' | 'detail'> {
  const { job, backup, verify, restore } = result;
  if (job.kind === 'backup' && backup !== null) {
    const { card } = backup;
    const whole = card.complete ? '' : ' Not everything is in it.';
    return {
      grade: card.complete ? 'good' : 'problem',
      title: `${subject} is backed up`,
      detail: `${bytes(card.sizeBytes)} in ${took(result)}.${whole} Stored, not yet proven.`,
    };
  }
  if (job.kind === 'verify' && verify !== null) return proof(verify, subject, took(result));
  if (job.kind === 'restore' && restore !== null) {
    const equal = restore.verdict === 'equal';
    return {
      grade: equal ? 'good' : 'problem',
      title: equal ? `${subject} is restored` : `${subject} is restored, with differences`,
      detail: equal
        ? `Every count and digest of the backup was found again, in ${took(result)}.`
        : 'Look at what differs.',
    };
  }
  if (result.rehearse !== null) return rehearsed(result.rehearse, subject);
  return ofCopies(result, subject) ?? { grade: 'good', title: `${subject}: done`, detail: `${took(result)}.` };
}

/** The rehearsal of a restore that waited for a thaw. */
const rehearsed = (
  { canRun }: NonNullable<JobResult['rehearse']>,
  subject: string,
): Pick<Result, 'grade' | 'title' | 'detail'> =>
  canRun
    ? { grade: 'good', title: `The restore of ${subject} can begin`, detail: 'It is thawed and rehearsed.' }
    : {
        grade: 'problem',
        title: `The restore of ${subject} cannot begin`,
        detail: 'Look at what its rehearsal found.',
      };

/** Of stored copies: what was read again, repaired or destroyed. */
function ofCopies(
  { scrub, repair, purge, thaw, next }: JobResult,
  subject: string,
): Pick<Result, 'grade' | 'title' | 'detail'> | undefined {
  if (scrub !== undefined) {
    const [first] = scrub.damaged;
    if (first === undefined)
      return { grade: 'good', title: 'Stored backups are whole', detail: `${bytes(scrub.readBytes)} read again.` };
    const title =
      scrub.damaged.length === 1
        ? 'A stored backup does not hold'
        : `${scrub.damaged.length} stored backups do not hold`;
    return { grade: 'problem', title, detail: first.finding.message };
  }
  if (repair !== undefined)
    return {
      grade: 'good',
      title: `A copy of ${subject} holds again`,
      detail: 'It was replaced by a good one and read back.',
    };
  if (thaw !== undefined)
    return {
      grade: 'good',
      title: `A backup of ${subject} is thawed`,
      detail: next === undefined ? 'It can be proven and restored now.' : 'Its restore goes on.',
    };
  if (purge === undefined) return undefined;
  const clean = purge.stopped.length === 0 && purge.remains.length === 0;
  const detail = clean ? 'The record says what went where.' : 'Something still keeps bytes of it: look at the record.';
  return { grade: clean ? 'good' : 'problem', title: `Backups of ${subject} are destroyed`, detail };
}

function proof(
  { verdict, level }: NonNullable<JobResult['verify']>,
  subject: string,
  time: string,
): Pick<Result, 'grade' | 'title' | 'detail'> {
  if (verdict === 'failed')
    return {
      grade: 'problem',
      title: `A backup of ${subject} is not as it should be`,
      detail: 'Look at what was found.',
    };
  if (level === 'read')
    return { grade: 'good', title: `The backup of ${subject} can be read`, detail: `Every stored byte, in ${time}.` };
  if (verdict === 'partly')
    return {
      grade: 'problem',
      title: `${subject} is proven in part`,
      detail: `Nothing wrong was found, but not everything could be checked. ${time}.`,
    };
  return {
    grade: 'good',
    title: `${subject} is proven`,
    detail: `Restored and compared in ${time}, every count equal.`,
  };
}

function took({ job }: JobResult): string {
  const seconds = Math.max(1, Math.round(((job.endedAt ?? 0) - (job.startedAt ?? job.queuedAt)) / 1_000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Whether the desktop is told of it. What a person stopped is no news. */
export function isNotified({ kind, grade, goesOn }: Result, notify: Preferences['notify']): boolean {
  if (!told.has(kind) && kind !== 'rehearse') return false;
  if (grade === 'cancelled' || notify === 'nothing' || (kind === 'rehearse' && goesOn === true)) return false;
  // That nothing was found by a reading of every day is no news.
  return (notify === 'all' && kind !== 'scrub') || grade === 'problem';
}
