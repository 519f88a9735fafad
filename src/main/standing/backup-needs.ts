import { bytes } from '../../shared/bytes.ts';
import type { Failure } from '../../shared/failure.ts';
import type { Job } from '../../shared/job.ts';
import type { Need } from '../../shared/overview.ts';
import type { SourceFacts, World } from './facts.ts';
import { need } from './proof-needs.ts';
import { momentOf, sentence, smallerThan, span } from './words.ts';

/** BS-17: a backup below this share of what is expected is looked at. */
const expectedShare = 0.8;
/** How many earlier backups say what is expected, and how few are too few. */
const expectedFrom = { most: 10, least: 3 };

/** Whether there is a backup in time: at most one need. */
export function backupNeeds(facts: SourceFacts, world: World, limitMs: number): Need[] {
  const failed = newestFailure(facts);
  if (facts.last === null)
    return [failed === null ? neverBackedUp(facts, world, limitMs) : hasFailed(failed, facts, world)];
  const age = facts.protectedUntil === null ? null : world.now - facts.protectedUntil;
  if (age === null || age > limitMs) return [overdue(facts, world, age, limitMs, failed)];
  return failed === null ? [] : [hasFailed(failed, facts, world)];
}

type Failed = Job & { failure: Failure };

/** A failure that no later backup has answered. */
function newestFailure({ failedBackup, last }: SourceFacts): Failed | null {
  if (failedBackup === null || failedBackup.failure === null) return null;
  // Its dump was kept, and a place has it by now.
  if (last !== null && failedBackup.backupId === last.backupId) return null;
  if (last !== null && (failedBackup.endedAt ?? 0) <= last.takenAt) return null;
  return { ...failedBackup, failure: failedBackup.failure };
}

/** A sample asks for nothing, and a pause was wanted. */
export const gradeOf = (facts: SourceFacts): Need['grade'] =>
  facts.source.sample === true || facts.schedule?.paused === true ? 'hint' : 'attention';

function neverBackedUp(facts: SourceFacts, world: World, limitMs: number): Need {
  const waited = world.now - facts.source.createdAt;
  const next = facts.schedule?.next ?? null;
  const size = facts.probedBytes === null ? '' : `The database has ${bytes(facts.probedBytes)}. `;
  const detail =
    next === null
      ? `${size}The first one can be made now.`
      : `${size}The first is due ${momentOf(next.at, world.now, world.timeZone)}.`;
  const grade = waited > limitMs ? gradeOf(facts) : 'hint';
  return need('never-backed-up', grade, 'No backup yet.', detail, 'back-up');
}

function overdue(facts: SourceFacts, world: World, age: number | null, limitMs: number, failed: Failed | null): Need {
  const title = age === null ? 'No backup that holds.' : `No backup for ${span(age)}.`;
  const told = need('overdue', gradeOf(facts), title, whyOverdue(facts, world, limitMs, failed), 'back-up');
  return failed === null ? told : { ...told, ...answerTo(failed) };
}

function whyOverdue(facts: SourceFacts, world: World, limitMs: number, failed: Failed | null): string {
  const { schedule } = facts;
  const at = (moment: number): string => momentOf(moment, world.now, world.timeZone);
  if (failed !== null) return `Tried ${at(failed.endedAt ?? failed.queuedAt)}: ${sentence(failed.failure.message)}`;
  if (schedule === null) return `The limit is ${span(limitMs)}, and no plan backs it up.`;
  if (schedule.paused) return 'Its plans are paused.';
  if (schedule.waiting !== null) return sentence(schedule.waiting);
  return schedule.next === null
    ? `The limit is ${span(limitMs)}, and its plans are never due.`
    : `The limit is ${span(limitMs)}. The next is due ${at(schedule.next.at)}.`;
}

function hasFailed(failed: Failed, facts: SourceFacts, world: World): Need {
  const { message, hint } = failed.failure;
  const worked =
    facts.last === null
      ? 'There is no backup yet.'
      : `It worked until ${momentOf(facts.last.takenAt, world.now, world.timeZone)}.`;
  const told = need('backup-failed', 'attention', sentence(message), `${hint} ${worked}`, 'try-again');
  return { ...told, ...answerTo(failed) };
}

/** What can be done about it, and what it is about. */
function answerTo({ id, failure, backupId }: Failed): Pick<Need, 'action' | 'jobId' | 'failure' | 'backupId'> {
  // Its dump is whole and kept: nothing is to be dumped again.
  const kept = failure.code === 'backup.kept' && backupId !== null;
  return { action: kept ? 'carry' : actionFor(failure), jobId: id, failure, ...(kept ? { backupId } : {}) };
}

/** What does not pass by itself and lies between here and the database is mended where the connection is. */
function actionFor({ code, retryable }: Failure): Need['action'] {
  return !retryable && /^(source|tunnel|vault)[.]/.test(code) ? 'connection' : 'try-again';
}

/** What is to be said of the last backup itself. */
export function lastBackupNeeds(facts: SourceFacts, world: World): Need[] {
  const { last } = facts;
  if (last === null) return [];
  const needs: Need[] = [];
  const sizes = facts.trend.map((point) => point.sizeBytes);
  const earlier = sizes.slice(0, -1).slice(-expectedFrom.most);
  if (last.complete && earlier.length >= expectedFrom.least && last.sizeBytes < expectedShare * middle(earlier)) {
    const grade = facts.source.sample === true ? 'hint' : 'attention';
    const detail = 'A table may have lost rows, or be missing. Compare this backup with the one before.';
    needs.push(need('smaller', grade, smallerThan(last.sizeBytes, earlier), detail, 'look'));
  }
  for (const stored of last.stored) {
    if (stored.state !== 'failed') continue;
    const why = sentence(stored.message ?? 'It is not known why');
    const title = `Not stored in ${world.placeName(stored.destination)}.`;
    needs.push({ ...need('place-failed', 'attention', title, why, 'carry'), backupId: last.backupId });
  }
  if (!last.complete)
    needs.push(
      need(
        'incomplete',
        'hint',
        'The last backup is not complete.',
        'Its scope leaves a part of the database out.',
        'look',
      ),
    );
  return needs;
}

/** The middle of some numbers; of two middle ones the smaller. */
export function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 0;
}
