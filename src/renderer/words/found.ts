/** What is said where somebody has a place with backups and its kit, and nothing else. */
import type { FoundReport, FoundSource } from '../../shared/found.ts';
import { counted, listed } from './number.ts';

const backups = (number: number): string => counted(number, 'backup', 'backups');
const machines = (sources: readonly FoundSource[]): number => new Set(sources.map(({ machine }) => machine.id)).size;

export const foundWords = {
  title: 'Find backups again',
  lead: 'Where do the backups lie?',
  note: 'The address of the place and its recovery kit are enough. What lies there is only read; nothing is written and nothing is changed.',
  kind: 'Kind of place',
  place: 'The place',
  kit: 'Its recovery kit',
  kitText: 'The 64 digits of the printed page, row by row. Leave them out where nothing there is sealed.',
  cut: 'There are 64 digits on a kit. Type all of them, or none.',
  name: 'What to call the place',
  act: 'Look there',
  cancel: 'Cancel',
  failed: 'Nothing was found again.',
  looking: 'Reading what lies there',
  stop: 'Stop',
  stopped: 'It was stopped. The place is not remembered.',

  found: ({ backups: number, sources }: FoundReport) =>
    `${backups(number)} of ${counted(sources.length, 'source', 'sources')}, made by ${counted(machines(sources), 'machine', 'machines')}.`,
  foundNote: ({ destination }: FoundReport) =>
    `They are in the lists now, and can be verified and restored. ${destination.name} is a destination from here on.`,
  table: 'Sources found again',
  columns: {
    source: 'Source',
    machine: 'Made by',
    backups: 'Backups',
    newest: 'Newest',
    size: 'Size',
    act: 'Restore',
  },
  setUp: 'set up here',
  restore: 'Restore…',
  restoreOf: (name: string) => `Restore ${name}`,
  closedTitle: (number: number) => `${backups(number)} there ${number === 1 ? 'is' : 'are'} sealed for another key.`,
  closedText: (keys: readonly string[]) => `Their kit carries ${listed(keys, 'or')}.`,
  skippedTitle: (number: number) => `${counted(number, 'thing', 'things')} there could not be read as a backup.`,
  withoutManifest: (number: number) =>
    `Data of ${backups(number)} lies there without a manifest: being uploaded, or left by a broken upload.`,
  done: 'To the destination',
  again: 'Look again',
};
