import type { FailureTable } from './table.ts';

/** The call itself. */
export const callFailures = {
  'call.unknown': { hint: 'Use the same version of Holdfast on both sides.', retryable: false },
  'call.malformed': { hint: 'Correct the input and call again.', retryable: false },
  'call.refused': { hint: 'Only Holdfast itself may ask this.', retryable: false },
  'call.left': { hint: 'Nobody waited for the answer any more. What was begun goes on.', retryable: true },
  'usage.wrong': { hint: 'See holdfast --help.', retryable: false },
  'internal.bug': { hint: 'This is a fault in Holdfast. The log under this reference says more.', retryable: false },
} as const satisfies FailureTable;
