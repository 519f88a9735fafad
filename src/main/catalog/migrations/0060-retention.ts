import type { Migration } from '../migrate.ts';

/**
 * Rules, pins, and what a prune has begun. Pins have no reference to backups: they outlive a rebuild of the list. Which
 * machine made a backup gets its column, because every rule asks.
 */
export const retention: Migration = {
  number: 60,
  name: 'retention',
  sql: `
    ALTER TABLE backups ADD COLUMN machine_id TEXT;
    UPDATE backups SET machine_id =
      (SELECT json_extract(line, '$.machine.id') FROM manifests WHERE manifests.backup_id = backups.id);
    CREATE INDEX backups_by_machine ON backups (machine_id, taken_at);

    CREATE TABLE pins (
      backup_id TEXT PRIMARY KEY,
      body TEXT NOT NULL CHECK (json_valid(body))
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE retention_rules (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      owner TEXT NOT NULL UNIQUE,
      body TEXT NOT NULL CHECK (json_valid(body))
    ) STRICT;

    -- By which rules a person let a source be pruned in a place. Under any others it waits.
    CREATE TABLE retention_applied (
      source_id TEXT NOT NULL,
      destination_id TEXT NOT NULL,
      governing TEXT NOT NULL,
      PRIMARY KEY (source_id, destination_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE retention_previews (
      id TEXT PRIMARY KEY,
      body TEXT NOT NULL CHECK (json_valid(body)),
      moved_by TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Written before a prune begins, gone when the place was seen without the backup, or with it.
    CREATE TABLE removals (
      backup_id TEXT NOT NULL,
      destination_id TEXT NOT NULL,
      job_id TEXT NOT NULL,
      PRIMARY KEY (backup_id, destination_id)
    ) STRICT, WITHOUT ROWID;
  `,
};
