/** What a job came to, in one sentence. That it ended well does not say what it found. */
import { type JobResult } from '../../shared/contract/job-result.ts';
import { type PruneReport } from '../../shared/retention.ts';
import { type Job } from '../../shared/job.ts';
import { type VerifyReport } from '../../shared/verify.ts';
import { counted, duration, sizeOf } from './number.ts';
import { purgeWords } from './purge.ts';
import { type GlyphName, jobNoun } from './state.ts';

export interface EndWords {
  state: GlyphName;
  title: string;
  detail?: string;
}

/** From the job alone. */
export function endWords({ kind, state, failure }: Job, source: string): EndWords {
  const what = kind === 'find' ? jobNoun.find : `${jobNoun[kind]} of ${source}`;
  if (state === 'failed') {
    const detail = failure === null ? {} : { detail: failure.message };
    return { state: 'danger', title: `${what} failed.`, ...detail };
  }
  if (state === 'cancelled') return { state: 'none', title: `${what} was stopped.` };
  return { state: 'stored', title: `${what} is done.` };
}

/** From what it came to. */
export function resultWords(result: JobResult, source: string): EndWords {
  const { job, backup, verify, rehearse, restore, find, prune } = result;
  if (backup !== null) {
    const { complete, sizeBytes } = backup.card;
    const took = backup.manifest.finishedAt - backup.manifest.takenAt;
    const detail = `${sizeOf(sizeBytes)} in ${duration(took)}, not yet proven.`;
    if (complete) return { state: 'stored', title: `${source} is backed up.`, detail };
    return { state: 'attention', title: `${source} is backed up, but not all of it.`, detail };
  }
  if (verify !== null) return proofWords(verify, source);
  if (restore !== null) {
    if (restore.verdict === 'equal') {
      const detail = `${counted(restore.tables.length, 'table', 'tables')} equal, in ${restore.target}.`;
      return { state: 'proven', title: `${source} is restored, and every row is accounted for.`, detail };
    }
    const title =
      restore.verdict === 'different' ? `${source} is restored, but not equal.` : `${source} is not restored.`;
    return { state: 'danger', title, detail: problemsOf(restore.problems) };
  }
  if (rehearse !== null) {
    if (!rehearse.canRun)
      return { state: 'danger', title: `The restore of ${source} cannot begin.`, detail: 'Its rehearsal says why.' };
    const detail = 'It is thawed and rehearsed: look at the plan, then restore.';
    return { state: 'attention', title: `The restore of ${source} waits for you.`, detail };
  }
  if (find !== undefined) {
    const machines = new Set(find.sources.map(({ machine }) => machine.id)).size;
    const detail = `Of ${counted(machines, 'machine', 'machines')}. None of them was read yet.`;
    return {
      state: 'stored',
      title: `${counted(find.backups, 'backup', 'backups')} found in ${find.destination.name}.`,
      detail,
    };
  }
  if (prune !== undefined) return pruneWords(prune, source);
  return scrubWords(result, source) ?? endWords(job, source);
}

/** Of stored copies: what was read again, repaired or destroyed. */
function scrubWords({ scrub, repair, purge, thaw, next }: JobResult, subject: string): EndWords | undefined {
  if (scrub !== undefined) {
    const [first] = scrub.damaged;
    if (first !== undefined) {
      const title = `${counted(scrub.damaged.length, 'backup does', 'backups do')} not hold in ${subject}.`;
      return { state: 'danger', title, detail: first.finding.message };
    }
    const detail = `${sizeOf(scrub.readBytes)}, ${counted(scrub.whole, 'backup', 'backups')} whole.`;
    return { state: 'stored', title: `${subject} was read again.`, detail };
  }
  if (repair !== undefined) {
    const detail = `${counted(repair.replaced.length, 'file was', 'files were')} replaced, and the whole copy read back.`;
    return { state: 'stored', title: `The copy of ${subject} holds again.`, detail };
  }
  if (thaw !== undefined) {
    const detail = next === undefined ? 'Prove or restore it now.' : 'Its restore goes on.';
    return { state: 'stored', title: `The backup of ${subject} can be read.`, detail };
  }
  if (purge === undefined) return undefined;
  const clean = purge.stopped.length === 0 && purge.remains.length === 0;
  const copies = purge.removed.length;
  const title = clean ? purgeWords.done(copies, subject) : purgeWords.doneBut(copies, subject);
  const file = purge.record?.file;
  return {
    state: clean ? 'none' : 'attention',
    title,
    ...(file === undefined ? {} : { detail: purgeWords.record(file) }),
  };
}

function pruneWords({ removed, stopped }: PruneReport, source: string): EndWords {
  const freed = sizeOf(removed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const title = `${counted(removed.length, 'old backup', 'old backups')} of ${source} removed, ${freed} freed.`;
  const first = stopped[0];
  if (first === undefined) return { state: 'stored', title };
  return { state: 'attention', title, detail: first.failure.message };
}

function proofWords({ verdict, level, tables, problems, startedAt, endedAt }: VerifyReport, source: string): EndWords {
  if (verdict === 'failed') {
    return { state: 'danger', title: `The backup of ${source} failed its proof.`, detail: problemsOf(problems) };
  }
  if (verdict === 'proven') {
    const detail = `${counted(tables.length, 'table', 'tables')} restored and equal, in ${duration(endedAt - startedAt)}.`;
    return { state: 'proven', title: `The backup of ${source} is proven.`, detail };
  }
  if (level === 'read') {
    const detail = 'Nothing is damaged. Only a restore proves more.';
    return { state: 'stored', title: `The backup of ${source} was read whole.`, detail };
  }
  return { state: 'attention', title: `The backup of ${source} is partly proven.`, detail: problemsOf(problems) };
}

function problemsOf(problems: readonly { message: string }[]): string {
  const [first] = problems;
  if (first === undefined) return 'The report says what was compared.';
  return problems.length === 1
    ? first.message
    : `${first.message} And ${counted(problems.length - 1, 'more', 'more')}.`;
}
