import { lacksKit, type DayMark, type Need, type Overview, type SourceStanding } from '../../shared/overview.ts';
import { type BackupCard } from '../../shared/artifact.ts';
import { ago, dayInSentence, momentInSentence, upcoming } from './moment.ts';
import { counted, duration, inWords, listed, roughly, sentence, sizeOf } from './number.ts';

export const overviewWords = {
  table: 'Sources',
  columns: {
    source: 'Source',
    until: 'Protected until',
    backup: 'Last backup',
    proof: 'Last proof',
    kept: 'Kept in',
    size: 'Size',
    more: 'More',
  },
  neverBackedUp: 'Not backed up yet',
  incomplete: 'incomplete',
  notProven: 'Not proven',
  notProvenDetail: 'stored only',
  readBackDetail: 'read back, not restored',
  /** Where a later backup is there that was not proven. */
  provenTo: (at: number, now: number, zone: string) => `backup of ${dayInSentence(at, now, zone)}`,
  equalTables: (equal: number, tables: number) => `${equal} of ${counted(tables, 'table', 'tables')} equal`,
  limit: (at: number, limitMs: number, now: number) => `${ago(at, now)}, limit ${roughly(limitMs)}`,
  next: (at: number, now: number, zone: string) => `next ${upcoming(at, now, zone)}`,
  noNext: 'no plan',
  paused: 'paused',
  notProtected: 'stored, kit not proven',
  kept: (places: readonly { name: string; word: string }[]) =>
    places.map(({ name, word }) => `${name} ${word}`).join(', '),
  sizes: (values: readonly number[]) => {
    const low = sizeOf(Math.min(...values));
    const high = sizeOf(Math.max(...values));
    const backups = `Size over ${counted(values.length, 'backup', 'backups')}`;
    return low === high ? `${backups}: ${low}` : `${backups}: ${low} to ${high}`;
  },
  moreFor: (name: string) => `More for ${name}`,
  stop: (name: string) => `Stop the backup of ${name}`,
  stopJob: (name: string) => `Stop this job of ${name}`,
  menu: {
    backUp: 'Back up now',
    prove: 'Prove the newest backup',
    restore: 'Restore…',
    backups: 'Show its backups',
    source: 'Source…',
  },
  bar: {
    restore: 'Restore…',
    backUp: 'Back up now',
    choose: 'Choose what to back up',
    all: 'All sources',
    heading: 'Back up',
  },
  actions: {
    'back-up': 'Back up now',
    'try-again': 'Try again',
    prove: 'Prove it',
    look: 'Look',
    schedule: 'Make a plan…',
    connection: 'Connection…',
    kit: 'Recovery kit…',
    keys: 'Look at its keys…',
    retention: 'Look at the rule…',
    carry: 'Bring it there now',
    goals: 'Goals…',
    copies: 'Look at what waits…',
    reading: 'Look at it…',
    protection: 'Look at its rules…',
  } satisfies Record<Need['action'], string>,
  /** Read aloud, where several rows have the same button. */
  actionFor: (action: string, source: string) => `${action} (${source})`,
  lookAtJob: 'Look at the job',
  progress: {
    waits: 'Waits for its turn',
    stopping: 'Stopping',
    left: (ms: number) => `about ${roughly(ms)} left`,
    bytes: (done: number, total: number | null) =>
      total === null ? sizeOf(done) : `${sizeOf(done)} of ${sizeOf(total)}`,
  },
  restoreTime: { title: 'Time to bring back', note: 'measured' },
  restoreTook: (name: string, ms: number, goalMs?: number) =>
    goalMs === undefined ? `${name}: ${duration(ms)}` : `${name}: ${duration(ms)}, the goal is ${duration(goalMs)}`,
  ofGoal: (ms: number, goalMs: number) => `${duration(ms)} of ${duration(goalMs)}`,
  nothingMeasured: 'A proof or a restore measures it.',
  nextRuns: { title: 'Next', plans: 'Plans', none: 'No run is planned.' },
  worth: {
    title: 'Worth doing',
    hint: (name: string, title: string) => `${name}: ${title.slice(0, 1).toLowerCase()}${title.slice(1)}`,
    more: (more: number) => `and ${counted(more, 'more', 'more')}`,
  },
  failed: 'Where the sources stand could not be found out.',
};

/** Also while it is worked on: no backup that runs brings a kit. */
const needsYou = (standing: SourceStanding): boolean => standing.state === 'needs-you' || lacksKit(standing);
const isProtected = (standing: SourceStanding): boolean => !needsYou(standing) && standing.protectedUntil !== null;

function areProtected(names: readonly string[]): string {
  return names.length === 1 ? `${names[0] ?? ''} is protected.` : `${listed(names)} are protected.`;
}

/** The one sentence: who needs a person, and whether the others are protected. */
export function leadOf({ sources }: Overview): string {
  const needy = sources.filter(needsYou).map(({ name }) => name);
  const safe = sources.filter(isProtected).map(({ name }) => name);
  const fresh = sources.filter((one) => !needsYou(one) && one.protectedUntil === null);
  const others = sources.length - needy.length;
  if (needy.length === 0) {
    if (fresh.length === 0) {
      if (sources.length < 3) return areProtected(safe);
      return `All ${inWords(sources.length)} sources are protected.`;
    }
    const news = fresh.map(({ name }) => name);
    const first = fresh.every(({ state }) => state === 'working')
      ? named(news, 'is being backed up for the first time.', 'are being backed up for the first time.')
      : named(news, 'is not backed up yet.', 'are not backed up yet.');
    return safe.length === 0 ? first : `${first} ${othersProtected(safe.length, others - fresh.length, safe)}`;
  }
  const first = named(needy, 'needs you.', 'need you.');
  if (others === 0) return first;
  if (safe.length === others) return `${first} ${othersProtected(others, others, safe)}`;
  if (safe.length === 0) return first;
  return `${first} ${sentence(inWords(safe.length))} of the other ${inWords(others)} ${safe.length === 1 ? 'is' : 'are'} protected.`;
}

function named(names: readonly string[], one: string, many: string): string {
  if (names.length === 1) return `${names[0] ?? ''} ${one}`;
  return names.length <= 3 ? `${listed(names)} ${many}` : `${sentence(inWords(names.length))} sources ${many}`;
}

function othersProtected(safe: number, others: number, names: readonly string[]): string {
  if (safe === 1 && others === 1) return `${names[0] ?? ''} is protected.`;
  return `The other ${inWords(others)} are protected.`;
}

/** Until when, in sentences, and when that was looked at. */
export function noteOf({ sources, at }: Overview, now: number, zone: string): string {
  const said: string[] = [];
  const safe = sources.filter(isProtected);
  const oldest = safe.reduce<number | null>(
    (least, { protectedUntil }) =>
      protectedUntil !== null && (least === null || protectedUntil < least) ? protectedUntil : least,
    null,
  );
  if (oldest !== null) {
    const [only] = safe;
    const until = momentInSentence(oldest, now, zone);
    said.push(
      safe.length === 1
        ? `${only?.name ?? ''} restores to ${until}.`
        : `${sentence(inWords(safe.length))} sources restore to ${until} or later.`,
    );
  }
  for (const { name, protectedUntil } of sources.filter(needsYou).slice(0, 2)) {
    said.push(
      protectedUntil === null
        ? `${name} has no backup.`
        : `${name} restores to ${momentInSentence(protectedUntil, now, zone)}.`,
    );
  }
  said.push(`Checked ${momentInSentence(at, now, zone)}.`);
  return said.join(' ');
}

const todayWords: Record<DayMark, string> = {
  proven: 'Proven today.',
  stored: 'Stored today.',
  failed: 'Failed today.',
  late: 'None today, though one was due.',
  running: 'The first of today is being made.',
  none: 'None was due today.',
};

/** What a strip shows, for who does not see it. */
export function stripFinding(days: readonly DayMark[]): string {
  const number = (...marks: DayMark[]) => days.filter((day) => marks.includes(day)).length;
  const backups = number('proven', 'stored');
  const parts = [`backups on ${inWords(backups)}`, `${inWords(number('proven'))} of them proven`];
  const failed = number('failed');
  const late = number('late');
  if (failed > 0) parts.push(`${inWords(failed)} failed`);
  if (late > 0) parts.push(`${inWords(late)} late`);
  const today = days.at(-1);
  return `${counted(days.length, 'day', 'days')}: ${parts.join(', ')}. ${today === undefined ? '' : todayWords[today]}`.trim();
}

export const proofWord = (verdict: BackupCard['verdict'], when: string): string => {
  if (verdict === 'partly') return `Partly, ${when}`;
  return verdict === 'failed' ? `Failed, ${when}` : when;
};
