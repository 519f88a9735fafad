/** Every sentence of the restore wizard. */
import type { CheckNote, Problem } from '../../shared/verify.ts';
import type { CheckState, Effect } from '../restore/effect.ts';
import type { Goal } from '../restore/draft.ts';
import type { Missing } from '../restore/request.ts';
import type { Scale } from '../restore/timeline.ts';
import { count, counted, inWords, sentence } from './number.ts';

const rows = (value: number): string => counted(value, 'row', 'rows');
const tables = (value: number): string => counted(value, 'table', 'tables');

export const restoreWords = {
  title: 'Restore',
  titleOf: (source: string) => `Restore ${source}`,
  draftGone: (source: string) =>
    `The restore of ${source} that was begun here is given up: its source or its backup is no longer there.`,
  steps: ['Goal', 'What and where', 'Rehearsal', 'Restore', 'Proof'],
  stepsLabel: (step: number) => `Restore, step ${step} of 5`,
  back: 'Back',
  proceed: 'Continue',
  leave: 'Start over',
  rehearse: 'Rehearse',
  rehearseAgain: 'Rehearse again',
  stop: 'Stop',
  stopping: 'Stopping',
  done: 'Done',
  log: 'Log',

  nothingTitle: 'There is no backup to restore yet',
  nothingText: 'A restore begins with a backup. The first one takes a moment, and is proven by restoring it.',
  nothingAct: 'Add a source',
  nothingBackUp: 'To the sources',
  notReadTitle: 'The backups could not be read',

  goalLead: 'What should happen?',
  goalSub: 'Nothing changes until the rehearsal has been read and confirmed.',
  goalLegend: 'Goal',
  notHere: (source: string) => `${source}, not set up here`,
  sourceLabel: 'Of which source?',
  goals: {
    undo: {
      name: 'Undo a mistake in this database',
      why: (days: string) =>
        `The whole database goes back to the moment of a backup. The one of now is kept beside it for ${days}.`,
      risk: (production: boolean) => (production ? 'Changes production,' : 'Changes the live database,'),
      riskMore: 'can be undone',
    },
    beside: {
      name: 'Restore beside, to look',
      whyDatabase: (name: string) => `A new database, ${name}, on the same server.`,
      whyFile: (name: string) => `A new file, ${name}, where you like it.`,
      risk: 'Changes nothing',
    },
    move: {
      name: 'Move to another server',
      why: 'Roles, extensions and versions are checked there first; ends with the new connection string.',
      risk: 'Changes the new server',
    },
  },
  keptDays: '7 days',

  backupHeading: 'From which backup?',
  backupHeadingUndo: 'Back to which backup?',
  backupCount: (all: number, proven: number) => `${counted(all, 'backup', 'backups')}, ${count(proven)} proven`,
  backupOlder: (shown: number) => `the newest ${count(shown)}`,
  backupLabel: 'Backup',
  scale: 'Scale of the timeline',
  scales: { all: 'All', month: 'Month', week: 'Week', day: 'Day' } satisfies Record<Scale, string>,
  incompleteTag: 'a part',
  earlier: 'Earlier',
  later: 'Later',
  earlierName: 'Earlier: the backup before this one',
  laterName: 'Later: the backup after this one',
  timelineName: (all: number, proven: number, from: string, to: string, chosen: string) =>
    `Timeline from ${from} to ${to}: ${counted(all, 'backup', 'backups')}, ${count(proven)} proven. ${chosen} is chosen.`,
  chosenProven: (when: string) => `Restored and compared ${when}: every count and digest was equal.`,
  chosenPartly: (when: string) => `Restored ${when}; nothing wrong was found, but not everything could be checked.`,
  chosenRead: (when: string) => `Read back ${when}; not yet restored. Every stored byte is as it was written.`,
  chosenFailed: (when: string) => `Its proof failed ${when}. What comes back may be incomplete or wrong.`,
  chosenUnproven: 'Nobody has restored this one yet. Its bytes are there; whether they restore is not known.',
  suggestion: 'Newest proven',
  suggestionName: (when: string) => `Newest proven: the backup of ${when}`,
  notProvenTitle: 'This backup is not proven.',
  failedTitle: 'The proof of this backup failed.',
  notProvenText: (when: string) => `The newest proven one is of ${when}.`,
  noneProvenText: 'No backup of this source is proven yet. The restore compares every count and digest at its end.',
  incompleteTitle: 'This backup is a part of its database.',
  incompleteText: (what: string) => `Not in it: ${what}.`,

  placeLead: {
    undo: 'What goes back, and where?',
    beside: 'What, and under which name?',
    move: 'Which server does it move to?',
  } satisfies Record<Goal, string>,
  placeSub: 'The rehearsal reads everything that the restore will need, and changes nothing.',
  what: 'What',
  where: 'Where',
  databaseLabel: 'Database of the backup',
  databaseFacts: (tableCount: number, rowCount: number) => `${tables(tableCount)}, ${rows(rowCount)}`,
  ofBackup: (when: string) => `as it was ${when}`,
  newDatabase: 'Name of the new database',
  newDatabaseHint: (server: string) => `It is made on ${server} and must not exist yet, or be empty.`,
  newFile: 'The new file',
  newFileHint: 'It must not exist yet. The live file is not touched.',
  newFileIn: (folder: string) => `In ${folder}, beside the live file, which is not touched.`,
  fileBeside: (folder: string) => `In ${folder} instead`,
  refusedTitle: 'The rehearsal did not begin.',
  notAServer: 'This names a file and not a PostgreSQL server.',
  chooseFile: 'Choose where…',
  originalWhere: 'In the place of',
  originalText: (keep: string) =>
    `The restored database is made beside it, compared, and takes its place in one step. What is there now is kept for ${keep}.`,
  originalStops:
    'Stop the application first. What it writes between the rehearsal and the swap is only in the kept copy.',
  serverHeading: 'The new server',
  serverByForm: 'Fill it in by hand',
  urlLabel: 'Connection string',
  urlHint: 'postgres://user@host:5432/database. A password in it goes to Holdfast alone and is not shown again.',
  urlRead: 'Read it',
  envChoose: 'Choose a .env file…',
  host: 'Host or socket folder',
  port: 'Port',
  user: 'User',
  password: 'Password',
  passwordHint: 'Used for this restore; it is not saved.',
  passwordFound: 'A password was found and is held for this restore.',
  passwordElsewhere:
    'The password that was found is for the server as it was read, or for a stricter connection. It is not given to this one.',
  passwordInstead: 'Another password',
  moveName: 'Name of the database there',
  moveNameHint: 'It is made, or filled where it exists and is empty.',
  missing: {
    backup: 'No backup is chosen.',
    contents: 'The contents of this backup are being read.',
    file: 'Choose where the new file goes.',
    'file-name': 'A name of letters, digits, dots and dashes, with an ending: shop-again.sqlite.',
    'name-empty': 'The new database needs a name.',
    'name-too-long': 'PostgreSQL takes names of 63 bytes at most.',
    'name-unusable': 'A name has no line breaks or control characters.',
    server: 'Name the server first.',
    host: 'The server needs a host name.',
    user: 'The server needs a user.',
    way: 'The way to the server is not complete.',
  } satisfies Record<Missing, string>,

  rehearsingLead: (source: string) => `Rehearsing the restore of ${source}`,
  rehearsingSub:
    'It reads everything that the restore will need, and changes nothing. Closing the window does not stop it.',
  notRehearsedLead: 'The rehearsal did not come to an end',
  notRehearsedStopped: 'It was stopped. Nothing was changed.',
  unchanged: 'Nothing was changed.',

  leadEffect: (
    effect: Pick<Effect, 'comeBack' | 'disappear' | 'olderValues' | 'uncompared'>,
    source: string,
  ): string => {
    const { comeBack, disappear, olderValues, uncompared } = effect;
    if (comeBack > 0 && disappear > 0) return `${come(comeBack)} ${vanish(disappear)}`;
    if (comeBack > 0) return `${come(comeBack)} None disappears.`;
    if (disappear > 0) return `${vanish(disappear)} None comes back.`;
    if (olderValues > 0)
      return `No count changes. ${counted(olderValues, 'table returns', 'tables return')} to older values.`;
    if (uncompared > 0) return `No count changes in ${source}. ${tables(uncompared)} could not be compared inside.`;
    return `Nothing differs: ${source} is as it was then.`;
  },
  leadUncounted: (source: string) => `${source} could not be counted. All of it is replaced.`,
  leadNewDatabase: (name: string, tableCount: number, rowCount: number) =>
    `A new database, ${name}: ${tables(tableCount)}, ${rows(rowCount)}.`,
  leadNewFile: (name: string, tableCount: number, rowCount: number) =>
    `A new file, ${name}: ${tables(tableCount)}, ${rows(rowCount)}.`,
  leadStopped: (stops: number) =>
    stops === 1 ? 'One thing stops this restore.' : `${sentence(inWords(stops))} things stop this restore.`,
  rehearsed: (when: string) => `Rehearsed ${when}. It read everything and changed nothing.`,
  rehearsedStands: 'The result stands while the database stays as it was then.',
  effectHeading: 'Rows that disappear and come back',
  effectNote: (when: string) => `now, against ${when}`,
  effectTable: 'Table',
  disappear: 'Disappear',
  comeBack: 'Come back',
  older: 'Older values',
  olderYes: 'some',
  tableReturns: 'table returns',
  tableGoes: 'table goes',
  changedOf: (changed: number, all: number) => `${count(changed)} of ${tables(all)}`,
  noChange: 'No table differs.',
  contentsHeading: 'What will be there',
  contentsRows: 'Rows',
  contentsTotal: (all: number) => tables(all),
  stepsHeading: 'What it will do',
  commandsHeading: 'Equivalent commands',
  checksHeading: 'Checks',
  checksNote: (passes: number, handled: number, stops: number) =>
    [
      `${count(passes)} ${passes === 1 ? 'passes' : 'pass'}`,
      handled === 0 ? '' : `${count(handled)} to know`,
      stops === 0 ? 'none stops it' : `${count(stops)} ${stops === 1 ? 'stops' : 'stop'} it`,
    ]
      .filter((part) => part !== '')
      .join(', '),
  checkStates: { stops: 'stops it', handled: 'to know', passes: 'passes' } satisfies Record<CheckState, string>,
  checkTitle: (code: string): string => checkTitles[code] ?? checkTitles[code.split('.')[0] ?? ''] ?? 'Check',
  wayBackTitle: 'Way back',
  wayBack: (keepAs: string, until: string) => `What is there now stays as ${keepAs} until ${until}.`,
  showAll: (all: number) => `Show all ${tables(all)}`,
  uncomparedNote: (value: number) =>
    `${sentence(tables(value))} could not be compared inside: one side has no digest. Rows that only changed are not seen there.`,
  changesProduction: 'This changes production.',
  replacesData: 'This replaces current data.',
  replacesText: (disappear: number, keepAs: string, until: string) =>
    disappear === 0
      ? `No row leaves the live database by its count. What is there now stays in ${keepAs} until ${until}.`
      : `${sentence(rows(disappear))} written since then leave the live database. They stay in ${keepAs} until ${until}.`,
  replacesUncounted: (keepAs: string, until: string) =>
    `The live database could not be counted: what it has that the backup has not leaves it. It stays in ${keepAs} until ${until}.`,
  stopApplication: 'Stop the application first: what it writes from here on is not counted above.',
  confirmLabel: (word: string) => `Type ${word} to restore`,
  about: { before: 'About ', after: '.' },
  measured: { before: 'Measured on this source: about ', after: ' for a restore.' },
  expectedUnknown: 'How long it takes is known after the first.',
  undoStays: (until: string) => `Undo stays until ${until}.`,
  whyNot: {
    stops: 'The checks say what stops it.',
    typed: (word: string) => `The name ${word} is not typed yet.`,
  },
  restoreReplace: (target: string, when: string) => `Restore ${target} as of ${when}`,
  restoreNew: (target: string) => `Restore to ${target}`,

  runningLead: (target: string) => `Restoring ${target}`,
  runningSub: 'Closing the window does not stop it; it goes on and is found here again.',
  stopMeans: 'Stopping takes back what was made so far. The live database stays as it is.',
  queued: 'Waits for another job',
  starting: 'Starting',
  rowsSoFar: (value: string) => `${value} rows`,
  left: (time: string) => `about ${time} left`,
  logHeading: 'Log',
  logEmpty: 'The first line comes in a moment.',

  proofLead: {
    replaced: (target: string, when: string) => `${target} is as it was ${when}, and every row is accounted for.`,
    made: (target: string) => `${target} is there, and every row is accounted for.`,
    notReplaced: (target: string, differing: number) =>
      `Not restored. ${target} is as it was before: what came back ${
        differing === 0 ? 'has faults that its checks found' : `differs in ${tables(differing)}`
      }.`,
    different: (target: string, differing: number) =>
      differing === 0
        ? `${target} is restored, with faults that its checks found.`
        : `Restored, ${tables(differing)} ${differing === 1 ? 'differs' : 'differ'}.`,
  },
  proofSub: (when: string, took: string, equal: number, all: number) =>
    `Finished ${when}, in ${took}. ${count(equal)} of ${tables(all)} equal in count and content.`,
  proofSubCounts: (when: string, took: string, equal: number, all: number) =>
    `Finished ${when}, in ${took}. ${count(equal)} of ${tables(all)} equal in count; the content of some could not be compared.`,
  proofHeading: 'Proof',
  proofNote: 'what came back, against the backup’s manifest',
  before: 'Before',
  promised: 'Promised',
  now: 'Now',
  content: 'Content',
  equal: 'equal',
  differs: 'differs',
  uncompared: 'not compared',
  tableGone: 'table is gone',
  changed: 'Changed',
  all: 'All',
  filter: 'Filter',
  checksDone: 'Afterwards',
  reach: 'How to reach it',
  reachHint: 'Without the password.',
  copyReport: 'Copy report',
  reportCopied: 'Report copied',
  report: {
    backup: 'Backup',
    target: 'Target',
    connection: 'Connection',
    began: 'Began',
    ended: 'Ended',
    took: 'Took',
    kept: 'Kept for undo',
    until: 'until',
    promised: 'promised',
    found: 'found',
    missing: 'none',
  },
  grades: { fatal: 'wrong', unchecked: 'not checked', cosmetic: 'to know' } satisfies Record<Problem['grade'], string>,
  outcomes: { ok: 'holds', failed: 'failed', unchecked: 'not checked' } satisfies Record<CheckNote['outcome'], string>,
  whereItIs: 'Where it is',
  inActivity: 'Kept in Activity and in the audit trail.',
  undoLabel: (target: string) => `Undo of ${target}`,
  undoTitle: (until: string) => `Undo is kept until ${until}`,
  undoText: (keptAs: string, target: string) =>
    `${keptAs} becomes ${target} again. What was written since the restore leaves the live database and is kept in its stead.`,
  olderTables: (value: number) => tables(value),
  undoAct: 'Undo this restore…',
  undoAsk: (when: string) => `Undo the restore of ${when}?`,
  undoCost: (target: string) =>
    `${target} becomes what it was before. Rows written since the restore disappear from it; they stay in the database that is kept in its stead.`,
  counting: 'Counting what was written since …',
  notCounted: 'What was written since could not be counted.',
  writtenSince: (rowCount: number, olderTables: number) => {
    const changedInside = olderTables === 0 ? '' : ` Rows of ${tables(olderTables)} were changed since.`;
    return rowCount === 0 && olderTables === 0
      ? 'Counted now: nothing was written since.'
      : `Counted now: ${rows(rowCount)} written since would disappear.${changedInside}`;
  },
  undoYes: 'Undo',
  redoTitle: (until: string) => `The restored one is kept until ${until}`,
  redoText: (keptAs: string, target: string) =>
    `${keptAs} becomes ${target} again. What was written since the undo leaves the live database and is kept in its stead.`,
  redoAct: 'Bring the restored one back…',
  redoAsk: (when: string) => `Bring the restore of ${when} back?`,
  redoYes: 'Bring it back',
  redoCost: (target: string) =>
    `${target} becomes the restored one again. Rows written since the undo disappear from it; they stay in the database that is kept in its stead.`,
  undoing: 'Undoing',
  undone: (target: string) => `Undone. ${target} is what it was before the restore.`,
  undoneNote: 'What the restored one was compared with stands below.',
  release: 'Remove the kept copy…',
  releaseAsk: (keptAs: string) => `Remove ${keptAs}?`,
  releaseText: 'It cannot be undone after that. The room that it takes becomes free.',
  releaseYes: 'Remove',
  released: (keptAs: string) => `${keptAs} was removed. This restore cannot be undone any more.`,
  recordsHeading: 'Kept for undo',

  stoppedLead: (target: string) => `Stopped. ${target} was taken back.`,
  stoppedLive: (source: string) => `Stopped. ${source} is as it was before.`,
  failedLead: (source: string) => `Not restored. ${source} is as it was before.`,
  failedUnknown: 'The restore did not come to an end.',
  failedMade: (target: string) => `${target} was not made. Nothing was left behind.`,
  stoppedSweeping: 'Stopped.',
  sweeping: 'What it made so far is being taken back.',
  endedRestored: (target: string) => `${target} is the restored one: it had taken its place when the restore ended.`,
  endedRestoredNote: 'It was compared before. What was live is kept, and can be brought back.',
  standsHeading: 'How things stand',
  standsLive: 'Live database',
  standsUntouched: (source: string) => `${source} was not touched.`,
  standsNotMade: 'This restore left nothing in it.',
  otherBackup: 'Choose another backup',
  tryAgain: 'Back to what and where',
};

const come = (value: number): string => `${rows(value)} ${value === 1 ? 'comes' : 'come'} back.`;
const vanish = (value: number): string => `${rows(value)} ${value === 1 ? 'disappears' : 'disappear'}.`;

/** A check's name in the list, by its code or by the first word of it. */
const checkTitles: Record<string, string> = {
  'restore.tool': 'Tool',
  'restore.server': 'Version',
  'restore.older-server': 'Version',
  'source.server-too-old': 'Version',
  'restore.standby': 'Standby',
  'restore.target-new': 'Place',
  'restore.target-empty': 'Place',
  'restore.target-exists': 'Place',
  'restore.target-not-empty': 'Place',
  'restore.no-rights': 'Rights',
  'restore.roles-missing': 'Roles missing',
  'restore.owners-change': 'Owners',
  'restore.as-superuser': 'Superuser',
  'restore.other-locale': 'Sorting',
  'restore.other-encoding': 'Encoding',
  'restore.space': 'Room',
  'restore.full': 'Room',
  'spool.full': 'Room',
  'target.room': 'Room',
  'target.name': 'Name',
  'target.no-folder': 'Folder',
  'target.sidecar': 'Leftover',
  'backup.violation': 'Broken rule',
  'restore.sessions': 'Connections',
  'restore.in-use': 'Connections',
  'restore.holders-unseen': 'Programs',
  'restore.other-names': 'Other names',
  'restore.not-owner': 'Rights',
  'restore.original-gone': 'Place',
  'restore.original-damaged': 'Damaged',
  'restore.uncounted': 'Not counted',
  'restore.part-in-place': 'A part',
  'restore.maintenance-database': 'Place',
  'restore.template': 'Place',
  'restore.carried': 'Owner',
  'restore.two-copies': 'Room',
  'restore.also-kept': 'Kept before',
  'restore.replication-slots': 'Replication',
  'restore.subscriptions': 'Replication',
  'restore.prepared-transactions': 'Transactions',
  extension: 'Extension',
  scope: 'Scope',
  source: 'Server',
  tool: 'Tool',
  tunnel: 'Tunnel',
  restore: 'Restore',
  target: 'Place',
};
