import type { Migration } from '../migrate.ts';

/**
 * Windows whose runs are forgotten, as the series that they form: every night is one line for half a year. A window is
 * in it as long as its plan is, so that no clock can bring it back.
 */
export const planWindows: Migration = {
  number: 85,
  name: 'plan-windows',
  sql: `
    CREATE TABLE plan_windows (
      plan_id TEXT NOT NULL REFERENCES backup_plans (id) ON DELETE CASCADE,
      source_id TEXT NOT NULL,
      what TEXT NOT NULL CHECK (what IN ('backup', 'proof')),
      first_at INTEGER NOT NULL,
      last_at INTEGER NOT NULL,
      -- From one window of the series to the next; 0 where there is one alone.
      step_ms INTEGER NOT NULL,
      PRIMARY KEY (plan_id, source_id, what, first_at)
    ) STRICT, WITHOUT ROWID;
  `,
};
