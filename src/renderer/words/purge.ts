/** What is said of copies that do not hold, and of destruction on request. */
import type { PurgePreview } from '../../shared/purge.ts';
import { counted, sizeOf } from './number.ts';

export const damagedWords = {
  title: (place: string) => `The copy in ${place} does not hold`,
  unknown: 'A reading found it damaged.',
  repairFrom: (place: string) => `Repair from ${place}`,
  repairing: 'Repairing',
  readAgain: 'Read it again',
  reading: 'Reading',
  hint: (places: string) =>
    `A restore takes the copy in ${places} meanwhile. A repair replaces only what is bad, and reads it back.`,
  none: 'No other place has a copy that holds. Back up again, and find out what happened there.',
  notBegun: 'It could not be begun.',
};

const never = {
  last: 'This is the last backup of its source',
  'last-proven': 'It is the last one that was proven',
  pinned: 'It is pinned',
  'other-machine': 'Another machine made it',
} satisfies Record<PurgePreview['backups'][number]['never'][number], string>;

export const purgeWords = {
  menu: 'Destroy on request…',
  title: 'Destroy this backup',
  lead: 'Every file of it, in every place, with its proofs and logs. It cannot be undone, and a record is kept.',
  looking: 'Looking where it lies',
  places: 'Where it lies',
  columns: { place: 'Place', size: 'Size', state: 'State' },
  there: 'Will be destroyed',
  away: (why: string) => `Cannot be asked now: ${why}`,
  size: (backups: number, sizeBytes: number) =>
    backups === 1 ? sizeOf(sizeBytes) : `${backups}, ${sizeOf(sizeBytes)}`,
  never: (reasons: PurgePreview['backups'][number]['never']) => `${reasons.map((why) => never[why]).join('. ')}.`,
  neverTitle: 'No retention rule would ever delete it',
  keeps: 'What keeps it all the same',
  notCovered: 'What a purge does not reach',
  reason: 'Reason',
  reasonHint: 'Goes on the record and into the audit trail.',
  type: (phrase: string) => `Type “${phrase}”`,
  destroy: 'Destroy it',
  begun: (source: string) => `A backup of ${source} is being destroyed.`,
  done: (copies: number, source: string) => `${counted(copies, 'copy', 'copies')} of ${source} destroyed.`,
  doneBut: (copies: number, source: string) =>
    `${counted(copies, 'copy', 'copies')} of ${source} destroyed, but not all.`,
  record: (file: string) => `The record is in ${file}.`,
};
