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

type Never = Record<PurgePreview['backups'][number]['never'][number], string>;

const never: Never = {
  last: 'This is the last backup of its source',
  'last-proven': 'It is the last one that was proven',
  pinned: 'It is pinned',
  'other-machine': 'Another machine made it',
};

const neverOfSource: Never = {
  last: 'The last backup is among them',
  'last-proven': 'The last one that was proven is among them',
  pinned: 'Pinned ones are among them',
  'other-machine': 'Another machine made some of them',
};

export const purgeWords = {
  menu: 'Destroy on request…',
  menuOfSource: 'Destroy all backups on request…',
  ofBackup: {
    title: (_source: string) => 'Destroy this backup',
    lead: 'Every file of it, in every place, with its proofs and logs. It cannot be undone, and a record is kept.',
    leadPart:
      'Every file of it in the chosen places, with its proofs there. Elsewhere it stays. It cannot be undone, and a record is kept.',
    destroy: 'Destroy it',
    begun: (source: string) => `A backup of ${source} is being destroyed.`,
    neverTitle: 'No retention rule would ever delete it',
    never,
  },
  ofSource: {
    title: (source: string) => `Destroy every backup of ${source}`,
    lead: 'Every file of every one, in every place, with proofs and logs. The source itself stays. It cannot be undone, and a record is kept.',
    leadPart:
      'Every file of every one in the chosen places, with the proofs there. Elsewhere they stay. It cannot be undone, and a record is kept.',
    destroy: 'Destroy them all',
    begun: (source: string) => `Every backup of ${source} is being destroyed.`,
    neverTitle: 'No retention rule would ever delete all of them',
    never: neverOfSource,
  },
  looking: 'Looking where it lies',
  places: 'Where it lies',
  columns: { place: 'Place', size: 'Size', state: 'State' },
  there: 'Will be destroyed',
  stays: 'Stays',
  noPlace: 'It stays everywhere. Choose a place to destroy it in.',
  away: (why: string) => `Cannot be asked now: ${why}`,
  size: (backups: number, sizeBytes: number) =>
    backups === 1 ? sizeOf(sizeBytes) : `${counted(backups, 'backup', 'backups')}, ${sizeOf(sizeBytes)}`,
  keeps: 'What keeps it all the same',
  notCovered: 'What a purge does not reach',
  reason: 'Reason',
  reasonHint: 'Goes on the record and into the audit trail.',
  type: (phrase: string) => `Type “${phrase}”`,
  done: (copies: number, source: string) => `${counted(copies, 'copy', 'copies')} of ${source} destroyed.`,
  doneBut: (copies: number, source: string) =>
    `${counted(copies, 'copy', 'copies')} of ${source} destroyed, but not all.`,
  record: (file: string) => `The record is in ${file}.`,
};
