import type { Migration } from '../migrate.ts';

/** When each copy was last read again, how far a reading is, and what was found. No reference to backups: it outlives a rebuild. */
export const scrub: Migration = {
  number: 70,
  name: 'scrub',
  sql: `
    CREATE TABLE readings (
      backup_id TEXT NOT NULL,
      destination_id TEXT NOT NULL,
      -- The end of the last reading that was whole; of the last that was tried.
      read_at INTEGER,
      tried_at INTEGER,
      -- The range that the reading goes on with, and what it has found so far.
      position INTEGER NOT NULL DEFAULT 0,
      found TEXT CHECK (found IS NULL OR json_valid(found)),
      -- What is wrong, until a whole reading says otherwise.
      finding TEXT CHECK (finding IS NULL OR json_valid(finding)),
      found_at INTEGER,
      -- From then on objects are younger than their manifest because of us.
      repaired_at INTEGER,
      PRIMARY KEY (backup_id, destination_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX readings_damaged ON readings (destination_id, backup_id) WHERE finding IS NOT NULL;
    CREATE TABLE scrubs (
      destination_id TEXT PRIMARY KEY,
      -- Due moments up to here are decided.
      decided_until INTEGER NOT NULL,
      last_at INTEGER
    ) STRICT, WITHOUT ROWID;
    -- What the alarm is looked for with, for every source of every overview.
    CREATE INDEX backups_damaged ON backups (source_id, taken_at) WHERE instr(stored, '"state":"damaged"') > 0;
  `,
};
