/** What the screen Destinations says. */
import type { DestinationSettings, PlaceStep } from '../../shared/destination.ts';
import type { PlaceStep as WizardStep } from '../destinations/draft.ts';
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
    idleNew:
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

  detail: {
    where: 'Where it is',
    kind: 'Kind',
    address: 'Address',
    folder: 'Folder',
    server: 'Server',
    user: 'User',
    login: 'Proves who we are with',
    logins: { agent: 'the SSH agent', key: 'a key file', password: 'a password, kept by the vault' },
    hostKey: 'Pinned key',
    bucket: 'Bucket',
    region: 'Region',
    accessKey: 'Access key',
    storageClass: 'Storage class',
    encryption: 'Encrypted there',
    encryptions: {
      s3: 'by the service',
      kms: (key: string | undefined) => `with ${key ?? 'the KMS key of the bucket'}`,
    },
    holds: 'What it holds',
    backups: 'Backups',
    behind: 'Behind',
    newest: 'Newest',
    nothing: 'none',
    sources: 'Sources that go there',
    plans: 'Plans that go there',
    sealing: 'Sealing',
    sealedText:
      'Everything that goes there is sealed first: names, rows and counts cannot be read without the recovery secret.',
    openText: 'What goes there is readable for whoever may read the place.',
    openHere: 'This is a folder of this computer: what is there is as readable as the database beside it.',
    seal: 'Seal what goes there…',
    unseal: 'Stop sealing…',
  },
  room: {
    heading: 'Room',
    again: 'Look again',
    failed: 'It could not be looked at.',
    free: 'Free',
    used: 'Taken by backups',
    aDay: 'Grows a day by',
    full: 'Full',
    in: (days: string) => `in about ${days}`,
  },
  goneTitle: 'No such destination',
  gone: (called: string) =>
    called.startsWith('dst-') ? 'This destination is gone.' : `There is no destination named ${called}.`,
  goneText: 'It was removed. What lay there still does.',
  several: (number: number, name: string) => `${count(number)} destinations are called ${name}.`,
  severalText: 'Choose the one that is meant. A name of its own, given under Edit, tells them apart everywhere.',

  wizard: {
    addTitle: 'Add a destination',
    editTitle: (name: string) => `Edit ${name}`,
    editLead: 'What has changed about it?',
    editNote: 'It is tried before it is kept. Another address has to hold the backups that are known to be there.',
    steps: { kind: 'Kind', where: 'Where it is', finish: 'Name and sealing' } satisfies Record<WizardStep, string>,
    lead: {
      kind: 'Where should backups go?',
      where: 'Can it be reached, and does it keep what it is given?',
      finish: 'What is it called, and who can read what lies there?',
    } satisfies Record<WizardStep, string>,
    kind: 'Kind of place',
    kindDetail: {
      folder: 'Of this computer, a disk that can be taken away, or a share of a NAS that is mounted here',
      s3: 'AWS, or a service that speaks its language: Backblaze, Cloudflare, Wasabi, MinIO, Google Cloud Storage',
      azure: 'Azure’s blob storage, with the key of the account or a shared access signature',
      sftp: 'A folder of any machine that you can reach by SSH',
    } satisfies Record<DestinationSettings['kind'], string>,
    back: 'Back',
    next: 'Continue',
    testAndNext: 'Test and continue',
    nextUntested: 'Continue although it failed',
    notTested: 'Its test did not pass. A backup there may fail.',
    cancel: 'Cancel',
    save: 'Save',
    saveAndKit: 'Save and make its recovery kit',
    added: (name: string) => `${name} was added.`,
    changed: (name: string) => `${name} was changed.`,
    discardTitle: 'Leave without saving?',
    discardText: 'What was filled in is forgotten. No destination was added.',
    discard: 'Leave',
  },
  form: {
    folder: 'Folder',
    folderHint:
      'A disk or share has to be mounted here. Choose a folder on it, so that nothing is written in its stead when it is away.',
    service: 'Service',
    accountId: 'Account ID',
    endpoint: 'Endpoint',
    endpointHint: 'https://… as the service names it; http:// only leads to this computer.',
    bucket: 'Bucket',
    region: 'Region',
    prefix: 'Folder in the bucket',
    prefixHint: 'Left empty, backups lie at its top.',
    accessKey: 'Access key ID',
    secretKey: 'Secret access key',
    secretHint: 'Kept by the vault, and not shown again.',
    secretKept: 'Left empty, the saved one stays.',
    secretAgain: 'The saved one goes only to the account it was saved for. Type it for the changed one.',
    more: 'More',
    pathStyle: 'Bucket in the path',
    pathStyleHint: 'https://host/bucket instead of https://bucket.host, as MinIO wants it.',
    storageClass: 'Storage class',
    storageClassHint: 'Of the data. Manifests stay where they can be read at once.',
    encryption: 'Encrypted there',
    encryptions: { none: 'As the bucket does it', s3: 'By the service (SSE-S3)', kms: 'With a key of KMS' },
    kmsKey: 'KMS key',
    kmsKeyHint: 'Left empty, the one of the bucket.',
    account: 'Storage account',
    container: 'Container',
    containerPrefix: 'Folder in the container',
    azureAuth: 'Logs in with',
    azureAuths: { key: 'Account key', sas: 'Shared access signature' },
    azureSecretHint: {
      key: 'Storage account, Security + networking, Access keys. Kept by the vault, and not shown again.',
      sas: 'Of the container, with the rights read, create and list. It ends on its day. Kept by the vault, and not shown again.',
    },
    tier: 'Access tier',
    tierOfAccount: 'As the account has it',
    tiers: { Hot: 'Hot', Cool: 'Cool', Cold: 'Cold', Archive: 'Archive, which takes up to 15 hours to read' },
    azureEndpointHint: 'Left empty, that of Azure’s public cloud.',
    passphrase: 'Passphrase of the key',
    passphraseHint: 'Only where it has one. Kept by the vault.',
    remoteFolder: 'Folder on the server',
    remoteFolderHint: 'Begins with /. It is made where it is not there.',
    name: 'Name',
    seal: 'Seal what goes there',
    sealHint:
      'Names, rows and counts leave this computer only encrypted; whoever reads the place, or steals it, has nothing. Its recovery kit opens them without this computer.',
    openHint: 'Whoever may read the place can read every row of the backups there.',
    openHere:
      'Not sealed: what lies there is as readable as the database beside it. Seal it where others can read the disk or share.',
    summary: 'What will be saved',
  },
  fault: {
    folderMissing: 'Choose the folder.',
    hostMissing: 'Where is the server?',
    port: 'A port is a number from 1 to 65535.',
    userMissing: 'As whom?',
    keyFileMissing: 'Choose the private key.',
    hostKeyMissing: 'A server whose key nobody has looked at is not trusted. Ask for its key, or paste it.',
    hostKeyForm: 'A fingerprint begins with SHA256: and has 43 more characters.',
    remotePath: 'Name the folder on the server; it begins with /.',
    secretMissing: 'The secret access key is missing.',
    passwordMissing: 'The password is missing.',
    azureSecretMissing: { key: 'The account key is missing.', sas: 'The shared access signature is missing.' },
    azure: {
      account: 'A storage account has 3 to 24 small letters and digits.',
      container: 'A container has 3 to 63 small letters, digits and single dashes.',
      endpoint: 'An endpoint is an https:// address; http:// only leads to this computer.',
      prefix: 'A folder has no spaces before it, and 100 characters at most.',
    },
    accountMissing: 'The ID of the account is missing.',
    noAddress: 'This makes no address of the service.',
    endpointMissing: 'Where does the service answer?',
    endpoint: 'An endpoint is an https:// address; http:// only leads to this computer.',
    regionMissing: 'In which region is the bucket?',
    bucketMissing: 'What is the bucket called?',
    bucket: 'Letters, digits, dot, dash and underscore; 2 to 63 of them.',
    prefix: 'A folder has no spaces before it, and 100 characters at most.',
    accessKeyMissing: 'The access key ID is missing.',
    storageClass: 'A storage class has 255 characters at most.',
    nameMissing: 'What is it called?',
    nameTaken: (name: string) => `There is a destination named ${name} already.`,
  },

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
