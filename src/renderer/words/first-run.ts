/** Every sentence of the first run. */
import type { RestorePlan } from '../../shared/restore.ts';
import { Fail } from '../../shared/failure.ts';
import type { TourStep } from '../first-run/tour.ts';
import { count, counted, duration, listed } from './number.ts';

const rows = (value: number): string => counted(value, 'row', 'rows');
const tables = (value: number): string => counted(value, 'table', 'tables');

export const firstRunWords = {
  guide: 'Read the guide',
  lead: 'Backups you can prove. Restores you can undo.',
  sub: 'Nothing is protected yet. The sample bookshop shows the whole round on this computer, in under two minutes. No server, no account, nothing leaves the machine.',
  subOthers:
    'The sample bookshop shows the whole round on this computer, in under two minutes. Nothing of yours is touched.',
  sampleLabel: 'The round of the sample bookshop',
  sampleMark: 'sample',

  titles: {
    backUp: 'Back up the sample bookshop',
    prove: 'Prove it',
    break: 'Break it',
    restore: 'Bring the rows back',
    undo: 'Undo that too',
  } satisfies Record<TourStep, string>,
  before: {
    backUp: 'A SQLite database in use, made just for this',
    prove: 'Restored in a throw-away place, every count and digest compared',
    break: 'One button deletes orders, as an unlucky migration would',
    restore: 'Rehearsed, restored in its place and compared, as on a real database',
    undo: 'The broken bookshop takes its place again: a restore can be taken back',
  } satisfies Record<TourStep, string>,
  backUpDone: (tableCount: number, rowCount: number, size: string) =>
    `${tables(tableCount)}, ${rows(rowCount)}, kept in ${size}`,
  proveDone: (equal: number, all: number) => `${count(equal)} of ${tables(all)} equal in count and content`,
  proveNot: (equal: number, all: number) => `Only ${count(equal)} of ${tables(all)} were equal`,
  breakDone: (lost: number, lines: readonly string[]) => `${rows(lost)} are gone: ${listed(lines)}`,
  restoreDone: (equal: number, all: number, back: number) =>
    `${rows(back)} are back; ${count(equal)} of ${tables(all)} equal to the backup`,
  undoDone: 'The broken bookshop is live again; the restored one is kept beside it',

  start: 'Start with the sample',
  needs: 'Everything is removed at the end unless kept.',
  proveAct: 'Prove it',
  proveText: 'A backup that was never restored has shown nothing yet.',
  breakAct: 'Delete orders',
  breakNote: 'In the sample only. Nothing else on this computer is touched.',
  restoreAct: 'Bring them back',
  restoreNote: 'What is there now is kept beside it.',
  undoAct: 'Undo the restore',
  undoNote: 'Or leave it as it is: the rows are back.',
  starting: 'Starting',
  done: 'done',
  failed: 'failed',
  working: 'working',

  finished: 'That was the whole round.',
  finishedText: (ms: number) =>
    `It took ${duration(ms)} of this computer’s time. With a database of yours it is the same.`,
  keep: 'Keep the sample',
  keepNote: 'Removing takes its file and its backups.',
  remove: 'Remove the sample',
  removed: 'The sample and its backups are removed.',
  failedAt: (step: string) => `“${step}” did not come through.`,
  blocked: (plan: RestorePlan) =>
    new Fail(
      'restore.blocked',
      plan.findings
        .filter((finding) => finding.grade === 'blocking')
        .map((finding) => finding.message)
        .join(' '),
    ),

  others: 'Or start from',
  own: 'My own database',
  ownText: 'Connection string, .env file or SQLite file',
  found: 'A place with backups and its recovery kit',
  foundText: 'After a lost computer: they are listed, verified and restored from here',
};
