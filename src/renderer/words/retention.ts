import { months } from '../../shared/month.ts';
import { count, counted, listed, sentence, sizeOf } from './number.ts';

/** What a day of the calendar is marked with. */
export type Mark = 'daily' | 'weekly' | 'monthly' | 'yearly' | 'pinned' | 'last' | 'age' | 'stays' | 'goes';

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const backupsOf = (value: number): string => counted(value, 'backup', 'backups');
/** `a copy in attic is damaged`: inside what a screen reader says of a day, or as a sentence. */
const copiesDamaged = (places: readonly string[]): string =>
  places.length === 1 ? `a copy in ${listed(places)} is damaged` : `copies in ${listed(places)} are damaged`;
const monthName = (month: string): string => months[Number(month.slice(5, 7)) - 1] ?? month;

export const retentionWords = {
  goesOn: 'It goes on where you left it.',
  goesOnText: 'The rule was changed here and not applied. Nothing of it holds yet.',
  startOver: 'Start over',
  title: 'Retention',
  source: 'Source',
  place: 'Place',
  months: 'Months',
  earlierMonth: 'Earlier month',
  laterMonth: 'Later month',
  weekdays,
  weekdayShort: weekdays.map((name) => name.slice(0, 2)),
  month: (month: string) => `${monthName(month)} ${month.slice(0, 4)}`,
  monthName,
  range: (first: string, last: string) => {
    const end = `${monthName(last).slice(0, 3)} ${last.slice(0, 4)}`;
    const year = first.slice(0, 4) === last.slice(0, 4) ? '' : ` ${first.slice(0, 4)}`;
    return `${monthName(first).slice(0, 3)}${year} – ${end}`;
  },
  day: (day: string, weekday: number) => `${weekdays[weekday] ?? ''} ${Number(day.slice(8))} ${monthName(day)}`,
  letters: {
    daily: 'D',
    weekly: 'W',
    monthly: 'M',
    yearly: 'Y',
    last: 'L',
    age: 'A',
    pinned: 'P',
    stays: '•',
    goes: '×',
  } satisfies Record<Mark, string>,
  markNames: {
    daily: 'daily',
    weekly: 'weekly',
    monthly: 'monthly',
    yearly: 'yearly',
    last: 'one of the last',
    age: 'by age',
    pinned: 'pinned',
    stays: 'stays',
    goes: 'goes',
  } satisfies Record<Mark, string>,
  /** What a screen reader says of a day. */
  dayLabel: (day: string, kept: number, goes: number, as: readonly string[], damaged: readonly string[]) => {
    const stays = kept === 0 ? '' : `${count(kept)} kept${as.length === 0 ? '' : ` as ${as.join(', ')}`}`;
    const leaves = goes === 0 ? '' : `${count(goes)} ${goes === 1 ? 'goes' : 'go'}`;
    const rots = damaged.length === 0 ? '' : copiesDamaged(damaged);
    return `${day}: ${[stays, leaves, rots].filter((part) => part !== '').join('; ')}`;
  },
  damaged: 'a damaged copy',
  damagedOn: (places: readonly string[]) => `${sentence(copiesDamaged(places))}.`,
  damagedIn: (places: readonly string[]) =>
    `Its ${places.length === 1 ? 'copy' : 'copies'} in ${listed(places)} ${places.length === 1 ? 'is' : 'are'} damaged.`,
  toRepair: 'Look at the backup',
  lookAt: (moment: string) => `Look at the backup of ${moment}`,
  lead: (kept: number, goes: number, when: string | null) => {
    const stay = `${backupsOf(kept)} ${kept === 1 ? 'is' : 'are'} kept.`;
    if (goes === 0) return `${stay} None goes now.`;
    return `${stay} ${count(goes)} ${goes === 1 ? 'goes' : 'go'} ${when === null ? 'with the next prune' : when}.`;
  },
  everything: (kept: number) => `Everything is kept: ${backupsOf(kept)}.`,
  noRule: 'No rule deletes here. The presets beside are a beginning.',
  afterNext: (moment: string) => `after the backup of ${moment}`,
  whenApplied: 'once the rule is applied',
  waits: 'This rule has not been applied here. Nothing goes before you have.',
  asksTitle: 'Many would go at once.',
  asksText: 'They wait for you: look at what goes, then apply.',
  drafted: 'With the rules as typed. Nothing is saved yet.',
  noSource: 'Nothing to keep yet.',
  noSourceText: 'A rule belongs to a source or to the plan that backs it up.',
  addSource: 'Add a source',
  gone: 'This source is not known.',
  goneText: 'It was removed or has another name. Its backups stay where they are.',
  backToAll: 'All sources',
  noBackup: (source: string) => `${source} has no backup yet.`,
  noBackupText: 'A rule can be made all the same. It is applied to what comes.',
  noPlace: 'It is backed up into no place yet.',
  pickDay: 'Choose a day to see why its backups stay or go.',
  nothingOn: 'No backup on this day.',
  more: 'Only the newest hundred of this day are listed.',
  goesNow: 'No rule keeps it: it goes.',
  goesAt: (moment: string) => `Goes after the backup of ${moment}.`,
  until: (moment: string) => `until ${moment}`,
  pin: 'Pin…',
  unpin: 'Unpin',
  liftHold: 'Lift the hold…',
  pinOf: (moment: string) => `Pin the backup of ${moment}`,
  verdict: { proven: 'proven', partly: 'partly proven', failed: 'does not hold', unproven: 'not yet proven' },
  earlierTitle: 'Earlier',
  earlierCount: (kept: number, goes: number) =>
    `${count(kept)} kept${goes === 0 ? '' : `, ${count(goes)} ${goes === 1 ? 'goes' : 'go'}`}`,
  before: (month: string) => `${monthName(month)} ${month.slice(0, 4)} and before`,
  rules: 'Rules',
  keep: 'Keep',
  owner: 'Rule of',
  ownerPlan: (name: string) => `Plan ${name}`,
  ownerSource: (name: string) => `${name}, without a plan`,
  alsoFor: (names: string) => `This rule is also that of ${names}.`,
  preset: 'Preset',
  everythingPreset: 'Everything, no rule',
  ownPreset: 'Own numbers',
  amounts: {
    keepLast: { title: 'Last', note: 'newest' },
    daily: { title: 'Daily', note: 'last of a day' },
    weekly: { title: 'Weekly', note: 'last of a week' },
    monthly: { title: 'Monthly', note: 'last of a month' },
    yearly: { title: 'Yearly', note: 'last of a year' },
    keepDays: { title: 'Days', note: 'younger ones' },
  },
  was: (value: number | null) => (value === null ? 'was none' : `was ${value}`),
  neverProven: 'Never the last proven backup',
  neverProvenHint: 'Holds even when every rule would let it go.',
  maxSize: 'Stay below a size',
  gigabytes: 'Gigabytes',
  ask: 'Ask before many go at once',
  askAbove: 'More than',
  ownRule: (place: string) => `Another rule in ${place}`,
  zone: (zone: string) => `Days, weeks, months and years of ${zone}.`,
  pinned: 'Pinned',
  noPins: 'None. A pinned backup stays whatever a rule says.',
  hold: 'Legal hold',
  pinEnds: (moment: string) => `until ${moment}`,
  pinForever: 'until it is unpinned',
  summary: 'With these rules',
  kept: 'Kept',
  space: 'Space',
  goes: 'Go now',
  oldest: 'Oldest',
  none: 'none',
  apply: 'Apply…',
  revert: 'Revert',
  asking: 'Looking at the places.',
  confirmTitle: (goes: number) => (goes === 0 ? 'Apply these rules?' : `Delete ${backupsOf(goes)}?`),
  confirmGoes: (goes: number, sizeBytes: number, proven: number) =>
    `${backupsOf(goes)} (${sizeOf(sizeBytes)}) ${goes === 1 ? 'is' : 'are'} deleted now and cannot be brought back.${
      proven === 0 ? '' : ` ${count(proven)} of them ${proven === 1 ? 'is' : 'are'} proven.`
    }`,
  confirmNothing: 'No backup goes now.',
  confirmLater: 'From now on, after each backup of the plan, what no rule keeps is deleted.',
  confirmLine: (source: string, place: string, goes: number) => `${source} in ${place}: ${count(goes)}`,
  confirm: (goes: number) => (goes === 0 ? 'Apply' : `Delete ${backupsOf(goes)}`),
  word: 'delete',
  applied: 'The rules are applied.',
  removing: (goes: number) => `Removing ${backupsOf(goes)}.`,
  removed: (backups: number, sizeBytes: number) => `${backupsOf(backups)} removed, ${sizeOf(sizeBytes)} freed.`,
  toJob: 'Look at the job',
  clockIsRight: 'The clock is right',
  checkAgain: 'Look again',
  stoppedIn: (place: string) => `Nothing goes in ${place}.`,
  notRead: 'What is kept could not be read.',
  notApplied: 'Nothing was deleted.',
  tryAgain: 'Try again',
};
