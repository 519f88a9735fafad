import type Database from 'better-sqlite3';
import { Fail } from '../../shared/failure.ts';
import type { JobId } from '../../shared/id.ts';
import type { Job } from '../../shared/job.ts';
import { jobLister, type JobFilter } from './job-list.ts';
import { fromJson, type Json } from './json.ts';

/** A process by what no other process on this machine has: its id together with the moment at which it started. */
export interface ProcessFacts {
  pid: number;
  /** In the operating system's own form; compared for equality only. */
  startTime: string;
}

/** The process of a job and the programs it started: what has to be gone when the job is. */
export interface JobProcess extends ProcessFacts {
  children: (ProcessFacts & { program: string })[];
}

export interface Jobs {
  /** @param order what the job is told to do, as JSON text; it holds no secrets. */
  insert(job: Job, order: string): void;
  /** Fails with `job.unknown`. */
  update(job: Job): void;
  byId(id: JobId): Job | undefined;
  /** Newest first, those that fit everything that is given. Fails with `job.unknown` where `before` is none. */
  list(filter: JobFilter): Job[];
  /** Queued, running or cancelling, oldest first: the queue, and after a crash what has to be explained. */
  unfinished(): Job[];
  order(id: JobId): string | undefined;
  putResult(id: JobId, result: string): void;
  result(id: JobId): string | undefined;
  /** What a job came to may name what was destroyed since. */
  forgetResult(id: JobId): void;
  /** Null when everything it started is gone. */
  putProcess(id: JobId, facts: JobProcess | null): void;
  process(id: JobId): JobProcess | undefined;
  /** Every job that may have left something running, whatever its state. */
  processes(): { jobId: JobId; process: JobProcess }[];
}

export function jobsOf(database: Database.Database): Jobs {
  const insert = database.prepare(
    `INSERT INTO jobs (id, kind, state, source_id, backup_id, duration_ms, ended_at, body, job_order)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.prepare(
    `UPDATE jobs SET kind = ?, state = ?, source_id = ?, backup_id = ?, duration_ms = ?, ended_at = ?, body = ?
     WHERE id = ?`,
  );
  const bodies = <Input extends unknown[]>(sql: string): Database.Statement<Input, Json<Job>> =>
    database.prepare<Input, Json<Job>>(sql).pluck();
  const byId = bodies<[string]>('SELECT body FROM jobs WHERE id = ?');
  const unfinished = bodies<[]>(
    "SELECT body FROM jobs INDEXED BY jobs_unfinished WHERE state IN ('queued', 'running', 'cancelling') ORDER BY number",
  );
  const must = (id: JobId, { changes }: { changes: number }): void => {
    if (changes === 0) throw new Fail('job.unknown', `There is no job ${id}.`);
  };
  const parsed = (body: Json<Job> | undefined): Job | undefined => (body === undefined ? undefined : fromJson(body));
  return {
    insert: (job, order) => void insert.run(job.id, ...columnsOf(job), order),
    update: (job) => must(job.id, update.run(...columnsOf(job), job.id)),
    byId: (id) => parsed(byId.get(id)),
    list: jobLister(database),
    unfinished: () => unfinished.all().map(fromJson),
    ...sideFacts(database, must),
  };
}

/** kind, state, source_id, backup_id, duration_ms, ended_at, body */
const columnsOf = (job: Job): (string | number | null)[] => [
  job.kind,
  job.state,
  job.sourceId,
  job.backupId,
  durationOf(job),
  job.endedAt,
  JSON.stringify(job),
];

function durationOf(job: Job): number | null {
  return job.startedAt === null || job.endedAt === null ? null : Math.max(0, job.endedAt - job.startedAt);
}

function sideFacts(
  database: Database.Database,
  must: (id: JobId, outcome: { changes: number }) => void,
): Pick<Jobs, 'order' | 'putResult' | 'result' | 'forgetResult' | 'putProcess' | 'process' | 'processes'> {
  const order = database.prepare<[string], string>('SELECT job_order FROM jobs WHERE id = ?').pluck();
  const result = database.prepare<[string], string | null>('SELECT result FROM jobs WHERE id = ?').pluck();
  const putResult = database.prepare('UPDATE jobs SET result = ? WHERE id = ?');
  const process = database.prepare<[string], Json<JobProcess> | null>('SELECT process FROM jobs WHERE id = ?').pluck();
  const putProcess = database.prepare('UPDATE jobs SET process = ? WHERE id = ?');
  const processes = database.prepare<[], { id: JobId; process: Json<JobProcess> }>(
    'SELECT id, process FROM jobs WHERE process IS NOT NULL ORDER BY number',
  );
  return {
    order: (id) => order.get(id),
    putResult: (id, text) => must(id, putResult.run(text, id)),
    result: (id) => result.get(id) ?? undefined,
    forgetResult: (id) => void putResult.run(null, id),
    putProcess: (id, facts) => must(id, putProcess.run(facts === null ? null : JSON.stringify(facts), id)),
    process: (id) => {
      const text = process.get(id) ?? undefined;
      return text === undefined ? undefined : fromJson(text);
    },
    processes: () => processes.all().map((row) => ({ jobId: row.id, process: fromJson(row.process) })),
  };
}
