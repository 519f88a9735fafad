import type { FailureTable } from './table.ts';

/** The data folder, the window and what a person names on this machine. */
export const homeFailures = {
  'home.unusable': { hint: 'Set HOLDFAST_HOME to a folder of your own that can be written.', retryable: false },
  'home.busy': {
    hint: 'Another Holdfast owns this data folder but does not answer. Close it, then try again.',
    retryable: true,
  },
  'home.owner-left': { hint: 'The Holdfast that ran this job ended. Run the command again.', retryable: true },
  'home.full': { hint: 'Make room on the disk of the data folder, or move it with HOLDFAST_HOME.', retryable: true },
  'window.missing': { hint: 'Make it with npm run window, or begin with npm start.', retryable: false },
  'window.port-taken': { hint: 'Leave --port out, or name another one.', retryable: true },
  'path.missing': { hint: 'Choose it again.', retryable: false },
  'path.unreadable': { hint: 'Choose another place, or give your account the right to read it.', retryable: false },
  'path.wrong-kind': { hint: 'Choose another name.', retryable: false },
} as const satisfies FailureTable;
