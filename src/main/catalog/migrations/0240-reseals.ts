import type { Migration } from '../migrate.ts';

/**
 * Which backup takes the place of which, until the earlier one is gone. Whom a backup is sealed for gets its column, because a place asks
 * it of all of them. No reference to backups: it outlives a rebuild.
 */
export const reseals: Migration = {
  number: 240,
  name: 'reseals',
  sql: `
    CREATE TABLE reseals (
      replaces TEXT PRIMARY KEY,
      -- Of the new one, made up before it is.
      backup_id TEXT NOT NULL UNIQUE,
      asked_at INTEGER NOT NULL,
      actor TEXT NOT NULL,
      -- Of the proof that the earlier one had: the new one gets one like it before the earlier one goes.
      level TEXT NOT NULL CHECK (level IN ('read', 'restore')),
      -- Whether the new one has been seen in a place.
      made INTEGER NOT NULL DEFAULT 0,
      -- Why it does not go on, until somebody asks again.
      trouble TEXT
    ) STRICT, WITHOUT ROWID;

    -- A JSON list; null where it is not sealed.
    ALTER TABLE backups ADD COLUMN recipients TEXT;
    UPDATE backups SET recipients =
      (SELECT json_extract(line, '$.sealing.recipients') FROM manifests WHERE manifests.backup_id = backups.id);
  `,
};
