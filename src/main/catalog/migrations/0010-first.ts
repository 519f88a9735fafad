import type { Migration } from '../migrate.ts';

/**
 * Ids are text. `number` is the order of insertion: it decides what "latest" means, because a clock can be set back.
 * Documents (a source, a manifest, a report) are kept as their JSON text; what is searched or sorted by has its column.
 */
export const first: Migration = {
  number: 10,
  name: 'first',
  sql: `
    CREATE TABLE meta (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE sources (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      body TEXT NOT NULL CHECK (json_valid(body)),
      removed_at INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX sources_by_name ON sources (name) WHERE removed_at IS NULL;

    CREATE TABLE destinations (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      path TEXT NOT NULL,
      body TEXT NOT NULL CHECK (json_valid(body)),
      UNIQUE (kind, path)
    ) STRICT;

    CREATE TABLE backups (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      source_id TEXT NOT NULL,
      source_name TEXT NOT NULL,
      kind TEXT NOT NULL,
      taken_at INTEGER NOT NULL,
      size_bytes INTEGER NOT NULL,
      complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
      manifest_sha256 TEXT NOT NULL,
      stored TEXT NOT NULL CHECK (json_valid(stored)),
      verdict TEXT NOT NULL,
      proven_at INTEGER
    ) STRICT;
    CREATE INDEX backups_by_time ON backups (taken_at, number);
    CREATE INDEX backups_by_source_and_time ON backups (source_id, taken_at, number);
    CREATE INDEX backups_by_source ON backups (source_id, number);

    -- Apart from the list: a manifest of many tables is large, and a list reads none.
    CREATE TABLE manifests (
      backup_id TEXT PRIMARY KEY REFERENCES backups (id) ON DELETE CASCADE,
      line TEXT NOT NULL
    ) STRICT;

    -- No reference to backups: proofs outlive a rebuild of the list, which forgets backups and reads them again.
    CREATE TABLE proofs (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      backup_id TEXT NOT NULL,
      source_id TEXT NOT NULL,
      manifest_sha256 TEXT NOT NULL,
      level TEXT NOT NULL,
      verdict TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      ended_at INTEGER NOT NULL,
      report TEXT NOT NULL CHECK (json_valid(report))
    ) STRICT;
    CREATE INDEX proofs_by_backup ON proofs (backup_id, number);
    CREATE INDEX proofs_by_source ON proofs (source_id, level, number);

    CREATE TABLE jobs (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      state TEXT NOT NULL,
      source_id TEXT,
      duration_ms INTEGER,
      body TEXT NOT NULL CHECK (json_valid(body)),
      job_order TEXT NOT NULL,
      result TEXT,
      process TEXT CHECK (process IS NULL OR json_valid(process))
    ) STRICT;
    CREATE INDEX jobs_by_state ON jobs (state, number);
    CREATE INDEX jobs_by_source ON jobs (source_id, kind, state, number);
    CREATE INDEX jobs_unfinished ON jobs (number) WHERE state IN ('queued', 'running', 'cancelling');
    CREATE INDEX jobs_with_process ON jobs (number) WHERE process IS NOT NULL;

    CREATE TABLE plans (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      backup_id TEXT NOT NULL,
      body TEXT NOT NULL CHECK (json_valid(body)),
      extras TEXT NOT NULL
    ) STRICT;
  `,
};
