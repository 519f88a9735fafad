import type Database from 'better-sqlite3';
import type { BackupId, BackupPlanId, Instant, JobId, SourceId } from '../../shared/id.ts';
import type { Plan, PlanRun } from '../../shared/plan.ts';
import { fromJson, type Json } from './json.ts';
import { planWindowsOf } from './plan-windows.ts';

/** One kind of run of one plan for one source. */
export interface PlanLine {
  planId: BackupPlanId;
  sourceId: SourceId;
  what: PlanRun['what'];
}

/** A run as it is kept: more than a door is told. */
export interface KeptRun extends PlanRun {
  planId: BackupPlanId;
  attempts: NonNullable<PlanRun['attempts']>;
  endedAt: Instant | null;
  /** The backup that it made or proves. */
  backupId: BackupId | null;
  /** What its running job does; a backup may be followed by a proof of it. */
  step: 'backup' | 'proof';
  /** Whether a person asked for it, outside the schedule: it is not tried again by itself. */
  asked: boolean;
  /** Whether the machine slept while the last attempt ran. */
  slept: boolean;
}

/** Plans of backups, what is decided of their schedules, and their runs. */
export interface BackupPlans {
  /** Adds or replaces. `since`: what was due before is not missed; a kind that is left out keeps its own. */
  put(plan: Plan, since: { backup?: Instant; proof?: Instant }): void;
  /** With its runs. Removing what is not there does nothing. */
  remove(id: BackupPlanId): void;
  byId(id: BackupPlanId): Plan | undefined;
  /** In the order they were made. */
  list(): Plan[];
  /** Up to which moment its windows are decided. */
  decidedUntil(line: PlanLine): Instant;
  decide(line: PlanLine, until: Instant): void;
  /**
   * Takes the run's window. A window whose run was missed can still be taken, where the clock was set back over it.
   * Of runs from long before it only the windows are kept from then on.
   * @returns false where the window has a run already; nothing is changed then.
   */
  take(run: KeptRun): boolean;
  /** Whether this window had a run that was begun. */
  taken(line: PlanLine, dueAt: Instant): boolean;
  /** Changes a run that is there; one whose plan was removed is not. */
  update(run: KeptRun): void;
  /** The run that was begun or missed last. */
  newest(line: PlanLine): KeptRun | undefined;
  /** The newest of every source and kind of a plan. */
  newestOf(id: BackupPlanId): KeptRun[];
  /** Runs that a job is being waited for, oldest first. */
  running(): KeptRun[];
  /** The running run that this job works for. */
  ofJob(id: JobId): KeptRun | undefined;
}

export function backupPlansOf(database: Database.Database): BackupPlans {
  const insert = database.prepare(
    'INSERT INTO backup_plans (id, body, backup_since, proof_since) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  );
  const since = {
    backup: database.prepare('UPDATE backup_plans SET backup_since = ? WHERE id = ?'),
    proof: database.prepare('UPDATE backup_plans SET proof_since = ? WHERE id = ?'),
  };
  const forget = database.prepare('DELETE FROM plan_marks WHERE plan_id = ? AND what = ?');
  const remove = database.prepare('DELETE FROM backup_plans WHERE id = ?');
  const byId = database.prepare<[string], Json<Plan>>('SELECT body FROM backup_plans WHERE id = ?').pluck();
  const all = database.prepare<[], Json<Plan>>('SELECT body FROM backup_plans ORDER BY number').pluck();
  return {
    put: database.transaction((plan: Plan, from: { backup?: Instant; proof?: Instant }): void => {
      insert.run(plan.id, JSON.stringify(plan), from.backup ?? plan.createdAt, from.proof ?? plan.createdAt);
      for (const what of ['backup', 'proof'] as const) {
        if (from[what] === undefined) continue;
        since[what].run(from[what], plan.id);
        forget.run(plan.id, what);
      }
    }),
    remove: (id) => void remove.run(id),
    byId: (id) => {
      const body = byId.get(id);
      return body === undefined ? undefined : fromJson(body);
    },
    list: () => all.all().map(fromJson),
    ...marksOf(database),
    ...runsOf(database),
  };
}

function marksOf(database: Database.Database): Pick<BackupPlans, 'decidedUntil' | 'decide'> {
  const read = database
    .prepare<[string, string, string, string, string], number | null>(
      `SELECT coalesce(
         (SELECT decided_until FROM plan_marks WHERE plan_id = ? AND source_id = ? AND what = ?),
         (SELECT CASE ? WHEN 'backup' THEN backup_since ELSE proof_since END FROM backup_plans WHERE id = ?))`,
    )
    .pluck();
  const write = database.prepare(
    'INSERT INTO plan_marks (plan_id, source_id, what, decided_until) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET decided_until = excluded.decided_until',
  );
  return {
    decidedUntil: ({ planId, sourceId, what }) => read.get(planId, sourceId, what, what, planId) ?? 0,
    decide: ({ planId, sourceId, what }, until) => void write.run(planId, sourceId, what, until),
  };
}

type RunMethods = 'take' | 'taken' | 'update' | 'newest' | 'newestOf' | 'running' | 'ofJob';

function runsOf(database: Database.Database): Pick<BackupPlans, RunMethods> {
  const windows = planWindowsOf(database);
  const window = 'plan_id = ? AND source_id = ? AND what = ? AND due_at = ?';
  const free = database.prepare(`DELETE FROM plan_runs WHERE ${window} AND outcome = 'missed'`);
  const insert = database.prepare(
    'INSERT INTO plan_runs (plan_id, source_id, what, due_at, outcome, job_id, body) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (plan_id, source_id, what, due_at) DO NOTHING',
  );
  const taken = database
    .prepare<[string, string, string, number], number>(
      `SELECT 1 FROM plan_runs WHERE ${window} AND outcome <> 'missed'`,
    )
    .pluck();
  const update = database.prepare(`UPDATE plan_runs SET outcome = ?, job_id = ?, body = ? WHERE ${window}`);
  const bodies = <Input extends unknown[]>(sql: string): Database.Statement<Input, Json<KeptRun>> =>
    database.prepare<Input, Json<KeptRun>>(sql).pluck();
  const newest = bodies<[string, string, string]>(
    'SELECT body FROM plan_runs WHERE plan_id = ? AND source_id = ? AND what = ? ORDER BY number DESC LIMIT 1',
  );
  const newestOf = bodies<[string]>(
    'SELECT body FROM plan_runs WHERE number IN (SELECT max(number) FROM plan_runs WHERE plan_id = ? GROUP BY source_id, what) ORDER BY number',
  );
  const running = bodies<[]>(
    "SELECT body FROM plan_runs INDEXED BY plan_runs_running WHERE outcome = 'running' ORDER BY number",
  );
  const ofJob = bodies<[string]>(
    "SELECT body FROM plan_runs INDEXED BY plan_runs_running WHERE outcome = 'running' AND job_id = ?",
  );
  const one = (body: Json<KeptRun> | undefined): KeptRun | undefined =>
    body === undefined ? undefined : fromJson(body);
  return {
    take: database.transaction((run: KeptRun): boolean => {
      if (windows.holds(run, run.dueAt)) return false;
      free.run(run.planId, run.sourceId, run.what, run.dueAt);
      const { changes } = insert.run(
        run.planId,
        run.sourceId,
        run.what,
        run.dueAt,
        run.outcome,
        run.jobId,
        JSON.stringify(run),
      );
      if (changes === 1) windows.forgetOldRuns(run);
      return changes === 1;
    }),
    taken: (line, dueAt) =>
      taken.get(line.planId, line.sourceId, line.what, dueAt) !== undefined || windows.holds(line, dueAt),
    update: (run) =>
      void update.run(run.outcome, run.jobId, JSON.stringify(run), run.planId, run.sourceId, run.what, run.dueAt),
    newest: ({ planId, sourceId, what }) => one(newest.get(planId, sourceId, what)),
    newestOf: (id) => newestOf.all(id).map(fromJson),
    running: () => running.all().map(fromJson),
    ofJob: (id) => one(ofJob.get(id)),
  };
}
