/** What the screen Backups says. */
import type { Job } from '../../shared/job.ts';
import type { BackupCard, ManifestBody, StoredState } from '../../shared/artifact.ts';
import { isReadBack, type CheckNote, type Problem } from '../../shared/verify.ts';
import type { Standing } from '../backups/proof.ts';
import { clockTime, dayHeading, momentInSentence } from './moment.ts';
import { count, counted, duration, listed, sizeOf } from './number.ts';

export const backups = {
  title: 'Backups',
  count: (number: number) => counted(number, 'backup', 'backups'),
  removedSource: 'Not set up here: it was removed, or is another computer’s',
  nextRun: (moment: string) => `next ${moment}`,
  places: (stored: number, all: number) =>
    stored === all ? counted(all, 'place', 'places') : `${count(stored)} of ${counted(all, 'place', 'places')}`,
  shownOf: (shown: number, all: number) =>
    shown >= all
      ? counted(shown, 'backup', 'backups')
      : `${count(shown)} of ${counted(all, 'backup', 'backups')}, newest first`,
  older: 'Load older ones',
  allSources: 'All sources',
  source: 'Source',
  timelineOf: (name: string) => `Backups of ${name}`,
  timelineOfAll: 'Backups of all sources',
  list: 'Backups, newest first',
  show: 'Show',
  filters: { all: 'All', proven: 'Proven', failed: 'Failed' },
  views: {
    period: 'Which backups',
    periods: {
      all: 'Every backup',
      pinned: 'Pinned',
      daily: 'Daily: last of a day',
      weekly: 'Weekly: last of a week',
      monthly: 'Monthly: last of a month',
      yearly: 'Yearly: last of a year',
    },
    engine: 'Engine',
    engines: { all: 'Every engine', postgres: 'PostgreSQL', sqlite: 'SQLite' },
    none: 'No backup in this view.',
  },
  asTable: 'Table',
  asTimeline: 'Timeline',
  view: 'View',
  columns: { moment: 'Moment', source: 'Source', verdict: 'Proof', size: 'Size', kept: 'Kept in' },
  loading: 'Loading backups',
  loadingMore: 'Loading older backups',
  notLoaded: 'The backups could not be read.',
  tryAgain: 'Try again',
  editSource: 'Edit…',
  backUp: 'Back up now',
  noneHere: {
    all: 'No backup yet.',
    proven: 'None of these backups is proven yet.',
    failed: 'No backup failed its proof.',
  },
  showAll: 'Show all',

  empty: {
    title: 'No backup yet.',
    text: (name: string) =>
      `A backup of ${name} is one consistent moment: every table is counted in the same snapshot it is dumped from, so that a proof can compare them afterwards.`,
    textAll:
      'Add a source and back it up. Each backup can be proven: restored somewhere harmless and compared row for row.',
    addSource: 'Add a source…',
    running: 'The first backup is being made.',
  },
  pick: 'Choose a backup to see what is in it and whether it is proven.',
  gone: 'There is no such backup.',
  goneText: 'It may have been removed from its place. The list shows what there is.',
  notRead: 'This backup could not be read.',

  attempt: {
    glyph: 'failed',
    nothing: '–',
    under(job: Job, times: number, source: string | undefined): string {
      const why = job.failure?.message ?? '';
      const failed = times === 1 ? `Failed: ${why}` : `Failed ${count(times)} times: ${why}`;
      return source === undefined ? failed : `${source} · ${failed}`;
    },
    title: (when: string) => `No backup: ${when}`,
    note: (planned: boolean, took: string) =>
      `${planned ? 'Asked for by a plan' : 'Asked for by hand'}, ended after ${took}.`,
    safe: 'Nothing half made is listed. The backups before it are as they were.',
    show: 'Show the job and its log',
    again: 'Back up now',
  },
  /** Under a backup in the list; empty where there is nothing to add. */
  under(card: BackupCard, withSource: boolean): string {
    const failed = card.stored.filter((one) => one.state === 'failed').length;
    const waiting = card.stored.filter((one) => one.state === 'waiting').length;
    const parts = [
      withSource ? card.source : '',
      card.verdict === 'failed' ? 'failed its proof' : '',
      card.verdict !== 'partly' ? '' : isReadBack(card) ? 'read back only' : 'partly proven',
      card.complete ? '' : 'not complete',
      card.insteadOf === undefined ? '' : 'sealed anew',
      failed > 0 ? `missing in ${count(failed)} of ${counted(card.stored.length, 'place', 'places')}` : '',
      waiting > 0 ? `waits for ${counted(waiting, 'place', 'places')}` : '',
    ].filter((part) => part !== '');
    const text = parts.join(' · ');
    return withSource ? text : text.slice(0, 1).toUpperCase() + text.slice(1);
  },
  glyph: (card: BackupCard) => (isReadBack(card) ? 'read back, not yet restored' : glyphs[card.verdict]),

  standing(standing: Standing, now: number, zone: string): string {
    const when = 'at' in standing ? momentInSentence(standing.at, now, zone) : '';
    const took = 'durationMs' in standing ? duration(standing.durationMs) : '';
    switch (standing.kind) {
      case 'unproven':
        return 'Stored, not yet proven. A proof restores it somewhere harmless and compares everything.';
      case 'read':
        return `Read back ${when}, every stored byte as it was written. Not yet restored.`;
      case 'proven':
        return `Proven ${when}. Restored in ${took}, every count${standing.digests ? ' and digest' : ''} equal.`;
      case 'partly':
        return `Partly proven ${when}. Nothing wrong was found, but ${counted(standing.unchecked, 'thing', 'things')} could not be checked.`;
      case 'failed':
        return standing.level === 'read'
          ? `Failed ${when}. Its stored bytes are not what was written: ${counted(standing.fatal, 'fault', 'faults')}.`
          : `Failed its proof ${when}: ${counted(standing.fatal, 'fault', 'faults')}.`;
    }
  },
  production: 'production',
  sealedAnew: 'Sealed anew, beside the earlier one.',
  sealedAnewText: 'Both are the same moment and count once. The earlier one goes once this one is stored and proven:',
  incomplete: 'Not complete',
  incompleteText: 'Its scope left something out:',
  placeFailed: (place: string) => `It is not in ${place}.`,
  failedTitle: 'This backup did not restore as promised.',
  failedText: 'Restore from another one, and find out what changed this one. It stays where it is.',

  proof: 'Proof',
  noProof: 'Not proven yet.',
  proofText: 'Restores it into a throw-away place, compares every count and digest, then removes that place.',
  prove: 'Prove now',
  readBack: 'Read back only',
  proveAgain: 'Prove again',
  proving: 'Proving',
  stop: 'Stop',
  moreActions: 'More actions',
  provenIn: (where: string) => `In ${where}`,
  tablesEqual: (equal: number, all: number) =>
    equal === all
      ? `All ${counted(all, 'table', 'tables')} equal`
      : `${count(equal)} of ${counted(all, 'table', 'tables')} equal`,
  checkOutcome: { ok: 'holds', failed: 'failed', unchecked: 'not checked' } satisfies Record<
    CheckNote['outcome'],
    string
  >,
  allChecks: (number: number) => `All ${counted(number, 'check', 'checks')}`,
  restore: 'Restore…',
  compare: 'Compare with another…',

  problems: 'What was found',
  problemGrade: {
    fatal: 'wrong',
    unchecked: 'not checked',
    cosmetic: 'differs, without harm',
  } satisfies Record<Problem['grade'], string>,
  moreProblems: (number: number) => `${count(number)} more`,

  manifest: 'Manifest',
  fact: {
    snapshot: 'Snapshot',
    content: 'Source',
    largeObjects: 'Large objects',
    extensions: 'Extensions',
    roles: 'Roles',
    madeWith: 'Made with',
    packed: 'Packed',
    writersWaited: 'Writers waited',
    digests: 'Digests',
    missing: 'Left out',
    machine: 'Made on',
    id: 'Name',
    sealed: 'Sealed',
  },
  unauthenticated:
    'Unauthenticated: for public keys alone. This computer cannot open it, and nobody can say who wrote it.',
  sealedText: 'Its inventory is sealed; only times, sizes and hashes can be read here.',
  method: {
    'held-snapshot': 'held snapshot',
    'vacuum-into': 'VACUUM INTO',
    'locked-copy': 'locked copy',
  } as Record<string, string>,
  oneTransaction: (time: string) => `${time}, one transaction`,
  content: (live: number | null, tables: number, databases: number) =>
    [
      live === null ? '' : sizeOf(live),
      counted(tables, 'table', 'tables'),
      databases > 1 ? counted(databases, 'database', 'databases') : '',
    ]
      .filter((part) => part !== '')
      .join(', '),
  packed: (stored: number, raw: number) =>
    raw === 0
      ? sizeOf(stored)
      : `zstd, ${sizeOf(stored)} (${((stored / raw) * 100).toFixed(1)}\u00a0% of ${sizeOf(raw)})`,
  noDigests: 'off: counts only',

  kept: 'Kept in',
  keptColumn: 'State',
  keptState: {
    stored: 'Stored',
    waiting: 'Waits to be copied there',
    failed: 'Not there',
    damaged: 'Damaged',
  } satisfies Record<StoredState['state'], string>,
  keptSealed: 'sealed before it left this computer',
  keptWhy: {
    stored: '',
    waiting: 'A copy is due and will be made.',
    failed: 'It was given up.',
    damaged: 'What lies there is not what was stored.',
  } satisfies Record<StoredState['state'], string>,
  nextTry: (moment: string) => `The next try is due ${moment}.`,
  /** Of a source that is known from its backups alone. */
  notHere: (source: string) => `${source}, not set up here`,
  nextTrySoon: 'It is tried again as soon as the place answers.',
  kitUnproven: 'kit not proven',
  carry: 'Bring it there now',
  carryTo: (place: string) => `Bring it to ${place} now`,
  keptParts: (sizeBytes: number, parts: number) => `${sizeOf(sizeBytes)}, ${counted(parts, 'file', 'files')}`,
  unknownPlace: 'A place that was forgotten',

  log: 'Log of the backup',
  logShow: 'Show the log',
  toJob: 'Show the job',
  noLog: 'Its log is not here: it was made by another data folder, or the log was removed.',
  command: 'Open it without Holdfast',
  commandText:
    'All it takes is zstd and the programs of the database. Nothing here needs a licence, a key or this window.',
  commands: 'Show the commands',

  /** "Thursday 19 November, 14:00". */
  heading(at: number, zone: string): string {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'long', day: 'numeric', month: 'long' });
    return `${format.format(at).replace(',', '')}, ${clockTime(at, zone).slice(0, 5)}`;
  },
  /** "Today, Thu 19 Nov", "Tue 17 Nov". */
  day(at: number, now: number, zone: string): string {
    const name = dayHeading(at, now, zone);
    if (name !== 'Today' && name !== 'Yesterday') return name;
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
    });
    return `${name}, ${format.format(at).replace(',', '')}`;
  },
};

const glyphs = {
  proven: 'proven',
  partly: 'partly proven',
  failed: 'failed its proof',
  unproven: 'stored, not yet proven',
} satisfies Record<BackupCard['verdict'], string>;

/** `PostgreSQL 15.18, pg_dump 17.2`, `SQLite 3.50.4, held snapshot`. */
export function madeWith(manifest: ManifestBody): string {
  if (manifest.inventory.form === 'sealed') return `Holdfast ${manifest.holdfast}`;
  const tools = manifest.inventory.content.databases.map(({ engine }) =>
    engine.kind === 'postgres'
      ? `PostgreSQL ${engine.serverVersion.split(' ')[0] ?? ''}, ${engine.dumpTool.replace(/ \(.*\)$/, '')}`
      : `SQLite ${engine.libraryVersion}, ${backups.method[engine.method] ?? engine.method}`,
  );
  return listed([...new Set(tools)]);
}
