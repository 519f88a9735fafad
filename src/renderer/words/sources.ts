/** What the screen Sources says, and the test of a source. */
import type { SourceStanding } from '../../shared/overview.ts';
import type { Scope, Source, TlsMode } from '../../shared/source.ts';
import { counted, duration, listed } from './number.ts';

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
