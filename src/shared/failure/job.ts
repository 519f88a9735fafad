import type { FailureTable } from './table.ts';

/** Jobs and the programs that they start. */
export const jobFailures = {
  'tool.missing': { hint: "Install the PostgreSQL client tools of the server's version or newer.", retryable: false },
  'tool.too-old': { hint: 'Install PostgreSQL client tools at least as new as the server.', retryable: false },
  'tool.untrusted': {
    hint: 'The program can be changed by others. Install it where only an administrator can write.',
    retryable: false,
  },
  'tool.failed': { hint: "The log of this job has the program's own words.", retryable: true },
  'tool.killed': { hint: 'The program was ended from outside, often for want of memory. Try again.', retryable: true },
  'job.unknown': { hint: 'holdfast jobs lists them.', retryable: false },
  'job.crashed': { hint: "The job's own process ended. Nothing partial was kept; try again.", retryable: true },
  'job.not-running': { hint: 'holdfast jobs shows its state.', retryable: false },
} as const satisfies FailureTable;
