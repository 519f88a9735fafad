import type { FailureTable } from './table.ts';

/** Verify and restore. */
export const restoreFailures = {
  'scratch.unavailable': {
    hint: "Install a PostgreSQL server of the backup's version, or allow a scratch database on your own server.",
    retryable: false,
  },
  'scratch.full': { hint: 'Make room on the disk of temporary files.', retryable: true },
  'scratch.failed': { hint: 'The throw-away server did not start. The log has its own words.', retryable: true },
  'restore.target-exists': { hint: 'Choose a name that does not exist yet.', retryable: false },
  'restore.target-not-empty': {
    hint: 'Holdfast restores into a new or empty database only. Choose another name.',
    retryable: false,
  },
  'restore.no-rights': { hint: 'The role needs CREATEDB, or an empty database of its own.', retryable: false },
  'restore.full': { hint: "Make room on the target's disk.", retryable: true },
  'restore.blocked': { hint: 'The rehearsal says why. Nothing was changed.', retryable: false },
  'restore.moved': { hint: 'Something changed since the rehearsal. Rehearse again.', retryable: false },
  'restore.not-confirmed': {
    hint: 'Type the name exactly as the rehearsal shows it. Nothing was changed.',
    retryable: false,
  },
  'restore.in-use': {
    hint: 'Stop the programs that use it, then try again. Nothing was changed.',
    retryable: true,
  },
  'restore.unknown': { hint: 'holdfast restore list shows what can be undone.', retryable: false },
  'restore.released': { hint: 'What was kept for undo was removed. Restore from a backup.', retryable: false },
  'restore.not-kept': {
    hint: 'What was kept is gone or was changed by somebody else. holdfast restore list names it; look on the server.',
    retryable: false,
  },
  'restore.wrong-kind': {
    hint: 'A SQLite backup goes to a file, a PostgreSQL backup to a database.',
    retryable: false,
  },
  'plan.unknown': { hint: 'Rehearse the restore again.', retryable: false },
} as const satisfies FailureTable;
