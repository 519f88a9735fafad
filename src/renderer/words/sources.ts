/** What the screen Sources and its wizard say. */
import type { SourceStanding } from '../../shared/overview.ts';
import type { Scope, Source, TlsMode } from '../../shared/source.ts';
import type { ContentDraft, WizardStep } from '../sources/draft.ts';
import { counted, duration, listed, sizeOf } from './number.ts';

const quoted = (names: readonly string[]): string => listed(names.slice(0, 5)) + (names.length > 5 ? ' …' : '');

export const sources = {
  title: 'Sources',
  count: (number: number) => counted(number, 'source', 'sources'),
  add: 'Add a source',
  empty: {
    title: 'Nothing is protected yet.',
    text: 'A source is a PostgreSQL server or a SQLite file. Paste its URL, read the .env of its application, or pick the file; a test shows whether it can be read before anything is saved.',
    sample: 'The sample shop shows the whole round in under two minutes.',
    trySample: 'Try it with the sample',
  },
  columns: {
    source: 'Source',
    where: 'Where',
    databases: 'Databases',
    connection: 'Connection',
    last: 'Last backup',
    state: 'State',
  },
  noDatabases: '–',
  databases: (names: readonly string[]) =>
    names.length <= 2 ? names.join(', ') : counted(names.length, 'database', 'databases'),
  notYet: 'Not backed up yet.',
  protectedUntil: (moment: string) => `Can be restored as it was ${moment}.`,
  lead(all: readonly Source[], standings: readonly SourceStanding[]): string {
    const needing = standings.filter((one) => one.state === 'needs-you').map((one) => one.name);
    const fresh = standings.filter((one) => one.protectedUntil === null).map((one) => one.name);
    if (needing.length > 0) return `${listed(needing)} ${needing.length === 1 ? 'needs' : 'need'} you.`;
    if (fresh.length > 0) return `${listed(fresh)} ${fresh.length === 1 ? 'is' : 'are'} not backed up yet.`;
    return all.length === 1
      ? 'One source, backed up.'
      : `All ${counted(all.length, 'source', 'sources')} are backed up.`;
  },
  list: 'Sources',
  none: 'None yet',
  never: 'never',
  notLoaded: 'The sources could not be read.',
  gone: (name: string) => `There is no source named ${name}.`,
  goneText: 'It was removed. Its backups are still under Backups.',
  toBackups: 'Show its backups',
  all: 'All sources',

  thisComputer: 'this computer',
  production: 'production',
  sample: 'sample',
  edit: 'Edit…',
  backUp: 'Back up now',
  test: 'Test connection',
  testFile: 'Test the file',
  remove: 'Remove…',
  moreActions: 'More actions',

  goals: {
    heading: 'Goals',
    measured: 'held against what was measured',
    set: 'Set goals…',
    change: 'Change goals…',
    /** Of a source with neither. */
    none: 'Say how much may be lost and how long it may be away, and Holdfast tells you when that does not hold.',
    loss: 'Loss at most',
    time: 'Back within',
    never: 'not measured yet',
    nothingProven: 'nothing proven yet',
    value: (ms: number, goalMs: number | undefined) =>
      goalMs === undefined ? `${duration(ms)}, no goal` : `${duration(ms)} of ${duration(goalMs)}`,
    unmeasured: (word: string, goalMs: number | undefined) =>
      goalMs === undefined ? word : `${word}, goal ${duration(goalMs)}`,
    lossLabel: (ms: number, goalMs: number | undefined) =>
      `The newest proven backup is ${duration(ms)} old${goalMs === undefined ? '' : `, the goal is ${duration(goalMs)}`}.`,
    timeLabel: (ms: number, goalMs: number | undefined) =>
      `Bringing it back took ${duration(ms)}${goalMs === undefined ? '' : `, the goal is ${duration(goalMs)}`}.`,
    title: (name: string) => `Goals of ${name}`,
    lossHint: 'RPO: how old the newest proven backup may become. Stored and not proven does not count.',
    timeHint: 'RTO: from the first byte fetched to the last table compared. Restores measure it, or proofs by restore.',
    noGoal: 'No goal',
    choice: (ms: number) => duration(ms),
    save: 'Save',
  },

  facts: {
    heading: 'Where it is',
    server: 'Server',
    file: 'File',
    user: 'User',
    databases: (number: number) => (number === 1 ? 'Database' : 'Databases'),
    tls: 'TLS',
    authority: 'Authority',
    tunnel: 'SSH tunnel',
    password: 'Password',
    what: 'What is backed up',
    scope: 'Scope',
    digests: 'Digests',
    digestsOn: 'of every table, beside its count',
    digestsOff: 'off: a proof compares counts only, and is at most “partly”',
    compression: 'Compression',
    level: (level: number) => `zstd ${level}`,
    kept: 'Kept in',
    added: 'Added',
    socket: (folder: string) => `socket in ${folder}`,
    through: (hosts: readonly string[]) => `through ${listed(hosts, 'and then')}`,
  },
  passwordOf: {
    vault: 'kept by the vault',
    pgpass: 'read from ~/.pgpass at each backup',
    none: 'none is needed',
  },
  charts: {
    heading: 'Over time',
    size: 'Size',
    duration: 'Duration',
    rows: 'Rows',
    few: 'Charts begin with the second backup.',
    range: (what: string, backups: number, least: string, most: string, last: string) =>
      `${what} of the last ${counted(backups, 'backup', 'backups')}: between ${least} and ${most}, now ${last}.`,
    failed: 'The history could not be read.',
    now: (last: string, least: string, most: string) => `${last} now; ${least} to ${most}`,
  },
  scope: {
    all: 'Everything',
    schema: 'Definitions only, without rows',
    data: 'Rows only, without definitions',
    only: (names: readonly string[]) => `Only ${counted(names.length, 'table', 'tables')}: ${quoted(names)}`,
    except: (names: readonly string[]) => `Everything except ${quoted(names)}`,
    schemas: (names: readonly string[]) => `Only the ${names.length === 1 ? 'schema' : 'schemas'} ${quoted(names)}`,
    notComplete: 'Such a backup is never called complete.',
  },
  tlsShort: {
    'verify-full': 'authority and host name checked',
    'verify-ca': 'authority checked, host name not',
    require: 'encrypted, server not checked',
    disable: 'not encrypted',
  } satisfies Record<TlsMode, string>,

  tlsMark: {
    'verify-full': 'TLS, checked',
    'verify-ca': 'TLS, authority checked',
    require: 'TLS, unchecked',
    disable: 'no TLS',
  } satisfies Record<TlsMode, string>,

  removal: {
    title: (name: string) => `Remove ${name}?`,
    text: (backups: number | null) =>
      backups === null
        ? 'Its backups stay where they are and can still be restored. Its saved password is forgotten, and plans run without it.'
        : backups === 0
          ? 'It has no backups. Its saved password is forgotten, and plans run without it.'
          : `Its ${counted(backups, 'backup', 'backups')} stay where they are and can still be restored. Its saved password is forgotten, and plans run without it.`,
    sample: 'The sample database and its backups are deleted.',
    doneSample: 'The sample was removed.',
    act: (name: string) => `Remove ${name}`,
    done: (name: string) => `${name} was removed. Its backups stay.`,
  },

  testing: {
    heading: 'Test',
    idleSaved: 'Connects and reads as the next backup will, step by step. Nothing is changed.',
    idle: 'Connects and reads, step by step. Nothing is changed and nothing is saved.',
    act: 'Test connection',
    again: 'Test again',
    running: 'Testing',
    stop: 'Stop',
    stopped: 'The test was stopped.',
    steps: 'Steps of the test',
    ok: (steps: number) => `All ${counted(steps, 'step', 'steps')} passed.`,
    okOf: (time: string) => `Passed ${time}`,
    warned: (warnings: number) => `It works. ${counted(warnings, 'thing', 'things')} to know:`,
    failed: 'The test did not pass.',
    stale: 'The connection was changed since it was tested.',
    passwordAgain:
      'A password that is kept goes only to the server it is for, over a connection that is as strict. Type it again for the changed one.',
    outcome: { ok: 'passed', warning: 'passed, with a note', failed: 'failed' },
    stepNames: {
      tunnel: 'SSH tunnel',
      connect: 'Connection',
      version: 'Server version',
      programs: 'PostgreSQL programs',
      databases: 'Databases',
    } as Record<string, string>,
    step: (step: string) =>
      sources.testing.stepNames[step] ?? (step.startsWith('read ') ? `Reading ${step.slice(5)}` : step),
  },

  wizard: {
    addTitle: 'Add a source',
    editTitle: (name: string) => `Edit ${name}`,
    steps: {
      way: 'Where it is',
      connection: 'Connection',
      content: 'What is backed up',
      finish: 'Name and place',
    } satisfies Record<WizardStep, string>,
    connectionOfFile: 'File',
    lead: {
      way: 'Where is the database?',
      connection: 'Can it be reached and read?',
      content: 'What goes into its backups?',
      finish: 'What is it called, and where are its backups kept?',
    } satisfies Record<WizardStep, string>,
    back: 'Back',
    next: 'Continue',
    testAndNext: 'Test and continue',
    nextUntested: 'Continue without a test',
    goesOn: 'It goes on where you left it.',
    startOver: 'Start over',
    cancel: 'Cancel',
    save: 'Save',
    saveAndBackUp: 'Save and back up now',
    saving: 'Saving…',
    reading: 'Reading…',
    testFirst: 'Not tested. Save works without a test; a backup may not.',
    discardTitle: 'Leave without saving?',
    discardText: 'What was filled in is forgotten. No source was added.',
    discardEditText: 'What was changed is forgotten. The source stays as it was.',
    discard: 'Leave',
    stay: 'Stay',
    failed: 'It could not be saved.',
  },
  way: {
    label: 'Way in',
    url: 'Paste a URL',
    urlText: 'postgres://user@host:5432/database, as the application has it',
    env: 'Read a .env file',
    envText: 'DATABASE_URL, POSTGRES_… and the like are understood',
    file: 'Pick a SQLite file',
    fileText: 'The database file of an application on this computer',
    form: 'Fill in a form',
    formText: 'Host, port, user and password of a PostgreSQL server',
    urlField: 'Database URL',
    urlHint: 'A password in it goes to the vault and is not shown again.',
    envField: 'The .env file',
    envHint: 'It is read once. Its password goes to the vault and is not shown again.',
    read: 'Read',
  },
  connection: {
    server: 'Server',
    serverHint: 'Name, address, or the folder of a Unix socket',
    port: 'Port',
    user: 'User',
    database: 'Database',
    databaseHint: 'Left empty, the next step lists what the server has.',
    file: 'Database file',
    password: 'Password',
    passwordFrom: 'Password comes from',
    passwordTyped: 'Typed here, kept by the vault',
    passwordPgpass: '~/.pgpass, at each backup',
    passwordNone: 'Nowhere: the server asks for none',
    passwordFound: 'The password that was found is kept for this source. It is not shown.',
    passwordKept: 'The saved password stays.',
    passwordOther: 'Use another',
    passwordBack: 'Keep the one there is',
    tls: 'TLS',
    tlsOption: {
      'verify-full': 'Required, server checked',
      'verify-ca': 'Required, authority checked',
      require: 'Required, nothing checked',
      disable: 'Off',
    } satisfies Record<TlsMode, string>,
    tlsProves: {
      'verify-full': 'Proves that this is the server of that name. Nobody on the way can read or change anything.',
      'verify-ca': 'Proves that a server of this authority answers, but not which one.',
      require: 'Hides what is sent from listeners, but anybody on the way may play the server.',
      disable: 'Everything is sent in the clear, the password too. Right for this computer and inside a tunnel.',
    } satisfies Record<TlsMode, string>,
    caFile: 'Certificate of the authority',
    caHint: 'Only where the server’s authority is not one that this computer knows.',
    clearFile: 'Without',
    tunnel: 'SSH tunnel',
    tunnelNone: 'No tunnel',
    tunnelDirect: 'Through an SSH server',
    tunnelJump: 'Through a jump host, then an SSH server',
    sshServer: 'SSH server',
    jumpHost: 'Jump host',
    sshUser: 'User',
    auth: 'Proves who you are with',
    authAgent: 'The SSH agent',
    authKey: 'A key file',
    authPassword: 'A password',
    keyFile: 'Private key',
    hostKey: 'Key of the server',
    fetchKey: 'Ask for its key',
    fetching: 'Asking…',
    fetched: (host: string) => `${host} shows this key. Compare it with what the server says of itself:`,
    fetchedCommand: 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
    trust: 'This is its key',
    pinned: 'Pinned: another key is refused from now on.',
    unpin: 'Forget it',
    pasteKey: 'Or paste the fingerprint',
    pasteHint: 'SHA256:… as ssh-keygen -lf prints it',
    keyOfJumped: 'A server behind a jump host cannot be asked from here. Paste its fingerprint.',
  },
  content: {
    databases: 'Databases',
    databasesHint: 'All of them go into one backup.',
    databasesTyped: 'Names, with commas between them',
    databasesNoList: 'The connection was not tested, so there is no list to choose from.',
    chosen: (number: number, of: number) => `${number} of ${of} chosen`,
    size: (sizeBytes: number | null) => (sizeBytes === null ? 'size not told' : sizeOf(sizeBytes)),
    gone: 'not on the server',
    scope: 'What of it',
    option: {
      all: 'Everything',
      schema: 'Definitions only',
      data: 'Rows only',
      only: 'Only some tables',
      except: 'Everything except some tables',
      kept: 'As it was set in the terminal',
    } satisfies Record<ContentDraft['which'], string>,
    optionText: {
      all: 'Tables, rows, sequences, large objects, functions, roles. The only choice that can be proven complete.',
      schema: 'The structure without any row.',
      data: 'The rows without the structure they go into.',
      only: 'The tables named here and what belongs to them.',
      except: 'For logs and caches that can be made again.',
      kept: '',
    } satisfies Record<ContentDraft['which'], string>,
    tables: 'Tables',
    tablesHint: 'As they are stored: table or schema.table, with commas between them',
    listTables: 'Choose from their tables',
    filter: 'Find a table',
    noneMatches: 'No table matches.',
    moreTables: (number: string) => `${number} more; type a part of the name.`,
    tableList: 'Tables that the test found',
    chosenTables: (number: number) => `${counted(number, 'table', 'tables')} chosen`,
    takeOut: (name: string) => `Take ${name} out`,
  },
  finish: {
    name: 'Name',
    nameHint: 'Letters, digits, dot, dash and underscore',
    nameFixed: 'A name stays: backups are found by it.',
    production: 'This is production',
    productionText: 'What would change it asks for its name first.',
    more: 'More',
    compression: 'Compression',
    compressionText: (level: number) =>
      level <= 2
        ? 'Keeps up with the database.'
        : level <= 9
          ? 'Smaller, and slower.'
          : 'For slow lines only: much slower, little smaller.',
    digests: 'Digests',
    digestsText: 'Of every table’s content. Without them a proof compares counts only.',
    places: 'Kept in',
    placesHint: 'One copy in each. A place elsewhere survives more.',
    addPlace: 'Add another destination',
    addFolder: 'Add a folder…',
    removeFolder: (path: string) => `Do not keep it in ${path}`,
    summary: 'What will be saved',
    saved: (name: string) => `${name} is saved.`,
  },
  fault: {
    urlMissing: 'Paste the URL of the database.',
    envFileMissing: 'Choose the .env file.',
    fileMissing: 'Choose the database file.',
    hostMissing: 'Where is the server?',
    port: 'A port is a number from 1 to 65535.',
    userMissing: 'As whom?',
    passwordMissing: 'The password is missing.',
    passwordAgain: 'A draft is kept without its password. Type it again.',
    addressAgain: 'A draft is kept without what may be a password. Complete the address, or paste it again.',
    named: (file: string) => `The address names ${file}. Choose it with the button.`,
    namedHint: 'An address is only read: Holdfast opens no file that was not chosen in a dialog.',
    passwordElsewhere: 'This password is for another server, or a stricter connection. Type it again.',
    sshHostMissing: 'Where is the SSH server?',
    sshUserMissing: 'As whom on the SSH server?',
    keyFileMissing: 'Choose the private key.',
    hostKeyMissing: 'A server whose key nobody has looked at is not trusted. Ask for its key, or paste it.',
    hostKeyForm: 'A fingerprint begins with SHA256: and has 43 more characters.',
    databaseMissing: 'Choose at least one database.',
    dataOfFile: 'A SQLite backup is a database file: rows without their tables cannot be one.',
    tablesMissing: 'Name at least one table.',
    patterns: (names: readonly string[]) => `${quoted(names)}: names are taken as they stand.`,
    patternsHint: 'Stars and quotes are no part of a name. Write it as it is stored.',
    unknownTables: (names: readonly string[]) =>
      `The test found no ${names.length === 1 ? 'table' : 'tables'} ${quoted(names)}.`,
    unknownTablesHint: 'Write table or schema.table, as it is stored.',
    nameMissing: 'What is it called?',
    nameForm:
      'A name begins with a letter or digit and has only letters, digits, dot, dash and underscore; 63 at most.',
    nameTaken: (name: string) => `There is a source named ${name} already.`,
  },
};

/** What a source backs up, in one sentence. */
export function scopeInWords(scope: Scope): string {
  const { scope: words } = sources;
  const parts = [
    ...(scope.part === 'all' ? [] : [words[scope.part]]),
    ...(scope.schemas.length === 0 ? [] : [words.schemas(scope.schemas)]),
    ...(scope.tables.length === 0 ? [] : [words.only(scope.tables)]),
    ...(scope.excludeTables.length === 0 ? [] : [words.except(scope.excludeTables)]),
  ];
  return parts.length === 0 ? words.all : parts.join('; ');
}

/** `db.example.com:5433`, a socket's folder, or the file. */
export function addressOf({ settings }: Pick<Source, 'settings'>): string {
  if (settings.kind === 'sqlite') return settings.file;
  if (settings.host.startsWith('/')) return sources.facts.socket(settings.host);
  return settings.port === 5432 ? settings.host : `${settings.host}:${settings.port}`;
}

/** `TLS checked, through bastion`: how the way to a source is protected. */
export function connectionOf({ settings }: Pick<Source, 'settings'>): string {
  if (settings.kind === 'sqlite') return sources.thisComputer;
  const tunnel = settings.tunnel === undefined ? '' : `, ${sources.facts.through([settings.tunnel.server.host])}`;
  return `${sources.tlsMark[settings.tls.mode]}${tunnel}`;
}
