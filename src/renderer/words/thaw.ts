/** Archived copies, and how they come back. */
import type { ThawSpeed } from '../../shared/thaw-report.ts';
import { counted, sizeOf } from './number.ts';

const hours = (value: number): string => counted(value, 'hour', 'hours');
const price: Record<ThawSpeed, string> = { expedited: 'the dearest', standard: '', bulk: 'the cheapest' };

export const thawWords = {
  archivedTag: (storageClass: string) => `Archived, ${storageClass}`,
  thawingTag: (storageClass: string) => `Thawing, ${storageClass}`,

  archivedTitle: (place: string, storageClass: string) => `Archived in ${place} (${storageClass})`,
  archivedAlone: (files: number, sizeBytes: number) =>
    `Before it can be proven or restored, ${sizeOf(sizeBytes)} in ${counted(files, 'file', 'files')} must be thawed.`,
  archivedBeside: (other: string) => `Nothing has to wait: proofs and restores take the copy in ${other}.`,
  takes: (speeds: readonly { speed: ThawSpeed; hours: number }[]) => {
    const said = [...speeds].toReversed().map(({ speed, hours: most }) => {
      const how = price[speed] === '' ? speed : `${speed}, ${price[speed]}`;
      return `up to ${hours(most)} (${how})`;
    });
    return said.length === 0 ? '' : `That takes ${said.join(', ')}.`;
  },
  thaw: 'Thaw…',

  thawingTitle: (place: string) => `Thawing in ${place}`,
  askedReady: (moment: string) => `Asked for; it can be read ${moment} at the latest.`,
  askedLate: 'Asked for; it should be readable by now. The place is asked again every few minutes.',
  askedElsewhere: 'It was asked for, but not from here: how long it still takes is not known.',
  nobodyWaits: 'Nobody waits for it here.',
  waitFor: 'Wait for it',
  stopWaiting: 'Stop waiting',
  look: 'Activity',

  dialogTitle: (place: string) => `Thaw the copy in ${place}`,
  restoreTitle: 'Thaw, then restore',
  speedLabel: 'How fast',
  speed: { expedited: 'Expedited', standard: 'Standard', bulk: 'Bulk' } satisfies Record<ThawSpeed, string>,
  speedDetail: (speed: ThawSpeed, most: number) =>
    `up to ${hours(most)}${price[speed] === '' ? '' : `, ${price[speed]}`}`,
  cost: (sizeBytes: number, goesBack: boolean) =>
    goesBack
      ? `The service bills the retrieval of ${sizeOf(sizeBytes)} by its speed, and the days that the thawed copy stays beside the archived one.`
      : `The service bills the retrieval of ${sizeOf(sizeBytes)} by its speed. What is thawed stays in the hot tier until a lifecycle archives it again.`,
  daysLabel: 'Readable for',
  days: (value: number) => counted(value, 'day', 'days'),
  nextLabel: 'When it can be read',
  next: { tell: 'Say so', prove: 'Prove it by a restore' },
  nextDetail: { tell: 'a notice here and in Activity', prove: 'what nobody proved is only stored' },
  begin: 'Thaw',
  beginRestore: 'Thaw, then restore',
  notBegun: 'The thaw was not begun.',
  goesOn: (target: string) =>
    `As soon as it can be read it is rehearsed and restored to ${target}, by itself. This window can be closed; Holdfast has to run.`,
  stopsAtPlan:
    'As soon as it can be read it is rehearsed by itself. The restore replaces a live database, so it waits for you there.',

  wizardNote: (place: string, storageClass: string) => `This backup is archived in ${place} (${storageClass})`,
  wizardLead: 'The backup is being thawed.',
  wizardSub: 'Nothing else is changed. This window can be closed: what follows begins by itself while Holdfast runs.',
  stopMeans: 'What was asked for comes all the same, and is billed.',
};
