import type { FailureTable } from './table.ts';

/** Destroying on purpose. */
export const purgeFailures = {
  'purge.held': {
    hint: 'A legal hold is lifted by a person first: holdfast unpin BACKUP --lift-hold.',
    retryable: false,
  },
  'purge.nothing': { hint: 'holdfast show BACKUP says where it is.', retryable: false },
  'purge.moved': { hint: 'Look at what would be destroyed again. Nothing was destroyed.', retryable: false },
  'purge.not-confirmed': { hint: 'Type the words exactly as they are shown. Nothing was destroyed.', retryable: false },
  'purge.still-there': {
    hint: 'The place did not remove it. Check its rights, then purge again.',
    retryable: true,
  },
} as const satisfies FailureTable;
