import type { FailureTable } from './table.ts';

/** Reading again and repairing. */
export const scrubFailures = {
  'scrub.running': { hint: 'Wait for it, or stop it: holdfast jobs shows it.', retryable: true },
  'scrub.nothing': { hint: 'Back up to this place first.', retryable: false },
  'repair.no-source': {
    hint: 'No other place has a copy that holds. Back up again; what is left may still be read in part.',
    retryable: false,
  },
  'repair.not-damaged': { hint: 'Read it again with holdfast scrub NAME --backup BACKUP.', retryable: false },
  'repair.rewritten': {
    hint: 'Find out which Holdfast wrote it. holdfast doctor --rebuild takes what lies there for the truth.',
    retryable: false,
  },
  'repair.not-whole': {
    hint: 'The place does not keep what it is given. Check the disk, then repair again.',
    retryable: true,
  },
} as const satisfies FailureTable;
