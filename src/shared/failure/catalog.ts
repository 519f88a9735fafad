import type { FailureTable } from './table.ts';

/** The catalog and the audit trail. */
export const catalogFailures = {
  'catalog.corrupt': {
    hint: 'Run holdfast doctor --rebuild: the catalog is made again from the manifests.',
    retryable: false,
  },
  'catalog.newer': { hint: 'This data folder was written by a newer Holdfast. Update Holdfast.', retryable: false },
  'audit.broken': {
    hint: 'The audit trail was changed outside Holdfast. Compare it with your copies.',
    retryable: false,
  },
} as const satisfies FailureTable;
