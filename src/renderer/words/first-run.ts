/** Every sentence of the first run. */
import { count, counted, duration, roughly } from './number.ts';

const rows = (value: number): string => counted(value, 'row', 'rows');

export const firstRunWords = {
  title: 'Overview',
  guide: 'Read the guide',
  lead: 'Backups you can prove. Restores you can undo.',
  sub: 'Nothing is protected yet. The sample bookshop shows the whole round on this computer, in under two minutes. No server, no account, nothing leaves the machine.',
  sampleLabel: 'Try it with the sample bookshop',
  sampleMark: 'sample',

  backUp: 'Back up the sample bookshop',
  backUpText: 'A SQLite file that is in use, made just for this',
  backUpDone: (tables: number, rowCount: number, size: string) =>
    `${counted(tables, 'table', 'tables')}, ${rows(rowCount)}, kept in ${size}`,
  prove: 'Prove it',
  proveText: 'Restored in a throw-away place; every count and digest compared',
  proveDone: (equal: number, all: number) =>
    `${count(equal)} of ${counted(all, 'table', 'tables')} equal, restored and compared`,
  proveNot: (equal: number, all: number) => `Only ${count(equal)} of ${counted(all, 'table', 'tables')} were equal`,
  break: 'Break it',
  breakText: 'One button deletes a quarter of the orders, as an unlucky migration would',
  breakAct: 'Delete orders',
  breakDone: (lost: number) => `${counted(lost, 'order', 'orders')} and everything that hung on them are gone`,
  restore: 'Bring the rows back',
  restoreText: 'The same restore as of a real database: rehearsed, run, compared',
  restoreAct: 'Bring them back',
  restoreDone: (back: number) => `${sentenceRows(back)} back, every count and digest equal`,
  restoreBeside: (back: number, file: string) => `${sentenceRows(back)} in ${file}, every count and digest equal`,
  undo: 'Then undo that too',
  undoText: 'The damaged bookshop takes its place again; a restore can be taken back as well',
  undoAct: 'Undo the restore',
  undoDone: 'The damaged bookshop is back, and the restored one is kept beside it',

  start: 'Start with the sample',
  needs: 'Takes a few MB; everything goes with one click at the end.',
  working: 'working',
  running: (phase: string) => phase,
  about: (ms: number) => `about ${roughly(ms)}`,
  took: (ms: number) => duration(ms),
  waits: 'waits',

  finished: 'That was the whole round.',
  finishedText: (ms: number) => `It took ${duration(ms)} of this computer’s time.`,
  keep: 'Keep the sample',
  remove: 'Remove the sample',
  removed: 'The sample and its backups are removed.',
  again: 'Try again',
  failedAt: (step: string) => `${step} did not come through`,

  others: 'Or start from',
  own: 'My own database',
  ownText: 'Connection string, .env file or SQLite file',
  guideText: 'What a proof is, what a restore asks, how to get out again',
};

const sentenceRows = (value: number): string => `${rows(value)} ${value === 1 ? 'is' : 'are'}`;
