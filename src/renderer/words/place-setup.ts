/** How a place is set up, what its lifecycle takes away, and what a stolen login could destroy. */
import type {
  LifecycleClash,
  LifecycleWish,
  PlaceRight,
  PlaceSetup,
  VersioningFact,
} from '../../shared/place-admin.ts';
import { count, counted, sizeOf } from './number.ts';
import type { GlyphName } from './state.ts';

type Fact = Exclude<keyof PlaceSetup, 'at' | 'advice' | 'lifecycle'>;

export const setupWords = {
  title: 'How the place is set up',
  failed: 'How it is set up could not be found out.',
  again: 'Look again',
  facts: {
    versioning: 'Older versions',
    lock: 'Lock',
    encryption: 'Encrypted there',
    publicBlock: 'Closed to everybody',
  } satisfies Record<Fact, string>,
  state: {
    on: 'on',
    off: 'off',
    suspended: 'suspended',
    none: 'not there',
    unknown: 'not known',
  } satisfies Record<VersioningFact['state'], string>,
  switchOn: 'Keep older versions…',
  switchOnTitle: (place: string) => `Keep older versions in ${place}?`,
  switchOnText:
    'What is deleted or replaced there stays as an older version, which a key without that right cannot remove. It takes room until a lifecycle ends it. The service cannot take versions back, only suspend them.',
  switchOnAct: 'Keep older versions',
  switchedOn: (place: string) => `${place} keeps older versions.`,
};

/** Of what is looked at before it is set. */
export const previewedWords = { preview: 'Preview', back: 'Back', set: 'Set it', daysWrong: 'From 1 to 36 500 days.' };

export const lockWords = {
  change: 'Lock what is stored…',
  dialogTitle: (place: string) => `Object lock of ${place}`,
  dialogText:
    'What is stored from then on cannot be deleted for so long. Nothing is set before you have seen what that means.',
  kindField: 'Who may delete it earlier',
  kinds: {
    governance: { title: 'Governance', detail: 'Only a login with a right of its own may.' },
    compliance: { title: 'Compliance', detail: 'Nobody may: not you, and not the owner of the account.' },
    off: { title: 'No lock', detail: 'What is locked already stays locked.' },
  },
  daysField: 'Locked for, in days',
  means: 'What it means',
  accept: 'I have read what it means',
  done: (place: string) => `The object lock of ${place} was set.`,
};

export const lifecycleWords = {
  title: 'Lifecycle',
  text: 'What the service does by itself with the data of backups, whether this computer runs or not.',
  none: 'Holdfast has set nothing.',
  change: 'Change…',
  others: 'Rules of others',
  facts: { cold: 'Goes cold', expire: 'Is deleted', versions: 'Older versions end' },
  cold: (wish: NonNullable<LifecycleWish['cold']>) => `after ${days(wish.afterDays)}, to ${wish.storageClass}`,
  after: (number: number) => `after ${days(number)}`,
  never: 'never',
  dialogTitle: (place: string) => `Lifecycle of ${place}`,
  dialogText: 'Left empty, a part is not done. Nothing is set before you have seen what it takes away.',
  coldField: 'Data goes cold after, in days',
  classField: 'To this class',
  classAt: (thawHours: number) => (thawHours === 0 ? 'read at once' : `up to ${count(thawHours)} h to read`),
  expireField: 'Data is deleted after, in days',
  expireHint: 'By the service, whatever a rule, a pin or a hold says.',
  versionsField: 'Older versions end after, in days',
  sets: 'What the service would do',
  nothing: 'This takes Holdfast’s rules away.',
  coldNow: (backups: number, bytes: number) => `${backupsOf(backups, bytes)} would go cold within a day.`,
  goneNow: (backups: number, bytes: number) => `${backupsOf(backups, bytes)} would be deleted within a day.`,
  keeps: (number: number) => `${counted(number, 'rule of others stays', 'rules of others stay')} as they are.`,
  clashes: 'What it takes away',
  accept: 'I have read what it takes away',
  refused: 'It is not set: it would take away what must stay.',
  done: (place: string) => `The lifecycle of ${place} was set.`,
};

export const rightsWords = {
  title: 'What this computer’s login could do',
  deletionTitle: 'What the login for deletions could do',
  text: 'Tried with objects of its own that hold nothing, not read from a policy.',
  act: 'Try it',
  again: 'Try again',
  forDeletion: (act: string) => `${act} (the login for deletions)`,
  table: 'Rights',
  columns: { what: 'Right', answer: 'Has it', how: 'How it was found out' },
  what: {
    overwrite: 'Overwrite',
    remove: 'Delete',
    'remove-version': 'Delete older versions',
    'bypass-lock': 'Go past the lock',
    'change-versioning': 'Switch versions off',
    'change-lifecycle': 'Change the lifecycle',
    'change-policy': 'Change who may do what',
    'delete-place': 'Delete the place itself',
  } satisfies Record<PlaceRight['what'], string>,
  answer: {
    yes: 'yes',
    no: 'no',
    perhaps: 'perhaps',
    unknown: 'not known',
    none: 'not there',
  } satisfies Record<PlaceRight['answer'], string>,
  paste: (title: string) => `To paste: ${title}`,
};

export const rightGlyph: Record<PlaceRight['answer'], GlyphName> = {
  yes: 'danger',
  no: 'proven',
  perhaps: 'attention',
  unknown: 'none',
  none: 'none',
};
export const clashGlyph: Record<LifecycleClash['grade'], GlyphName> = { refused: 'danger', said: 'attention' };
export const factGlyph: Record<VersioningFact['state'], GlyphName> = {
  on: 'stored',
  off: 'none',
  suspended: 'attention',
  none: 'none',
  unknown: 'none',
};

const days = (number: number): string => counted(number, 'day', 'days');
const backupsOf = (backups: number, bytes: number): string =>
  `${counted(backups, 'backup', 'backups')} (${sizeOf(bytes)})`;
