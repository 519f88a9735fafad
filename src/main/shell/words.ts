/** Every sentence that the shell says: menus, dialogs, tray, notifications. */
import type { PathPurpose } from '../../shared/door.ts';
import type { JobKind } from '../../shared/job.ts';

const dialogs: Record<PathPurpose, { title: string; buttonLabel: string }> = {
  'sqlite-file': { title: 'Choose a SQLite database', buttonLabel: 'Choose' },
  'env-file': { title: 'Choose a .env file', buttonLabel: 'Read' },
  'ca-file': { title: 'Choose a CA certificate', buttonLabel: 'Choose' },
  'public-key-file': { title: 'Choose an OpenPGP public key', buttonLabel: 'Choose' },
  'key-file': { title: 'Choose an SSH key', buttonLabel: 'Choose' },
  folder: { title: 'Choose a folder', buttonLabel: 'Choose' },
  'restore-file': { title: 'Restore into a new file', buttonLabel: 'Choose' },
  'kit-file': { title: 'Save the recovery kit', buttonLabel: 'Save' },
};

/** What a job does to its subject, while it runs. */
const doing: Record<JobKind, (subject: string) => string> = {
  backup: (subject) => `${subject} is being backed up`,
  verify: (subject) => `A backup of ${subject} is being checked`,
  rehearse: (subject) => `A restore of ${subject} is being rehearsed`,
  restore: (subject) => `${subject} is being restored`,
  diff: (subject) => `${subject} is being compared`,
  probe: () => 'A connection is being tested',
  sweep: () => 'Left-overs of a restore are being removed',
  undo: (subject) => `A restore of ${subject} is being undone`,
  release: (subject) => `A database that ${subject} replaced is being removed`,
  find: () => 'A place is being searched for backups',
  prune: (subject) => `Old backups of ${subject} are being removed`,
  scrub: () => 'Stored backups are being read again',
  purge: (subject) => `Backups of ${subject} are being destroyed`,
  repair: (subject) => `A copy of a backup of ${subject} is being repaired`,
  reseal: (subject) => `A backup of ${subject} is being sealed anew`,
  carry: (subject) => `A backup of ${subject} is being brought to its places`,
  thaw: (subject) => `A backup of ${subject} is being thawed`,
};

export const words = {
  name: 'Holdfast',
  allFiles: 'All files',
  databases: 'SQLite databases',
  certificates: 'Certificates',
  publicKeys: 'OpenPGP keys',
  pages: 'Pages to print',
  dialogs,
  doing,
  thisSource: 'A source',

  openHoldfast: 'Open Holdfast',
  quit: 'Quit Holdfast',
  restore: 'Restore…',
  backUpNow: 'Back up now',
  everySource: 'Every source',
  pause: 'Pause schedules',
  pauseHour: 'For an hour',
  pauseDay: 'Until tomorrow',
  pauseOpen: 'Until resumed',
  resume: 'Resume schedules',
  lastResults: 'Last results',

  couldNotStart: 'Holdfast could not start',
  backupNotStarted: (subject: string) => `${subject} could not be backed up.`,

  keepsRunning: {
    message: 'Holdfast goes on without its window.',
    detail: (place: string) => `It keeps its schedules and its running jobs. ${place}`,
    tray: 'Open it again from the tray.',
    dock: 'Open it again from the Dock.',
    again: 'Start it once more to see the window again.',
  },
  noTray: {
    message: 'Close the window, or quit?',
    detail:
      'This desktop shows no tray. Without a window Holdfast keeps its schedules and its running jobs; start it once more to see the window again.',
  },
  keepRunning: 'Keep running',
  quitShort: 'Quit',
  cancel: 'Cancel',
  ok: 'OK',

  quitWhileBusy: {
    more: (count: number) => `${count} jobs are running`,
    detail: (jobs: readonly string[]) =>
      `${jobs.join('\n')}\n\nStopped jobs take back what they had begun. What waits in the queue stays queued.`,
    finish: 'Finish, then quit',
    stop: 'Stop and quit',
  },
  finishing: 'Finishing, then quitting',

  windowGone: {
    message: 'The window stopped working.',
    detail: (reason: string) => `Its process ended (${reason}). Jobs are not touched by that and go on.`,
    reload: 'Open the window again',
  },
  windowStuck: {
    message: 'The window does not answer.',
    detail: 'Jobs are not touched by that and go on.',
    wait: 'Wait',
    reload: 'Open the window again',
  },
} as const;
