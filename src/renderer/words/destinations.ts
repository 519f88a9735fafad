/** What the screen Destinations says. */
import type { DestinationSettings, PlaceStep } from '../../shared/destination.ts';
import type { LeadOfPlace, PlaceFault, PlaceState } from '../destinations/standing.ts';
import { momentInSentence } from './moment.ts';
import { count, counted, inWords, listed, sentence, sizeOf } from './number.ts';

const copies = (number: number): string => counted(number, 'copy', 'copies');

export const destinations = {
  title: 'Destinations',
  add: 'Add a destination',
  testAll: 'Test all',
  again: 'Try again',
  table: 'Destinations',
  columns: {
    place: 'Destination',
    state: 'State',
    space: 'Space',
    backups: 'Backups',
    can: 'This computer’s key can',
    more: 'More',
  },
  kinds: { folder: 'folder', sftp: 'sftp', s3: 's3', azure: 'azure' } satisfies Record<
    DestinationSettings['kind'],
    string
  >,
  kindTitles: {
    folder: 'Folder, disk or share',
    sftp: 'SFTP server',
    s3: 'S3 bucket',
    azure: 'Azure container',
  } satisfies Record<DestinationSettings['kind'], string>,

  lead: {
    onlyHere: 'Every backup is on this computer alone.',
    onlyHereNote: 'A copy elsewhere survives its loss: a disk that is taken away, a server, a bucket.',
    behind: (names: readonly string[], copiesBehind: number) =>
      names.length === 1
        ? `${names[0] ?? ''} is ${copies(copiesBehind)} behind.`
        : `${listed(names)} are ${copies(copiesBehind)} behind.`,
    damaged: (names: readonly string[], bad: number) =>
      `${listed(names)} ${names.length === 1 ? 'holds' : 'hold'} ${counted(bad, 'damaged copy', 'damaged copies')}.`,
    unreachable: (names: readonly string[]) => `${listed(names)} cannot be reached.`,
    canDelete: (some: number, all: number) =>
      some === all
        ? `This computer’s key can delete every one of ${copies(all)}.`
        : `This computer’s key can delete ${count(some)} of ${copies(all)}.`,
    canDeleteNone: (all: number) => `This computer’s key can delete none of ${copies(all)}.`,
    nothingYet: (places: number) => `${sentence(inWords(places))} places, and nothing is kept in any of them yet.`,
    notMeasured: 'What this computer’s key can delete was not tested yet.',
    note: {
      measured: (at: number, now: number, zone: string) =>
        `Measured ${momentInSentence(at, now, zone)}, by storing and deleting a small object.`,
      full: (name: string, daysLeft: number) =>
        daysLeft < 1
          ? `${name} is full within a day.`
          : `${name} is full in about ${counted(daysLeft, 'day', 'days')}.`,
      untested: (names: readonly string[]) => `${listed(names)} ${names.length === 1 ? 'was' : 'were'} never tested.`,
      open: (names: readonly string[]) =>
        `What goes to ${listed(names)} is not sealed: whoever may read there can read it.`,
      unproven: (names: readonly string[]) =>
        `The recovery ${names.length === 1 ? 'kit' : 'kits'} of ${listed(names)} ${names.length === 1 ? 'was' : 'were'} never proven.`,
    },
  },

  state: {
    unreachable: 'Cannot be reached',
    failing: 'Failed its test',
    damaged: (number: number) => `${count(number)} damaged`,
    behind: (number: number) => `${count(number)} behind`,
    complete: 'Complete',
    empty: 'Nothing there yet',
    untested: 'Never tested',
  } satisfies Record<PlaceState['kind'], string | ((number: number) => string)>,
  stateNote: {
    since: (at: number, now: number, zone: string) => `since ${momentInSentence(at, now, zone)}`,
    never: 'no test of it has ever passed',
    tested: (at: number, now: number, zone: string) => `tested ${momentInSentence(at, now, zone)}`,
    written: (at: number, now: number, zone: string) => `newest ${momentInSentence(at, now, zone)}`,
    untested: 'never tested',
    late: (waiting: number, failed: number) =>
      [
        ...(waiting === 0 ? [] : [counted(waiting, 'copy waits', 'copies wait')]),
        ...(failed === 0 ? [] : [counted(failed, 'was refused', 'were refused')]),
      ].join(', '),
    repair: 'open it to repair them',
  },
  space: {
    free: (bytes: number, daysLeft: number | null) =>
      daysLeft === null || daysLeft > 365
        ? `${sizeOf(bytes)} free`
        : `${sizeOf(bytes)} free, ${daysLeft < 1 ? 'under a day' : `about ${counted(daysLeft, 'day', 'days')}`}`,
    taken: (bytes: number) => `${sizeOf(bytes)} taken`,
    aDay: (bytes: number) => `${sizeOf(bytes)} a day`,
    pace: (taken: number, aDay: number) => `${sizeOf(taken)}, ${sizeOf(aDay)} a day`,
    asOf: (at: number, now: number, zone: string) => `as of ${momentInSentence(at, now, zone)}`,
    untold: 'its room is not known',
    share: (name: string) => `What backups take of the room in ${name}`,
  },
  carrying: {
    begun: (name: string, jobs: number) =>
      jobs === 0
        ? `Nothing waits for ${name}.`
        : `${sentence(counted(jobs, 'copy is', 'copies are'))} on the way to ${name}.`,
  },
  choiceHint: (sealed: boolean, kitAwaited: boolean, failure: { message: string } | null) =>
    [
      sealed ? 'sealed' : 'not sealed',
      ...(kitAwaited ? ['its recovery kit was never proven'] : []),
      ...(failure === null ? [] : ['failed its last test']),
    ].join(', '),
  sealed: 'sealed',
  open: 'not sealed',
  can: {
    delete: (number: number) => `delete ${count(number)}`,
    overwrite: (number: number) => `overwrite ${count(number)}`,
    none: 'delete none',
    unknown: 'not measured',
    also: 'add, read',
    test: 'test it to know',
  },

  menu: {
    more: (name: string) => `More for ${name}`,
    test: 'Test',
    carry: 'Bring what waits there now',
    open: 'Open',
    edit: 'Edit…',
    seal: 'Seal what goes there…',
    unseal: 'Stop sealing…',
    kit: 'Recovery kit…',
    remove: 'Remove…',
  },
  testing: {
    heading: 'Test',
    idle: 'Stores, reads, lists and deletes a small object there, step by step, and shows what the key of this computer could destroy.',
    idleNew: 'Stores, reads, lists and deletes a small object there, step by step. Nothing is saved yet.',
    idleNewFolder:
      'Stores, reads, lists and deletes a small object there, step by step. Nothing is saved yet; a folder that is not there is made.',
    act: 'Test',
    again: 'Test again',
    running: 'Testing',
    steps: 'Steps of the test',
    passed: (steps: number) => `All ${counted(steps, 'step', 'steps')} passed.`,
    failed: 'The test did not pass.',
    outcome: { ok: 'passed', failed: 'failed' },
    reach: 'Reach it and log in',
    what: {
      put: 'Store an object',
      read: 'Read it back',
      range: 'Read a part of it',
      list: 'Find it in the list',
      refuse: 'Refuse to replace it unasked',
    } satisfies Record<PlaceStep['what'], string>,
    measure: 'What this computer’s key may destroy',
    destroys: {
      both: 'It may delete and overwrite.',
      remove: 'It may delete, and not overwrite.',
      overwrite: 'It may overwrite, and not delete.',
      none: 'It may neither delete nor overwrite.',
    },
    race: 'Of two machines that store the same name at once, the later may win here.',
    found: (backups: number) => `${counted(backups, 'backup lies', 'backups lie')} there.`,
    told: (names: readonly string[]) =>
      names.length === 1 ? `${names[0] ?? ''} passed its test.` : `${listed(names)} passed their tests.`,
    toldFailed: (name: string) => `${name} failed its test.`,
  },

  stolen: {
    heading: 'If this computer’s keys are stolen',
    note: 'measured with each key, not read from a policy',
    table: 'What this computer’s key can do in each place',
    place: 'Place',
    destroy: 'What is there could be',
    read: 'What is there could be read',
    deleted: (number: number) => `deleted: ${count(number)}`,
    overwritten: (number: number) => `overwritten: ${count(number)}`,
    neither: 'neither deleted nor overwritten',
    unknown: 'not measured',
    readSealed: 'yes: its recovery secret is in the vault',
    readOpen: 'yes, also by whoever may read there',
    protect: (name: string) => `${name} can take a key without the right to delete.`,
    protectText:
      'A policy to paste is ready. With it, a thief who has this computer’s key cannot delete the copies there.',
    show: 'Show the policy',
  },
  policy: {
    heading: 'A key without the right to delete',
    text: 'For the user or role of this key, in a bucket with versioning. Test again once it holds.',
    label: 'Policy to paste',
  },

  goneTitle: 'No such destination',
  gone: (called: string) =>
    called.startsWith('dst-') ? 'This destination is gone.' : `There is no destination named ${called}.`,
  goneText: 'It was removed. What lay there still does.',
  several: (number: number, name: string) => `${count(number)} destinations are called ${name}.`,
  severalText: 'Choose the one that is meant. A name of its own, given under Edit, tells them apart everywhere.',

  removal: {
    title: (name: string) => `Remove ${name}?`,
    text: 'Holdfast forgets the place and its key. What lies there stays.',
    act: (name: string) => `Remove ${name}`,
    done: (name: string) => `${name} was removed. What lies there stays.`,
  },
  sealing: {
    title: (name: string) => `Seal what goes to ${name}?`,
    text: 'From the next backup on, everything is sealed before it leaves this computer. Without the recovery secret nobody can read it, not even you: make its recovery kit before you rely on it. What lies there already stays as it is.',
    act: 'Seal',
    offTitle: (name: string) => `Stop sealing what goes to ${name}?`,
    offText:
      'From the next backup on, whoever may read the place can read the backups there. What is sealed stays sealed, and its recovery secret is kept.',
    offAct: 'Stop sealing',
    done: (name: string) => `What goes to ${name} is sealed from now on.`,
    offDone: (name: string) => `What goes to ${name} is not sealed from now on.`,
  },
};

/** One place in one sentence. */
export function sentenceOfPlace(lead: LeadOfPlace): string {
  switch (lead.kind) {
    case 'unreachable':
      return 'It cannot be reached.';
    case 'failing':
      return `It failed its test: ${lead.message}`;
    case 'damaged':
      return `${sentence(counted(lead.number, 'copy there does', 'copies there do'))} not hold.`;
    case 'behind':
      return `${sentence(counted(lead.waiting + lead.failed, 'backup is', 'backups are'))} not there yet.`;
    case 'holds': {
      const whole = `Holds ${counted(lead.stored, 'backup', 'backups')}`;
      if (lead.reach === 'unknown') return `${whole}. What this computer’s key could do to them was not tested.`;
      if (lead.reach === 'none') return `${whole}; this computer’s key can delete none of them.`;
      const act = lead.reach === 'delete' ? 'delete' : 'overwrite';
      return `${whole}; this computer’s key could ${act} ${lead.stored === 1 ? 'it' : 'them all'}.`;
    }
    case 'empty':
      return 'Nothing is kept there yet.';
  }
}

/** The note of the lead: what else a person should know, one sentence each. */
export function noteOf(faults: readonly PlaceFault[], now: number, zone: string): string {
  const { note } = destinations.lead;
  return faults
    .map((fault) => {
      switch (fault.kind) {
        case 'measured':
          return note.measured(fault.at, now, zone);
        case 'full':
          return note.full(fault.name, fault.daysLeft);
        default:
          return note[fault.kind](fault.names);
      }
    })
    .join(' ');
}
