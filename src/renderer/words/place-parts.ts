/** What the parts of one destination say: its copies, their reading again, what protects them, its limits. */
import type { StoredState } from '../../shared/artifact.ts';
import type { PlacePart } from '../route.ts';
import { count, counted, listed, rateOf, sentence, sizeOf } from './number.ts';

const copies = (number: number): string => counted(number, 'copy', 'copies');

export const placeParts = {
  label: 'Parts of this destination',
  titles: { copies: 'Copies', reading: 'Reading again', protection: 'Protection' } satisfies Record<PlacePart, string>,
  first: 'Place',
};

export const copiesWords = {
  late: {
    title: 'Copies that are not there yet',
    table: 'Copies that are not there yet',
    none: 'Every backup that should be there is there.',
    bringAll: 'Bring all now',
    bring: 'Try now',
    giveUp: 'Give up…',
    actOnOne: (act: string, source: string, when: string) => `${act} (${source}, ${when})`,
    more: (more: number) => `and ${count(more)} more, which are newer.`,
    columns: {
      backup: 'Backup',
      state: 'State',
      size: 'Size',
      next: 'Next try',
      act: 'Try it now',
      giveUp: 'Give it up',
    },
    state: { waiting: 'Waits', failed: 'Refused' } satisfies Partial<Record<StoredState['state'], string>>,
    due: 'It was not tried yet.',
    running: 'on its way',
    now: 'now',
    never: 'only when you say so',
    nowhere: 'nowhere else yet',
    begun: (jobs: number) => `${sentence(copies(jobs))} on the way.`,
  },
  discard: {
    title: (source: string) => `Give up this dump of ${source}?`,
    which: (source: string, when: string, sizeBytes: number) =>
      `The dump of ${source} from ${when}, ${sizeOf(sizeBytes)}, is nowhere else: this computer keeps it until a destination has it.`,
    lost: (source: string) =>
      `Given up, it cannot be brought back: ${source} can only be dumped again, as it is by then.`,
    yes: 'Give up this dump',
    done: (source: string) => `The dump of ${source} was given up.`,
    left: (places: readonly string[]) =>
      `${listed(places)} could not be asked. Look again under “What belongs to no backup”, and remove what arrived there.`,
  },
  leftovers: {
    title: 'What belongs to no backup',
    lookedAt: 'looked at',
    none: 'Nothing lies there that belongs to no backup.',
    unknown: 'It was not looked at yet.',
    table: 'Data without a manifest',
    text: 'Data or proofs without a manifest: an upload that broke off, or a backup of another machine that is being written.',
    columns: { name: 'Name', size: 'Size', newest: 'Newest', state: 'What is to be done' },
    files: (objects: number) => counted(objects, 'file', 'files'),
    own: 'of this machine',
    other: 'perhaps of another machine',
    removable: 'May be removed',
    unfinished: (number: number) => `${sentence(counted(number, 'upload', 'uploads'))} that nobody goes on with.`,
    act: (number: number) => (number === 0 ? 'Remove unfinished uploads…' : `Remove ${count(number)}…`),
    askTitle: 'Remove what belongs to no backup?',
    ask: (number: number, size: number, unfinished: number) =>
      [
        ...(number === 0
          ? []
          : [`${sentence(counted(number, 'backup', 'backups'))} that nobody finished, ${sizeOf(size)}.`]),
        ...(unfinished === 0 ? [] : [`${sentence(counted(unfinished, 'unfinished upload', 'unfinished uploads'))}.`]),
        'Each is looked at once more before, and what has a manifest by then stays. It cannot be brought back.',
      ].join(' '),
    yes: 'Remove',
    done: (removed: number, unfinished: number) =>
      [
        `${sentence(counted(removed, 'unfinished backup was', 'unfinished backups were'))} removed`,
        ...(unfinished === 0 ? [] : [`${counted(unfinished, 'open upload', 'open uploads')} too`]),
      ]
        .join(', ')
        .concat('.'),
    stayed: (number: number, why: string) => `${sentence(counted(number, 'one', 'ones'))} stayed: ${why}`,
  },
  bare: {
    title: 'Backups whose data is gone there',
    text: 'The manifest lies there and its data does not, or not all of it. Read the place again, then repair each from a place that has it.',
    read: 'Read them again',
    line: (sizeBytes: number, expected: number | null) =>
      expected === null ? 'nothing is there' : `${sizeOf(sizeBytes)} of ${sizeOf(expected)} are there`,
  },
};

export const readingWords = {
  lead: (read: number, all: number, days: number) =>
    all === 0
      ? 'Nothing lies there to read.'
      : `${count(read)} of ${copies(all)} were read within ${counted(days, 'day', 'days')} and found whole.`,
  share: (place: string) => `Share of ${place} that was read again`,
  title: 'How far it is',
  text: 'Stored bytes can rot, or be changed. Each run reads a share again and compares it with the hashes of the manifest.',
  bytes: (read: number, all: number) => `${sizeOf(read)} of ${sizeOf(all)}`,
  facts: {
    last: 'Last run',
    found: 'It came to',
    next: 'Next run',
    oldest: 'Longest not read',
    never: 'never',
    off: 'none; it is off',
    someNever: 'some were never read',
    waits: 'Waits',
  },
  result: {
    whole: (readBytes: number, whole: number, left: number) =>
      `${sizeOf(readBytes)} read, ${counted(whole, 'backup', 'backups')} whole${left === 0 ? '' : `, ${count(left)} for a later run`}`,
    damaged: (number: number) => `${counted(number, 'backup does', 'backups do')} not hold`,
    unread: (number: number, why: string) => `${counted(number, 'backup', 'backups')} could not be read: ${why}`,
    look: 'Look at the job',
  },
  read: 'Read now',
  choose: 'Choose how much is read',
  how: 'How much',
  shares: { due: 'What is due', some: 'A tenth', all: 'Everything' },
  running: 'Reading',
  stop: 'Stop',
  damaged: {
    title: 'Copies that do not hold',
    table: 'Copies that do not hold',
    columns: { backup: 'Backup', what: 'What is wrong', act: 'Repair' },
    kinds: { missing: 'Gone', damaged: 'Damaged', replaced: 'Replaced by somebody' },
    repair: (from: string) => `Repair from ${from}`,
    label: (source: string, from: string) => `Repair from ${from} (${source})`,
    none: 'No other place has it',
  },
  settings: {
    title: 'When it is read',
    change: 'Change…',
    on: 'Read what lies there again by itself',
    off: 'It is not read by itself.',
    schedule: 'Schedule',
    within: 'Everything within, in days',
    withinHint: 'Each run reads the share that this takes.',
    withinWrong: 'From 1 to 3650 days.',
    timeWrong: 'A time is written as 02:00.',
    battery: 'Wait while this computer is on battery',
    metered: 'Wait while the network is metered',
    save: 'Save',
    facts: {
      when: 'Schedule',
      within: 'Everything within',
      waits: 'Waits',
      days: (days: number) => counted(days, 'day', 'days'),
      on: {
        both: 'on battery and on metered networks',
        battery: 'on battery',
        metered: 'on metered networks',
        none: 'for nothing',
      },
    },
  },
};

export const protectionWords = {
  deletion: {
    title: 'Login for deletions',
    text: 'With a second login that alone may delete, the key that runs every night needs no right to. Retention, purge and clean-up take it; no backup, proof or restore is ever told it.',
    none: 'None: whoever stores here deletes here.',
    noneFolder: 'A folder has no logins: whoever may write there may delete.',
    set: 'Set a login…',
    replace: 'Replace it…',
    remove: 'Remove…',
    who: { s3: 'Access key', azure: 'Logs in with', sftp: 'User' },
    dialogTitle: (place: string) => `Login for deletions in ${place}`,
    dialogText: 'It is tried before it is kept: it has to be let in and to list what lies there.',
    secret: {
      s3: 'Secret access key',
      azure: { key: 'Account key', sas: 'Shared access signature' },
      sftp: 'Password',
    },
    secretHint: 'Kept by the vault, and not shown again.',
    missing: 'It is missing.',
    save: 'Try and keep',
    kept: (place: string) => `Deletions in ${place} have a login of their own.`,
    removeTitle: 'Remove the login for deletions?',
    removeText:
      'Its secret is taken out of the vault. From then on deletions log in as backups do, and fail where that key may not delete.',
    removed: (place: string) => `Deletions in ${place} log in as backups do.`,
  },
  rights: {
    title: 'What this computer’s key may do',
    none: 'It was not tested yet.',
    test: 'Test it',
    facts: { remove: 'Delete', overwrite: 'Overwrite', add: 'Add and read' },
    yes: 'yes',
    no: 'no',
  },
};

export const limitWords = {
  title: 'Limits',
  change: 'Change…',
  speed: 'Speed',
  noSpeed: 'as fast as it goes',
  speedIs: (bytes: number) => `at most ${rateOf(bytes)}`,
  file: 'Files',
  noFile: 'each as one file',
  fileIs: (bytes: number) => `in parts above ${sizeOf(bytes)}`,
  changeLabel: (place: string) => `Change… (limits of ${place})`,
  dialogTitle: (place: string) => `Limits of ${place}`,
  speedField: 'At most, in MB a second',
  speedHint:
    'Of all backups and copies that go there together. Left empty, as fast as it goes. It holds at once, also for what is on its way.',
  speedWrong: 'From 0.01 to 10 000 MB a second.',
  fileField: 'Largest file, in MB',
  fileHint:
    'What is larger lies there in numbered parts, which cat joins. Left empty, each is one file. It holds from the next backup on.',
  fileWrong: 'From 2 to 5 000 000 MB.',
  save: 'Save',
  done: (place: string) => `The limits of ${place} were changed.`,
};
