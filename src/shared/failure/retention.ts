import type { FailureTable } from './table.ts';

/** Retention and pins. */
export const retentionFailures = {
  'retention.moved': {
    hint: 'Look at a new preview: holdfast retention preview. Nothing was deleted.',
    retryable: false,
  },
  'retention.unknown': { hint: 'holdfast retention preview makes one.', retryable: false },
  'retention.no-rule': { hint: 'holdfast retention set gives it one.', retryable: false },
  'retention.clock-wrong': {
    hint: 'Set the clock. Where it is right and only took a step: holdfast retention preview --clock-is-right.',
    retryable: false,
  },
  'retention.list-short': {
    hint: 'Nothing is deleted there. Find the missing backups, or let holdfast doctor --rebuild take the place as it is.',
    retryable: false,
  },
  'pin.ended': { hint: 'Name a moment that is still to come.', retryable: false },
  'pin.held': { hint: 'It is under a legal hold. holdfast unpin BACKUP --lift-hold takes it away.', retryable: false },
  'pin.none': { hint: 'holdfast list --pinned shows what is pinned.', retryable: false },
  'pin.too-late': {
    hint: 'A prune is about to remove it. holdfast jobs names it, holdfast cancel stops it.',
    retryable: true,
  },
} as const satisfies FailureTable;
