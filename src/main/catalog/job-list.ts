import type Database from 'better-sqlite3';
import { Fail } from '../../shared/failure.ts';
import type { BackupId, JobId, SourceId } from '../../shared/id.ts';
import { JobKind, JobState, type Job } from '../../shared/job.ts';
import { fromJson, type Json } from './json.ts';

export interface JobFilter {
  limit: number;
  state?: JobState | undefined;
  kinds?: readonly JobKind[] | undefined;
  sourceId?: SourceId | undefined;
  backupId?: BackupId | undefined;
  /** Only those asked for earlier. */
  before?: JobId | undefined;
}

/** The statements that lists of jobs are made of; each runs down an index and stops at its limit. */
export const jobListSql = {
  all: 'SELECT number FROM jobs WHERE number < ? ORDER BY number DESC LIMIT ?',
  ofState: 'SELECT number FROM jobs WHERE state = ? AND number < ? ORDER BY number DESC LIMIT ?',
  ofKind: 'SELECT number FROM jobs WHERE kind = ? AND state = ? AND number < ? ORDER BY number DESC LIMIT ?',
  ofSource: `SELECT number FROM jobs WHERE source_id = ? AND kind = ? AND state = ? AND number < ?
    ORDER BY number DESC LIMIT ?`,
  ofBackup: 'SELECT body FROM jobs WHERE backup_id = ? AND number < ? ORDER BY number DESC',
  body: 'SELECT body FROM jobs WHERE number = ?',
  number: 'SELECT number FROM jobs WHERE id = ?',
};

/**
 * Lists jobs by any combination of filters. A filter by kind or source asks its index once for every kind and state that
 * may be in the list, and merges: so no combination ever walks past jobs that do not fit.
 */
export function jobLister(database: Database.Database): (filter: JobFilter) => Job[] {
  const numbers = (sql: string): Database.Statement<(string | number)[], number> =>
    database.prepare<(string | number)[], number>(sql).pluck();
  const all = numbers(jobListSql.all);
  const ofState = numbers(jobListSql.ofState);
  const ofKind = numbers(jobListSql.ofKind);
  const ofSource = numbers(jobListSql.ofSource);
  const ofBackup = database.prepare<[string, number], Json<Job>>(jobListSql.ofBackup).pluck();
  const body = database.prepare<[number], Json<Job>>(jobListSql.body).pluck();
  const numberOf = database.prepare<[string], number>(jobListSql.number).pluck();

  const numbersOf = (filter: JobFilter, before: number): number[] => {
    const { limit, state, kinds, sourceId } = filter;
    if (kinds === undefined && sourceId === undefined)
      return state === undefined ? all.all(before, limit) : ofState.all(state, before, limit);
    const found: number[] = [];
    for (const kind of new Set(kinds ?? JobKind.options)) {
      for (const one of state === undefined ? JobState.options : [state]) {
        found.push(
          ...(sourceId === undefined
            ? ofKind.all(kind, one, before, limit)
            : ofSource.all(sourceId, kind, one, before, limit)),
        );
      }
    }
    return found.toSorted((a, b) => b - a).slice(0, limit);
  };

  return (filter) => {
    const before = filter.before === undefined ? Number.MAX_SAFE_INTEGER : numberOf.get(filter.before);
    if (before === undefined) throw new Fail('job.unknown', `There is no job ${filter.before}.`);
    // One backup has a handful of jobs.
    if (filter.backupId !== undefined) {
      const jobs = ofBackup.all(filter.backupId, before).map(fromJson);
      return jobs.filter((job) => fits(job, filter)).slice(0, filter.limit);
    }
    return numbersOf(filter, before).map((number) => fromJson(body.get(number) as Json<Job>));
  };
}

const fits = (job: Job, { state, kinds, sourceId }: JobFilter): boolean =>
  (state === undefined || job.state === state) &&
  (kinds === undefined || kinds.includes(job.kind)) &&
  (sourceId === undefined || job.sourceId === sourceId);
