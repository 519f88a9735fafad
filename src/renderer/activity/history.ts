/** Pure: the history of jobs in pages, kept true by what is announced. */
import type { Failure } from '../../shared/failure.ts';
import type { JobId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import { matchesFilter, type JobFilter } from './rows.ts';

export interface History {
  filter: JobFilter;
  /** Newest first. */
  jobs: Job[];
  complete: boolean;
  loading: 'first' | 'next' | 'nothing';
  failure: Failure | null;
  /** What was announced while a page was on its way, oldest first: the page may be of before. */
  told: Job[];
}

export const historyPage = 200;

export type HistoryHappening =
  | { kind: 'asked'; filter: JobFilter }
  | { kind: 'more' }
  | { kind: 'page'; filter: JobFilter; before: JobId | undefined; jobs: Job[] }
  | { kind: 'failed'; filter: JobFilter; failure: Failure }
  | { kind: 'job'; job: Job };

export const emptyHistory = (filter: JobFilter): History => ({
  filter,
  jobs: [],
  complete: false,
  loading: 'first',
  failure: null,
  told: [],
});

export function takeHistory(state: History, happening: HistoryHappening): History {
  switch (happening.kind) {
    case 'asked':
      return emptyHistory(happening.filter);
    case 'more':
      return state.complete || state.loading !== 'nothing' ? state : { ...state, loading: 'next', failure: null };
    case 'page': {
      // Filters are values that are made anew only when a person changes one, so that identity tells them apart.
      if (happening.filter !== state.filter) return state;
      const known = new Set(happening.before === undefined ? [] : state.jobs.map((job) => job.id));
      const kept = happening.before === undefined ? [] : state.jobs;
      const jobs = [...kept, ...happening.jobs.filter((job) => !known.has(job.id))];
      const complete = happening.jobs.length < historyPage;
      const taken: History = { ...state, jobs, complete, loading: 'nothing', failure: null, told: [] };
      // Answers and announcements come on ways of their own: what was told meanwhile is newer than the page, or told again.
      return state.told.reduce(takeJob, taken);
    }
    case 'failed':
      return happening.filter === state.filter ? { ...state, loading: 'nothing', failure: happening.failure } : state;
    case 'job':
      return takeJob(
        state.loading === 'nothing' ? state : { ...state, told: [...state.told, happening.job] },
        happening.job,
      );
  }
}

function takeJob(state: History, job: Job): History {
  const at = state.jobs.findIndex((one) => one.id === job.id);
  if (!matchesFilter(job, state.filter)) {
    return at === -1 ? state : { ...state, jobs: state.jobs.filter((one) => one.id !== job.id) };
  }
  if (at !== -1) return { ...state, jobs: state.jobs.map((one) => (one.id === job.id ? job : one)) };
  const older = state.jobs.at(-1);
  if (!state.complete && older !== undefined && job.queuedAt < older.queuedAt) return state;
  return { ...state, jobs: [job, ...state.jobs].toSorted((a, b) => b.queuedAt - a.queuedAt || (a.id < b.id ? 1 : -1)) };
}
