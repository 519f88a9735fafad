/** Pure: the list of backups as it is scrolled: pages, newest first, with a heading over each day. */
import type { BackupCard } from '../../shared/artifact.ts';
import type { Failure } from '../../shared/failure.ts';
import type { BackupId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import { clockTime } from '../words/moment.ts';

export type VerdictFilter = 'all' | 'proven' | 'failed';

/** BS-4: by engine, by what is pinned, by the last of each day, week, month and year. */
export type EngineFilter = 'all' | 'postgres' | 'sqlite';
export type PeriodFilter = 'all' | 'pinned' | 'daily' | 'weekly' | 'monthly' | 'yearly';
export interface View {
  engine: EngineFilter;
  period: PeriodFilter;
}
export const wholeView: View = { engine: 'all', period: 'all' };
export const isWhole = ({ engine, period }: View): boolean => engine === 'all' && period === 'all';

/** What is listed: of one source or of all, and of which verdict. */
export interface Query {
  /** The id of a source, or the name of one that is not set up here. */
  source: string | null;
  verdict: VerdictFilter;
  /** Left out it is the whole list. */
  view?: View;
  /** After which snapshot it is asked: an answer to a question of before is left out. */
  snapshots?: number;
  /** A view is asked for anew after each change. */
  turn?: number;
}

export interface Timeline {
  query: Query;
  cards: BackupCard[];
  /** Whether the last page was reached. */
  complete: boolean;
  /** What is on its way: the first page, the next one, or nothing. */
  loading: 'first' | 'next' | 'nothing';
  failure: Failure | null;
  /** What was announced while a page was on its way, oldest first: the page may be of before. */
  told: Told[];
}

export type Told = { kind: 'card'; card: BackupCard } | { kind: 'removed'; backupId: BackupId };

export const pageSize = 500;

export type TimelineHappening =
  | { kind: 'asked'; query: Query }
  | { kind: 'more' }
  | { kind: 'page'; query: Query; before: BackupId | undefined; cards: BackupCard[] }
  | { kind: 'failed'; query: Query; failure: Failure }
  /** `backup.added` and `backup.changed`; `backup.removed`. */
  | Told;

export const emptyTimeline = (query: Query): Timeline => ({
  query,
  cards: [],
  complete: false,
  loading: 'first',
  failure: null,
  told: [],
});

const sameQuery = (a: Query, b: Query): boolean =>
  a.source === b.source &&
  a.verdict === b.verdict &&
  a.snapshots === b.snapshots &&
  a.turn === b.turn &&
  (a.view?.engine ?? 'all') === (b.view?.engine ?? 'all') &&
  (a.view?.period ?? 'all') === (b.view?.period ?? 'all');

const matches = (card: BackupCard, { source, verdict }: Query): boolean =>
  (source === null || card.sourceId === source || card.source === source) &&
  (verdict === 'all' || card.verdict === verdict);

/** Newest first; ids carry their moment and break a tie. */
const newer = (a: BackupCard, b: BackupCard): number =>
  b.takenAt - a.takenAt || (a.backupId < b.backupId ? 1 : a.backupId > b.backupId ? -1 : 0);

export function takeTimeline(state: Timeline, happening: TimelineHappening): Timeline {
  switch (happening.kind) {
    case 'asked':
      return sameQuery(state.query, happening.query) && state.failure === null && state.cards.length > 0
        ? { ...state, loading: 'first' }
        : emptyTimeline(happening.query);
    case 'more':
      return state.complete || state.loading !== 'nothing' ? state : { ...state, loading: 'next', failure: null };
    case 'page':
      return sameQuery(state.query, happening.query) ? takePage(state, happening.before, happening.cards) : state;
    case 'failed':
      return sameQuery(state.query, happening.query)
        ? { ...state, loading: 'nothing', failure: happening.failure }
        : state;
    case 'card':
    case 'removed':
      // Which one is the last of its day is asked anew.
      if (!isWhole(state.query.view ?? wholeView)) return state;
      return takeTold(state.loading === 'nothing' ? state : { ...state, told: [...state.told, happening] }, happening);
  }
}

const takeTold = (state: Timeline, told: Told): Timeline =>
  told.kind === 'card' ? takeCard(state, told.card) : without(state, told.backupId);

function without(state: Timeline, backupId: BackupId): Timeline {
  const others = state.cards.filter((one) => one.backupId !== backupId);
  return others.length === state.cards.length ? state : { ...state, cards: others };
}

function takePage(state: Timeline, before: BackupId | undefined, page: readonly BackupCard[]): Timeline {
  const known = new Set(before === undefined ? [] : state.cards.map((card) => card.backupId));
  const kept = before === undefined ? [] : state.cards;
  const cards = [...kept, ...page.filter((card) => !known.has(card.backupId))];
  const taken: Timeline = {
    ...state,
    cards,
    complete: page.length < pageSize,
    loading: 'nothing',
    failure: null,
    told: [],
  };
  // Answers and announcements come on ways of their own: what was told meanwhile is newer than the page, or told again.
  return state.told.reduce(takeTold, taken);
}

/** A card that is older than everything loaded comes with its page; one that no longer matches goes. */
function takeCard(state: Timeline, card: BackupCard): Timeline {
  const last = state.cards.at(-1);
  const beyond = !state.complete && last !== undefined && newer(last, card) < 0;
  const rest = without(state, card.backupId);
  if (!matches(card, state.query) || beyond) return rest;
  return { ...rest, cards: [...rest.cards, card].toSorted(newer) };
}

/** A backup that was tried and failed; `times` where the same failed again and again with no backup in between. */
export interface Attempt {
  /** The newest of them. */
  job: Job;
  times: number;
}

export type TimelineItem =
  | { kind: 'day'; key: string; at: number }
  | { kind: 'backup'; key: string; card: BackupCard }
  | { kind: 'attempt'; key: string; attempt: Attempt };

const hourMs = 3_600_000;

/** When it was tried. */
export const triedAt = ({ startedAt, queuedAt }: Job): number => startedAt ?? queuedAt;

/** Those that belong among these cards: as far back as these reach, and none that kept its backup all the same. */
export function attemptsAmong({ query, cards, complete }: Timeline, jobs: readonly Job[]): Job[] {
  if (query.verdict !== 'all') return [];
  const oldest = complete ? -Infinity : (cards.at(-1)?.takenAt ?? Infinity);
  const kept = new Set(cards.map((card) => card.backupId));
  return jobs
    .filter((job) => triedAt(job) >= oldest && (job.backupId === null || !kept.has(job.backupId)))
    .toSorted((a, b) => triedAt(b) - triedAt(a));
}

/** Cards and attempts (newest first, both), with a heading wherever a new day of the zone begins. */
export function timelineItems(
  cards: readonly BackupCard[],
  zone: string,
  attempts: readonly Job[] = [],
): TimelineItem[] {
  const items: TimelineItem[] = [];
  let day: { name: string; start: number } | null = null;
  let tried = 0;
  const under = (at: number): boolean => {
    // Well inside the day there is nothing to ask of the calendar; a change of the clocks moves its start by hours at most.
    if (day !== null && at >= day.start + 3 * hourMs) return true;
    const next = dayOf(at, zone);
    const same = next.name === day?.name;
    if (!same) items.push({ kind: 'day', key: next.name, at });
    day = next;
    return same;
  };
  const tryUntil = (at: number): void => {
    for (let job = attempts[tried]; job !== undefined && triedAt(job) > at; job = attempts[tried]) {
      tried += 1;
      takeAttempt(items, job, under(triedAt(job)));
    }
  };
  for (const card of cards) {
    tryUntil(card.takenAt);
    under(card.takenAt);
    items.push({ kind: 'backup', key: card.backupId, card });
  }
  tryUntil(-Infinity);
  return items;
}

function takeAttempt(items: TimelineItem[], job: Job, sameDay: boolean): void {
  const last = items.at(-1);
  const again =
    sameDay &&
    last?.kind === 'attempt' &&
    last.attempt.job.sourceId === job.sourceId &&
    last.attempt.job.failure?.code === job.failure?.code;
  if (again) items[items.length - 1] = { ...last, attempt: { ...last.attempt, times: last.attempt.times + 1 } };
  else items.push({ kind: 'attempt', key: job.id, attempt: { job, times: 1 } });
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

function dayOf(at: number, zone: string): { name: string; start: number } {
  let format = dateFormats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    dateFormats.set(zone, format);
  }
  const [hours = 0, minutes = 0, seconds = 0] = clockTime(at, zone).split(':').map(Number);
  return { name: format.format(at), start: at - ((hours * 60 + minutes) * 60 + seconds) * 1_000 };
}

/** The backup that lies `by` places further down from this one, within what is loaded. */
export function neighbour(cards: readonly BackupCard[], from: BackupId | null, by: number): BackupCard | undefined {
  const index = from === null ? -1 : cards.findIndex((card) => card.backupId === from);
  if (index === -1) return cards[0];
  return cards[Math.max(0, Math.min(cards.length - 1, index + by))];
}
