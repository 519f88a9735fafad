import type { Migration } from '../migrate.ts';

/**
 * Plans of backups and their runs. A window is one moment at which a plan is due: UNIQUE makes a second run in one
 * impossible, whoever asks for it and however the clock was set.
 */
export const backupPlans: Migration = {
  number: 20,
  name: 'backup-plans',
  sql: `
    CREATE TABLE backup_plans (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      body TEXT NOT NULL CHECK (json_valid(body)),
      -- Since when it has the schedule that it has: what was due before is nothing that it missed.
      backup_since INTEGER NOT NULL,
      proof_since INTEGER NOT NULL
    ) STRICT;

    -- Windows up to here are decided, for one source and one kind of run.
    CREATE TABLE plan_marks (
      plan_id TEXT NOT NULL REFERENCES backup_plans (id) ON DELETE CASCADE,
      source_id TEXT NOT NULL,
      what TEXT NOT NULL CHECK (what IN ('backup', 'proof')),
      decided_until INTEGER NOT NULL,
      PRIMARY KEY (plan_id, source_id, what)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE plan_runs (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      plan_id TEXT NOT NULL REFERENCES backup_plans (id) ON DELETE CASCADE,
      source_id TEXT NOT NULL,
      what TEXT NOT NULL CHECK (what IN ('backup', 'proof')),
      due_at INTEGER NOT NULL,
      outcome TEXT NOT NULL,
      job_id TEXT,
      body TEXT NOT NULL CHECK (json_valid(body)),
      UNIQUE (plan_id, source_id, what, due_at)
    ) STRICT;
    CREATE INDEX plan_runs_newest ON plan_runs (plan_id, source_id, what, number);
    CREATE INDEX plan_runs_running ON plan_runs (number) WHERE outcome = 'running';
  `,
};
